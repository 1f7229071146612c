"""What the rules mean for a form while it is filled in: what is greyed, narrowed or needed now, and why.

The same rules as in `validation.check`: a user who follows the form is never refused by them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from typing import Final

from rh_ui.catalog import rule_check, rules
from rh_ui.catalog.media_limits import media_limits
from rh_ui.catalog.rules import MediaLimits
from rh_ui.catalog.schema import Endpoint
from rh_ui.catalog.validation import converted
from rh_ui.domain import FieldKind, JsonValue, Params
from rh_ui.errors import Problem

FLAGS: Final[tuple[JsonValue, ...]] = (True, False)


@dataclass(frozen=True, slots=True)
class FieldState:
    """The state of one field. Every reason is a Problem, so `problems.sentence` gives its text."""

    key: str
    required: bool
    options: tuple[JsonValue, ...]
    """The options allowed now, of a choice or a boolean; empty for other kinds."""
    max_items: int | None
    min: int | float | None
    max: int | float | None
    greyed: Problem | None = None
    """Why the field can't or need not be filled in now; its value is not sent (`validation.build` fills in a
    required value all the same). None: it is open."""
    needed: Problem | None = None
    """Why it is required now, although it is not always."""
    narrowed: Problem | None = None
    """Why it now has fewer options or entries, or a smaller range, than usual."""
    one_of: Problem | None = None
    """Why one of several fields, including this one (`fields` of the details), is still needed."""
    media: tuple[MediaLimits, ...] = ()
    """The limits on its files."""

    @property
    def shown(self) -> bool:
        return self.greyed is None


States = dict[str, FieldState]


def form_state(endpoint: Endpoint, values: Mapping[str, JsonValue]) -> dict[str, FieldState]:
    """The state of every field by key, for a form's present values, also incomplete ones.

    Values of greyed fields are ignored, as they are not sent.
    """
    params, defaults = converted(endpoint, values), endpoint.defaults
    forbidden = rule_check.forbidden_fields(endpoint.rules, params, defaults)
    live: Params = {key: value for key, value in params.items() if key not in forbidden}
    states: States = {}
    for field in endpoint.fields:
        options = FLAGS if field.kind is FieldKind.FLAG else tuple(field.values)
        limits = media_limits(endpoint, field.key, live) if field.file_kind else ()
        states[field.key] = FieldState(
            field.key, field.required, options, field.max_items, field.min, field.max, media=limits
        )
    for field in endpoint.fields:
        if field.withheld:
            states[field.key] = replace(states[field.key], greyed=Problem(field.key, "withheld"))
    _grey(states, forbidden, "not_now")
    _grey(states, rule_check.ignored_fields(endpoint.rules, live, defaults), "ignored")
    for key, when in rule_check.required_fields(endpoint.rules, live, defaults).items():
        reason = rule_check.problem_of("requires", [key], key, **rule_check.condition(when))
        states[key] = replace(states[key], required=True, needed=reason)
    for rule in endpoint.rules:
        _follow(rule, states, live, defaults, endpoint)
    return states


def _grey(states: States, fields: Mapping[str, rules.When], code: str) -> None:
    for key, when in fields.items():
        if states[key].greyed is None:
            reason = rule_check.problem_of(code, [key], key, **rule_check.condition(when))
            states[key] = replace(states[key], greyed=reason)


def _follow(
    rule: rules.Rule,
    states: States,
    params: Params,
    defaults: Mapping[str, JsonValue],
    endpoint: Endpoint,
) -> None:
    match rule:
        case rules.ExactlyOneOf(fields):
            _one_of(states, fields, None, params)
            _keep_one(states, fields, params)
        case rules.AtLeastOneOf(fields, when) if rule_check.holds(when, params, defaults):
            _one_of(states, fields, when, params)
        case rules.Excludes(fields):
            _keep_one(states, fields, params)
        case rules.Allowed():
            _narrow(rule, states, params, defaults)
        case rules.MaxItems(fields, limit, when) if rule_check.holds(when, params, defaults):
            _share(states, fields, limit, when, params)
        case rules.ProductBetween() | rules.RatioBetween():
            _bound(rule, states, params, defaults, endpoint)
        case _:
            pass


def _one_of(states: States, fields: Sequence[str], when: rules.When | None, params: Params) -> None:
    if rule_check.given_of(fields, params):
        return
    reason = rule_check.problem_of("at_least_one_of", fields, fields[0], **rule_check.condition(when))
    for key in fields:
        states[key] = replace(states[key], one_of=reason)


def _keep_one(states: States, fields: Sequence[str], params: Params) -> None:
    given = rule_check.given_of(fields, params)
    for key in fields:
        if given and key not in given and states[key].greyed is None:
            reason = rule_check.problem_of("one_only", [given[0]], key)
            states[key] = replace(states[key], greyed=reason)


def _narrow(rule: rules.Allowed, states: States, params: Params, defaults: Mapping[str, JsonValue]) -> None:
    """Both directions: where the condition holds, the field is narrowed; where the field has another value,
    the condition's field is. So neither choice leads to a refusal."""
    if rule_check.holds(rule.when, params, defaults):
        left = tuple(value for value in states[rule.field].options if value in rule.values)
        shown = rule_check.named(rule.field, rule.values)
        reason = rule_check.problem_of(
            "narrowed", [rule.field], rule.field, values=shown, **rule_check.condition(rule.when)
        )
        states[rule.field] = replace(states[rule.field], options=left, narrowed=reason)
    value = rule_check.effective(rule.field, params, defaults)
    other = rule.when.field
    if value is None or value in rule.values:
        return
    if rule.when.values is None:
        if rule.when.given and not rule_check.is_given(params.get(other)) and states[other].greyed is None:
            reason = rule_check.problem_of(
                "closed_by", [rule.field], other, value=rule_check.named(rule.field, [value])
            )
            states[other] = replace(states[other], greyed=reason)
        return
    left = tuple(
        option for option in states[other].options if (option in rule.when.values) is not rule.when.given
    )
    lost = rule_check.named(other, [option for option in states[other].options if option not in left])
    holder = rule_check.named(rule.field, [value])
    reason = rule_check.problem_of("lost_to", [rule.field], other, lost=lost, value=holder)
    states[other] = replace(states[other], options=left, narrowed=reason)


def _share(
    states: States, fields: Sequence[str], limit: int, when: rules.When | None, params: Params
) -> None:
    counts = {key: rule_check.count(params.get(key)) for key in fields}
    for key in fields:
        left = max(limit - sum(counts.values()) + counts[key], 0)
        known = states[key].max_items
        if known is not None and known <= left:
            continue
        reason = rule_check.problem_of(
            "max_items_now", fields, key, limit=limit, **rule_check.condition(when)
        )
        states[key] = replace(states[key], max_items=left, narrowed=reason)
        if left == 0 and states[key].greyed is None:
            states[key] = replace(states[key], greyed=reason)


def _bound(
    rule: rules.ProductBetween | rules.RatioBetween,
    states: States,
    params: Params,
    defaults: Mapping[str, JsonValue],
    endpoint: Endpoint,
) -> None:
    low = None if rule.low is None else Fraction(str(rule.low))
    high = None if rule.high is None else Fraction(str(rule.high))
    for key, other in ((rule.a, rule.b), (rule.b, rule.a)):
        value, field = rule_check.effective(other, params, defaults), endpoint.field(key)
        if not rule_check.is_number(value) or value <= 0 or field is None:
            continue
        exact = Fraction(str(value))
        if isinstance(rule, rules.ProductBetween):
            least, most = low and low / exact, high and high / exact
        elif key == rule.a:
            least, most = low and low * exact, high and high * exact
        else:
            least, most = high and exact / high, low and exact / low
        states[key] = _within(states[key], least, most, other, field.kind is FieldKind.INTEGER)


def _within(
    state: FieldState, least: Fraction | None, most: Fraction | None, other: str, whole: bool
) -> FieldState:
    low, high = state.min, state.max
    if least is not None and (low is None or least > Fraction(str(low))):
        low = ceil(least) if whole else float(least)
    if most is not None and (high is None or most < Fraction(str(high))):
        high = floor(most) if whole else float(most)
    if (low, high) == (state.min, state.max):
        return state
    bounds = {name: bound for name, bound in (("low", low), ("high", high)) if bound is not None}
    return replace(
        state, min=low, max=high, narrowed=rule_check.problem_of("range_now", [other], state.key, **bounds)
    )
