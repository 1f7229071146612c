"""Generated payloads: strategies that follow an endpoint's form, and ways to break each rule.

`allowed` only does what the form offers at each step; `breaches` are the smallest steps beyond.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from hypothesis import strategies as st

from rh_ui.catalog import rule_check, rules
from rh_ui.catalog.form_state import FieldState, form_state
from rh_ui.catalog.schema import Endpoint, Field, ReferenceParts
from rh_ui.domain import LARGEST_WHOLE, SMALLEST_WHOLE, FieldKind, JsonValue, Params
from tests.samples import SHOT_SECONDS, link_for, reference, shot, valid_value

ROUNDS: Final = 6


def options_of(field: Field) -> tuple[JsonValue, ...]:
    return (True, False) if field.kind is FieldKind.FLAG else field.values


def one(field: Field, state: FieldState) -> st.SearchStrategy[JsonValue]:
    match field.kind:
        case FieldKind.FLAG | FieldKind.CHOICE:
            return st.sampled_from(state.options)
        case FieldKind.INTEGER:
            low, high = state.min, state.max
            numbers = st.integers(
                SMALLEST_WHOLE if low is None else int(low), LARGEST_WHOLE if high is None else int(high)
            )
            special = [sentinel.value for sentinel in field.sentinels]
            return numbers | st.sampled_from(special) if special else numbers
        case FieldKind.DECIMAL:
            low = -1e6 if state.min is None else float(state.min)
            return st.floats(low, 1e6 if state.max is None else float(state.max))
        case FieldKind.TEXT:
            least, most = field.min_length or 1, min(field.max_length or 60, 60)
            return st.text(min_size=least, max_size=max(least, most)).filter(lambda text: bool(text.strip()))
        case FieldKind.REFERENCES | FieldKind.SHOTS:
            return st.just(valid_item(field))
        case _:
            return st.just(link_for(field))


def value(field: Field, state: FieldState) -> st.SearchStrategy[JsonValue]:
    if not field.many:
        return one(field, state)
    if field.parts is not None:
        return st.just([valid_item(field)])
    most = 3 if state.max_items is None else min(state.max_items, 9)
    lists: st.SearchStrategy[JsonValue] = st.lists(
        one(field, state), min_size=1, max_size=most, unique=field.kind is FieldKind.CHOICE
    ).map(list)
    return lists


def fits(field: Field, state: FieldState, given: JsonValue) -> bool:
    """Whether the form still offers this value."""
    if state.options:
        return all(item in state.options for item in (given if isinstance(given, list) else [given]))
    if isinstance(given, list):
        return state.max_items is None or len(given) <= state.max_items
    if rule_check.is_number(given) and given not in [sentinel.value for sentinel in field.sentinels]:
        return (state.min is None or given >= state.min) and (state.max is None or given <= state.max)
    return True


@st.composite
def allowed(draw: st.DrawFn, endpoint: Endpoint) -> Params:
    """A payload that a user could make with the form."""
    params: Params = {}
    for field in endpoint.fields:
        state = form_state(endpoint, params)[field.key]
        if state.shown and not field.withheld and (state.required or draw(st.booleans())):
            params[field.key] = draw(value(field, state))
    for _ in range(ROUNDS):
        wrong = [
            (field, state)
            for field in endpoint.fields
            for state in [form_state(endpoint, params)[field.key]]
            if _is_wrong(field, state, params)
        ]
        if not wrong:
            return in_agreement(endpoint, params)
        field, state = wrong[0]
        params.pop(field.key, None)
        if state.shown and (state.required or state.one_of):
            params[field.key] = draw(value(field, form_state(endpoint, params)[field.key]))
    return params


def in_agreement(endpoint: Endpoint, params: Params) -> Params:
    """The video as long as its shots, as nothing on the form narrows either."""
    for rule in endpoint.rules:
        if isinstance(rule, rules.SumOf) and params.get(rule.field):
            total = endpoint.field(rule.total)
            params[rule.total] = str(SHOT_SECONDS) if total and total.options else SHOT_SECONDS
    return params


def _is_wrong(field: Field, state: FieldState, params: Params) -> bool:
    if field.key in params:
        return not state.shown or not fits(field, state, params[field.key])
    return state.shown and (state.required or state.one_of is not None)


@dataclass(frozen=True)
class Breach:
    """A payload with one thing wrong, and the code of the problem that must be found."""

    code: str
    params: Params
    rule: str = ""


def breaches(endpoint: Endpoint, params: Params) -> Iterator[Breach]:
    """Every way in the table to be wrong, starting from an allowed payload."""
    for field in endpoint.fields:
        yield from _field_breaches(field, params)
    for rule in endpoint.rules:
        yield from _rule_breaches(endpoint, rule, params)


def _field_breaches(field: Field, params: Params) -> Iterator[Breach]:
    key = field.key

    def breach(code: str, bad: JsonValue) -> Breach:
        return Breach(code, {**params, key: [bad] if field.many else bad})

    special = [sentinel.value for sentinel in field.sentinels]
    if field.parts is not None:
        yield from _nested_breaches(field, params)
        return
    if field.withheld:
        yield breach("withheld", True if field.default is False else "no such option")
        return
    if field.required:
        yield Breach("required", {name: given for name, given in params.items() if name != key})
    if field.min is not None and field.min - 1 not in special:
        yield breach("too_small", field.min - 1)
    if field.max is not None and field.max + 1 not in special:
        yield breach("too_big", field.max + 1)
    if field.max_length is not None:
        yield breach("too_long", "x" * (field.max_length + 1))
    if field.options:
        yield breach("not_an_option", "no such option")
    if field.file_kind and field.parts is None:
        yield breach("not_a_link", "C:\\picture.png")
    if field.kind in (FieldKind.INTEGER, FieldKind.FLAG, FieldKind.DECIMAL):
        yield breach("wrong_type", "many")
    if field.many and field.max_items is not None:
        entries: JsonValue = [valid_item(field)] * (field.max_items + 1)
        yield Breach("too_many_items", {**params, key: entries})


def _nested_breaches(field: Field, params: Params) -> Iterator[Breach]:
    key = field.key
    if field.required:
        yield Breach("required", {name: given for name, given in params.items() if name != key})
    if isinstance(field.parts, ReferenceParts):
        wrong: dict[str, list[JsonValue]] = {
            "entry_odd": [{field.parts.file: link_for(field), "more": 1}],
            "reference_twin": [reference(field, link_for(field)), reference(field, link_for(field))],
            "not_a_link": [reference(field, "C:\\picture.png")],
        }
    else:
        wrong = {
            "entry_odd": ["a shot"],
            "shot_number": [shot(field, SHOT_SECONDS, number=2)],
            "shot_without_text": [shot(field, SHOT_SECONDS, text=" ")],
            "shot_too_long": [shot(field, SHOT_SECONDS, text="x" * ((field.max_length or 0) + 1))],
            "shot_seconds": [shot(field, 0)],
        }
    wrong["too_many_items"] = [valid_item(field)] * ((field.max_items or 0) + 1)
    for code, entries in wrong.items():
        yield Breach(code, {**params, key: entries})


def valid_item(field: Field) -> JsonValue:
    single = valid_value(field, link_for)
    return single[0] if isinstance(single, list) and single else single


def _rule_breaches(endpoint: Endpoint, rule: rules.Rule, params: Params) -> Iterator[Breach]:
    when = getattr(rule, "when", None)
    met = params if when is None else _meeting(endpoint, when, params)
    if met is None:
        return
    name = type(rule).__name__
    match rule:
        case rules.ExactlyOneOf(keys):
            yield Breach("at_least_one_of", _without(met, keys), name)
            yield Breach("excludes", _with(endpoint, met, keys), name)
        case rules.AtLeastOneOf(keys):
            yield Breach("at_least_one_of", _without(met, keys), name)
        case rules.Excludes(keys):
            yield Breach("excludes", _with(endpoint, met, keys), name)
        case rules.Requires(_, keys):
            yield Breach("requires", _without(met, keys), name)
        case rules.Forbids(_, keys):
            yield Breach("forbids", _with(endpoint, met, keys), name)
        case rules.Allowed(_, key, values):
            for bad in options_of(_field(endpoint, key)):
                if bad not in values:
                    yield Breach("allowed", {**met, key: bad}, name)
        case rules.MaxItems(keys, limit):
            filled = {key: [valid_item(_field(endpoint, key))] * (limit + 1) for key in keys}
            yield Breach("max_items", {**met, **filled}, name)
        case rules.ProductBetween(a, b) | rules.RatioBetween(a, b):
            yield from _range_breaches(endpoint, rule, a, b, met)
        case rules.SumOf(key, total):
            field = _field(endpoint, key)
            long = [shot(field, SHOT_SECONDS), shot(field, SHOT_SECONDS, number=2)]
            asked: JsonValue = str(SHOT_SECONDS) if _field(endpoint, total).options else SHOT_SECONDS
            yield Breach("sum_of", {**met, key: long, total: asked}, name)
        case rules.Mentions((key,), of):
            params = {**met, of: [valid_item(_field(endpoint, of))]}
            yield Breach("mentions", {**params, key: "A fox like @image_7."}, name)
        case _:
            return


def _range_breaches(
    endpoint: Endpoint, rule: rules.ProductBetween | rules.RatioBetween, a: str, b: str, params: Params
) -> Iterator[Breach]:
    one, other = _field(endpoint, a), _field(endpoint, b)
    assert one.min and one.max and other.min and other.max
    code = "product_between" if isinstance(rule, rules.ProductBetween) else "ratio_between"
    pairs = [(one.min, other.min), (one.max, other.max), (one.min, other.max), (one.max, other.min)]
    for first, second in pairs:
        found = first * second if isinstance(rule, rules.ProductBetween) else first / second
        if (rule.low is not None and found < rule.low) or (rule.high is not None and found > rule.high):
            yield Breach(code, {**params, a: first, b: second}, type(rule).__name__)


def _field(endpoint: Endpoint, key: str) -> Field:
    field = endpoint.field(key)
    assert field is not None
    return field


def _without(params: Params, keys: tuple[str, ...]) -> Params:
    return {key: given for key, given in params.items() if key not in keys}


def _with(endpoint: Endpoint, params: Params, keys: tuple[str, ...]) -> Params:
    return {**params, **{key: valid_value(_field(endpoint, key), link_for) for key in keys}}


def _meeting(endpoint: Endpoint, when: rules.When, params: Params) -> Params | None:
    """The payload with the condition met; None where that is impossible."""
    if when.also is not None:
        first = _meeting(endpoint, when.also, params)
        return None if first is None else _meeting(endpoint, replace(when, also=None), first)
    field = _field(endpoint, when.field)
    if when.values is None:
        plain = _without(params, (when.field,))
        return {**plain, when.field: valid_value(field, link_for)} if when.given else plain
    fitting = [option for option in options_of(field) if (option in when.values) is when.given]
    return {**params, when.field: fitting[0]} if fitting else None
