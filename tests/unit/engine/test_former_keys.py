"""An account with a new key while runs of the former one wait and run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from rh_ui.domain import Task
from rh_ui.errors import StorageFault
from rh_ui.runninghub.replies_account import QueueStatus
from tests.unit.engine.admission_alone import ACCOUNT, FORMER, AdmissionAlone, S


@pytest.fixture
def desk_with(tmp_path: Path) -> Iterator[Callable[[int | None], AdmissionAlone]]:
    with ExitStack() as closing:

        def make(most: int | None) -> AdmissionAlone:
            made = AdmissionAlone(tmp_path, most)
            closing.callback(made.database.close)
            made.figures.status = QueueStatus("SHARED", 30, 0, 0)
            return made

        yield make


def test_what_waits_takes_the_new_key_unless_another_program_has_it(
    desk_with: Callable[[int | None], AdmissionAlone],
) -> None:
    desk = desk_with(None)
    ours = desk.enqueue(2, account=FORMER)
    (theirs,) = desk.enqueue(account=FORMER, worker="another")
    assert desk.look(FORMER) is None and desk.planned()
    assert [desk.task(task).account for task in ours] == [ACCOUNT[1]] * 2
    assert desk.task(theirs).account == FORMER[1]
    assert desk.scheduled == [], "nothing is claimed for the former key"
    desk.look()
    assert desk.scheduled == [task.id for task in ours]


def test_a_run_that_took_the_new_key_joins_its_queue_though_the_database_failed_right_after(
    desk_with: Callable[[int | None], AdmissionAlone], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_with(None)
    (task,) = desk.enqueue(account=FORMER)

    def lost(_task_id: str) -> Task:
        raise StorageFault("gone")

    with monkeypatch.context() as away:
        away.setattr(desk.history, "task", lost)
        assert desk.look(FORMER)
    desk.look(FORMER)
    desk.look()
    assert desk.scheduled == [task.id] and desk.task(task).account == ACCOUNT[1]


@pytest.mark.parametrize(("most", "free"), [(None, 3), (3, 2), (1, 0)])
def test_runs_that_were_sent_with_the_former_key_count_for_the_limit_of_the_settings(
    desk_with: Callable[[int | None], AdmissionAlone], most: int | None, free: int
) -> None:
    desk = desk_with(most)
    sent = desk.add(FORMER)
    desk.store.tasks.move(sent.id, S.QUEUED, S.RUNNING)
    desk.admission.occupy_slot(sent)
    tasks = desk.enqueue(3)
    desk.look()
    assert desk.scheduled == [task.id for task in tasks[:free]]
    desk.planned()
    desk.admission.release_slot(FORMER, sent.id)
    assert desk.planned(), "its slot is one of the same account"
    desk.look()
    assert desk.scheduled == [task.id for task in tasks[: free + 1]]
