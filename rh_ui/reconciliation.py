"""Every charge beside what it should be, and an account's charges beside what left its balance. Pure.

Units are never converted, and nothing is guessed: what can't be compared is not known, and says why.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from rh_ui.budget_rules import UNITS, Line, LineKind, RunMoney, Window, known_price, lines_of
from rh_ui.domain import Charged, Money, TaskState
from rh_ui.people import COINS

NEAR: Final = timedelta(hours=1)
"""How far from midnight a reading may be that ends one day and begins the next."""
NOTHING: Final = Decimal(0)


class Verdict(StrEnum):
    """The result of a comparison."""

    AGREED = "agreed"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """Why a comparison has no result."""

    OUTCOME = "outcome"
    """Nobody knows what became of the run."""
    CHARGE = "charge"
    """Some charge, or its amount, is not known."""
    ESTIMATE = "estimate"
    """The table has no price for it."""
    UNIT = "unit"
    """It was charged in another unit than the table's price."""
    START = "start"
    """The balance was not read near the beginning of the day."""
    END = "end"
    """The balance was not read near the end of the day."""
    READINGS = "readings"
    """Neither."""
    UNDER_WAY = "under-way"
    """Runs that were under way when the balance was read may be the difference."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an account held at a moment, as the service said."""

    site: str
    account: str
    at: datetime
    held: Mapping[str, Decimal]
    """By unit, as far as it was said."""


@dataclass(frozen=True, slots=True)
class RunCheck:
    """A run's charge beside its price by the table."""

    run: RunMoney
    verdict: Verdict
    why: Why | None = None
    unit: str = ""
    """Of `expected` and `by`."""
    expected: Decimal | None = None
    by: Decimal | None = None
    """How much more was charged; below zero: less."""


@dataclass(frozen=True, slots=True)
class UnitCheck:
    """What an account's runs were charged in one unit, beside how much its balance fell."""

    unit: str
    charged: Decimal
    verdict: Verdict
    why: Why | None = None
    fell: Decimal | None = None
    """Below zero: it rose. None: not known."""
    by: Decimal | None = None
    """How much more left the balance than the runs were charged; below zero: less."""


@dataclass(frozen=True, slots=True)
class AccountDay:
    """A day of an account, from the reading nearest to its beginning to the one nearest to its end."""

    day: date
    site: str
    account: str
    since: datetime | None
    """When the balance was read that the day begins with; None: it was not."""
    until: datetime | None
    units: tuple[UnitCheck, ...]
    checks: tuple[RunCheck, ...]
    """Of the runs that ended in it, or were sent in it and nobody knows what became of them."""

    @property
    def counts(self) -> Counter[Verdict]:
        return Counter(check.verdict for check in self.checks)


def check_run(run: RunMoney) -> RunCheck | None:
    """What was expected of a run beside its charge; None: it is open, so nothing can be said yet.

    A run is expected to cost its price by the table if it is done, and nothing otherwise. The service names
    amounts with as few as two places and does not say how it rounds, so a charge agrees that is the price
    rounded in any way to the places of the charge. A charge of nothing is exact.
    """
    if run.ended_at is None:
        unsettled = run.state is TaskState.UNKNOWN
        return RunCheck(run, Verdict.UNKNOWN, Why.OUTCOME) if unsettled else None
    charged = {unit: amount for unit, amount in run.charges.items() if amount}
    if run.charged is not Charged.NO and not run.charges:
        return RunCheck(run, Verdict.UNKNOWN, Why.CHARGE)
    if run.state is not TaskState.DONE and not charged:
        return RunCheck(run, Verdict.AGREED)
    price = known_price(run.estimate)
    if price is None:
        return RunCheck(run, Verdict.UNKNOWN, Why.ESTIMATE)
    unit, expected = price.currency, price.amount if run.state is TaskState.DONE else NOTHING
    if charged.keys() - {unit}:
        return RunCheck(run, Verdict.UNKNOWN, Why.UNIT, unit, expected)
    amount = charged.get(unit, NOTHING)
    by = amount - expected
    agreed = abs(by) < step_of(unit, amount) if amount else not by
    return RunCheck(run, Verdict.AGREED if agreed else Verdict.DIFFERS, None, unit, expected, by)


def told_lines(run: RunMoney) -> Iterator[Line]:
    """The lines of a run; a charge that is not what was expected has that beside it."""
    check = check_run(run)
    unit = check.unit if check and check.verdict is Verdict.DIFFERS else None
    for line in lines_of(run):
        if check and line.kind is LineKind.CHARGE and line.unit == unit:
            yield replace(line, expected=check.expected)
        else:
            yield line


def step_of(unit: str, *amounts: Decimal) -> Decimal:
    """The last place that one of these amounts has; for money at least a cent."""
    ends = (amount.as_tuple().exponent for amount in amounts)
    lowest = min((end for end in ends if isinstance(end, int)), default=0)
    return Decimal(1).scaleb(min(lowest, 0 if unit == COINS else -2))


@dataclass(frozen=True, slots=True)
class _Account:
    """The runs of an account, by their end and by when they were sent, and its readings in their order."""

    ended: Sequence[RunMoney]
    sent: Sequence[RunMoney]
    readings: Sequence[Reading]


def account_days(
    days: Sequence[tuple[date, Window]], runs: Iterable[RunMoney], readings: Iterable[Reading], now: datetime
) -> list[AccountDay]:
    """Each of these days of each account on which something was charged, was to be charged, or left the
    balance; newest first."""
    found: list[AccountDay] = []
    for (site, account), each in _accounts(runs, readings).items():
        for day, window in days:
            if window.start > now:
                continue
            made = _day(day, window, each, now)
            if made.units or made.checks:
                found.append(replace(made, site=site, account=account))
    return sorted(found, key=lambda each: (-each.day.toordinal(), each.site, each.account))


def _accounts(runs: Iterable[RunMoney], readings: Iterable[Reading]) -> dict[tuple[str, str], _Account]:
    by_account: dict[tuple[str, str], tuple[list[RunMoney], list[Reading]]] = {}
    for run in runs:
        by_account.setdefault((run.site, run.account), ([], []))[0].append(run)
    for reading in readings:
        by_account.setdefault((reading.site, reading.account), ([], []))[1].append(reading)
    return {
        key: _Account(
            sorted((run for run in of if run.ended_at), key=_end),
            sorted((run for run in of if run.sent_at), key=_sending),
            sorted(read, key=lambda reading: reading.at),
        )
        for key, (of, read) in by_account.items()
    }


def _day(day: date, window: Window, account: _Account, now: datetime) -> AccountDay:
    first = _nearest(account.readings, window.start)
    over = window.end <= now
    last = _nearest(account.readings, window.end) if over else next(reversed(account.readings), None)
    if first is not None and last is not None and last.at <= first.at:
        last = None
    start, end = first.at if first else window.start, last.at if last else window.end
    ended = _between(account.ended, start, end, _end)
    sent = _between(account.sent, start, end, _sending)
    later = [run for run in sent if run.ended_at is None or run.ended_at > end]
    shown = ended if over else _between(account.ended, start, window.end, _end)
    checks = [
        check for run in (*shown, *(run for run in later if not run.ended_at)) if (check := check_run(run))
    ]
    units = _units(first, last, ended, later, start)
    return AccountDay(
        day, "", "", first.at if first else None, last.at if last else None, tuple(units), tuple(checks)
    )


def _units(
    first: Reading | None,
    last: Reading | None,
    ended: Sequence[RunMoney],
    later: Sequence[RunMoney],
    start: datetime,
) -> Iterator[UnitCheck]:
    """`later`: the runs that were sent in this time and had not ended."""
    unknown = any(run.charged is not Charged.NO and not run.charges for run in ended)
    earlier = [run for run in ended if (run.sent_at <= start if run.sent_at else run.charges)]
    for unit in UNITS:
        charged = sum((run.charges.get(unit, NOTHING) for run in ended), NOTHING)
        before = None if first is None else first.held.get(unit)
        after = None if last is None else last.held.get(unit)
        if before is None or after is None:
            if charged:
                yield UnitCheck(unit, charged, Verdict.UNKNOWN, _missing(before, after))
            continue
        fell = before - after
        by, step = fell - charged, step_of(unit, before, after)
        if not (fell or charged):
            continue
        if abs(by) < step:
            yield UnitCheck(unit, charged, Verdict.AGREED, None, fell, by)
        elif unknown:
            yield UnitCheck(unit, charged, Verdict.UNKNOWN, Why.CHARGE, fell, by)
        elif -_most(earlier, unit) - step < by < _most(later, unit) + step:
            yield UnitCheck(unit, charged, Verdict.UNKNOWN, Why.UNDER_WAY, fell, by)
        else:
            yield UnitCheck(unit, charged, Verdict.DIFFERS, None, fell, by)


def _missing(before: Decimal | None, after: Decimal | None) -> Why:
    if before is None and after is None:
        return Why.READINGS
    return Why.START if before is None else Why.END


def _most(runs: Iterable[RunMoney], unit: str) -> Decimal:
    """The most that these runs can have taken from the balance for a while, or for good: their charges, and
    their prices, which are given back after a failure. Without both it can be anything."""
    found = NOTHING
    for run in runs:
        price = known_price(run.estimate)
        if price is None and not run.charges:
            return Decimal("Infinity")
        charge = run.charges.get(unit, NOTHING)
        found += max(charge, price.amount) if price and price.currency == unit else charge
    return found


def _nearest(readings: Sequence[Reading], moment: datetime) -> Reading | None:
    """The reading nearest to this moment, if it is near."""
    at = bisect_right(readings, moment, key=lambda reading: reading.at)
    beside = [reading for reading in readings[max(0, at - 1) : at + 1] if abs(reading.at - moment) <= NEAR]
    return min(beside, key=lambda reading: abs(reading.at - moment), default=None)


def _between(
    runs: Sequence[RunMoney], start: datetime, end: datetime, moment: Callable[[RunMoney], datetime]
) -> Sequence[RunMoney]:
    """Those after `start`, up to `end`."""
    return runs[bisect_right(runs, start, key=moment) : bisect_right(runs, end, key=moment)]


def _end(run: RunMoney) -> datetime:
    assert run.ended_at is not None
    return run.ended_at


def _sending(run: RunMoney) -> datetime:
    assert run.sent_at is not None
    return run.sent_at


def held_of(money: Money | None, coins: Decimal | None) -> dict[str, Decimal]:
    """What an account holds, by unit; what is in no known unit is left out."""
    found = {} if money is None or money.currency not in UNITS else {money.currency: money.amount}
    return found if coins is None else {**found, COINS: coins}
