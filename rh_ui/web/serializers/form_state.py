"""What the rules of the table mean for the present values of a form, for the browser to draw. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from rh_ui.catalog.form_state import FieldState, form_state
from rh_ui.catalog.media_limits import media_limits, tightest
from rh_ui.catalog.problems import limits_in_words, sentence
from rh_ui.catalog.rules import MediaLimits, Mentions, Rule, SumOf, When
from rh_ui.catalog.schema import Endpoint, Field
from rh_ui.domain import FieldKind, JsonValue
from rh_ui.errors import Problem
from rh_ui.i18n import LANGUAGES

EXACT_IN_BROWSER: Final = 2**53 - 1
"""Beyond this a number in the browser is no longer exact, so such numbers are sent as text."""


def number(value: int | float | None) -> JsonValue:
    """A number as the browser can hold it exactly."""
    if isinstance(value, int) and abs(value) > EXACT_IN_BROWSER:
        return str(value)
    return value


def state_specs(
    endpoint: Endpoint, values: Mapping[str, JsonValue], languages: Sequence[str] = LANGUAGES
) -> dict[str, JsonValue]:
    """By key, for the fields that differ from the form's description: `off` (greyed), `needed` (required
    now), `oneOf` (one of `fields` is still needed), `options`, `items`, `min`, `max` (what is still allowed),
    `limits` (of its files) and `why` (less is allowed); every reason and the limits in words by language."""
    specs: dict[str, JsonValue] = {}
    for key, state in form_state(endpoint, values).items():
        field = endpoint.field(key)
        spec = {} if field is None else _spec(endpoint, field, state, languages)
        if spec:
            specs[key] = spec
    return specs


def ruled_keys(endpoint: Endpoint) -> list[str]:
    """The fields whose values change the result of `state_specs`; with their starting values, it is the
    starting state."""
    keys: dict[str, None] = {}
    for rule in endpoint.rules:
        keys |= dict.fromkeys(_looked_at(rule))
    return list(keys)


def _looked_at(rule: Rule) -> list[str]:
    if isinstance(rule, SumOf | Mentions):
        return []  # they close nothing
    when: When | None = getattr(rule, "when", None)
    keys = []
    while when is not None:
        keys.append(when.field)
        when = when.also
    if not isinstance(rule, MediaLimits):
        keys += [getattr(rule, name) for name in ("field", "a", "b") if hasattr(rule, name)]
        keys += getattr(rule, "fields", ())
    return keys


def limit_words(limits: Sequence[MediaLimits], language: str) -> str:
    """What a field's files must be like; empty where there are no limits."""
    found = tightest(limits)
    return "" if found is None else limits_in_words(found, language)


def _spec(
    endpoint: Endpoint, field: Field, state: FieldState, languages: Sequence[str]
) -> dict[str, JsonValue]:
    spec: dict[str, JsonValue] = {}

    def reason(problem: Problem) -> dict[str, JsonValue]:
        return {language: sentence(problem, endpoint, language) for language in languages}

    for name, problem in (("off", state.greyed), ("needed", state.needed), ("why", state.narrowed)):
        if problem is not None:
            spec[name] = reason(problem)
    if state.one_of is not None:
        fields = str(state.one_of.details["fields"]).split(",")
        spec["oneOf"] = {"fields": list[JsonValue](fields), "said": reason(state.one_of)}
    every: tuple[JsonValue, ...] = (True, False) if field.kind is FieldKind.FLAG else field.values
    if tuple(state.options) != every:
        spec["options"] = list(state.options)
    if state.max_items is not None and state.max_items != field.max_items:
        spec["items"] = state.max_items
    spec |= {
        name: number(now)
        for name, now, ever in (("min", state.min, field.min), ("max", state.max, field.max))
        if now is not None and now != ever
    }
    if state.media != media_limits(endpoint, field.key, None):
        spec["limits"] = {language: limit_words(state.media, language) for language in languages}
    return spec
