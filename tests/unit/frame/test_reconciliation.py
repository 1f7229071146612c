"""Charges beside what they should be, and days of an account beside its balance: agreed, differs, or not
known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rh_ui.budget_rules import LineKind, RunMoney, Window, window_of
from rh_ui.domain import Charged, Money, TaskState
from rh_ui.people import COINS, Period, RunOwner
from rh_ui.reconciliation import (
    AccountDay,
    Reading,
    UnitCheck,
    Verdict,
    Why,
    account_days,
    check_run,
    step_of,
    told_lines,
)

S, C = TaskState, Charged
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
DAY: Final = date(2026, 11, 30)
NOON: Final = datetime(2026, 11, 30, 12, tzinfo=SHANGHAI)
MIDNIGHT: Final = datetime(2026, 11, 30, tzinfo=SHANGHAI)
LATER: Final = NOON + timedelta(days=3)


def run(
    cost: str | None = "0.14",
    price: str | None = "0.14",
    *,
    unit: str = "CNY",
    at: datetime = NOON,
    **more: Any,
) -> RunMoney:
    """A run that took a minute."""
    made = RunMoney(
        task_id="r1", owner=RunOwner("anna"), endpoint="a/picture", ordered_at=at - timedelta(minutes=2),
        ended_at=at, charged=C.YES, charges={} if cost is None else {unit: Decimal(cost)}, held={},
        estimate=None if price is None else Money(Decimal(price), "CNY"), site="s", account="a",
        sent_at=at - timedelta(minutes=1),
    )  # fmt: skip
    return replace(made, **more)


def verdict(made: RunMoney) -> tuple[Verdict, Why | None, Decimal | None]:
    check = check_run(made)
    assert check is not None
    return check.verdict, check.why, check.by


@pytest.mark.parametrize(
    ("cost", "price"),
    [
        ("0.14", "0.14"),
        ("0.1", "0.10"),
        ("0.14", "0.1425"),  # rounded down
        ("0.15", "0.1425"),  # rounded up
        ("0.01", "0.0034"),
        ("12", "12"),
        ("0.00000001", "0.00000001"),
    ],
)
def test_a_charge_agrees_that_is_the_price_or_the_price_rounded(cost: str, price: str) -> None:
    assert verdict(run(cost, price))[:2] == (Verdict.AGREED, None)


@pytest.mark.parametrize(
    ("cost", "price", "by"),
    [
        ("0.15", "0.14", "0.01"),
        ("0.13", "0.14", "-0.01"),
        ("0.141", "0.1425", "-0.0015"),
        ("0.1425", "0.14", "0.0025"),  # the price has no more places: nothing was rounded
        ("0.28", "0.14", "0.14"),
        ("0.00000002", "0.00000001", "0.00000001"),
    ],
)
def test_any_other_charge_differs_by_so_much(cost: str, price: str, by: str) -> None:
    assert verdict(run(cost, price)) == (Verdict.DIFFERS, None, Decimal(by))


def test_a_run_that_was_free_costs_less_than_its_price() -> None:
    free = run(None, "0.004", charged=C.NO)
    assert verdict(free) == (Verdict.DIFFERS, None, Decimal("-0.004"))
    assert verdict(run("0", "0", charged=C.YES)) == (Verdict.AGREED, None, Decimal(0))


@pytest.mark.parametrize("state", [S.FAILED, S.CANCELLED])
def test_a_run_that_brought_nothing_should_cost_nothing(state: TaskState) -> None:
    assert verdict(run(None, charged=C.NO, state=state))[0] is Verdict.AGREED
    assert verdict(run(None, None, charged=C.NO, state=state))[0] is Verdict.AGREED
    assert verdict(run("0.05", state=state)) == (Verdict.DIFFERS, None, Decimal("0.05"))


def test_what_can_t_be_compared_says_why() -> None:
    assert verdict(run(None, charged=C.MAYBE))[:2] == (Verdict.UNKNOWN, Why.CHARGE)
    assert verdict(run(None, charged=C.YES))[:2] == (Verdict.UNKNOWN, Why.CHARGE)
    assert verdict(run(price=None))[:2] == (Verdict.UNKNOWN, Why.ESTIMATE)
    assert verdict(run(None, None, charged=C.NO))[:2] == (Verdict.UNKNOWN, Why.ESTIMATE)
    odd = run(estimate=Money(Decimal(-1), "CNY"))
    assert verdict(odd)[:2] == (Verdict.UNKNOWN, Why.ESTIMATE)
    assert verdict(run(unit="USD"))[:2] == (Verdict.UNKNOWN, Why.UNIT)
    both = run(charges={"CNY": Decimal("0.14"), COINS: Decimal(17)})
    assert verdict(both)[:2] == (Verdict.UNKNOWN, Why.UNIT)
    lost = run(None, charged=C.MAYBE, state=S.UNKNOWN, ended_at=None)
    assert verdict(lost)[:2] == (Verdict.UNKNOWN, Why.OUTCOME)


def test_an_open_run_has_no_verdict_yet() -> None:
    for state in (S.QUEUED, S.SUBMITTING, S.RUNNING, S.DOWNLOADING):
        assert check_run(run(None, charged=C.MAYBE, state=state, ended_at=None)) is None


def test_only_the_line_of_a_charge_that_differs_has_what_was_expected() -> None:
    differs = list(told_lines(run("0.2", held={"CNY": Decimal("0.14")})))
    assert {line.kind: line.expected for line in differs} == {
        LineKind.HOLD: None, LineKind.RELEASE: None, LineKind.CHARGE: Decimal("0.14"),
    }  # fmt: skip
    for other in (run(), run(None, charged=C.MAYBE), run(unit="USD"), run(state=S.RUNNING, ended_at=None)):
        assert all(line.expected is None for line in told_lines(other))


def test_the_step_is_the_last_place_of_an_amount_and_a_cent_at_most() -> None:
    assert step_of("CNY", Decimal("0.1")) == Decimal("0.01")
    assert step_of("CNY", Decimal("0.1425"), Decimal(3)) == Decimal("0.0001")
    assert step_of(COINS, Decimal(17)) == 1
    assert step_of("CNY", Decimal("1E+2")) == Decimal("0.01")


def read(hours: float, money: str | None = None, coins: str | None = None, **more: Any) -> Reading:
    """A reading so many hours after the day began."""
    said = {"CNY": money, COINS: coins}
    held = {unit: Decimal(amount) for unit, amount in said.items() if amount is not None}
    return replace(Reading("s", "a", MIDNIGHT + timedelta(hours=hours), held), **more)


def days_of(runs: list[RunMoney], *readings: Reading, now: datetime = LATER) -> list[AccountDay]:
    return account_days([(DAY, window_of(Period.DAY, "Asia/Shanghai", NOON))], runs, readings, now)


def unit_of(runs: list[RunMoney], *readings: Reading, now: datetime = LATER) -> UnitCheck:
    (day,) = days_of(runs, *readings, now=now)
    (unit,) = day.units
    return unit


BOTH: Final = (read(0.01, "100"), read(24.01, "99.86"))


def test_a_day_agrees_whose_charges_left_the_balance() -> None:
    found = unit_of([run()], *BOTH)
    assert found == UnitCheck("CNY", Decimal("0.14"), Verdict.AGREED, None, Decimal("0.14"), Decimal("0.00"))
    (day,) = days_of([run()], *BOTH)
    assert (day.since, day.until, day.counts[Verdict.AGREED]) == (BOTH[0].at, BOTH[1].at, 1)


def test_money_and_coins_are_apart() -> None:
    both = run(charges={"CNY": Decimal("0.14"), COINS: Decimal(17)})
    (day,) = days_of([both], read(0, "100", "50"), read(24, "99.86", "30"))
    assert [(unit.unit, unit.verdict, unit.by) for unit in day.units] == [
        ("CNY", Verdict.AGREED, Decimal(0)), (COINS, Verdict.DIFFERS, Decimal(3)),
    ]  # fmt: skip


def test_a_top_up_and_another_program_are_a_difference() -> None:
    top_up = unit_of([run()], read(0, "100"), read(24, "199.86"))
    assert (top_up.verdict, top_up.fell, top_up.by) == (Verdict.DIFFERS, Decimal("-99.86"), Decimal(-100))
    other = unit_of([], read(0, "100"), read(24, "98"))
    assert (other.verdict, other.charged, other.by) == (Verdict.DIFFERS, Decimal(0), Decimal(2))


def test_a_balance_that_is_told_in_cents_agrees_with_finer_charges() -> None:
    fine = [run("0.1425", "0.1425"), run("0.1425", "0.1425", task_id="r2")]
    assert unit_of(fine, read(0, "100"), read(24, "99.72")).verdict is Verdict.AGREED
    assert unit_of(fine, read(0, "100.0001"), read(24, "99.72")).verdict is Verdict.DIFFERS


@pytest.mark.parametrize(
    ("readings", "why"),
    [
        ((), Why.READINGS),
        (BOTH[:1], Why.END),
        (BOTH[1:], Why.START),
        ((read(-1.1, "100"), BOTH[1]), Why.START),
        ((BOTH[0], read(22.9, "99.86")), Why.END),
        ((replace(BOTH[0], account="another"), BOTH[1]), Why.START),
        ((BOTH[0], read(24, coins="5")), Why.END),
    ],
)
def test_a_day_without_a_reading_near_midnight_is_not_guessed(
    readings: tuple[Reading, ...], why: Why
) -> None:
    found = [day for day in days_of([run()], *readings) if day.account == "a"]
    (unit,) = found[0].units
    assert (unit.verdict, unit.why, unit.fell, unit.by) == (Verdict.UNKNOWN, why, None, None)


def test_the_reading_nearest_to_midnight_ends_one_day_and_begins_the_next() -> None:
    """Half an hour late: what ended until then belongs to the day before."""
    late = run(at=MIDNIGHT + timedelta(hours=24.4))
    evening = window_of(Period.DAY, "Asia/Shanghai", NOON)
    tomorrow = window_of(Period.DAY, "Asia/Shanghai", NOON + timedelta(days=1))
    readings = [read(0, "100"), read(23.2, "100"), read(24.5, "99.86"), read(48, "99.86")]
    found = account_days([(DAY, evening), (date(2026, 12, 1), tomorrow)], [late], readings, LATER)
    assert [(day.day, unit.verdict, unit.charged) for day in found for unit in day.units] == [
        (DAY, Verdict.AGREED, Decimal("0.14"))
    ]


def test_a_charge_that_nobody_knows_leaves_a_difference_open_and_no_agreement() -> None:
    maybe = run(None, charged=C.MAYBE, task_id="r2")
    missing = unit_of([run(), maybe], read(0, "100"), read(24, "99.72"))
    assert (missing.verdict, missing.why, missing.by) == (Verdict.UNKNOWN, Why.CHARGE, Decimal("0.14"))
    assert unit_of([run(), maybe], *BOTH).verdict is Verdict.AGREED


@pytest.mark.parametrize(
    ("sent", "ended", "fell", "said"),
    [
        (-0.1, 0.1, "0", Verdict.UNKNOWN),  # charged before the first reading
        (-0.1, 0.1, "0.14", Verdict.AGREED),
        (-0.1, 0.1, "0.3", Verdict.DIFFERS),  # more than it can explain
        (23.9, 24.2, "0.14", Verdict.UNKNOWN),  # charged before the last reading, ended after it
        (23.9, 24.2, "0.3", Verdict.DIFFERS),
        (23.9, None, "0.14", Verdict.UNKNOWN),  # still open
        (None, 12, "0", Verdict.UNKNOWN),  # made elsewhere: nobody knows when it was charged
    ],
)
def test_runs_under_way_when_the_balance_was_read_may_be_the_difference(
    sent: float | None, ended: float | None, fell: str, said: Verdict
) -> None:
    start = MIDNIGHT
    made = run(
        sent_at=None if sent is None else start + timedelta(hours=sent),
        ended_at=None if ended is None else start + timedelta(hours=ended),
        state=S.UNKNOWN if ended is None else S.DONE,
    )
    found = unit_of([made], read(0, "100"), read(24, str(100 - Decimal(fell))))
    assert found.verdict is said
    assert found.why is (Why.UNDER_WAY if said is Verdict.UNKNOWN else None)


def test_a_failure_whose_hold_was_given_back_after_midnight_is_under_way_too() -> None:
    back = run(
        None, charged=C.NO, state=S.FAILED,
        sent_at=MIDNIGHT + timedelta(hours=23.9), ended_at=MIDNIGHT + timedelta(hours=24.2),
    )  # fmt: skip
    assert unit_of([back], read(0, "100"), read(24, "99.86")).why is Why.UNDER_WAY
    never_sent = run(None, charged=C.NO, state=S.CANCELLED, sent_at=None)
    assert unit_of([never_sent], read(0, "100"), read(24, "100.14")).verdict is Verdict.DIFFERS


def test_a_run_without_a_price_that_is_under_way_can_be_any_difference() -> None:
    lost = run(None, None, charged=C.MAYBE, state=S.UNKNOWN, sent_at=NOON, ended_at=None)
    assert unit_of([lost], read(0, "100"), read(24, "3")).why is Why.UNDER_WAY
    (day,) = days_of([lost], read(0, "100"), read(24, "100"))
    assert day.units == () and day.counts == {Verdict.UNKNOWN: 1}


def test_today_is_compared_up_to_the_newest_reading_and_lists_runs_up_to_now() -> None:
    now = MIDNIGHT + timedelta(hours=14.5)
    after = run("0.2", at=MIDNIGHT + timedelta(hours=14.2), task_id="r2")
    (day,) = days_of([run(), after], read(0.01, "100"), read(13, "99.9"), read(14, "99.86"), now=now)
    assert (day.until, day.counts) == (
        MIDNIGHT + timedelta(hours=14), {Verdict.AGREED: 1, Verdict.DIFFERS: 1},
    )  # fmt: skip
    assert day.units[0].verdict is Verdict.AGREED
    assert days_of([run()], read(0.01, "100"), now=now)[0].units[0].why is Why.END
    assert days_of([run()], *BOTH, now=MIDNIGHT - timedelta(hours=1)) == [], "it has not begun"


def test_a_day_on_which_nothing_moved_is_left_out() -> None:
    assert days_of([], read(0, "100"), read(24, "100")) == []
    assert days_of([], read(0, "100")) == []


def test_a_day_when_the_clocks_change_has_its_own_length() -> None:
    """In Los Angeles 1 November 2026 has 25 hours."""
    place = ZoneInfo("America/Los_Angeles")
    day = window_of(Period.DAY, "America/Los_Angeles", datetime(2026, 11, 1, 12, tzinfo=place))
    last = run(at=day.end - timedelta(minutes=30))
    readings = [
        Reading("s", "a", day.start, {"CNY": Decimal(100)}),
        Reading("s", "a", day.start + timedelta(hours=24), {"CNY": Decimal(100)}),
        Reading("s", "a", day.end, {"CNY": Decimal("99.86")}),
    ]
    (found,) = account_days([(date(2026, 11, 1), day)], [last], readings, LATER)
    assert found.units[0].verdict is Verdict.AGREED and found.until == day.end


@given(
    minutes=st.lists(st.integers(1, 4 * 24 * 60 - 1), max_size=30),
    drift=st.lists(st.integers(-50, 50), min_size=5, max_size=5),
)
def test_every_charge_is_in_one_day_and_days_that_were_read_agree(
    minutes: list[int], drift: list[int]
) -> None:
    """Wherever the readings are around midnight: runs that are short belong to one day, and it agrees."""
    moments = [MIDNIGHT + timedelta(minutes=at) for at in minutes]
    runs = [run(at=at, sent_at=at, task_id=str(number)) for number, at in enumerate(moments)]
    borders = [MIDNIGHT + timedelta(days=day, minutes=off) for day, off in enumerate(drift)]
    spent = [(each.ended_at or LATER, each.charges["CNY"]) for each in runs]
    readings = [
        Reading("s", "a", at, {"CNY": 100 - sum((cost for end, cost in spent if end <= at), Decimal(0))})
        for at in borders
    ]
    days = [
        (DAY + timedelta(days=n), Window(MIDNIGHT + timedelta(days=n), MIDNIGHT + timedelta(days=n + 1)))
        for n in range(4)
    ]
    found = account_days(days, runs, readings, LATER + timedelta(days=9))
    assert all(unit.verdict is Verdict.AGREED for day in found for unit in day.units)
    counted = sum((unit.charged for day in found for unit in day.units), Decimal(0))
    inside = [at for at in moments if borders[0] < at <= borders[-1]]
    assert counted == Decimal("0.14") * len(inside)
