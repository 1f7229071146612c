"""Two and three programs on one PostgreSQL: every run once, and a dead program's runs go to a living one."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from rh_ui.domain import OutputState, TaskState
from rh_ui.engine.retry_policy import Timings
from rh_ui.storage.file_names import BESIDE
from tests.integration.engine.killing import PHASES, PRESSED, Phase, kill_in
from tests.integration.engine.laboratory import SHORT_LEASE, Child, Laboratory
from tests.integration.engine.soak import adopted_press
from tests.integration.engine.workshop import PICTURE, TEXT
from tests.postgres import Postgres

S = TaskState
ADOPTED: Final = tuple(
    phase
    for phase in PHASES
    if phase.name
    in ("queued", "uploading", "before the POST", "while committing the id", "polling", "downloading")
)
LATE: Final = "others took over its runs"


@pytest.fixture(scope="module")
def lab_of_all(
    tmp_path_factory: pytest.TempPathFactory, engine_emulator: str, postgres: Postgres
) -> Iterator[Laboratory]:
    folder = tmp_path_factory.mktemp("shared")
    made = Laboratory(folder, engine_emulator, "rh_TESTKEY_shared", postgres.new_database())
    yield made
    made.close()


@pytest.fixture
def lab(lab_of_all: Laboratory) -> Laboratory:
    """One database and its programs for the whole file; runs of earlier tests have ended."""
    lab_of_all.begin()
    return lab_of_all


def programs(lab: Laboratory, count: int = 2) -> list[Child]:
    """This many living programs; those of earlier tests continue."""
    missing = count - len(lab.living)
    started = [lab.start(f"program-{len(lab.children)}", wait=False) for _ in range(missing)]
    for child in started:
        child.hear("ready")
    return lab.living[:count]


def halt_until_adopted(lab: Laboratory, child: Child, task_id: str, *states: TaskState) -> None:
    """SIGSTOP for longer than the lease, until the other program has taken the run."""
    child.process.send_signal(signal.SIGSTOP)
    lab.reach(task_id, *states)


@pytest.mark.parametrize("phase", ADOPTED, ids=str)
def test_a_killed_program_s_runs_are_adopted(lab: Laboratory, phase: Phase) -> None:
    dying, living = programs(lab)
    victim = kill_in(lab, dying, phase)
    lab.rest()
    assert lab.history.task(victim).state is (S.UNKNOWN if phase.unknown else S.DONE)
    count = lab.settle(living)
    assert (count.paid, count.double, count.lost) == (2, 0, 0), count


def test_three_programs_share_the_work_and_two_of_them_die(lab: Laboratory) -> None:
    three = programs(lab, 3)
    lab.emulator.script(times={"run": 1.0}, accounts={lab.emulator.key: {"limit": 4}})
    for number in range(12):
        lab.text(three[number % 3], f"number {number}")
    lab.until(lambda: len(lab.accepted()) >= 3, "some are under way")
    three[0].kill()
    lab.until(lambda: len(lab.accepted()) >= 7, "more are under way")
    three[1].kill()
    count = lab.settle(three[2])
    assert (count.double, count.lost) == (0, 0), count
    assert {entry["body"]["prompt"] for entry in lab.submits() if entry["task_id"]} == set(lab.prompts)


def test_started_again_before_its_lease_is_over_it_still_has_the_id(
    tmp_path: Path, engine_emulator: str, postgres: Postgres
) -> None:
    """The id is in its folder; the database still says that the dead program is sending."""
    pace = replace(SHORT_LEASE, lease=600)
    lab = Laboratory(tmp_path, engine_emulator, "rh_TESTKEY_spooled", postgres.new_database(), pace)
    try:
        child = lab.start()
        child.ask("fail", "failing", move="submitting>running", times=-1)
        task_id = lab.text(child, "paid, and the database is away")
        lab.until((tmp_path / "data" / "answers" / f"{task_id}.json").exists, "the id is put aside")
        child.kill()
        assert lab.history.task(task_id).state is S.SUBMITTING
        lab.start()
        assert lab.reach(task_id, S.DONE).remote_id == lab.accepted()[0]
        assert len(lab.submits()) == 1
    finally:
        lab.close()


def test_in_the_pace_of_every_day_a_death_is_noticed_within_15_seconds(
    tmp_path: Path, engine_emulator: str, postgres: Postgres
) -> None:
    everyday = Timings()
    pace = replace(SHORT_LEASE, lease=everyday.lease, heartbeat=everyday.heartbeat)
    lab = Laboratory(tmp_path, engine_emulator, "rh_TESTKEY_everyday", postgres.new_database(), pace)
    try:
        dying, living = programs(lab)
        lab.emulator.script(times={"run": 600})
        task_id = lab.text(dying, "long")
        first = lab.reach(task_id, S.RUNNING).worker
        dying.kill()
        died = time.monotonic()
        lab.until(lambda: lab.history.task(task_id).worker not in ("", first), "adopted")
        assert time.monotonic() - died < 15
        lab.emulator.script(finish="all")
        lab.reach(task_id, S.DONE)
        assert living.end() == 0 and len(lab.accepted()) == 1
    finally:
        lab.close()


def test_one_that_ends_in_order_hands_over_at_once(lab: Laboratory) -> None:
    ending, _ = programs(lab)
    lab.emulator.script(times={"run": 600})
    task_id = lab.text(ending, "long")
    first = lab.reach(task_id, S.RUNNING).worker
    assert ending.end() == 0
    lab.until(lambda: lab.history.task(task_id).worker not in ("", first), "adopted")
    lab.emulator.script(finish="all")
    lab.reach(task_id, S.DONE)
    assert len(lab.accepted()) == 1


@pytest.mark.parametrize("wakes", ["the post", "the heartbeat"])
def test_halted_before_the_post_it_does_not_send_what_it_lost(lab: Laboratory, wakes: str) -> None:
    """Whichever of its threads continues first: a heartbeat gets a new lease, which does not cover lost
    tasks."""
    halted, _ = programs(lab)
    halted.arm("after claimed>submitting")
    with lab.only(halted):
        task_id = lab.text(halted, "halted")
        halted.hear("paused")
    lost = lab.leases_of(halted)
    halt_until_adopted(lab, halted, task_id, S.UNKNOWN)
    assert lab.submits() == []
    halted.process.send_signal(signal.SIGCONT)
    if wakes == "the heartbeat":
        lab.until(lambda: bool(lab.leases_of(halted) - lost), "it signed in again")
    halted.ask("go", "gone")
    task = lab.reach(task_id, S.DONE)
    assert lab.accepted() == [task.remote_id], "proof that it was not sent: sent once, by whoever has it"
    assert "another one took over" in halted.log.read_text()


@pytest.mark.parametrize("meanwhile", ["nothing", "lost", "again"])
def test_halted_before_the_answer_its_late_answer_counts(lab: Laboratory, meanwhile: str) -> None:
    halted, living = programs(lab)
    halted.arm("answer")
    with lab.only(halted):
        task_id = lab.text(halted, "halted")
        halted.hear("paused")
    halt_until_adopted(lab, halted, task_id, S.UNKNOWN)
    if meanwhile != "nothing":
        living.ask("resolve", "resolved", task_id=task_id, action=meanwhile)
        lab.prompts["halted"] += meanwhile == "again"
    halted.process.send_signal(signal.SIGCONT)
    halted.ask("go", "gone")
    task = lab.reach(task_id, S.DONE)
    assert task.remote_id == lab.accepted()[0] and task.error is None
    count = lab.settle(living)
    assert (count.paid, count.double, count.lost) == (lab.prompts["halted"], 0, 0)


def test_halted_while_it_downloads_it_writes_nothing_any_more(lab: Laboratory) -> None:
    halted, _ = programs(lab)
    halted.arm("downloaded")
    with lab.only(halted):
        task_id = lab.edit(halted, "halted")
        halted.hear("paused")
    halt_until_adopted(lab, halted, task_id, S.DONE)
    lab.until(lambda: lab.history.task(task_id).outputs[0].has_picture, "its small picture is drawn too")
    before = lab.history.task(task_id)
    files = set((lab.folder / "shared" / "outputs").rglob("*"))
    halted.process.send_signal(signal.SIGCONT)
    halted.ask("go", "gone")
    lab.until(lambda: LATE in halted.log.read_text(), "it learned that it was late")
    other = lab.text(halted, "and it still works")
    lab.reach(other, S.DONE)
    assert lab.history.task(task_id) == before
    kept = set((lab.folder / "shared" / "outputs").rglob("*"))
    made = [lab.folder / "shared" / output.file_key for output in lab.history.task(other).outputs]
    named = {*made, *(path.with_name(path.name + BESIDE) for path in made)}
    assert kept - named == files, "no second copy of the result"


def test_a_cancel_through_one_program_reaches_the_other(lab: Laboratory) -> None:
    one, two = programs(lab)
    lab.emulator.script(times={"run": 600})
    task_id = lab.text(one, "long")
    lab.reach(task_id, S.RUNNING)
    two.ask("cancel", "cancelled", task_id=task_id)
    lab.reach(task_id, S.CANCELLED)
    assert len([e for e in lab.emulator.journal(lab.since) if e["operation"] == "cancel"]) == 1


def test_pages_of_one_program_are_told_of_the_other_s_runs(lab: Laboratory) -> None:
    one, two = programs(lab)
    lab.rest()
    lab.emulator.script(times={"run": 600})
    for step in ("starts", "ends"):
        told = two.ask("version", "version")
        if step == "starts":
            lab.reach(lab.text(one, "long"), S.RUNNING)
        else:
            lab.emulator.script(finish="all")
            lab.rest()
        lab.until(lambda told=told: two.ask("version", "version") > told, f"it is told when one {step}")  # type: ignore[misc]


def test_one_limit_is_shared(lab: Laboratory) -> None:
    """The second program counts the first one's runs; the service does not have to refuse for long."""
    one, two = programs(lab)
    lab.emulator.script(times={"run": 1.0}, accounts={lab.emulator.key: {"limit": 2}})
    ids = [lab.text((one, two)[number % 2], f"number {number}") for number in range(8)]
    lab.rest()
    assert {lab.history.task(task_id).state for task_id in ids} == {S.DONE}
    assert len(lab.accepted()) == 8


@pytest.mark.parametrize("phase", PRESSED, ids=[str(phase) for phase in PRESSED])
def test_pressed_in_one_that_dies_and_again_in_the_other(lab: Laboratory, phase: Phase) -> None:
    count = adopted_press(lab, phase, 1)
    assert (count.asked, count.paid, count.double, count.lost) == (1, 1, 0, 0), count


def submit(child: Child, prompt: str, submitter: str) -> str:
    params = {"prompt": prompt}
    return str(child.ask("submit", "submitted", endpoint_path=TEXT, params=params, submitter=submitter))


def test_the_line_and_its_shares_are_those_of_all_programs(lab: Laboratory) -> None:
    """The slots of one program are not one person's: whoever uses the other program is not last because of
    it."""
    one, two = programs(lab)
    lab.emulator.script(times={"run": 600}, accounts={lab.emulator.key: {"limit": 4}})
    many = [submit(one, f"many {number}", "many") for number in range(24)]
    lab.until(lambda: len(lab.accepted()) == 4, "four run")
    few = [submit(two, f"few {number}", "few") for number in range(8)]
    lab.until(lambda: len(one.ask("line", "line")) == 28, "the first one knows of them")
    lab.emulator.script(times={"run": 0.5}, finish="all")
    lab.rest()
    assert {lab.history.task(task_id).state for task_id in [*many, *few]} == {S.DONE}
    order = [entry["body"]["prompt"] for entry in lab.submits() if entry["task_id"]]
    assert len(order) == len(set(order)) == 32
    last = max(order.index(f"few {number}") for number in range(8))
    assert last < 4 + 2 * 8 + 4, order


def test_an_unknown_outcome_of_one_has_a_place_in_the_other(
    tmp_path: Path, engine_emulator: str, postgres: Postgres
) -> None:
    pace = replace(SHORT_LEASE, doubt=4)
    lab = Laboratory(tmp_path, engine_emulator, "rh_TESTKEY_doubt", postgres.new_database(), pace)
    try:
        one, two = programs(lab)
        lab.emulator.script(accounts={lab.emulator.key: {"limit": 1}})
        lab.emulator.fault("submit", "drop-after")
        unknown = lab.reach(lab.text(one, "unknown"), S.UNKNOWN)
        one.kill()
        following = [lab.text(two, f"following {number}") for number in range(2)]
        starts = [lab.reach(task_id, S.DONE).submitted_at for task_id in following]
        assert unknown.submitted_at is not None
        for start in starts:
            assert start is not None and (start - unknown.submitted_at).total_seconds() >= 3.9
    finally:
        lab.close()


def test_a_pause_met_by_one_holds_the_other_and_either_may_resume(lab: Laboratory) -> None:
    one, two = programs(lab)
    lab.emulator.script(accounts={lab.emulator.key: {"balance": "0"}})
    ids = [lab.text(one, "poor")]
    lab.until(lambda: bool(lab.history.pauses()), "paused")
    ids += [lab.text(two, f"behind {number}") for number in range(3)]
    lab.until(lambda: all(lab.history.task(i).note == "no-balance:416" for i in ids), "all wait")
    assert len(lab.submits()) == 1, "the other one did not try for itself"
    lab.emulator.script(
        accounts={lab.emulator.key: {"balance": "50"}}, faults=[{"on": "account", "do": "http", "times": -1}]
    )
    assert two.ask("resume", "resumed")
    assert [lab.reach(task_id, S.DONE).state for task_id in ids]
    assert not one.ask("resume", "resumed")
    assert len(lab.accepted()) == 4


def test_fetch_now_works_on_the_page_of_any_program(
    tmp_path: Path, engine_emulator: str, postgres: Postgres
) -> None:
    """The program of the run would only try again in ten minutes; the page of the other one is used."""
    pace = replace(SHORT_LEASE, trouble_first=600, trouble_most=600)
    lab = Laboratory(tmp_path, engine_emulator, "rh_TESTKEY_fetch", postgres.new_database(), pace)
    try:
        one, two = programs(lab)
        lab.emulator.script(faults=[{"on": "download", "do": "http", "status": 500, "times": -1}])
        with lab.only(one):
            task_id = one.submit(PICTURE, prompt="made here, fetched there", resolution="1k")
            lab.until(lambda: lab.history.task(task_id).note == "retrying", "it waits for its next try")
        assert lab.history.task(task_id).worker in lab.leases_of(one)
        lab.emulator.script(clear=True)
        assert two.ask("fetch", "fetching", task_id=task_id) == task_id
        task = lab.reach(task_id, S.DONE)
        assert task.worker in lab.leases_of(two) and len(lab.accepted()) == 1
        assert all(output.state is OutputState.SAVED for output in task.outputs)
    finally:
        lab.close()


def test_a_run_that_another_program_follows_says_so(lab: Laboratory) -> None:
    one, two = programs(lab)
    lab.emulator.script(times={"run": 600})
    with lab.only(one):
        task_id = one.submit(TEXT, prompt="followed there")
        lab.reach(task_id, S.RUNNING)
    assert "follows this run" in two.ask("fetch", "refused", task_id=task_id)


def test_what_one_program_asks_another_sends_once(
    tmp_path: Path, engine_emulator: str, postgres: Postgres
) -> None:
    """A yes in both at once, and a yes where the program that asked is gone."""
    lab = Laboratory(tmp_path, engine_emulator, "rh_TESTKEY_asks", postgres.new_database(), person="member")
    try:
        first, second = lab.start("first"), lab.start("second")
        lab.ask_above("0")
        both, alone = lab.text(first, "both say yes"), lab.text(first, "one is gone")
        assert {lab.history.task(each).state for each in (both, alone)} == {S.ASKING}
        for child in (first, second):
            child.tell("approve", task_id=both)
        told = [child.said() for child in (first, second)]
        assert sorted(next(iter(each)) for each in told) == ["approved", "refused"]
        lab.reach(both, S.DONE)
        first.kill()
        assert lab.history.task(alone).state is S.ASKING
        second.ask("approve", "approved", task_id=alone)
        lab.reach(alone, S.DONE)
        count = lab.settle(second)
        assert (count.asked, count.paid, count.double, count.lost) == (2, 2, 0, 0), count
    finally:
        lab.close()
