"""What a budget allows: its windows, what a run holds of it, and which one stops a run. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from rh_ui.domain import Charged, Money, TaskState
from rh_ui.errors import BudgetRefused, BudgetStop
from rh_ui.people import COINS, Budget, Holder, Period, RunOwner

UNITS: Final = ("CNY", "USD", COINS)
"""What the service charges in. A price in anything else counts as not known."""
GRANT: Final = "grant"
CORRECTION: Final = "correction"
ASKS_FOR: Final = timedelta(hours=24)
"""How long a run waits for an admin's yes."""
PLACES: Final = Decimal("0.00000001")
"""The smallest part of a unit that is stored."""


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` until before `end`, both aware UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How a budget stands in the window that is now."""

    budget: Budget
    window: Window
    spent: Decimal
    """What its runs cost, or hold, in this window."""
    added: Decimal = Decimal(0)
    """Grants that last, and corrections of this window."""

    @property
    def limit(self) -> Decimal:
        return self.budget.amount + self.added

    @property
    def left(self) -> Decimal:
        """Below zero where more was spent than was allowed."""
        return self.limit - self.spent


def window_of(period: Period, zone: str, now: datetime) -> Window:
    """The calendar day, week or month of a time zone that `now` is in.

    A day begins at 0:00 of its zone: where the clock skips that time, at the skip; where it comes twice, at
    the first. So a day has 23 or 25 hours when the clocks change.
    """
    place = ZoneInfo(zone)
    day = now.astimezone(place).date()
    match period:
        case Period.DAY:
            first, following = day, day + timedelta(days=1)
        case Period.WEEK:
            first = day - timedelta(days=day.weekday())
            following = first + timedelta(days=7)
        case Period.MONTH:
            first = day.replace(day=1)
            following = (first + timedelta(days=31)).replace(day=1)
    return Window(_midnight(first, place), _midnight(following, place))


def _midnight(day: date, place: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, place).astimezone(UTC)


def known_price(price: Money | None) -> Money | None:
    """The price, if a hold can be made of it: not below zero, and in a known unit."""
    if price is None or price.currency not in UNITS or not price.amount.is_finite() or price.amount < 0:
        return None
    return price


def applying(budgets: Iterable[Budget], person: str) -> list[Budget]:
    """The budgets that stop the runs of a person, out of theirs and those for everybody (holder id empty),
    which apply to whoever has none of their own."""
    found = list(budgets)
    own = [budget for budget in found if budget.holder_id]
    if any(budget.holder_id == person and budget.holder is Holder.PERSON for budget in own):
        return own
    return own + [replace(budget, holder_id=person) for budget in found if not budget.holder_id]


def holds_of(price: Money | None, standings: Sequence[Standing]) -> dict[str, Decimal]:
    """What a run holds, by unit: its price, and in each other unit that a budget is in the most that one of
    them says for such runs. Raises BudgetRefused where one of them allows no run without a price."""
    held: dict[str, Decimal] = {}
    known = known_price(price)
    if known is not None:
        held[known.currency] = known.amount.quantize(PLACES, rounding=ROUND_HALF_EVEN)
    for standing in standings:
        unit, unpriced = standing.budget.unit, standing.budget.unpriced
        if known is not None and known.currency == unit:
            continue
        if unpriced is None:
            raise BudgetRefused(stop_of(standing, None))
        held[unit] = max(held.get(unit, unpriced), unpriced)
    return held


def refuse_over(held: Mapping[str, Decimal], standings: Sequence[Standing]) -> None:
    """Raise BudgetRefused, with the lowest budget, where a run would hold more than is left. A run that holds
    nothing is never refused."""
    over = [each for each in standings if 0 < held[each.budget.unit] > each.left]
    if over:
        lowest = min(over, key=lambda each: (each.left, -each.window.end.timestamp()))
        raise BudgetRefused(stop_of(lowest, held[lowest.budget.unit]))


def asks_above(standings: Iterable[Standing]) -> dict[str, Decimal]:
    """Above what a run asks an admin, by unit: the lowest amount of the budgets that apply."""
    lowest: dict[str, Decimal] = {}
    for budget in (standing.budget for standing in standings):
        if budget.ask_above is not None:
            lowest[budget.unit] = min(lowest.get(budget.unit, budget.ask_above), budget.ask_above)
    return lowest


def asked_about(held: Mapping[str, Decimal], above: Mapping[str, Decimal]) -> tuple[Decimal, str] | None:
    """The amount and its unit above which a run that holds so much asks; None: it need not ask."""
    return next(((above[unit], unit) for unit in held if unit in above and held[unit] > above[unit]), None)


def stop_of(standing: Standing, needed: Decimal | None) -> BudgetStop:
    budget = standing.budget
    return BudgetStop(
        holder=budget.holder.value, holder_id=budget.holder_id, name="", period=budget.period.value,
        zone=budget.zone, unit=budget.unit, limit=standing.limit, needed=needed, left=standing.left,
        renews=standing.window.end.astimezone(ZoneInfo(budget.zone)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A line that an admin adds: a grant, which raises every budget of its holder in this unit as long as it
    lasts, or a correction, which counts in the window that it is made in. Lines are never changed."""

    id: str
    kind: str
    """GRANT or CORRECTION."""
    holder: Holder
    holder_id: str
    amount: Decimal
    """Added to what may be spent."""
    unit: str
    at: datetime
    made_by: str
    until: datetime | None = None
    """When a grant ends."""
    task_id: str = ""
    """The run that a correction is about."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class RunMoney:
    """What a run holds and cost."""

    task_id: str
    owner: RunOwner
    endpoint: str
    ordered_at: datetime
    ended_at: datetime | None
    """None: it is open."""
    charged: Charged
    charges: Mapping[str, Decimal]
    """What it cost, by unit, as far as that is known."""
    held: Mapping[str, Decimal]
    """What it holds or held, by unit."""
    state: TaskState = TaskState.DONE
    estimate: Money | None = None
    """Its price by the table, when it was ordered."""
    site: str = ""
    account: str = ""
    sent_at: datetime | None = None
    """None: it was not sent, or elsewhere."""


def corrected(
    sums: Mapping[str, Mapping[str, Decimal | int]], lines: Iterable[Adjustment]
) -> dict[str, dict[str, Decimal | int]]:
    """What each person spent, by unit, with the corrections among these lines of people."""
    found = {person: dict(spent) for person, spent in sums.items()}
    for line in lines:
        if line.kind == CORRECTION and line.unit in UNITS:
            spent = found.setdefault(line.holder_id, dict.fromkeys(UNITS, Decimal(0)) | {"unknown": 0})
            spent[line.unit] -= line.amount
    return found


class LineKind(StrEnum):
    """What a line of the ledger is."""

    HOLD = "hold"
    RELEASE = "release"
    CHARGE = "charge"
    CORRECTION = "correction"
    GRANT = "grant"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of somebody's spending. What a run counts is the sum of its lines, as they are."""

    kind: LineKind
    at: datetime
    amount: Decimal | None
    """Spent; below zero: given back. None: it was or may have been charged, and how much is not known, so its
    hold stays."""
    unit: str
    owner: RunOwner
    task_id: str = ""
    endpoint: str = ""
    until: datetime | None = None
    note: str = ""
    expected: Decimal | None = None
    """What a charge should have been, where it is something else."""


def lines_of(run: RunMoney) -> list[Line]:
    """The lines of a run, in their order in time. A hold is given back when the run's charge in this unit is
    known, or when it ended without one."""

    def line(kind: LineKind, at: datetime, amount: Decimal | None, unit: str) -> Line:
        return Line(kind, at, amount, unit, run.owner, run.task_id, run.endpoint)

    found = [line(LineKind.HOLD, run.ordered_at, amount, unit) for unit, amount in run.held.items()]
    ended = run.ended_at or run.ordered_at
    free = run.ended_at is not None and run.charged is Charged.NO
    for unit, amount in run.held.items():
        if free or unit in run.charges:
            found.append(line(LineKind.RELEASE, ended, -amount, unit))
    found += [line(LineKind.CHARGE, ended, amount, unit) for unit, amount in run.charges.items()]
    if run.ended_at is not None and run.charged is not Charged.NO and not run.charges:
        found += [line(LineKind.CHARGE, ended, None, unit) for unit in run.held or ("",)]
    return found
