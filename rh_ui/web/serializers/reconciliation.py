"""Converts comparisons of charges to what the page and an export show. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final

from typing_extensions import TypedDict

from rh_ui.i18n import Words
from rh_ui.i18n.format import digits
from rh_ui.people import Holder
from rh_ui.reconciliation import AccountDay, RunCheck, UnitCheck, Verdict, Why
from rh_ui.web.serializers.money import Names

COLUMNS: Final = (
    "day", "about", "at", "account", "person", "project", "model", "run", "unit", "ours", "service",
    "difference", "verdict", "why",
)  # fmt: skip


class UnitRow(TypedDict):
    """What an account's runs were charged in a day, in one unit, beside how much its balance `fell`; below
    zero: it rose. `by`: how much more left the balance. Amounts are text; null: not known."""

    unit: str
    charged: str
    fell: str | None
    by: str | None
    verdict: Verdict
    why: Why | None


class DayRow(TypedDict):
    """A day of an account, from one reading of its balance to the next (null: it was not read), and how many
    of its runs agree, differ, or are not known."""

    day: str
    site: str
    account: str
    since: str | None
    until: str | None
    units: list[UnitRow]
    agreed: int
    differs: int
    unknown: int


class CheckRow(TypedDict):
    """A run's charges by unit beside what was `expected`, in `unit`; null: nothing is known of that. `by`:
    how much more was charged. `seen`: whether the caller may see the run."""

    run: str
    seen: bool
    at: str
    model: str
    person: str
    project: str
    charged: dict[str, str]
    unit: str
    expected: str | None
    by: str | None
    verdict: Verdict
    why: Why | None


def day_json(day: AccountDay) -> DayRow:
    counts = day.counts
    return {
        "day": day.day.isoformat(),
        "site": day.site,
        "account": day.account,
        "since": _iso(day.since),
        "until": _iso(day.until),
        "units": [_unit_json(unit) for unit in day.units],
        "agreed": counts[Verdict.AGREED],
        "differs": counts[Verdict.DIFFERS],
        "unknown": counts[Verdict.UNKNOWN],
    }


def _unit_json(unit: UnitCheck) -> UnitRow:
    return {
        "unit": unit.unit,
        "charged": digits(unit.charged),
        "fell": _text(unit.fell),
        "by": _text(unit.by),
        "verdict": unit.verdict,
        "why": unit.why,
    }


def check_json(check: RunCheck, model: str, names: Names, seen: Collection[str]) -> CheckRow:
    """`model`: its title."""
    run = check.run
    return {
        "run": run.task_id,
        "seen": run.task_id in seen,
        "at": _moment(check).isoformat(),
        "model": model,
        "person": names.get((Holder.PERSON, run.owner.person), ""),
        "project": names.get((Holder.PROJECT, run.owner.project), ""),
        "charged": {unit: digits(amount) for unit, amount in run.charges.items()},
        "unit": check.unit,
        "expected": _text(check.expected),
        "by": _text(check.by),
        "verdict": check.verdict,
        "why": check.why,
    }


def export_rows(days: Iterable[AccountDay], names: Names, words: Words) -> Iterator[list[object]]:
    """Each day of each account and unit, and each of its runs, as rows of COLUMNS. `ours`: the sum of the
    runs' charges, or a run's price; `service`: how much the balance fell, or a run's charge. Ids stay
    text."""
    for day in days:
        for unit in day.units:
            at = day.until.isoformat(timespec="seconds") if day.until else ""
            yield [
                day.day.isoformat(), words("reconcile.row_account"), at, day.account, "", "", "", "",
                unit.unit, unit.charged, _cell(unit.fell), _cell(unit.by),
                *_said(unit.verdict, unit.why, words),
            ]  # fmt: skip
        for check in day.checks:
            yield from _run_rows(day, check, names, words)


def _run_rows(day: AccountDay, check: RunCheck, names: Names, words: Words) -> Iterator[list[object]]:
    run, owner = check.run, check.run.owner
    for unit in dict.fromkeys((check.unit, *run.charges)) if check.unit else run.charges or ("",):
        same = unit == check.unit
        yield [
            day.day.isoformat(), words("reconcile.row_run"), _moment(check).isoformat(timespec="seconds"),
            day.account, names.get((Holder.PERSON, owner.person), owner.person),
            names.get((Holder.PROJECT, owner.project), owner.project), run.endpoint, run.task_id, unit,
            _cell(check.expected if same else None), _cell(run.charges.get(unit)),
            _cell(check.by if same else None), *_said(check.verdict, check.why, words),
        ]  # fmt: skip


def _said(verdict: Verdict, why: Why | None, words: Words) -> tuple[str, str]:
    return words(f"reconcile.{verdict}"), words(f"reconcile.why_{why}") if why else ""


def _moment(check: RunCheck) -> datetime:
    run = check.run
    return run.ended_at or run.sent_at or run.ordered_at


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else digits(amount)


def _cell(amount: Decimal | None) -> object:
    return "" if amount is None else amount
