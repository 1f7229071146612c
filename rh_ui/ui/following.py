"""What the rules of the table mean for the form on the screen, as the browser draws it. Pure."""

from __future__ import annotations

from rh_ui.catalog.following import FieldState, form_state
from rh_ui.catalog.problems import sentence
from rh_ui.catalog.schema import Endpoint, Field
from rh_ui.domain import FieldKind, JsonValue, Params
from rh_ui.errors import Problem
from rh_ui.ui.words import LANGUAGES


def state_specs(endpoint: Endpoint, values: Params) -> dict[str, JsonValue]:
    """By key, for the fields that are not as their form says: `off` (greyed), `needed` (required now),
    `options` (what is left to choose) and `why` (only those); each reason by language."""
    specs: dict[str, JsonValue] = {}
    for key, state in form_state(endpoint, values).items():
        field = endpoint.field(key)
        spec = {} if field is None else _spec(endpoint, field, state)
        if spec:
            specs[key] = spec
    return specs


def _spec(endpoint: Endpoint, field: Field, state: FieldState) -> dict[str, JsonValue]:
    spec: dict[str, JsonValue] = {}
    if state.greyed is not None:
        spec["off"] = _reason(state.greyed, endpoint)
    if state.needed is not None:
        spec["needed"] = _reason(state.needed, endpoint)
    every: tuple[JsonValue, ...] = (True, False) if field.kind is FieldKind.FLAG else field.values
    if tuple(state.options) != every:
        spec["options"] = list(state.options)
    if state.narrowed is not None:
        spec["why"] = _reason(state.narrowed, endpoint)
    return spec


def _reason(problem: Problem, endpoint: Endpoint) -> dict[str, JsonValue]:
    return {language: sentence(problem, endpoint, language) for language in LANGUAGES}
