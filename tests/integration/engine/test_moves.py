"""The table of moves on a real database: every state × every event, through the engine's own method."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from rh_ui.domain import Task, TaskState
from rh_ui.engine.state_machine import MOVES, Event
from rh_ui.errors import MoveRefused, StorageFault
from rh_ui.persistence.schema import tasks
from tests.integration.engine.conftest import Open
from tests.integration.engine.moves import REFUSED
from tests.integration.engine.stepped_engine import SteppedEngine
from tests.integration.engine.workshop import Workshop


@pytest.fixture
def idle(open_workshop: Open, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """Nothing happens by itself."""
    return SteppedEngine(open_workshop, monkeypatch).workshop


def put(workshop: Workshop, task: Task, state: TaskState) -> Task:
    """Sets the state without the table and its trigger."""
    with workshop.database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS obey_the_table")
        connection.execute(update(tasks).where(tasks.c.id == task.id).values(state=state.value))
    return workshop.history.task(task.id)


@pytest.mark.parametrize("state", list(TaskState))
def test_a_row_moves_as_the_table_says_and_not_otherwise(idle: Workshop, state: TaskState) -> None:
    task = idle.submit()
    parts = idle.engine._context.own_tasks
    for event in Event:
        before = put(idle, task, state)
        becomes = MOVES.get((state, event))
        if becomes is None:
            with pytest.raises(MoveRefused):
                parts.move(before, event)
            assert idle.history.task(task.id) == before
            continue
        assert parts.move(before, event)
        assert idle.history.task(task.id).state is becomes
        elsewhere = next(other for other in TaskState if other is not state)
        moved_on = put(idle, task, elsewhere)
        assert not parts.move(before, event), "who looks at an old state moves nothing"
        assert idle.history.task(task.id) == moved_on


def test_who_does_not_have_the_task_moves_nothing(idle: Workshop) -> None:
    task = idle.submit()
    with idle.database.write() as connection:
        connection.execute(update(tasks).where(tasks.c.id == task.id).values(worker="somebody else"))
    assert not idle.engine._context.own_tasks.move(task, Event.CLAIM)
    assert idle.history.task(task.id).state is TaskState.QUEUED


def test_the_watch_on_the_database_refuses_a_move_that_is_not_in_the_table(idle: Workshop) -> None:
    task = idle.submit()
    with pytest.raises(StorageFault, match=REFUSED):
        idle.repositories.tasks.move(task.id, TaskState.QUEUED, TaskState.RUNNING)
    assert idle.history.task(task.id).state is TaskState.QUEUED
