"""Runs with faults: nothing is paid twice, nothing that was paid is lost."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from rh_ui.domain import Charged, Output, OutputState, Params, TaskState
from rh_ui.persistence.repositories.outputs import OutputRepository
from tests.integration.engine.conftest import Open
from tests.integration.engine.test_engine_runs import EDIT, picture
from tests.integration.engine.workshop import PICTURE, Workshop


@pytest.mark.parametrize("fault", ["drop-after", "html502-after", "half", "empty", "bad-json", "hang"])
def test_a_lost_answer_is_unknown_and_never_sent_again(workshop: Workshop, fault: str) -> None:
    workshop.emulator.fault("submit", fault, seconds=20)
    task = workshop.reach(workshop.submit(), TaskState.UNKNOWN)
    assert task.charged is Charged.MAYBE
    assert task.error is not None and task.error.code == "outcome-unknown"
    workshop.restart()
    other = workshop.done(workshop.submit())
    assert workshop.history.task(task.id).state is TaskState.UNKNOWN
    assert len(workshop.requests("submit")) == 2, "one for each run"
    assert other.state is TaskState.DONE


@pytest.mark.parametrize("fault", ["refuse"])
def test_over_the_limit_they_wait_and_each_is_accepted_once(open_workshop: Open, fault: str) -> None:
    workshop = open_workshop(limit=2)
    workshop.emulator.script(times={"run": 0.6})
    workshop.emulator.script(faults=[{"on": "queue", "do": "http", "times": -1}])
    tasks = [workshop.submit(params={"prompt": f"number {n}"}) for n in range(6)]
    workshop.until(
        lambda: any(workshop.history.task(task.id).note == "capacity:421" for task in tasks), "421"
    )
    ended = [workshop.done(task) for task in tasks]
    assert len(workshop.accepted()) == 6
    assert sorted(workshop.accepted()) == sorted(task.remote_id for task in ended)
    assert any(entry["code"] == "421" for entry in workshop.requests("submit"))


def test_the_told_limit_is_kept_without_a_refusal(open_workshop: Open) -> None:
    workshop = open_workshop(limit=2)
    workshop.emulator.script(times={"run": 0.3})
    first = workshop.submit()
    workshop.reach(first, TaskState.RUNNING, TaskState.DOWNLOADING, TaskState.DONE)
    tasks = [first, *(workshop.submit(params={"prompt": f"number {n}"}) for n in range(5))]
    for task in tasks:
        workshop.done(task)
    assert [entry["code"] for entry in workshop.requests("submit") if entry["code"] == "421"] == []


def test_one_failed_by_moderation_does_not_stop_the_others(workshop: Workshop) -> None:
    workshop.emulator.fault("submit", "fail", code="1501", message="no|不")
    first = workshop.submit()
    ended = workshop.reach(first)
    assert ended.state is TaskState.FAILED
    assert ended.error is not None and ended.error.code == "1501"
    workshop.done(workshop.submit())


def test_a_refusal_is_final_and_costs_nothing(workshop: Workshop) -> None:
    workshop.emulator.fault("submit", "refuse", code="1505")
    ended = workshop.reach(workshop.submit())
    assert ended.state is TaskState.FAILED and ended.charged is Charged.NO
    assert ended.error is not None and ended.error.code == "1505"
    assert workshop.accepted() == []


def test_a_service_that_is_not_there_got_nothing_and_the_run_waits(workshop: Workshop) -> None:
    here = workshop.client.host
    workshop.client.host = "http://127.0.0.1:9"
    task = workshop.submit()
    workshop.note(task, "not-sent")
    assert workshop.history.task(task.id).charged is Charged.NO
    workshop.client.host = here
    workshop.done(task)
    assert len(workshop.requests("submit")) == 1


def test_a_task_the_service_forgot_is_failed_after_several_confirmations(workshop: Workshop) -> None:
    workshop.emulator.fault("submit", "vanish")
    ended = workshop.reach(workshop.submit())
    assert ended.state is TaskState.FAILED and ended.charged is Charged.MAYBE
    assert len(workshop.requests("query")) == workshop.pace.lost_confirmations


def test_forgotten_once_is_not_forgotten(workshop: Workshop) -> None:
    workshop.emulator.fault("query", "vanish", times=2)
    workshop.done(workshop.submit())


def test_a_dead_link_asks_once_for_a_new_one(workshop: Workshop) -> None:
    workshop.emulator.fault("download", "expire", times=1)
    task = workshop.done(workshop.submit(PICTURE))
    assert task.outputs[0].state is OutputState.SAVED
    assert len(workshop.requests("download")) == 2
    assert len(workshop.requests("submit")) == 1


def test_a_link_that_stays_dead_ends_the_run_and_can_be_tried_again(workshop: Workshop) -> None:
    workshop.emulator.fault("download", "expire", times=-1)
    task = workshop.reach(workshop.submit(PICTURE))
    assert task.state is TaskState.FAILED and task.charged is Charged.YES
    assert task.error is not None and task.error.code == "file-gone"
    assert task.outputs[0].state is OutputState.GONE
    assert len(workshop.requests("download")) == 2, "no endless loop"
    workshop.emulator.script(clear=True)
    workshop.results.retry_files(task.id)
    done = workshop.reach(task, TaskState.DONE)
    assert done.error is None and done.cost == task.cost
    assert len(workshop.requests("submit")) == 1


def test_several_results_are_kept_in_order_and_a_lost_one_is_said(workshop: Workshop) -> None:
    first = workshop.done(workshop.submit(PICTURE))
    fine = first.outputs[0].remote_url
    extra = [
        {"url": "http://127.0.0.1:9/lost.png", "outputType": "png"},
        {"url": fine + "&again=1", "outputType": "png"},
        {"url": None, "text": "two words", "outputType": "txt"},
    ]
    workshop.emulator.script(
        faults=[{"on": "query", "do": "extra", "value": extra, "when": "SUCCESS", "times": -1}]
    )
    task = workshop.done(workshop.submit(PICTURE))
    states = [output.state for output in task.outputs]
    assert states == [OutputState.SAVED, OutputState.FAILED, OutputState.SAVED, OutputState.SAVED]
    assert task.outputs[3].text == "two words"
    assert task.error is not None and task.error.code == "file-failed"
    keys = [output.file_key for output in (*first.outputs, *task.outputs) if output.file_key]
    assert len(set(keys)) == 4, "nothing is overwritten"


def test_an_upload_that_breaks_is_tried_again_and_then_given_up(workshop: Workshop, tmp_path: Path) -> None:
    ref = workshop.inputs.keep(picture(tmp_path, "a.png"), "a.png").ref
    params: Params = {"imageUrls": [ref]}
    workshop.emulator.fault("upload", "html502", times=1)
    workshop.done(workshop.submit(EDIT, params))
    other = workshop.inputs.keep(picture(tmp_path, "b.png", "red"), "b.png").ref
    workshop.emulator.fault("upload", "html502", times=-1)
    ended = workshop.reach(workshop.submit(EDIT, {"imageUrls": [other]}))
    assert ended.state is TaskState.FAILED and ended.charged is Charged.NO
    assert ended.error is not None and ended.error.code == "upload"
    assert len(workshop.requests("submit")) == 1


def test_a_crash_of_a_step_loses_nothing(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    save = OutputRepository.save
    crashes = iter([True])

    def crash_once(self: OutputRepository, output: Output, **more: str) -> bool:
        if next(crashes, False):
            raise ZeroDivisionError
        return save(self, output, worker=more["worker"])

    monkeypatch.setattr(OutputRepository, "save", crash_once)
    workshop.done(workshop.submit(PICTURE))
    assert len(workshop.requests("submit")) == 1


def test_the_log_names_the_task_and_no_secret(
    workshop: Workshop, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ref = workshop.inputs.keep(picture(tmp_path, "a.png"), "a.png").ref
    with caplog.at_level(logging.DEBUG, logger="rh_ui"):
        workshop.emulator.fault("query", "html502")
        workshop.emulator.fault("download", "expire")
        task = workshop.done(workshop.submit(EDIT, {"imageUrls": [ref]}))
        workshop.emulator.fault("submit", "refuse", code="1505", message=f"key {workshop.emulator.key}")
        workshop.reach(workshop.submit())
    said = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("rh_ui"))
    assert task.id in said and task.remote_id in said
    for secret in (workshop.emulator.key, "sign=", "Bearer"):
        assert secret not in said
    stored = b"".join(path.read_bytes() for path in workshop.folder.glob("studio.db*"))
    assert workshop.emulator.key.encode() not in stored
