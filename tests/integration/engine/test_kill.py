"""C02: killed in every phase and started again, no run is paid twice and none is lost."""

from __future__ import annotations

import itertools
import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rh_ui.domain import TaskState
from tests.integration.engine.killing import PHASES, PRESSED, Phase, pressed_round, round_of
from tests.integration.engine.laboratory import Laboratory

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def lab_of_all_phases(tmp_path_factory: pytest.TempPathFactory, engine_emulator: str) -> Iterator[Laboratory]:
    folder = tmp_path_factory.mktemp("kill")
    made = Laboratory(folder, engine_emulator, "rh_TESTKEY_kill", person="member")
    yield made
    made.close()


@pytest.fixture
def laboratory(tmp_path: Path, engine_emulator: str) -> Iterator[Laboratory]:
    made = Laboratory(tmp_path, engine_emulator, f"rh_TESTKEY_kill_{next(_numbers):04d}")
    yield made
    made.close()


@pytest.mark.parametrize(("number", "phase"), list(enumerate(PHASES)), ids=[str(phase) for phase in PHASES])
def test_killed_in_every_phase(lab_of_all_phases: Laboratory, number: int, phase: Phase) -> None:
    count = round_of(lab_of_all_phases, phase, number)
    assert (count.double, count.lost) == (0, 0), count
    assert count.paid == 2, "the companion's and the victim's, and no other"
    assert count.unknown == (1 if phase.unknown else 0)


@pytest.mark.parametrize("phase", PRESSED, ids=[str(phase) for phase in PRESSED])
def test_killed_between_two_equal_presses(lab_of_all_phases: Laboratory, phase: Phase) -> None:
    count = pressed_round(lab_of_all_phases, phase)
    assert (count.asked, count.paid, count.double, count.lost) == (1, 1, 0, 0), count


@pytest.mark.parametrize("point", ["commit asking>queued", "after asking>queued"])
def test_killed_between_an_admin_s_yes_and_the_queue(lab_of_all_phases: Laboratory, point: str) -> None:
    """What was asked is asked still, or it was said yes to; it runs once."""
    lab = lab_of_all_phases
    child = lab.running or lab.start()
    lab.begin()
    lab.ask_above("0")
    asks = lab.text(child, f"asks {point}")
    lab.ask_above(None)
    assert lab.history.task(asks).state is TaskState.ASKING
    child.arm(point)
    child.tell("approve", task_id=asks)
    assert child.hear("paused") == point
    child.kill()
    lab.check_holds()
    again = lab.start()
    if point.startswith("commit"):
        assert lab.history.task(asks).state is TaskState.ASKING and lab.submits() == []
        again.ask("approve", "approved", task_id=asks)
    lab.reach(asks, TaskState.DONE)
    count = lab.settle(again)
    assert (count.asked, count.paid, count.double, count.lost) == (1, 1, 0, 0), count


def test_a_stopped_program_s_folder_is_refused_and_it_continues(laboratory: Laboratory) -> None:
    """SIGSTOP on one machine: its lock stays, so nobody may take its runs, and continuing costs nothing."""
    child = laboratory.start()
    child.arm("post")
    task_id = laboratory.edit(child, "halted")
    child.hear("paused")
    child.process.send_signal(signal.SIGSTOP)
    second = laboratory.start(wait=False)
    assert "Another RunningHub UI already works in" in second.hear("refused")
    assert second.close() == 2
    child.process.send_signal(signal.SIGCONT)
    child.ask("go", "gone")
    laboratory.reach(task_id, TaskState.DONE)
    assert len(laboratory.accepted()) == 1


def test_a_program_with_another_folder_does_not_get_the_same_database(laboratory: Laboratory) -> None:
    laboratory.start()
    file = laboratory.folder / "data" / "studio.db"
    other = Laboratory(laboratory.folder, laboratory.emulator.url, "rh_TESTKEY_other", f"sqlite:///{file}")
    second = other.start("another folder", wait=False)
    assert "Another RunningHub UI already uses the database" in second.hear("refused")
    assert second.close() == 2
    other.close()


def test_asked_to_end_it_waits_for_an_answer_that_was_paid_for(laboratory: Laboratory) -> None:
    child = laboratory.start()
    laboratory.emulator.script(times={"run": 30}, faults=[{"on": "submit", "do": "slow-after", "seconds": 3}])
    task_id = laboratory.text(child, "slow")
    laboratory.until(lambda: bool(laboratory.accepted()), "the submit is under way")
    began = time.monotonic()
    assert child.end() == 0
    assert time.monotonic() - began < 10
    task = laboratory.history.task(task_id)
    assert (task.state, task.remote_id) == (TaskState.RUNNING, laboratory.accepted()[0])
    laboratory.start()
    laboratory.emulator.script(finish="all")
    laboratory.reach(task_id, TaskState.DONE)
    assert len(laboratory.submits()) == 1


def test_asked_to_end_it_does_so_within_ten_seconds_whatever_hangs(laboratory: Laboratory) -> None:
    child = laboratory.start()
    hanging = [{"on": what, "do": "hang", "seconds": 60} for what in ("submit", "query")]
    laboratory.emulator.script(faults=hanging[1:])
    asked = laboratory.text(child, "no poll is answered")
    laboratory.reach(asked, TaskState.RUNNING)
    laboratory.emulator.script(faults=hanging[:1])
    sent = laboratory.text(child, "no submit is answered")
    laboratory.until(lambda: len(laboratory.accepted()) == 2, "both are there")
    began = time.monotonic()
    assert child.end() == 0
    assert time.monotonic() - began < 10
    laboratory.emulator.script(clear=True)
    again = laboratory.start()
    laboratory.reach(asked, TaskState.DONE)
    laboratory.reach(sent, TaskState.UNKNOWN)
    count = laboratory.settle(again)
    assert (count.paid, count.double, count.lost, count.unknown) == (2, 0, 0, 1)


@pytest.mark.parametrize("times", [1, -1], ids=["once", "until it is killed"])
def test_an_id_that_the_database_did_not_take_is_not_lost(laboratory: Laboratory, times: int) -> None:
    """C02: the write fails right after the POST's answer, here even as long as the program lives."""
    child = laboratory.start()
    child.ask("fail", "failing", move="submitting>running", times=times)
    task_id = laboratory.text(child, "paid, and the disk is in trouble")
    if times == -1:
        spooled = laboratory.folder / "data" / "answers" / f"{task_id}.json"
        laboratory.until(spooled.exists, "the id is put aside")
        assert json.loads(spooled.read_text())["remote"] == laboratory.accepted()[0]
        child.kill()
        laboratory.start()
        laboratory.reach(task_id, TaskState.DONE)
        assert not spooled.exists()
    task = laboratory.reach(task_id, TaskState.DONE)
    assert [task.remote_id] == laboratory.accepted()
    assert len(laboratory.submits()) == 1
