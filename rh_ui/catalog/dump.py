"""Endpoints as plain JSON values, for `dump`, `show` and the named API."""

from __future__ import annotations

from rh_ui.catalog.schema import Endpoint, Field, Price
from rh_ui.domain import JsonValue


def endpoint_json(endpoint: Endpoint) -> dict[str, JsonValue]:
    """Keys in a fixed order; absent facts are null, `price` is null where it is unknown."""
    return {
        "path": endpoint.path,
        "title": endpoint.title,
        "modality": endpoint.modality.value,
        "task": endpoint.task,
        "family": endpoint.family,
        "channel": endpoint.channel.value,
        "documented": endpoint.documented,
        "fields": [_field_json(field) for field in endpoint.fields],
        "price": None if endpoint.price is None else _price_json(endpoint.price),
    }


def _field_json(field: Field) -> dict[str, JsonValue]:
    return {
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
    }


def _price_json(price: Price) -> dict[str, JsonValue]:
    """Amounts as text, so that they stay exact."""
    rules: list[JsonValue] = [{"when": dict(rule.when), "amount": str(rule.amount)} for rule in price.rules]
    return {
        "unit": price.unit.value,
        "currency": price.currency,
        "date": price.date.isoformat(),
        "amount": None if price.amount is None else str(price.amount),
        "rules": rules,
        "from": price.floor,
        "unit_size": price.unit_size,
        "quantity": price.quantity,
    }
