"""Accounts that are paused, by this program and by others on the same database, and what ends a pause."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from rh_ui.domain import Money, Pause
from rh_ui.persistence.database_clock import utc_now
from tests.unit.engine.admission_alone import ACCOUNT, TIMINGS, AdmissionAlone


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[AdmissionAlone]:
    made = AdmissionAlone(tmp_path)
    yield made
    made.database.close()


def test_a_stored_pause_stops_and_its_end_starts_again(desk: AdmissionAlone) -> None:
    desk.enqueue()
    desk.planned()
    desk.store.pauses.add(Pause(*ACCOUNT, "812", utc_now()))
    before = desk.changes
    desk.admission.sync_with_database()
    assert desk.planned() and desk.changes == before + 1
    assert [pause.code for pause, _ in desk.admission.pauses()] == ["812"]
    desk.admission.sync_with_database()
    assert not desk.planned() and desk.changes == before + 1, "nothing new"
    desk.store.pauses.remove(*ACCOUNT)
    desk.admission.sync_with_database()
    assert desk.planned() and desk.admission.pauses() == []


def paused(desk: AdmissionAlone, code: str, age: float = 0.0) -> Pause:
    """The account has been paused for this many seconds, as stored."""
    pause = Pause(*ACCOUNT, code, utc_now() - timedelta(seconds=age))
    assert desk.store.pauses.add(pause)
    desk.admission.sync_with_database()
    return pause


def test_a_newer_stored_pause_replaces_the_one_in_memory(desk: AdmissionAlone) -> None:
    paused(desk, "414")
    assert desk.store.pauses.remove(*ACCOUNT)
    paused(desk, "416")
    assert [pause.code for pause, _ in desk.admission.pauses()] == ["416"]


def test_an_old_refusal_that_passes_does_not_lift_a_newer_one_of_another_program(
    desk: AdmissionAlone,
) -> None:
    desk.enqueue()
    paused(desk, "414", age=TIMINGS.allowance + 1)
    assert desk.store.pauses.remove(*ACCOUNT)
    assert desk.store.pauses.add(Pause(*ACCOUNT, "416", utc_now()))
    assert desk.look() == TIMINGS.balance and desk.scheduled == []
    assert [pause.code for pause in desk.history.pauses()] == ["416"]
    assert [pause.code for pause, _ in desk.admission.pauses()] == ["416"]


@pytest.mark.parametrize(
    ("age", "goes"),
    [(0.0, False), (TIMINGS.allowance + 1, True), (-3600.0, True)],
    ids=["new", "old", "ahead"],
)
def test_an_allowance_is_tried_again_after_a_while_also_where_the_clock_was_set_back(
    desk: AdmissionAlone, age: float, goes: bool
) -> None:
    (task,) = desk.enqueue()
    paused(desk, "414", age)
    desk.look()
    assert desk.scheduled == ([task.id] if goes else [])


@pytest.mark.parametrize("seen", ["nothing", "money only"])
def test_more_coins_end_a_pause_as_more_money_does(desk: AdmissionAlone, seen: str) -> None:
    """Also where an older version stored only the money."""
    (task,) = desk.enqueue()
    paused(desk, "416")
    desk.figures.money, desk.figures.coins = Money(Decimal(1), "CNY"), "100"
    if seen == "money only":
        desk.store.pauses.record_balance(*ACCOUNT, Money(Decimal(1), "CNY"), None)
    desk.look()
    desk.look()
    desk.figures.coins = "99"
    desk.look()
    assert desk.scheduled == [] and desk.history.pauses()[0].coins == Decimal(100)
    desk.figures.coins = "101"
    desk.look()
    assert desk.scheduled == [task.id] and desk.history.pauses() == []
