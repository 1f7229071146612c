"""/reconciliation: every charge beside what the service says. Only for admins."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, TypeAlias

from fastapi import APIRouter
from pydantic import BeforeValidator, WithJsonSchema
from typing_extensions import TypedDict

from rh_ui.reconciliation import Verdict
from rh_ui.web.api.money import GivenMonth, moment_in, titles
from rh_ui.web.api.routing import ApiRoute, Reader, Services, Signed
from rh_ui.web.arguments import Id, ShortText
from rh_ui.web.serializers.reconciliation import CheckRow, DayRow, check_json, day_json

LISTED: Final = 200
"""The newest runs of a day that a page gets; an export has all."""
DAY: Final = {
    "type": "string", "pattern": "^20[0-9]{2}-(0[1-9]|1[0-2])-[0-3][0-9]$", "maxLength": 10,
    "examples": ["2026-11-30"],
}  # fmt: skip


def _as_day(day: object) -> date:
    """The day. Raises ValueError for anything but `2026-11-30`, and outside of this century."""
    if not isinstance(day, str) or len(day) != len("2026-11-30") or not day.startswith("20"):
        raise ValueError("bad_day")
    return date.fromisoformat(day)


GivenDay: TypeAlias = Annotated[date, BeforeValidator(_as_day), WithJsonSchema(DAY)]

router: Final = APIRouter(prefix="/reconciliation", tags=["money"], route_class=ApiRoute)


class MonthCompared(TypedDict):
    """The days of a month on which something was charged or left a balance, newest first."""

    begins_at: str
    ends_at: str
    days: list[DayRow]


class DayRuns(TypedDict):
    """The runs of a day and an account that differ or are not known, newest first; `whole`: whether all are
    there."""

    runs: list[CheckRow]
    whole: bool


@router.get("")
def month(services: Services, caller: Signed, zone: ShortText, month: GivenMonth = "") -> MonthCompared:
    """A month of a time zone, day by day and account by account."""
    found = services.reconciliation.month(caller, zone, moment_in(month))
    return {
        "begins_at": found.window.start.isoformat(),
        "ends_at": found.window.end.isoformat(),
        "days": [day_json(day) for day in found.days],
    }


@router.get("/runs")
def runs(
    services: Services,
    caller: Signed,
    words: Reader,
    zone: ShortText,
    day: GivenDay,
    site: ShortText = "",
    account: Id = "",
) -> DayRuns:
    """Why a day of an account may differ: its runs that differ or are not known."""
    found = services.reconciliation.day(caller, zone, day)
    checks = [
        check
        for each in found.days
        if (each.site, each.account) == (site, account)
        for check in each.checks
        if check.verdict is not Verdict.AGREED
    ]
    shown = sorted(checks, key=lambda check: check.run.task_id, reverse=True)[:LISTED]
    seen = services.history.owners([check.run.task_id for check in shown]).keys()
    names, titled = services.budgets.names(), titles(services, words)
    return {
        "runs": [check_json(check, titled(check.run.endpoint), names, seen) for check in shown],
        "whole": len(checks) <= LISTED,
    }
