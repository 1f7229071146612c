"""/money: budgets, what is left of them, and what was spent. Only admins change them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Annotated, Final, TypeAlias

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field, Strict, WithJsonSchema
from typing_extensions import TypedDict

from rh_ui.budget_rules import UNITS, asks_above
from rh_ui.domain import new_id
from rh_ui.errors import NotFound
from rh_ui.i18n import Words
from rh_ui.i18n.format import digits
from rh_ui.people import Budget, Holder, Period, RunOwner
from rh_ui.web.api.routing import ApiRoute, Reader, Services, Signed
from rh_ui.web.arguments import SOUND, Flag, Id, ShortText
from rh_ui.web.serializers.money import BudgetRow, MoneyLine, PersonSum, budget_row, line_json, sums_json
from rh_ui.web.serializers.runs import model_title
from rh_ui.web.services import PageServices

_AMOUNT: Final = r"[0-9]{1,10}(\.[0-9]{1,8})?"
LONGEST_TIME: Final = 40
TIME: Final = {
    "type": "string",
    "format": "date-time",
    "maxLength": LONGEST_TIME,
    "examples": ["2026-12-01T00:00:00+08:00"],
}


def _as_text(moment: object) -> object:
    """The value. Raises ValueError for a number, which would be read as seconds."""
    if not isinstance(moment, str) or len(moment) > LONGEST_TIME:
        raise ValueError("bad_time")
    return moment


Amount: TypeAlias = Annotated[str, Field(max_length=19, pattern=f"^{_AMOUNT}$", examples=["20.50"])]
"""As text, so that it never becomes a float."""
SignedAmount: TypeAlias = Annotated[str, Field(max_length=20, pattern=f"^-?{_AMOUNT}$", examples=["-1.5"])]
GivenMonth: TypeAlias = Annotated[
    str, Field(max_length=7, pattern=r"^(20[0-9]{2}-(0[1-9]|1[0-2]))?$", examples=["2026-11"])
]
"""`2026-11`; empty: the one that is now."""
GivenHolder: TypeAlias = Annotated[Holder, Strict(False)]
GivenPeriod: TypeAlias = Annotated[Period, Strict(False)]
GivenTime: TypeAlias = Annotated[
    AwareDatetime, Strict(False), BeforeValidator(_as_text), WithJsonSchema(TIME)
]

router: Final = APIRouter(prefix="/money", tags=["money"], route_class=ApiRoute)


class Left(TypedDict):
    """The budgets that apply to the caller's runs, and how they stand; none: there is no limit. `asks_above`:
    the amounts, as text by unit, above which their runs wait for an admin's yes."""

    budgets: list[BudgetRow]
    asks_above: dict[str, str]


class BudgetHolder(TypedDict):
    """Who may have a budget."""

    holder: Holder
    id: str
    name: str


class BudgetList(TypedDict):
    """All budgets, and who may have one."""

    budgets: list[BudgetRow]
    holders: list[BudgetHolder]
    units: list[str]


class MonthSpent(TypedDict):
    """A month's spending, newest line first; `whole`: whether all lines are there, or only those of the
    newest runs."""

    begins_at: str
    ends_at: str
    lines: list[MoneyLine]
    sums: list[PersonSum]
    whole: bool


class GivenBudget(BaseModel):
    """A budget, in place of the one of the same holder, period and unit. A person's id may be empty: it
    applies to everybody without one of their own. `unpriced`: what a run holds whose price in this unit is
    not known; null: such a run is refused. `ask_above`: a run that holds more waits for an admin's yes; null:
    none does."""

    model_config = SOUND

    holder: GivenHolder
    holder_id: Id
    period: GivenPeriod
    zone: ShortText
    amount: Amount
    unit: Id
    unpriced: Amount | None = None
    ask_above: Amount | None = None


class GivenGrant(BaseModel):
    """By how much the budgets of a holder are higher, and until when."""

    model_config = SOUND

    holder: GivenHolder
    holder_id: Id
    amount: Amount
    unit: Id
    until: GivenTime
    note: ShortText = ""


class GivenCorrection(BaseModel):
    """What a run was charged too much; below zero: too little."""

    model_config = SOUND

    run: Id
    amount: SignedAmount
    unit: Id
    note: ShortText = ""


@router.get("/left")
def left(services: Services, caller: Signed, project: Id = "") -> Left:
    """What the caller may still spend, in a project that they belong to or outside of any."""
    if project and not caller.belongs_to(project):
        raise NotFound("There is no such project.")
    found = services.budgets.left(RunOwner(caller.person, project, caller.token))
    names = services.budgets.names((each.budget.holder, each.budget.holder_id) for each in found)
    above = {} if caller.says_yes else asks_above(found)
    return {
        "budgets": [budget_row(each.budget, each, names) for each in found],
        "asks_above": {unit: digits(amount) for unit, amount in above.items()},
    }


@router.get("/budgets")
def budgets(services: Services, caller: Signed) -> BudgetList:
    """All budgets."""
    names = services.budgets.names()
    return {
        "budgets": [budget_row(*each, names) for each in services.budgets.every(caller)],
        "holders": [
            {"holder": holder, "id": holder_id, "name": name} for (holder, holder_id), name in names.items()
        ],
        "units": list(UNITS),
    }


@router.post("/budgets")
def set_budget(services: Services, caller: Signed, given: GivenBudget) -> BudgetList:
    """Set a budget."""
    unpriced, ask_above = (
        None if amount is None else Decimal(amount) for amount in (given.unpriced, given.ask_above)
    )
    made = Budget(
        new_id(), given.holder, given.holder_id, given.period, given.zone, Decimal(given.amount), given.unit,
        unpriced, ask_above,
    )  # fmt: skip
    services.budgets.set(made, caller)
    return budgets(services, caller)


@router.post("/budgets/{id}/remove")
def remove_budget(services: Services, caller: Signed, id: Id) -> BudgetList:
    """Remove a budget; what was spent stays spent."""
    services.budgets.remove(id, caller)
    return budgets(services, caller)


@router.post("/grants")
def grant(services: Services, caller: Signed, given: GivenGrant) -> BudgetList:
    """Raise somebody's budgets until a time."""
    services.budgets.grant(
        given.holder, given.holder_id, Decimal(given.amount), given.unit, given.until, given.note, caller
    )
    return budgets(services, caller)


@router.post("/corrections")
def correct(services: Services, caller: Signed, given: GivenCorrection) -> BudgetList:
    """Add a line for a charge that was wrong; nothing is changed."""
    services.budgets.correct(given.run, Decimal(given.amount), given.unit, given.note, caller)
    return budgets(services, caller)


@router.get("/spending")
def spending(
    services: Services,
    caller: Signed,
    words: Reader,
    zone: ShortText,
    month: GivenMonth = "",
    person: Id = "",
    everybody: Flag = False,
) -> MonthSpent:
    """What was spent in a month of a time zone: by the caller, by another person, or by everybody."""
    who = "" if everybody else person or caller.person
    found = services.budgets.spending(caller, moment_in(month), zone, who)
    names, titled = services.budgets.names(), titles(services, words)
    return {
        "begins_at": found.window.start.isoformat(),
        "ends_at": found.window.end.isoformat(),
        "lines": [line_json(line, titled(line.endpoint), names) for line in found.lines],
        "sums": sums_json(found, names),
        "whole": found.is_whole,
    }


def titles(services: PageServices, words: Words) -> Callable[[str], str]:
    """The titles of models by their paths, also of apps that only others have opened."""
    return partial(model_title, services.active_catalog.catalog, words=words)


def moment_in(month: str) -> datetime:
    """A moment that is in this month everywhere; now without a month."""
    return datetime.fromisoformat(f"{month}-15T12:00:00+00:00") if month else datetime.now(UTC)
