"""Faults of the database, a restart, a job that is lost: every run continues, and none is sent again."""

from __future__ import annotations

import logging
import sqlite3
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from rh_ui.domain import Charged, TaskState
from rh_ui.engine.rounds import CHORES, SWEEP
from rh_ui.errors import StorageFault
from rh_ui.persistence.repositories.tasks import TaskRepository
from tests.integration.engine.conftest import Open
from tests.integration.engine.workshop import PICTURE, Workshop


def test_a_restart_collects_what_runs_without_a_second_submit(open_workshop: Open) -> None:
    workshop = open_workshop()
    workshop.emulator.script(times={"run": 1.0})
    tasks = [workshop.submit(params={"prompt": f"number {n}"}) for n in range(3)]
    for task in tasks:
        workshop.reach(task, TaskState.RUNNING)
    workshop.restart()
    for task in tasks:
        workshop.done(task)
    assert len(workshop.requests("submit")) == 3


def test_runs_of_another_key_wait_for_it(workshop: Workshop) -> None:
    workshop.emulator.script(times={"run": 0.5})
    task = workshop.reach(workshop.submit(), TaskState.RUNNING)
    workshop.restart(clients={})
    workshop.note(task, "other-account")
    assert workshop.history.task(task.id).state is TaskState.RUNNING
    workshop.restart()
    workshop.done(task)


def test_an_answer_that_the_database_can_t_take_is_kept_and_not_sent_for_again(
    workshop: Workshop, caplog: pytest.LogCaptureFixture
) -> None:
    failures = iter([True, True])

    def fail_once(
        _connection: object, _cursor: object, statement: str, parameters: object, *_: object
    ) -> None:
        accepting = statement.startswith("UPDATE tasks") and "remote_id=" in statement
        if accepting and next(failures, False):
            raise_disk_full()

    event.listen(workshop.database._engine, "before_cursor_execute", fail_once)
    with caplog.at_level(logging.CRITICAL):
        task = workshop.done(workshop.submit())
    assert next(failures, None) is None, "the fault did strike"
    assert task.remote_id == workshop.accepted()[0]
    assert len(workshop.requests("submit")) == 1


@pytest.mark.parametrize("taken", [False, True], ids=["refused", "its answer lost"])
def test_a_claim_that_the_database_fails_does_not_stop_the_line(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, taken: bool
) -> None:
    move, failures = TaskRepository.move, iter([True])

    def fail_once(
        self: TaskRepository, task_id: str, was: TaskState, becomes: TaskState, **more: Any
    ) -> bool:
        failing = becomes is TaskState.CLAIMED and next(failures, False)
        moved = move(self, task_id, was, becomes, **more) if taken or not failing else False
        if failing:
            raise StorageFault("The database did not take this: disk I/O error")
        return moved

    monkeypatch.setattr(TaskRepository, "move", fail_once)
    workshop.done(workshop.submit())
    assert next(failures, None) is None, "the fault did strike"
    assert len(workshop.requests("submit")) == 1


def test_a_task_that_nothing_is_planned_for_is_taken_up_again(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.emulator.script(times={"run": 30})
    idle = [workshop.reach(workshop.submit(PICTURE), TaskState.RUNNING)]
    workshop.engine._scheduler.clear()
    workshop.engine._admission.forget_all()
    workshop.engine._steps.poll.forget_all()
    monkeypatch.setattr(workshop.engine, "enqueue", lambda task: None)
    for state in (TaskState.QUEUED, TaskState.CLAIMED, TaskState.UPLOADING):
        task = workshop.submit(params={"prompt": state.value})
        workshop.put(task, state)
        idle.append(task)
    monkeypatch.undo()
    workshop.emulator.script(finish="all", times={"run": 0.05})

    def swept() -> bool:
        """As every 30 s: a later sweep finds what a step in progress left behind."""
        workshop.engine._rounds.sweep()
        return all(workshop.history.task(task.id).state.is_final for task in idle)

    workshop.until(swept, "all are taken up and end")
    for task in idle:
        workshop.done(task)
    assert len(workshop.requests("submit")) == len(idle)


def raise_disk_full() -> None:
    raise OperationalError("UPDATE", {}, sqlite3.OperationalError("database or disk is full"))


def test_a_start_takes_up_every_state_a_killed_process_can_leave(workshop: Workshop) -> None:
    workshop.emulator.script(times={"run": 0.3})
    running = workshop.reach(workshop.submit(), TaskState.RUNNING)
    workshop.engine.stop()
    left = {}
    for state in (TaskState.QUEUED, TaskState.CLAIMED, TaskState.UPLOADING, TaskState.SUBMITTING):
        task = workshop.submit(params={"prompt": state.value})
        workshop.put(task, state, owner="a dead process")
        left[state] = task
    workshop.restart()
    for state, task in left.items():
        if state is TaskState.SUBMITTING:
            unknown = workshop.history.task(task.id)
            assert unknown.state is TaskState.UNKNOWN and unknown.charged is Charged.MAYBE
        else:
            workshop.done(task)
    workshop.done(running)
    assert len(workshop.requests("submit")) == 1 + 3


def test_a_file_that_was_not_fetched_before_the_end_is_fetched_after_the_start(workshop: Workshop) -> None:
    workshop.emulator.fault("download", "stall", seconds=3600)
    task = workshop.reach(workshop.submit(PICTURE), TaskState.DOWNLOADING)
    workshop.until(lambda: len(workshop.requests("download")) == 1, "the download began")
    workshop.engine.stop(timeout=0.1)
    workshop.database.close()
    workshop.start()
    workshop.done(task)
    assert len(workshop.requests("submit")) == 1


def test_the_rounds_continue_after_others_took_over(workshop: Workshop) -> None:
    """A process that was silent for too long forgets its plans, but still looks for idle runs."""
    workshop.engine._rounds.start_over()
    for round_ in (SWEEP, CHORES):
        assert workshop.engine._scheduler.knows(round_)
