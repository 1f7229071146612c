"""Endpoints as plain JSON values, for `dump`, `show` and the named API."""

from __future__ import annotations

from dataclasses import asdict

from rh_ui.catalog.glossary import describe, title
from rh_ui.catalog.problems import not_offered, sentence
from rh_ui.catalog.schema import Endpoint, Field, Price, PriceRule
from rh_ui.domain import JsonValue
from rh_ui.i18n import LANGUAGES


def endpoint_json(endpoint: Endpoint) -> dict[str, JsonValue]:
    """Keys in a fixed order; absent facts are null, `price` is null where it is unknown. `reason` says why an
    endpoint is not offered; `unconfirmed` or `withheld` entries are marked."""
    entry: dict[str, JsonValue] = {
        "path": endpoint.path,
        "title": endpoint.title,
        "modality": endpoint.modality.value,
        "task": endpoint.task,
        "family": endpoint.family,
        "channel": endpoint.channel.value,
        "documented": endpoint.documented,
        "fields": [_field_json(field) for field in endpoint.fields],
        "price": None if endpoint.price is None else _price_json(endpoint.price),
        "words": {
            language: {"title": title(endpoint, language), "description": describe(endpoint, language)}
            for language in LANGUAGES
        },
        "offered": endpoint.offered,
    }
    for problem in not_offered(endpoint):
        entry["reason"] = sentence(problem, endpoint)
    return entry | ({"unconfirmed": True} if endpoint.unconfirmed else {})


def _field_json(field: Field) -> dict[str, JsonValue]:
    entry: dict[str, JsonValue] = {
        "key": field.key,
        "kind": field.kind.value,
        "required": field.required,
        "default": field.default,
        "options": list(field.values),
        "min": field.min,
        "max": field.max,
        "step": field.step,
        "min_length": field.min_length,
        "max_length": field.max_length,
        "max_items": field.max_items,
        "accept": list(field.accept),
        "max_mb": field.max_mb,
        "role": None if field.role is None else field.role.value,
        "usual": field.usual,
    }
    marks: dict[str, bool] = {"unconfirmed": field.unconfirmed, "withheld": field.withheld}
    if field.parts is not None:
        entry["parts"] = asdict(field.parts)
    return entry | {mark: True for mark, is_set in marks.items() if is_set}


def _price_json(price: Price) -> dict[str, JsonValue]:
    """Amounts as text, so that they stay exact."""
    rules: list[JsonValue] = [_rule_json(rule) for rule in price.rules]
    extras: list[JsonValue] = [
        {"field": extra.field, "amount": str(extra.amount), "free": extra.free} for extra in price.extras
    ]
    return {
        "unit": price.unit.value,
        "currency": price.currency,
        "date": price.date.isoformat(),
        "amount": None if price.amount is None else str(price.amount),
        "rules": rules,
        "from": price.floor,
        "unit_size": price.unit_size,
        "quantity": price.quantity,
        "at_least": price.at_least,
        "least": dict(price.least),
        "inputs": list(price.inputs),
        "extras": extras,
    }


def _rule_json(rule: PriceRule) -> dict[str, JsonValue]:
    entry: dict[str, JsonValue] = {"when": dict(rule.when), "amount": str(rule.amount)}
    if rule.extra:
        entry["extra"] = str(rule.extra)
    keys: dict[str, tuple[str, ...]] = {"given": rule.given, "absent": rule.absent}
    return entry | {name: list(found) for name, found in keys.items() if found}
