"""Windows of budgets through every change of clocks, what a run holds, and which budget stops it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rh_ui.budget_rules import (
    RunMoney,
    Standing,
    Window,
    applying,
    holds_of,
    known_price,
    lines_of,
    refuse_over,
    window_of,
)
from rh_ui.domain import Charged, Money
from rh_ui.errors import BudgetRefused
from rh_ui.people import COINS, Budget, Holder, Period, RunOwner

SHANGHAI, ANGELES = "Asia/Shanghai", "America/Los_Angeles"
DAILY = Budget("b1", Holder.PERSON, "anna", Period.DAY, SHANGHAI, Decimal(20), "CNY")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def window(*ends: str) -> Window:
    """From and until 0:00 of these dates, each with its distance from UTC."""
    first, last = (at(f"{text[:10]}T00:00{text[10:]}:00") for text in ends)
    return Window(first, last)


def standing(budget: Budget = DAILY, spent: str = "0", added: str = "0") -> Standing:
    return Standing(budget, window_of(budget.period, budget.zone, NOW), Decimal(spent), Decimal(added))


NOW = at("2026-11-30T12:00:00+00:00")


@pytest.mark.parametrize(
    ("period", "zone", "now", "ends"),
    [
        (Period.DAY, SHANGHAI, "2026-11-30T15:59:59Z", ("2026-11-30+08", "2026-12-01+08")),
        (Period.DAY, SHANGHAI, "2026-11-30T16:00:00Z", ("2026-12-01+08", "2026-12-02+08")),
        (Period.DAY, ANGELES, "2026-11-30T07:59:59Z", ("2026-11-29-08", "2026-11-30-08")),
        (Period.DAY, ANGELES, "2026-11-30T08:00:00Z", ("2026-11-30-08", "2026-12-01-08")),
        # The clocks go forward on March 8, 2026, and back on November 1.
        (Period.DAY, ANGELES, "2026-03-08T20:00:00Z", ("2026-03-08-08", "2026-03-09-07")),
        (Period.DAY, ANGELES, "2026-11-01T20:00:00Z", ("2026-11-01-07", "2026-11-02-08")),
        (Period.WEEK, ANGELES, "2026-03-08T20:00:00Z", ("2026-03-02-08", "2026-03-09-07")),
        (Period.MONTH, ANGELES, "2026-11-30T20:00:00Z", ("2026-11-01-07", "2026-12-01-08")),
        (Period.WEEK, SHANGHAI, "2026-11-29T15:59:59Z", ("2026-11-23+08", "2026-11-30+08")),
        (Period.WEEK, SHANGHAI, "2026-11-29T16:00:00Z", ("2026-11-30+08", "2026-12-07+08")),
        (Period.MONTH, SHANGHAI, "2026-01-31T16:00:00Z", ("2026-02-01+08", "2026-03-01+08")),
        (Period.MONTH, SHANGHAI, "2026-12-31T15:59:00Z", ("2026-12-01+08", "2027-01-01+08")),
        # In Havana 0:00 comes twice when the clocks go back, and is skipped when they go forward.
        (Period.DAY, "America/Havana", "2026-11-01T12:00Z", ("2026-11-01-04", "2026-11-02-05")),
        (Period.DAY, "America/Havana", "2026-03-08T12:00Z", ("2026-03-08-05", "2026-03-09-04")),
    ],
)  # fmt: skip
def test_a_window_is_a_calendar_unit_of_its_zone(
    period: Period, zone: str, now: str, ends: tuple[str, str]
) -> None:
    assert window_of(period, zone, at(now)) == window(*ends)


def test_a_day_in_shanghai_is_24_hours_that_begin_at_16_in_utc() -> None:
    found = window_of(Period.DAY, SHANGHAI, NOW)
    assert (found.start.hour, found.start.tzinfo, found.end - found.start) == (16, UTC, timedelta(hours=24))


def test_a_day_has_23_or_25_hours_when_the_clocks_change() -> None:
    forward = window_of(Period.DAY, ANGELES, at("2026-03-08T12:00-07:00"))
    back = window_of(Period.DAY, ANGELES, at("2026-11-01T12:00-08:00"))
    assert forward.end - forward.start == timedelta(hours=23)
    assert back.end - back.start == timedelta(hours=25)


ZONES = st.sampled_from(
    [SHANGHAI, ANGELES, "UTC", "Europe/Berlin", "America/Havana", "Asia/Beirut", "Australia/Lord_Howe",
     "America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu"]
)  # fmt: skip
MOMENTS = st.integers(1_104_537_600, 2_208_988_800).map(lambda found: datetime.fromtimestamp(found, UTC))
"""From 2005 until 2040."""


@given(st.sampled_from(Period), ZONES, MOMENTS)
def test_windows_follow_each_other_without_a_gap(period: Period, zone: str, now: datetime) -> None:
    found = window_of(period, zone, now)
    assert found.start <= now < found.end
    assert window_of(period, zone, found.start) == found
    assert window_of(period, zone, found.end - timedelta(microseconds=1)) == found
    assert window_of(period, zone, found.end).start == found.end


@given(ZONES, MOMENTS)
def test_every_moment_of_one_local_date_is_in_one_day(zone: str, now: datetime) -> None:
    found = window_of(Period.DAY, zone, now)
    place = ZoneInfo(zone)
    last = found.end - timedelta(microseconds=1)
    assert (
        now.astimezone(place).date() == found.start.astimezone(place).date() == last.astimezone(place).date()
    )


@pytest.mark.parametrize(
    ("price", "known"),
    [
        (Money(Decimal("0.1"), "CNY"), True),
        (Money(Decimal(0), "USD"), True),
        (Money(Decimal(3), COINS), True),
        (Money(Decimal("-0.1"), "CNY"), False),
        (Money(Decimal("0.1"), "BTC"), False),
        (Money(Decimal("0.1"), ""), False),
        (Money(Decimal("NaN"), "CNY"), False),
        (Money(Decimal("Infinity"), "CNY"), False),
        (None, False),
    ],
)
def test_a_wrong_price_is_an_unknown_one(price: Money | None, known: bool) -> None:
    assert known_price(price) == (price if known else None)


def test_a_run_holds_its_price() -> None:
    assert holds_of(Money(Decimal("0.123456785"), "CNY"), [standing()]) == {"CNY": Decimal("0.12345678")}
    assert holds_of(Money(Decimal("0.5"), "CNY"), []) == {"CNY": Decimal("0.5")}, "for a budget that comes"
    assert holds_of(None, []) == {}


def test_a_run_without_a_price_holds_the_most_that_a_budget_says() -> None:
    low = standing(replace(DAILY, unpriced=Decimal(2)))
    high = standing(replace(DAILY, id="b2", period=Period.MONTH, unpriced=Decimal(5)))
    for both in ([low, high], [high, low]):
        assert holds_of(None, both) == {"CNY": Decimal(5)}
    coins = standing(replace(DAILY, id="b3", unit=COINS, unpriced=Decimal(100)))
    priced = holds_of(Money(Decimal("0.1"), "CNY"), [low, coins])
    assert priced == {"CNY": Decimal("0.1"), COINS: Decimal(100)}


@pytest.mark.parametrize("price", [None, Money(Decimal(1), "USD"), Money(Decimal(-1), "CNY")])
def test_without_the_switch_a_run_without_a_price_is_refused(price: Money | None) -> None:
    with pytest.raises(BudgetRefused, match="allows no run without a price") as refused:
        holds_of(price, [standing(spent="3")])
    assert refused.value.code == "budget-unpriced"
    assert refused.value.stop.needed is None and refused.value.stop.left == Decimal(17)


def test_a_run_may_spend_exactly_what_is_left() -> None:
    one = [standing(spent="19.5")]
    refuse_over({"CNY": Decimal("0.5")}, one)
    with pytest.raises(BudgetRefused):
        refuse_over({"CNY": Decimal("0.50000001")}, one)


def test_what_costs_nothing_runs_also_below_zero() -> None:
    below = standing(spent="25")
    assert below.left == Decimal(-5)
    refuse_over({"CNY": Decimal(0)}, [below])
    with pytest.raises(BudgetRefused, match="-5 of it are left"):
        refuse_over({"CNY": Decimal("0.01")}, [below])


def test_a_grant_and_a_correction_are_added() -> None:
    more = standing(spent="25", added="10")
    assert (more.limit, more.left) == (Decimal(30), Decimal(5))
    refuse_over({"CNY": Decimal(5)}, [more])


def over(standings: Sequence[Standing]) -> BudgetRefused:
    with pytest.raises(BudgetRefused) as refused:
        refuse_over({"CNY": Decimal(5)}, standings)
    return refused.value


def test_the_lowest_budget_is_named_with_all_that_a_person_needs() -> None:
    day, month = standing(spent="16"), standing(replace(DAILY, id="b2", period=Period.MONTH), "17.5")
    for both in ([day, month], [month, day]):
        stop = over(both).stop
        assert (stop.period, stop.left, stop.limit) == ("month", Decimal("2.5"), Decimal(20))
    refused = over([day])
    assert refused.code == "budget"
    stop = refused.stop
    assert (stop.holder, stop.holder_id, stop.unit, stop.needed, stop.zone) == (
        "person", "anna", "CNY", Decimal(5), SHANGHAI,
    )  # fmt: skip
    assert str(refused) == (
        "This run would cost 5 CNY. The budget of the person for the day is 20 CNY, and 4 of it are left; it "
        "renews on 2026-12-01 00:00 (Asia/Shanghai). Nothing was sent and nothing was charged."
    )


def test_of_two_equal_ones_that_which_holds_longer_is_named() -> None:
    day, month = standing(spent="16"), standing(replace(DAILY, id="b2", period=Period.MONTH), "16")
    week = standing(replace(DAILY, id="b3", period=Period.WEEK), "16")
    # November ends before the week does.
    for each in ([day, week, month], [month, week, day]):
        assert over(each).stop.period == "week"


def test_a_budget_for_everybody_applies_to_whoever_has_none() -> None:
    all_ = replace(DAILY, id="all", holder_id="")
    project = replace(DAILY, id="p", holder=Holder.PROJECT, holder_id="x")
    assert applying([all_, DAILY, project], "anna") == [DAILY, project]
    assert applying([all_, project], "anna") == [project, replace(all_, holder_id="anna")]
    assert applying([all_], "never seen before") == [replace(all_, holder_id="never seen before")]
    same = replace(project, holder_id="anna")
    assert applying([all_, same], "anna") == [same, replace(all_, holder_id="anna")], "that is a project"
    assert applying([], "anna") == []


OPEN_RUN = RunMoney(
    "r1", RunOwner("anna", "film"), "some/model", NOW, None, Charged.MAYBE, {}, {"CNY": Decimal(2)}
)
ENDED = NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        ({}, [("hold", NOW, "2", "CNY")]),
        (
            {"ended_at": ENDED, "charged": Charged.YES, "charges": {"CNY": Decimal("1.5")}},
            [("hold", NOW, "2", "CNY"), ("release", ENDED, "-2", "CNY"), ("charge", ENDED, "1.5", "CNY")],
        ),
        (
            {"ended_at": ENDED, "charged": Charged.NO},
            [("hold", NOW, "2", "CNY"), ("release", ENDED, "-2", "CNY")],
        ),
        (
            {"ended_at": ENDED, "charged": Charged.MAYBE},
            [("hold", NOW, "2", "CNY"), ("charge", ENDED, None, "CNY")],
        ),
        (
            {"ended_at": ENDED, "charged": Charged.YES, "charges": {COINS: Decimal(30)}},
            [("hold", NOW, "2", "CNY"), ("charge", ENDED, "30", COINS)],
        ),
        (
            {"charged": Charged.YES, "charges": {"CNY": Decimal("1.5")}},
            [("hold", NOW, "2", "CNY"), ("release", NOW, "-2", "CNY"), ("charge", NOW, "1.5", "CNY")],
        ),
        ({"ended_at": ENDED, "charged": Charged.YES, "held": {}}, [("charge", ENDED, None, "")]),
        ({"ended_at": ENDED, "charged": Charged.NO, "held": {}}, []),
        ({"charged": Charged.NO}, [("hold", NOW, "2", "CNY")]),
    ],
)  # fmt: skip
def test_the_lines_of_a_run(
    change: dict[str, object], lines: list[tuple[str, datetime, str | None, str]]
) -> None:
    run = replace(OPEN_RUN, **change)  # type: ignore[arg-type]
    found = lines_of(run)
    assert [(line.kind, line.at, line.amount, line.unit) for line in found] == [
        (kind, at_, None if amount is None else Decimal(amount), unit) for kind, at_, amount, unit in lines
    ]
    assert {(line.task_id, line.endpoint, line.owner) for line in found} <= {("r1", "some/model", run.owner)}
