"""The queue and its slots as all processes share them; accounts that are paused for want of money."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from rh_ui.domain import Money, Pause, TaskState
from rh_ui.persistence.database import open_database
from rh_ui.persistence.repositories.repositories import Repositories, open_repositories
from rh_ui.persistence.row_mapping import SlotLimit
from rh_ui.persistence.run_queries import RunQueries
from tests.integration.persistence.test_store_repositories import new_task

S = TaskState
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SITE, ACCOUNT = "https://www.runninghub.ai", "0123456789ab"
PAUSE = Pause(SITE, ACCOUNT, "416", NOW)


def claim(store: Repositories, task_id: str, places: int, since: datetime = NOW) -> bool:
    return store.tasks.move(task_id, S.QUEUED, S.CLAIMED, limit=SlotLimit(places, since), owner="me")


def test_a_place_is_given_only_where_there_is_one(store: Repositories) -> None:
    for number in range(4):
        store.tasks.add(new_task(number))
    store.tasks.add(new_task(9, account="another"))
    assert claim(store, "task-0000", 2) and claim(store, "task-0001", 2)
    assert not claim(store, "task-0002", 2)
    assert claim(store, "task-0009", 1), "the other account has places of its own"
    assert not claim(store, "task-0404", 9)
    store.tasks.move("task-0000", S.CLAIMED, S.CANCELLED)
    store.pauses.add(PAUSE)
    assert not claim(store, "task-0002", 2)
    store.pauses.remove(SITE, ACCOUNT)
    assert claim(store, "task-0002", 2)


@pytest.mark.parametrize(("minutes", "free"), [(29, False), (31, True)])
def test_an_unknown_outcome_has_a_place_for_a_while(store: Repositories, minutes: int, free: bool) -> None:
    for number in range(2):
        store.tasks.add(new_task(number))
    store.tasks.move("task-0000", S.QUEUED, S.UNKNOWN, submitted_at=NOW - timedelta(minutes=minutes))
    assert claim(store, "task-0001", 1, since=NOW - timedelta(minutes=30)) is free


def test_many_who_want_the_last_places_get_no_more_than_there_are(store: Repositories) -> None:
    ids = [store.tasks.add(new_task(number))[0].id for number in range(24)]
    with ThreadPoolExecutor(8) as hands:
        got = list(hands.map(lambda task_id: claim(store, task_id, 5), ids))
    assert sum(got) == 5


def test_a_run_is_moved_up_among_its_submitter_s_own(store: Repositories, history: RunQueries) -> None:
    for number, submitter in enumerate(("one", "one", "two", "one")):
        store.tasks.add(new_task(number, submitter=submitter))
    assert store.tasks.move_up("task-0001") and store.tasks.move_up("task-0003")
    known = {task.id: (task.submitter, task.priority) for task in history.tasks()}
    assert known == {
        "task-0000": ("one", 0),
        "task-0001": ("one", 1),
        "task-0002": ("two", 0),
        "task-0003": ("one", 2),
    }
    store.tasks.move("task-0000", S.QUEUED, S.CLAIMED)
    assert not store.tasks.move_up("task-0000")
    assert not store.tasks.move_up("task-0404")


def test_a_paused_account_is_remembered_once_and_until_it_continues(
    store: Repositories, history: RunQueries
) -> None:
    assert store.pauses.add(PAUSE)
    assert not store.pauses.add(Pause(SITE, ACCOUNT, "812", NOW + timedelta(hours=1)))
    assert history.pauses() == [PAUSE]
    for amount in ("0.05", "12"):
        store.pauses.record_balance(SITE, ACCOUNT, Money(Decimal(amount), "CNY"), None)
    for coins in ("0", "7"):
        store.pauses.record_balance(SITE, ACCOUNT, None, Decimal(coins))
    assert history.pauses()[0].coins == Decimal(0), "a purse that was not told before, too"
    assert not store.pauses.remove(SITE, ACCOUNT, NOW - timedelta(seconds=1)), "another pause"
    assert history.pauses()[0].seen == Money(Decimal("0.05"), "CNY"), "the first look counts"
    assert not store.pauses.remove(SITE, "another")
    assert store.pauses.remove(SITE, ACCOUNT)
    assert not store.pauses.remove(SITE, ACCOUNT)
    assert history.pauses() == []


def test_what_is_unfinished_is_told_with_what_the_line_needs(
    store: Repositories, history: RunQueries
) -> None:
    states = (S.QUEUED, S.RUNNING, S.DOWNLOADING, S.DONE, S.UNKNOWN, S.UNKNOWN)
    for number, state in enumerate(states):
        store.tasks.add(new_task(number, submitter="one"))
        sent = NOW - timedelta(minutes=10 * number)
        store.tasks.move(f"task-{number:04d}", S.QUEUED, state, submitted_at=sent, owner="me")
    found = history.queue_rows(NOW - timedelta(minutes=45))
    assert [standing.id for standing in found] == ["task-0000", "task-0001", "task-0002", "task-0004"]
    assert {standing.submitter for standing in found} == {"one"}
    assert found[3].submitted_at == NOW - timedelta(minutes=40)


@pytest.fixture
def old_file(tmp_path: Path) -> str:
    """A database made by the earlier release, with a run in it."""
    url = f"sqlite:///{tmp_path}/old.db"
    engine = create_engine(url)
    config = Config()
    config.set_main_option("script_location", "rh_ui.persistence:migrations")
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text(
                "INSERT INTO tasks VALUES ('t', NULL, 'queued', 'm', 'image', '{}', NULL, '', "
                "'2026-05-01', '2026-05-01', NULL, NULL, NULL, '', 's', 'a', NULL, '', NULL, '', 'no', "
                "NULL, '', '', 0, 0, 0)"
            )
        )
    engine.dispose()
    return url


def test_a_database_of_the_release_before_is_brought_up(old_file: str) -> None:
    database = open_database(old_file)
    task = RunQueries(database).task("t")
    assert (task.submitter, task.priority) == ("", 0)
    assert open_repositories(database).tasks.move_up("t")
    database.close()
