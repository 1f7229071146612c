"""The closed set of rules between fields, as data, and the pure check of a payload against them.

What a single field allows (length, options, range) is in payload; this is about fields together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import TypeAlias

from rh_ui.domain import JsonValue, Params
from rh_ui.errors import Problem


@dataclass(frozen=True, slots=True)
class When:
    """A condition on one other field: it is given, it is not given, or it holds one of `values`."""

    field: str
    values: tuple[JsonValue, ...] | None = None
    """None: the condition is about being given at all; then defaults do not count."""
    given: bool = True
    """False turns `given` round; without meaning beside `values`."""


@dataclass(frozen=True, slots=True)
class ExactlyOneOf:
    """One of `fields` must be given, and only one."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AtLeastOneOf:
    """One of `fields` must be given, where `when` holds (None: always)."""

    fields: tuple[str, ...]
    when: When | None = None


@dataclass(frozen=True, slots=True)
class Excludes:
    """At most one of `fields` may be given."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Requires:
    """Where `when` holds, all of `fields` must be given."""

    when: When
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Forbids:
    """Where `when` holds, none of `fields` may be given."""

    when: When
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ignored:
    """Where `when` holds, the service does not look at `fields`. Never a problem; the form greys them."""

    when: When
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Allowed:
    """Where `when` holds, `field` may only hold one of `values`."""

    when: When
    field: str
    values: tuple[JsonValue, ...]


@dataclass(frozen=True, slots=True)
class MaxItems:
    """At most `limit` entries in all of `fields` together, where `when` holds (None: always)."""

    fields: tuple[str, ...]
    limit: int
    when: When | None = None


@dataclass(frozen=True, slots=True)
class ProductBetween:
    """`a` times `b` lies between `low` and `high` (None: open on that side)."""

    a: str
    b: str
    low: int | float | None = None
    high: int | float | None = None


@dataclass(frozen=True, slots=True)
class RatioBetween:
    """`a` divided by `b` lies between `low` and `high` (None: open on that side)."""

    a: str
    b: str
    low: int | float | None = None
    high: int | float | None = None


Rule: TypeAlias = (
    ExactlyOneOf
    | AtLeastOneOf
    | Excludes
    | Requires
    | Forbids
    | Ignored
    | Allowed
    | MaxItems
    | ProductBetween
    | RatioBetween
)


def check(rules: Sequence[Rule], params: Params, defaults: Mapping[str, JsonValue]) -> list[Problem]:
    """The rules that `params` breaks.

    `defaults` by field key: what the service takes where nothing is sent. Conditions on values and arithmetic
    look at them; "is given" looks at `params` alone.
    """
    found: list[Problem] = []
    for rule in rules:
        problem = _broken(rule, params, defaults)
        if problem is not None:
            found.append(problem)
    return found


def ignored_fields(
    rules: Sequence[Rule], params: Params, defaults: Mapping[str, JsonValue]
) -> dict[str, When]:
    """The fields the service does not look at for `params`, each with the condition that makes it so."""
    found: dict[str, When] = {}
    for rule in rules:
        if isinstance(rule, Ignored) and _holds(rule.when, params, defaults):
            found.update(dict.fromkeys(rule.fields, rule.when))
    return found


def is_given(value: JsonValue) -> bool:
    """Whether a value counts as an answer: not null, not blank text, not an empty list."""
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and value != []


def _holds(when: When | None, params: Params, defaults: Mapping[str, JsonValue]) -> bool:
    if when is None:
        return True
    if when.values is None:
        return is_given(params.get(when.field)) is when.given
    value = params.get(when.field)
    return (defaults.get(when.field) if value is None else value) in when.values


def _given(fields: Sequence[str], params: Params) -> list[str]:
    return [key for key in fields if is_given(params.get(key))]


def _problem(code: str, fields: Sequence[str], field: str = "", **details: str | int | float) -> Problem:
    return Problem(field, code, {"fields": ",".join(fields), **details})


def _condition(when: When | None) -> dict[str, str | int | float]:
    """The condition as flat details, for the sentence."""
    if when is None:
        return {}
    values = "" if when.values is None else ", ".join(_shown(value) for value in when.values)
    return {"when_field": when.field, "when_values": values, "when_given": int(when.given)}


def _shown(value: JsonValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _broken(rule: Rule, params: Params, defaults: Mapping[str, JsonValue]) -> Problem | None:
    match rule:
        case ExactlyOneOf(fields) | AtLeastOneOf(fields) | Excludes(fields):
            return _broken_choice(rule, fields, params, defaults)
        case Requires(when, fields) if _holds(when, params, defaults):
            missing = [key for key in fields if key not in _given(fields, params)]
            return _problem("requires", missing, missing[0], **_condition(when)) if missing else None
        case Forbids(when, fields) if _holds(when, params, defaults):
            given = _given(fields, params)
            return _problem("forbids", given, given[0], **_condition(when)) if given else None
        case Allowed(when, field, values) if _holds(when, params, defaults):
            value = params.get(field, defaults.get(field))
            if value is None or value in values:
                return None
            shown = ", ".join(_shown(each) for each in values)
            return _problem("allowed", [field], field, value=_shown(value), values=shown, **_condition(when))
        case MaxItems(fields, limit, when) if _holds(when, params, defaults):
            count = sum(_count(params.get(key)) for key in fields)
            if count <= limit:
                return None
            return _problem("max_items", fields, fields[-1], limit=limit, count=count, **_condition(when))
        case ProductBetween() | RatioBetween():
            return _out_of_range(rule, params, defaults)
        case _:
            return None


def _broken_choice(
    rule: Rule, fields: Sequence[str], params: Params, defaults: Mapping[str, JsonValue]
) -> Problem | None:
    given = _given(fields, params)
    if isinstance(rule, AtLeastOneOf) and not given and _holds(rule.when, params, defaults):
        return _problem("at_least_one_of", fields, fields[0], **_condition(rule.when))
    if isinstance(rule, ExactlyOneOf) and not given:
        return _problem("at_least_one_of", fields, fields[0])
    if not isinstance(rule, AtLeastOneOf) and len(given) > 1:
        return _problem("excludes", given, given[1])
    return None


def _count(value: JsonValue) -> int:
    return len(value) if isinstance(value, list) else int(is_given(value))


def _out_of_range(
    rule: ProductBetween | RatioBetween, params: Params, defaults: Mapping[str, JsonValue]
) -> Problem | None:
    a = params.get(rule.a, defaults.get(rule.a))
    b = params.get(rule.b, defaults.get(rule.b))
    if not _is_number(a) or not _is_number(b) or (isinstance(rule, RatioBetween) and b == 0):
        return None
    exact_a, exact_b = Fraction(str(a)), Fraction(str(b))
    value = exact_a * exact_b if isinstance(rule, ProductBetween) else exact_a / exact_b
    low_ok = rule.low is None or value >= Fraction(str(rule.low))
    high_ok = rule.high is None or value <= Fraction(str(rule.high))
    if low_ok and high_ok:
        return None
    code = "product_between" if isinstance(rule, ProductBetween) else "ratio_between"
    limits: dict[str, str | int | float] = {
        name: limit for name, limit in (("low", rule.low), ("high", rule.high)) if limit is not None
    }
    shown = int(value) if value.denominator == 1 else round(float(value), 3)
    return _problem(code, [rule.a, rule.b], rule.a, value=shown, **limits)


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
