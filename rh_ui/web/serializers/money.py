"""Converts budgets and lines of spending to what the page and an export show. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, TypeAlias

from typing_extensions import TypedDict

from rh_ui.budget_rules import UNITS, Line, LineKind, Standing
from rh_ui.i18n import Words
from rh_ui.i18n.format import digits
from rh_ui.people import Budget, Holder, Period
from rh_ui.services.budgets import Spending

Names: TypeAlias = Mapping[tuple[Holder, str], str]
"""What people, projects and tokens are called."""
COLUMNS: Final = (
    "at",
    "kind",
    "amount",
    "unit",
    "person",
    "project",
    "token",
    "model",
    "run",
    "until",
    "note",
    "expected",
)


class BudgetStanding(TypedDict):
    """How a budget stands in the window that is now. Amounts are text."""

    limit: str
    spent: str
    left: str
    renews_at: str


class BudgetRow(TypedDict):
    """A budget; `name`: its holder's, empty for the budget of everybody who has none of their own, which has
    no standing."""

    id: str
    holder: Holder
    holder_id: str
    name: str
    period: Period
    zone: str
    amount: str
    unit: str
    unpriced: str | None
    ask_above: str | None
    now: BudgetStanding | None


class MoneyLine(TypedDict):
    """A line of somebody's spending. `amount` is text, below zero where it is given back; null: it was or may
    have been charged, and nobody knows how much. A grant spends nothing. `until`: when a grant ends;
    `expected`: what a charge should have been, where it is something else."""

    kind: LineKind
    at: str
    amount: str | None
    unit: str
    person: str
    project: str
    run: str
    model: str
    until: str | None
    note: str
    expected: str | None


class PersonSum(TypedDict):
    """What a person spent in the month: by unit, as text; `unknown`: how many charges are not in it, because
    nobody knows how much they were."""

    person: str
    name: str
    spent: dict[str, str]
    unknown: int


def budget_row(budget: Budget, now: Standing | None, names: Names) -> BudgetRow:
    return {
        "id": budget.id,
        "holder": budget.holder,
        "holder_id": budget.holder_id,
        "name": names.get((budget.holder, budget.holder_id), ""),
        "period": budget.period,
        "zone": budget.zone,
        "amount": digits(budget.amount),
        "unit": budget.unit,
        "unpriced": None if budget.unpriced is None else digits(budget.unpriced),
        "ask_above": None if budget.ask_above is None else digits(budget.ask_above),
        "now": None if now is None else _standing(now),
    }


def _standing(now: Standing) -> BudgetStanding:
    return {
        "limit": digits(now.limit),
        "spent": digits(now.spent),
        "left": digits(now.left),
        "renews_at": now.window.end.isoformat(),
    }


def line_json(line: Line, model: str, names: Names) -> MoneyLine:
    """`model`: its title."""
    owner = line.owner
    return {
        "kind": line.kind,
        "at": line.at.isoformat(),
        "amount": None if line.amount is None else digits(line.amount),
        "unit": line.unit,
        "person": names.get((Holder.PERSON, owner.person), ""),
        "project": names.get((Holder.PROJECT, owner.project), ""),
        "run": line.task_id,
        "model": model,
        "until": line.until.isoformat() if line.until else None,
        "note": line.note,
        "expected": None if line.expected is None else digits(line.expected),
    }


def sums_json(found: Spending, names: Names) -> list[PersonSum]:
    """Who spent most of the first unit comes first."""
    sums: list[PersonSum] = [
        {
            "person": person,
            "name": names.get((Holder.PERSON, person), ""),
            "spent": {unit: digits(Decimal(spent[unit])) for unit in UNITS if spent[unit]},
            "unknown": int(spent["unknown"]),
        }
        for person, spent in found.sums.items()
    ]
    return sorted(sums, key=lambda each: (-Decimal(each["spent"].get(UNITS[0], "0")), each["name"]))


def export_row(line: Line, names: Names, words: Words) -> list[object]:
    """The line as a row of COLUMNS. Ids stay text."""
    owner = line.owner
    return [
        line.at.isoformat(timespec="seconds"),
        words(f"budget.line_{line.kind}"),
        words("budget.unknown") if line.amount is None else line.amount,
        line.unit,
        names.get((Holder.PERSON, owner.person), owner.person),
        names.get((Holder.PROJECT, owner.project), owner.project),
        names.get((Holder.TOKEN, owner.token), owner.token),
        line.endpoint,
        line.task_id,
        line.until.isoformat(timespec="seconds") if line.until else "",
        line.note,
        "" if line.expected is None else line.expected,
    ]
