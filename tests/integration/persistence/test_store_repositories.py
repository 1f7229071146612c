"""Writes: compare-and-set, idempotent tasks, results, links, and many threads at once."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from rh_ui.domain import Charged, Modality, Money, OutputKind, OutputState, TaskError, TaskState
from rh_ui.persistence.database import Database
from rh_ui.persistence.engine_queries import EngineQueries
from rh_ui.persistence.repositories.repositories import Repositories, open_repositories
from rh_ui.persistence.row_mapping import LedgerEntry, Link, NewOutput, NewTask, output_id
from rh_ui.persistence.run_queries import RunQueries
from rh_ui.persistence.schema import ledger

S = TaskState
REMOTE_ID = "2009191190196789249"


def new_task(number: int = 1, **more: object) -> NewTask:
    made = NewTask(
        id=f"task-{number:04d}",
        endpoint="some/model",
        modality=Modality.IMAGE,
        params={"prompt": "a red kite", "seed": 2**60 + 1},
        site="https://www.runninghub.ai",
        account="0123456789ab",
        estimate=Money(Decimal("0.10"), "CNY"),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def test_a_task_comes_back_as_it_went_in(store: Repositories, history: RunQueries) -> None:
    task, made = store.tasks.add(new_task())
    assert made and task == history.task(task.id)
    assert task.state is S.QUEUED and task.charged is Charged.NO
    assert task.params == {"prompt": "a red kite", "seed": 2**60 + 1}
    assert task.estimate == Money(Decimal("0.1"), "CNY")
    assert task.created_at.tzinfo is UTC


def test_odd_text_never_makes_saving_fail(store: Repositories, history: RunQueries) -> None:
    prompt = "half \ud83d of a pair, \x00, 猫😀"
    task, _ = store.tasks.add(new_task(params={"prompt": prompt}, words=prompt))
    assert history.task(task.id).params["prompt"] == prompt
    assert history.count(search="猫") == 1


def test_the_same_request_id_gives_the_same_task(store: Repositories, history: RunQueries) -> None:
    first, made = store.tasks.add(new_task(1, request_id="r"))
    second, again = store.tasks.add(new_task(2, request_id="r"))
    assert (made, again, second.id) == (True, False, first.id)
    store.tasks.add(new_task(3))
    store.tasks.add(new_task(4))
    assert history.count() == 3, "an empty request_id is none"


def test_a_move_needs_the_expected_state_and_worker(store: Repositories, history: RunQueries) -> None:
    task, _ = store.tasks.add(new_task())
    assert not store.tasks.move(task.id, S.RUNNING, S.DONE)
    assert store.tasks.move(task.id, S.QUEUED, S.CLAIMED, owner="me")
    assert not store.tasks.move(task.id, S.QUEUED, S.CLAIMED, owner="other")
    assert not store.tasks.move(task.id, S.CLAIMED, S.SUBMITTING, worker="other")
    assert history.task(task.id).state is S.CLAIMED
    assert store.tasks.move(task.id, S.CLAIMED, S.SUBMITTING, worker="me", note="x", charged=Charged.MAYBE)
    assert history.task(task.id).note == "x"
    assert not store.tasks.move("no-such-task", S.QUEUED, S.CLAIMED)


def test_only_one_of_many_workers_gets_a_task(store: Repositories) -> None:
    task, _ = store.tasks.add(new_task())
    with ThreadPoolExecutor(8) as hands:
        won = list(
            hands.map(lambda n: store.tasks.move(task.id, S.QUEUED, S.CLAIMED, owner=str(n)), range(8))
        )
    assert won.count(True) == 1


def delivered(store: Repositories, database: Database) -> str:
    task, _ = store.tasks.add(new_task())
    store.tasks.move(task.id, S.QUEUED, S.RUNNING, owner="me", remote_id=REMOTE_ID)
    entry = LedgerEntry(task.site, task.account, REMOTE_ID, Money(Decimal("0.14"), "CNY"))
    made = [NewOutput(0, OutputKind.IMAGE, "https://x/0.png"), NewOutput(1, OutputKind.TEXT, text="words")]
    for expected in (True, False):
        moved = store.tasks.move(
            task.id, S.RUNNING, S.DOWNLOADING, worker="me", made=made, entry=entry,
            cost=Money(Decimal("0.14"), "CNY"), charged=Charged.YES,
        )  # fmt: skip
        assert moved is expected
    return task.id


def test_results_and_cost_are_written_with_the_move_and_once(
    store: Repositories, history: RunQueries, database: Database
) -> None:
    task = history.task(delivered(store, database))
    assert [output.position for output in task.outputs] == [0, 1]
    assert task.cost == Money(Decimal("0.14"), "CNY")
    with database.read() as connection:
        rows = connection.execute(select(ledger)).all()
    assert [(row.remote_id, row.amount, row.currency) for row in rows] == [
        (REMOTE_ID, Decimal("0.14"), "CNY")
    ]


def test_a_saved_result_is_never_changed_again(
    store: Repositories, history: RunQueries, database: Database
) -> None:
    task = history.task(delivered(store, database))
    saved = replace(task.outputs[0], state=OutputState.SAVED, file_key="outputs/a.png", size=3, seconds=1.5)
    assert not store.outputs.save(saved, worker="another")
    assert store.outputs.save(saved, worker="me")
    assert not store.outputs.save(replace(saved, state=OutputState.GONE), worker="me")
    store.outputs.update_links(task.id, {0: "https://other", 1: "https://fresh"})
    after = history.task(task.id).outputs
    assert after[0] == saved and after[1].remote_url == "https://fresh"
    store.outputs.save(replace(after[1], state=OutputState.FAILED), worker="me")
    store.tasks.move(task.id, S.DOWNLOADING, S.DONE, error=TaskError("file-failed", "lost", Charged.YES))
    assert store.tasks.reopen(task.id, S.DONE, owner="me")
    reopened = history.task(task.id)
    assert [output.state for output in reopened.outputs] == [OutputState.SAVED, OutputState.PENDING]
    assert reopened.error is None and reopened.state is S.DOWNLOADING


def test_notes_are_written_only_where_they_say_something_new(store: Repositories) -> None:
    bumps: list[int] = []
    quiet = open_repositories(store.tasks._database, changed=lambda: bumps.append(1))
    ids = [store.tasks.add(new_task(n))[0].id for n in range(3)]
    store.tasks.move(ids[2], S.QUEUED, S.CANCELLED)
    assert quiet.tasks.note(ids, "capacity:421") == 2
    assert quiet.tasks.note(ids, "capacity:421") == 0
    assert len(bumps) == 1


def test_cancel_can_be_asked_only_where_the_service_must_do_it(
    store: Repositories, history: RunQueries
) -> None:
    task, _ = store.tasks.add(new_task())
    assert not store.tasks.request_cancel(task.id)
    store.tasks.move(task.id, S.QUEUED, S.RUNNING)
    assert store.tasks.request_cancel(task.id)
    assert history.task(task.id).cancel_asked
    assert store.tasks.request_cancel(task.id, asked=False, note="cancel-refused:807")
    assert not history.task(task.id).cancel_asked


def test_a_stop_gives_back_only_what_is_its_own(store: Repositories, history: RunQueries) -> None:
    ids = [store.tasks.add(new_task(n))[0].id for n in range(3)]
    for task_id, owner in zip(ids, ("me", "me", "other"), strict=True):
        store.tasks.move(task_id, S.QUEUED, S.CLAIMED, owner=owner)
    assert store.tasks.release("me", S.CLAIMED, S.QUEUED, owner=None) == 2
    assert [task.worker for task in history.tasks()] == ["other", "", ""]
    assert [task.state for task in history.tasks()] == [S.CLAIMED, S.QUEUED, S.QUEUED]


def test_upload_links_grow_stale(database: Database) -> None:
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    store = open_repositories(database, now=lambda: now[0])
    for url in ("https://first", "https://second"):
        store.uploads.save("abc.png", "https://host", "me", Link(url, "api/abc.png"), timedelta(hours=20))
    assert store.uploads.find("abc.png", "https://host", "me") == Link("https://second", "api/abc.png")
    assert store.uploads.find("abc.png", "https://host", "other") is None
    assert store.uploads.find("abc.png", "https://elsewhere", "me") is None
    now[0] += timedelta(hours=21)
    assert store.uploads.find("abc.png", "https://host", "me") is None


def test_sixteen_threads_and_a_slow_reader_never_meet_a_lock(
    store: Repositories, history: RunQueries, database: Database, tmp_path: Path
) -> None:
    """C24: 16 times 50 writes while a reader keeps its view open and another process has the file open."""
    reading, done = threading.Event(), threading.Event()

    def keep_reading() -> None:
        with database.read() as connection:
            connection.execute(select(ledger)).all()
            reading.set()
            while not done.wait(0.5):
                connection.execute(select(ledger)).all()

    outsider = sqlite3.connect(tmp_path / "studio.db") if database.dialect == "sqlite" else None
    if outsider:
        outsider.execute("SELECT count(*) FROM tasks").fetchone()
    with ThreadPoolExecutor(17) as hands:
        reader = hands.submit(keep_reading)
        assert reading.wait(60)

        def write(thread: int) -> None:
            for number in range(50):
                task, _ = store.tasks.add(new_task(thread * 50 + number))
                assert history.task(task.id).id == task.id

        writers = [hands.submit(write, thread) for thread in range(16)]
        for writer in writers:
            writer.result(120)
        done.set()
        reader.result(60)
    assert history.count() == 800
    if outsider:
        assert outsider.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        outsider.close()


def test_a_run_of_another_process_that_began_and_ended_meanwhile_is_a_change(
    store: Repositories, database: Database
) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    reads = EngineQueries(database)
    store.tasks.add(new_task(1, worker="mine"))
    assert reads.changed_by_others("mine", before) == set()
    theirs, _ = store.tasks.add(new_task(2, worker="other"))
    queued = reads.changed_by_others("mine", before)
    assert queued == {(theirs.id, theirs.updated_at)}
    store.tasks.move(theirs.id, S.QUEUED, S.CANCELLED)
    assert reads.changed_by_others("mine", before) - queued
    assert reads.changed_by_others("mine", datetime.now(UTC) + timedelta(seconds=1)) == set()


def test_output_ids_sort_by_position() -> None:
    assert output_id("t", 2) < output_id("t", 10)


@pytest.mark.parametrize("amount", ["0.00000001", "123456789.12345678", "0", "1E+2"])
def test_money_is_exact(store: Repositories, history: RunQueries, amount: str) -> None:
    task, _ = store.tasks.add(new_task(estimate=Money(Decimal(amount), "USD")))
    found = history.task(task.id).estimate
    assert found == Money(Decimal(amount), "USD")
    assert "E+" not in str(found)
