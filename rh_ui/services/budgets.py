"""Budgets of people, projects and tokens: what they allow, what is left, and what was spent of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rh_ui.budget_rules import (
    CORRECTION,
    GRANT,
    PLACES,
    UNITS,
    Adjustment,
    Line,
    LineKind,
    Standing,
    Window,
    corrected,
    window_of,
)
from rh_ui.domain import new_id
from rh_ui.errors import AmountRefused, NotFound
from rh_ui.people import Action, AuditEntry, Budget, Caller, Holder, Period, Right, RunOwner
from rh_ui.persistence.budget_admission import holders
from rh_ui.persistence.database_clock import utc_now
from rh_ui.persistence.repositories.budgets import BudgetRepository
from rh_ui.reconciliation import told_lines
from rh_ui.services.audit_log import AuditLog
from rh_ui.services.people import need

MOST: Final = Decimal(10) ** 9
"""No budget or grant is larger."""
LISTED: Final = 200
"""The newest runs whose lines a page gets; an export has all."""
LONGEST_GRANT: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Spending:
    """What was spent in a month."""

    window: Window
    lines: tuple[Line, ...]
    """Newest first."""
    sums: Mapping[str, Mapping[str, Decimal | int]]
    """By person: what was spent, by unit, and under `unknown` how many charges nobody knows the amount of."""
    is_whole: bool
    """Whether all lines are there."""


class Budgets:
    """Thread-safe. Methods raise StorageFault; `by` is who does it, and what they do is in the audit log."""

    def __init__(
        self, repository: BudgetRepository, audit: AuditLog, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._repository = repository
        self._audit = audit
        self._now = now

    def every(self, by: Caller) -> list[tuple[Budget, Standing | None]]:
        """All budgets, each as it stands; one for everybody has no standing of its own. Raises
        RightRefused."""
        need(by, Right.MANAGE)
        every = self._repository.every()
        stand = {each.budget.id: each for each in self._repository.standings_of(every)}
        return [(budget, stand.get(budget.id)) for budget in every]

    def left(self, owner: RunOwner) -> list[Standing]:
        """What the runs of this owner may spend now; empty: as much as they like."""
        return self._repository.standings(owner) if owner.person else []

    def set(self, made: Budget, by: Caller) -> Budget:
        """Store a budget, in place of the one of the same holder, period and unit. A person's id may be
        empty: it applies to everybody who has no budget of their own. Raises RightRefused, NotFound and
        AmountRefused."""
        need(by, Right.MANAGE)
        if made.holder_id or made.holder is not Holder.PERSON:
            self._require(made.holder, made.holder_id)
        for amount in (made.amount, made.unpriced, made.ask_above):
            _check_amount(amount or Decimal(0), made.unit, least=Decimal(0))
        check_zone(made.zone)
        told = self._told(by, Action.BUDGET_SET, made.holder_id, _person(made), _details(made))
        return self._repository.put(made, told)

    def remove(self, budget_id: str, by: Caller) -> None:
        """Raises RightRefused and NotFound."""
        need(by, Right.MANAGE)
        gone = self._repository.get(budget_id)
        told = self._told(by, Action.BUDGET_REMOVED, gone.holder_id, _person(gone), _details(gone))
        self._repository.remove(budget_id, told)

    def grant(
        self,
        holder: Holder,
        holder_id: str,
        amount: Decimal,
        unit: str,
        until: datetime,
        note: str,
        by: Caller,
    ) -> Adjustment:
        """Raise the budgets of a holder in this unit until then. Raises RightRefused, NotFound and
        AmountRefused."""
        need(by, Right.MANAGE)
        self._require(holder, holder_id)
        _check_amount(amount, unit, least=PLACES)
        now = self._now()
        if not now < until <= now + LONGEST_GRANT:
            raise AmountRefused("A grant ends within a year, and not before now.", "grant-end")
        made = Adjustment(new_id(), GRANT, holder, holder_id, amount, unit, now, by.person, until, note=note)
        details = {"amount": f"{amount:f} {unit}", "until": until.isoformat(timespec="minutes")}
        owner = holder_id if holder is Holder.PERSON else ""
        self._repository.adjust([made], self._told(by, Action.GRANTED, holder_id, owner, details))
        return made

    def correct(self, task_id: str, amount: Decimal, unit: str, note: str, by: Caller) -> None:
        """Give back what a run was charged too much (above zero), or count what it was charged too little, to
        its person, its project and its token. Raises RightRefused, NotFound and AmountRefused."""
        need(by, Right.MANAGE)
        _check_amount(abs(amount), unit, least=PLACES)
        owner, now = self._repository.owner_of(task_id), self._now()
        if not owner.person:
            raise NotFound(f"There is no run {task_id}.")
        made = [
            Adjustment(
                new_id(), CORRECTION, holder, holder_id, amount, unit, now, by.person, None, task_id, note
            )
            for holder, holder_id in holders(owner)
        ]
        details = {"amount": f"{amount:f} {unit}", "note": note}
        self._repository.adjust(made, self._told(by, Action.CORRECTED, task_id, owner.person, details))

    def spending(
        self, by: Caller, month: datetime, zone: str, person: str = "", limit: int | None = LISTED
    ) -> Spending:
        """What a person spent in the month of a time zone that this moment is in; for an admin also another
        person, or all (empty). Raises RightRefused and AmountRefused."""
        if by.person and person != by.person:
            need(by, Right.MANAGE)
        check_zone(zone)
        window = window_of(Period.MONTH, zone, month)
        more = None if limit is None else limit + 1
        runs = self._repository.runs(window, person, more)
        whole = limit is None or len(runs) <= limit
        made = self._repository.adjustments(window, person)
        lines = [*(line for run in runs[:limit] for line in told_lines(run)), *map(_line, made)]
        newest = sorted(lines, key=lambda line: line.at, reverse=True)
        return Spending(window, tuple(newest), corrected(self._repository.sums(window, person), made), whole)

    def names(self, wanted: Iterable[tuple[Holder, str]] | None = None) -> Mapping[tuple[Holder, str], str]:
        """What these people, projects and tokens are called, or all."""
        return self._repository.names(wanted)

    def _told(
        self, by: Caller, action: Action, target: str, owner: str, details: Mapping[str, str]
    ) -> list[AuditEntry]:
        """The entry of the audit log; none without people."""
        return [self._audit.entry(by, action, target, owner, details)] if by.person else []

    def _require(self, holder: Holder, holder_id: str) -> None:
        if not self._repository.names([(holder, holder_id)]):
            raise NotFound(f"There is no such {holder.value}.")


def _line(made: Adjustment) -> Line:
    """A grant spends nothing; a correction above zero gives back."""
    owner = RunOwner(**{made.holder.value: made.holder_id})
    kind = LineKind(made.kind)
    amount = made.amount if kind is LineKind.GRANT else -made.amount
    return Line(kind, made.at, amount, made.unit, owner, made.task_id, until=made.until, note=made.note)


def _check_amount(amount: Decimal, unit: str, least: Decimal) -> None:
    if unit not in UNITS or not least <= amount <= MOST:
        raise AmountRefused(
            "The amount is too small or too large, or of no unit that is known.", "budget-amount"
        )


def check_zone(zone: str) -> None:
    """Raises AmountRefused for a time zone that does not exist."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise AmountRefused("There is no such time zone.", "budget-zone") from None


def _person(budget: Budget) -> str:
    return budget.holder_id if budget.holder is Holder.PERSON else ""


def _details(budget: Budget) -> dict[str, str]:
    amounts = {"amount": budget.amount, "unpriced": budget.unpriced, "ask_above": budget.ask_above}
    return {
        "holder": budget.holder.value, "period": budget.period.value, "zone": budget.zone,
        **{name: f"{amount:f} {budget.unit}" for name, amount in amounts.items() if amount is not None},
    }  # fmt: skip
