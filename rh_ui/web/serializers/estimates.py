"""Converts the cost of a run, and what is wrong with it, to what the price line and the fields show. Pure."""

from __future__ import annotations

from typing import cast

from typing_extensions import TypedDict

from rh_ui.catalog.problems import sentence
from rh_ui.catalog.schema import Endpoint
from rh_ui.domain import Params
from rh_ui.errors import Problem
from rh_ui.i18n import translate
from rh_ui.i18n.format import money
from rh_ui.services.price_service import Assessment
from rh_ui.web.serializers.form_state import state_specs


class FieldProblem(TypedDict):
    """What is wrong, in both languages. `fields`: all fields that it concerns; `field`: the one that shows
    it."""

    field: str
    fields: list[str]
    code: str
    en: str
    zh: str


class Sentences(TypedDict):
    """One sentence in both languages."""

    en: str
    zh: str


class OneOf(TypedDict):
    """One of these fields is still needed."""

    fields: list[str]
    said: Sentences


class FieldState(TypedDict, total=False):
    """What the rules change in a field now, and why."""

    off: Sentences
    needed: Sentences
    why: Sentences
    oneOf: OneOf
    options: list[str | int | float | bool]
    items: int
    min: int | float | str
    max: int | float | str
    limits: Sentences


_Least = TypedDict("_Least", {"from": bool})


class Estimate(_Least):
    """An amount is text, or null where it is not known. `from`: it is the least; `fields`: what the rules
    change in a field now; `account`: where the run would go, empty where there is one account; `unfit`: the
    code of the refusal where no account takes it."""

    amount: str | None
    currency: str | None
    words: str
    how: str
    how_zh: str
    as_of: str | None
    problems: list[FieldProblem]
    fields: dict[str, FieldState]
    account: str
    unfit: str


def estimate_json(found: Assessment, endpoint: Endpoint, params: Params) -> Estimate:
    """The estimate for a form's values."""
    told, cost = found.estimate, found.estimate.money
    return {
        "amount": None if cost is None else str(cost.amount),
        "currency": None if cost is None else cost.currency,
        "words": "" if cost is None else money(cost),
        "from": told.from_,
        "how": translate(told.how, "en"),
        "how_zh": translate(told.how, "zh"),
        "as_of": None if endpoint.price is None else endpoint.price.date.isoformat(),
        "problems": [_problem(problem, endpoint) for problem in found.problems],
        "fields": cast("dict[str, FieldState]", state_specs(endpoint, params)),
        "account": found.account,
        "unfit": "" if found.refused is None else found.refused.code,
    }


def _problem(problem: Problem, endpoint: Endpoint) -> FieldProblem:
    concerned = [problem.field, *str(problem.details.get("fields", "")).split(",")]
    concerned.append(str(problem.details.get("when_field", "")))
    return {
        "field": problem.field,
        "fields": list(dict.fromkeys(key for key in concerned if key)),
        "code": problem.code,
        "en": sentence(problem, endpoint, "en"),
        "zh": sentence(problem, endpoint, "zh"),
    }
