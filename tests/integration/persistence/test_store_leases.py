"""Who works on what: silent processes lose their tasks, to one process only; a jump of a clock ends
nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from rh_ui.domain import Charged, TaskState
from rh_ui.engine.handovers import HANDOVERS
from rh_ui.errors import StorageFault
from rh_ui.persistence.database import Database, open_database
from rh_ui.persistence.leases import ONE_AT_A_TIME, Leases
from rh_ui.persistence.repositories.repositories import Repositories, open_repositories
from rh_ui.persistence.run_queries import RunQueries
from tests.integration.persistence.test_store_repositories import new_task
from tests.postgres import Postgres

S = TaskState
ACCOUNT = ("https://www.runninghub.ai", "0123456789ab")
ACTIVE = (S.QUEUED, S.CLAIMED, S.UPLOADING, S.SUBMITTING, S.RUNNING, S.DOWNLOADING)
FINISHED = (S.DONE, S.FAILED, S.CANCELLED, S.UNKNOWN)


def adopt(leases: Leases, worker: str, silent: float = 10, account: tuple[str, str] = ACCOUNT) -> list[str]:
    return leases.adopt(worker, silent=silent, accounts=[account], handovers=HANDOVERS, left="elsewhere")


def one_of_each(store: Repositories, owner: str | None) -> dict[TaskState, str]:
    made = {}
    for number, state in enumerate((*ACTIVE, *FINISHED)):
        task, _ = store.tasks.add(new_task(number, worker=owner))
        store.tasks.move(task.id, S.QUEUED, state)
        made[state] = task.id
    return made


def silence(database: Database, worker: str, seconds: float) -> None:
    """As if the worker's last heartbeat was longer ago."""
    with database.write() as connection:
        connection.execute(
            text("UPDATE workers SET seen_at = seen_at - make_interval(secs => :s) WHERE id = :w"),
            {"s": seconds, "w": worker},
        )


@pytest.mark.parametrize("owner", ["dead", None])
def test_what_nobody_has_is_adopted_as_a_restart_would(
    database: Database, store: Repositories, history: RunQueries, owner: str | None
) -> None:
    ids = one_of_each(store, owner)
    leases = Leases(database)
    leases.acquire("me", "host", 1)
    taken = adopt(leases, "me")
    assert taken == sorted(ids[state] for state in ACTIVE)
    tasks = {state: history.task(task_id) for state, task_id in ids.items()}
    for state in (S.QUEUED, S.CLAIMED, S.UPLOADING):
        assert (tasks[state].state, tasks[state].worker) == (S.QUEUED, "me")
    for state in (S.RUNNING, S.DOWNLOADING):
        assert (tasks[state].state, tasks[state].worker) == (state, "me")
    lost = tasks[S.SUBMITTING]
    assert (lost.state, lost.worker, lost.charged) == (S.UNKNOWN, "", Charged.MAYBE)
    assert lost.error is not None and lost.error.code == "outcome-unknown" and lost.error.message
    for state in FINISHED:
        assert (tasks[state].state, tasks[state].worker) == (state, owner or "")
    assert adopt(leases, "me") == []


def test_what_has_another_key_waits_and_says_so(
    database: Database, store: Repositories, history: RunQueries
) -> None:
    ids = one_of_each(store, "dead")
    leases = Leases(database)
    leases.acquire("me", "host", 1)
    keyless = adopt(leases, "me", account=("elsewhere", "x"))
    assert keyless == [ids[S.SUBMITTING], ids[S.DOWNLOADING]], "no key tells more; a link needs none"
    assert history.task(ids[S.RUNNING]).note == "elsewhere"
    assert history.task(ids[S.RUNNING]).worker == "dead"
    assert ids[S.RUNNING] in adopt(leases, "me")
    assert history.task(ids[S.RUNNING]).note == ""


def test_a_row_that_was_given_up_can_t_be_renewed(database: Database) -> None:
    leases = Leases(database)
    leases.acquire("me", "host", 1)
    assert leases.renew("me")
    leases.release("me")
    assert not leases.renew("me")


def test_one_that_was_given_up_itself_adopts_nothing(shared: Database) -> None:
    """Halted between its heartbeat and its look for others: it must register again first."""
    store, leases = open_repositories(shared), Leases(shared)
    one_of_each(store, "dead")
    leases.acquire("me", "host", 1)
    leases.release("me")
    assert adopt(leases, "me") == []
    leases.acquire("me again", "host", 1)
    assert len(adopt(leases, "me again")) == len(ACTIVE)
    shared.close()


def test_on_sqlite_whoever_holds_the_folder_has_everything_at_once(
    tmp_path: Path,
) -> None:
    database = open_database(f"sqlite:///{tmp_path}/studio.db")
    store, history, leases = open_repositories(database), RunQueries(database), Leases(database)
    leases.acquire("killed", "host", 1)
    ids = one_of_each(store, "killed")
    leases.acquire("me", "host", 2)
    assert len(adopt(leases, "me", silent=3600)) == len(ACTIVE)
    assert history.task(ids[S.RUNNING]).worker == "me"
    database.close()


@pytest.fixture
def shared(postgres: Postgres) -> Database:
    return open_database(postgres.cleaned_database())


def test_the_living_keep_theirs_until_they_were_silent_for_long(shared: Database) -> None:
    store, history, leases = open_repositories(shared), RunQueries(shared), Leases(shared)
    leases.acquire("other", "host", 1)
    ids = one_of_each(store, "other")
    leases.acquire("me", "host", 2)
    assert adopt(leases, "me") == []
    silence(shared, "other", 9)
    assert adopt(leases, "me") == []
    silence(shared, "other", 2)
    assert len(adopt(leases, "me")) == len(ACTIVE)
    assert not leases.renew("other"), "it must learn that it lost them"
    assert history.task(ids[S.RUNNING]).worker == "me"
    assert not store.tasks.move(ids[S.RUNNING], S.RUNNING, S.DOWNLOADING, worker="other")
    assert not store.tasks.move(ids[S.QUEUED], S.QUEUED, S.CLAIMED, worker="other")
    shared.close()


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_clock_that_jumps_ends_nobody(shared: Database, hours: int) -> None:
    """Leases use the database's clock: a machine's own time plays no part."""

    def jumped() -> datetime:
        return datetime.now(UTC) + timedelta(hours=hours)

    store, other, leases = open_repositories(shared), Leases(shared, jumped), Leases(shared)
    leases.acquire("me", "host", 1)
    other.acquire("other", "host", 2)
    mine, theirs = (
        store.tasks.add(new_task(1, worker="me")),
        store.tasks.add(new_task(2, worker="other")),
    )
    assert adopt(other, "other") == adopt(leases, "me") == []
    assert other.renew("other") and leases.renew("me")
    assert adopt(other, "other") == adopt(leases, "me") == []
    assert mine[0].worker == "me" and theirs[0].worker == "other"
    shared.close()


def test_of_many_that_see_a_death_each_task_goes_to_one(shared: Database) -> None:
    store, leases = open_repositories(shared), Leases(shared)
    leases.acquire("dead", "host", 0)
    for number in range(40):
        store.tasks.add(new_task(number, worker="dead"))
    silence(shared, "dead", 60)
    names = [f"w{number}" for number in range(6)]

    def rush(name: str) -> list[str]:
        leases.acquire(name, "host", 1)
        return adopt(leases, name)

    with ThreadPoolExecutor(6) as hands:
        shares = list(hands.map(rush, names))
    assert sorted(task_id for share in shares for task_id in share) == sorted(
        f"task-{number:04d}" for number in range(40)
    )
    history = RunQueries(shared)
    for name, share in zip(names, shares, strict=True):
        assert {history.task(task_id).worker for task_id in share} <= {name}
    shared.close()


def test_one_that_is_halted_in_its_transaction_holds_nobody_up(shared: Database) -> None:
    store, leases = open_repositories(shared), Leases(shared)
    leases.acquire("halted", "host", 1)
    leases.acquire("me", "host", 2)
    ids = [store.tasks.add(new_task(number, worker="halted"))[0].id for number in range(2)]
    silence(shared, "halted", 60)
    with pytest.raises(StorageFault), shared.write() as connection:
        connection.execute(ONE_AT_A_TIME)
        connection.execute(text("SELECT * FROM tasks FOR UPDATE"))
        assert adopt(leases, "me") == ids
        connection.execute(text("SELECT 1"))
    shared.close()


def test_many_that_start_on_an_empty_database_make_its_tables_once(postgres: Postgres) -> None:
    url = postgres.new_database()
    with ThreadPoolExecutor(4) as hands:
        opened = list(hands.map(lambda _: open_database(url), range(4)))
    open_repositories(opened[0]).tasks.add(new_task())
    assert RunQueries(opened[3]).count() == 1
    for database in opened:
        database.close()


def test_connections_that_were_cut_are_made_anew(postgres: Postgres) -> None:
    url = postgres.new_database()
    database = open_database(url)
    open_repositories(database).tasks.add(new_task())
    postgres.cut_off(url)
    assert RunQueries(database).count() == 1
    database.close()


def test_places_taken_and_wishes_are_told_across_processes(
    store: Repositories, history: RunQueries, database: Database
) -> None:
    one_of_each(store, "other")
    known = {(s.state, s.worker) for s in history.queue_rows(datetime.now(UTC))}
    assert known == {(state, "other") for state in ACTIVE}
    running = [task for task in history.tasks() if task.state is S.RUNNING]
    assert history.cancel_wishes("other") == []
    store.tasks.request_cancel(running[0].id)
    assert history.cancel_wishes("other") == [running[0].id]
    assert history.cancel_wishes("me") == []
