"""The pure check of a body against the rules between its fields.

validation has the limits of a single field (length, options, range), media_limits those of a file, form_state
what the rules mean for a form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import isfinite
from typing import Final, TypeGuard

from rh_ui.catalog.rules import (
    Allowed,
    AtLeastOneOf,
    ExactlyOneOf,
    Excludes,
    Forbids,
    Ignored,
    MaxItems,
    Mentions,
    ProductBetween,
    RatioBetween,
    Requires,
    Rule,
    SumOf,
    When,
)
from rh_ui.domain import JsonValue, Params
from rh_ui.errors import Choices, Detail, Problem

NAMED: Final = re.compile(r"(?<![A-Za-z0-9.])@((?:image|video|audio)_?[0-9]+)", re.IGNORECASE | re.ASCII)
"""What a text names as one of its references: `@image_1`, also where it was mistyped (`@Image1`)."""
WHOLE: Final = re.compile(r"[0-9]{1,9}", re.ASCII)


def check(rules: Sequence[Rule], params: Params, defaults: Mapping[str, JsonValue]) -> list[Problem]:
    """The rules that `params` breaks.

    `defaults` by field key: the values that the service uses where nothing is sent. Conditions on values and
    arithmetic use them; "is given" depends on `params` alone.
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
    """The fields that the service ignores for `params`, each with the condition for it."""
    return _fields_where(Ignored, rules, params, defaults)


def forbidden_fields(
    rules: Sequence[Rule], params: Params, defaults: Mapping[str, JsonValue]
) -> dict[str, When]:
    """The fields that may not be given for `params`, each with the condition for it."""
    return _fields_where(Forbids, rules, params, defaults)


def required_fields(
    rules: Sequence[Rule], params: Params, defaults: Mapping[str, JsonValue]
) -> dict[str, When]:
    """The fields that must be given for `params`, each with the condition for it."""
    return _fields_where(Requires, rules, params, defaults)


def _fields_where(
    kind: type[Ignored] | type[Forbids] | type[Requires],
    rules: Sequence[Rule],
    params: Params,
    defaults: Mapping[str, JsonValue],
) -> dict[str, When]:
    found: dict[str, When] = {}
    for rule in rules:
        if isinstance(rule, kind) and holds(rule.when, params, defaults):
            found.update(dict.fromkeys(rule.fields, rule.when))
    return found


def is_given(value: JsonValue) -> bool:
    """Whether a value counts as an answer: not null, not blank text, not an empty list."""
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and value != []


def holds(when: When | None, params: Params, defaults: Mapping[str, JsonValue]) -> bool:
    """Whether the condition is met; None always is."""
    if when is None:
        return True
    if not holds(when.also, params, defaults):
        return False
    if when.values is None:
        return is_given(params.get(when.field)) is when.given
    return (effective(when.field, params, defaults) in when.values) is when.given


def effective(key: str, params: Params, defaults: Mapping[str, JsonValue]) -> JsonValue:
    """The value that the service uses: the given one, or the default."""
    value = params.get(key)
    return value if is_given(value) else defaults.get(key)


def given_of(fields: Sequence[str], params: Params) -> list[str]:
    return [key for key in fields if is_given(params.get(key))]


def problem_of(code: str, fields: Sequence[str], field: str = "", **details: Detail) -> Problem:
    """A problem about several fields, shown at `field`."""
    return Problem(field, code, {"fields": ",".join(fields), **details})


def condition(when: When | None) -> dict[str, Detail]:
    """The condition as flat details, for the sentence."""
    if when is None:
        return {}
    said: dict[str, Detail] = {
        "when_field": when.field,
        "when_values": named(when.field, when.values or ()),
        "when_given": int(when.given),
    }
    return said | {key.replace("when", "also", 1): detail for key, detail in condition(when.also).items()}


def named(field: str, values: Iterable[JsonValue]) -> Choices:
    """Values of a field, for a sentence."""
    return Choices(field, tuple(shown(value) for value in values))


def shown(value: JsonValue) -> str:
    """A value as a sentence names it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _broken(rule: Rule, params: Params, defaults: Mapping[str, JsonValue]) -> Problem | None:
    match rule:
        case ExactlyOneOf(fields) | AtLeastOneOf(fields) | Excludes(fields):
            return _broken_choice(rule, fields, params, defaults)
        case Requires(when, fields) if holds(when, params, defaults):
            missing = [key for key in fields if key not in given_of(fields, params)]
            return problem_of("requires", missing, missing[0], **condition(when)) if missing else None
        case Forbids(when, fields) if holds(when, params, defaults):
            given = given_of(fields, params)
            return problem_of("forbids", given, given[0], **condition(when)) if given else None
        case Allowed(when, field, values) if holds(when, params, defaults):
            value = effective(field, params, defaults)
            if value is None or value in values:
                return None
            held, allowed = named(field, [value]), named(field, values)
            return problem_of("allowed", [field], field, value=held, values=allowed, **condition(when))
        case MaxItems(fields, limit, when) if holds(when, params, defaults):
            total = sum(count(params.get(key)) for key in fields)
            if total <= limit:
                return None
            return problem_of("max_items", fields, fields[-1], limit=limit, count=total, **condition(when))
        case ProductBetween() | RatioBetween():
            return _out_of_range(rule, params, defaults)
        case SumOf():
            return _other_sum(rule, params, defaults)
        case Mentions():
            return _names_none(rule, params)
        case _:
            return None


def _other_sum(rule: SumOf, params: Params, defaults: Mapping[str, JsonValue]) -> Problem | None:
    """Shots without a length, and a length that is none, are told by their own fields."""
    said, asked = parts_of(params.get(rule.field), rule.part), effective(rule.total, params, defaults)
    lengths = [whole(value) for value in said]
    total = whole(asked)
    known = [length for length in lengths if length is not None]
    if total is None or not lengths or len(known) < len(lengths) or sum(known) == total:
        return None
    return problem_of("sum_of", [rule.field, rule.total], rule.field, value=sum(known), limit=total)


def _names_none(rule: Mentions, params: Params) -> Problem | None:
    there = [name for name in parts_of(params.get(rule.field), rule.part) if isinstance(name, str)]
    for key in rule.fields:
        text = params.get(key)
        for name in NAMED.findall(text) if isinstance(text, str) else ():
            if name not in there:
                known = ", ".join(f"@{each}" for each in there)
                code = "mentions" if there else "mentions_none"
                return problem_of(code, [key, rule.field], key, value=f"@{name}", known=known)
    return None


def parts_of(value: JsonValue, part: str) -> list[JsonValue]:
    """What each entry of a nested field holds under one key; null where it holds nothing."""
    items = value if isinstance(value, list) else []
    return [item.get(part) if isinstance(item, dict) else None for item in items]


def whole(value: JsonValue) -> int | None:
    """A count, also as text; None for anything else."""
    if isinstance(value, str) and WHOLE.fullmatch(value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else None


def _broken_choice(
    rule: Rule, fields: Sequence[str], params: Params, defaults: Mapping[str, JsonValue]
) -> Problem | None:
    given = given_of(fields, params)
    if isinstance(rule, AtLeastOneOf) and not given and holds(rule.when, params, defaults):
        return problem_of("at_least_one_of", fields, fields[0], **condition(rule.when))
    if isinstance(rule, ExactlyOneOf) and not given:
        return problem_of("at_least_one_of", fields, fields[0])
    if not isinstance(rule, AtLeastOneOf) and len(given) > 1:
        return problem_of("excludes", given, given[1])
    return None


def count(value: JsonValue) -> int:
    """The number of entries in a value."""
    return len(value) if isinstance(value, list) else int(is_given(value))


def _out_of_range(
    rule: ProductBetween | RatioBetween, params: Params, defaults: Mapping[str, JsonValue]
) -> Problem | None:
    a = effective(rule.a, params, defaults)
    b = effective(rule.b, params, defaults)
    if not is_number(a) or not is_number(b) or (isinstance(rule, RatioBetween) and b == 0):
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
    rounded = int(value) if value.denominator == 1 else round(float(value), 3)
    return problem_of(code, [rule.a, rule.b], rule.a, value=rounded, **limits)


def is_number(value: JsonValue) -> TypeGuard[int | float]:
    """Whether it can be calculated with; flags can't."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
