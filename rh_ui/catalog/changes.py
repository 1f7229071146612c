"""What differs between two states of the table, in plain lines; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from rh_ui.catalog.pricing import unit_price
from rh_ui.catalog.schema import Catalog, Endpoint, Field, Price
from rh_ui.domain import JsonValue

NAMED: Final = 8
"""So many options are named in a line, then they are counted."""
FACTS: Final[Mapping[str, str]] = {
    "default": "default", "min": "least value", "max": "greatest value", "step": "step",
    "min_length": "least length", "max_length": "greatest length", "max_items": "greatest number",
    "max_mb": "greatest size in MB",
}  # fmt: skip


def changes(before: Catalog, after: Catalog, renamed: Mapping[str, str]) -> tuple[str, ...]:
    """A line per endpoint that is new, removed, renamed, back or changed; `renamed`: old path → new path."""
    return tuple(_lines(before, after, renamed))


def _lines(before: Catalog, after: Catalog, renamed: Mapping[str, str]) -> Iterator[str]:
    for path, old in before.endpoints.items():
        new = after.endpoints.get(path)
        successor = after.endpoints.get(renamed.get(path, ""))
        if successor is not None:
            more = "".join(f" {each}." for each in _differences(old, successor))
            yield f"renamed: {path} is now {successor.path}; the old path is kept for history.{more}"
        elif new is None:
            yield f"gone: {path} is not in the table any more."
        elif new.deprecated and not old.deprecated:
            yield f"removed: {path} is no longer listed; it is marked deprecated and kept for history."
        else:
            found = list(_differences(old, new))
            if old.deprecated and not new.deprecated:
                found.insert(0, "listed again, no longer deprecated")
            if found:
                yield f"changed: {path}: {'; '.join(found)}."
    for path, new in after.endpoints.items():
        if path not in before.endpoints and path not in renamed.values():
            count = "1 field" if len(new.fields) == 1 else f"{len(new.fields)} fields"
            price = f"price {unit_price(new.price)}" if new.price else "price unknown"
            yield f"new: {path} ({new.modality.value}, {new.task}): {count}, {price}."


def _differences(old: Endpoint, new: Endpoint) -> Iterator[str]:
    if old.modality is not new.modality:
        yield f"makes {new.modality.value}, was {old.modality.value}"
    known = {field.key: field for field in old.fields}
    for field in new.fields:
        if field.key not in known:
            yield f"new field {field.key} ({field.kind.value}, {_need(field)})"
        else:
            yield from _field_differences(known[field.key], field)
    for key in known:
        if new.field(key) is None:
            yield f"field {key} is gone"
    if _amounts(old.price) != _amounts(new.price):
        yield f"price {_price(new.price)}, was {_price(old.price)}"


def _field_differences(old: Field, new: Field) -> Iterator[str]:
    name = f"field {new.key}"
    if old.kind is not new.kind:
        yield f"{name} is {new.kind.value}, was {old.kind.value}"
    if old.required != new.required:
        yield f"{name} is now {_need(new)}"
    if old.many != new.many:
        yield f"{name} takes {'a list' if new.many else 'a single value'}"
    more = [value for value in new.values if value not in old.values]
    less = [value for value in old.values if value not in new.values]
    if more:
        yield f"{name}: new option{_named(more)}"
    if less:
        yield f"{name}: option{_named(less)} gone"
    for attribute, word in FACTS.items():
        was, now = getattr(old, attribute), getattr(new, attribute)
        if was != now:
            yield f"{name}: {word} {_shown(now)}, was {_shown(was)}"
    if {*old.accept} != {*new.accept}:
        now_taken, was_taken = (", ".join(each.accept) or "any type" for each in (new, old))
        yield f"{name}: takes {now_taken}, was {was_taken}"


def _need(field: Field) -> str:
    return "required" if field.required else "optional"


def _named(values: list[str]) -> str:
    shown = ", ".join(values[:NAMED])
    rest = len(values) - NAMED
    return f"{'' if len(values) == 1 else 's'} {shown}{f' and {rest} more' if rest > 0 else ''}"


def _shown(value: JsonValue) -> str:
    return "none" if value is None else str(value)


def _price(price: Price | None) -> str:
    return unit_price(price) if price else "unknown"


def _amounts(price: Price | None) -> object:
    """What a price says, without the day it was read."""
    if price is None:
        return None
    rules = tuple(
        (tuple(sorted((k, str(v)) for k, v in rule.when.items())), rule.amount) for rule in price.rules
    )
    return (
        price.unit,
        price.currency,
        price.amount,
        frozenset(rules),
        price.floor,
        price.unit_size,
        price.quantity,
    )
