"""The differences between two states of the table, as plain lines; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from rh_ui.catalog.pricing import unit_price
from rh_ui.catalog.schema import Catalog, Endpoint, Field, Price
from rh_ui.domain import FieldKind, JsonValue, Modality
from rh_ui.i18n import Message

NAMED: Final = 8
"""The most options named in a line; more are counted."""
FACTS: Final = ("default", "min", "max", "step", "min_length", "max_length", "max_items", "max_mb")


def changes(before: Catalog, after: Catalog, renamed: Mapping[str, str]) -> tuple[Message, ...]:
    """A line per endpoint that is new, removed, renamed, back or changed; `renamed`: old path → new path."""
    return tuple(_lines(before, after, renamed))


def only_price(line: Message) -> bool:
    """Whether a changed endpoint changes in nothing but its price."""
    what = line.values.get("what")
    return isinstance(what, list) and [each.key for each in what if isinstance(each, Message)] == [
        "catalog.price"
    ]


def short(line: Message) -> Message:
    """The line without its first word and its path."""
    return Message(line.key.replace(".", ".short_"), **line.values)


def _lines(before: Catalog, after: Catalog, renamed: Mapping[str, str]) -> Iterator[Message]:
    for path, old in before.endpoints.items():
        new = after.endpoints.get(path)
        successor = after.endpoints.get(renamed.get(path, ""))
        if successor is not None:
            more = "".join(Message("catalog.also", what=each) for each in _differences(old, successor))
            yield Message("catalog.renamed", path=path, to=successor.path, more=more)
        elif new is None:
            yield Message("catalog.gone", path=path)
        elif new.deprecated and not old.deprecated:
            yield Message("catalog.removed", path=path)
        else:
            found = list(_differences(old, new))
            if old.deprecated and not new.deprecated:
                found.insert(0, Message("catalog.listed_again"))
            if found:
                yield Message("catalog.changed", path=path, what=found)
    for path, new in after.endpoints.items():
        if path not in before.endpoints and path not in renamed.values():
            count = len(new.fields)
            fields = (
                Message("catalog.one_field") if count == 1 else Message("catalog.many_fields", count=count)
            )
            price = (
                Message("catalog.price_is", price=_price(new.price))
                if new.price
                else Message("catalog.price_unknown")
            )
            what = Message("catalog.summary", fields=fields, price=price)
            yield Message(
                "catalog.new", path=path, modality=_named_kind(new.modality), task=new.task, what=what
            )


def _differences(old: Endpoint, new: Endpoint) -> Iterator[Message]:
    if old.modality is not new.modality:
        yield Message("catalog.makes", now=_named_kind(new.modality), was=_named_kind(old.modality))
    known = {field.key: field for field in old.fields}
    for field in new.fields:
        if field.key not in known:
            yield Message("catalog.field_new", key=field.key, kind=_named_kind(field.kind), need=_need(field))
        else:
            yield from _field_differences(known[field.key], field)
    for key in known:
        if new.field(key) is None:
            yield Message("catalog.field_gone", key=key)
    if _amounts(old.price) != _amounts(new.price):
        yield Message("catalog.price", now=_price(new.price), was=_price(old.price))


def _field_differences(old: Field, new: Field) -> Iterator[Message]:
    key = new.key
    if old.kind is not new.kind:
        yield Message("catalog.field_kind", key=key, now=_named_kind(new.kind), was=_named_kind(old.kind))
    if old.required != new.required:
        yield Message("catalog.field_need", key=key, now=_need(new))
    if old.many != new.many:
        yield Message("catalog.field_list" if new.many else "catalog.field_single", key=key)
    more = [value for value in new.values if value not in old.values]
    less = [value for value in old.values if value not in new.values]
    if more:
        yield Message(
            "catalog.option_new" if len(more) == 1 else "catalog.options_new", key=key, named=_named(more)
        )
    if less:
        yield Message(
            "catalog.option_gone" if len(less) == 1 else "catalog.options_gone", key=key, named=_named(less)
        )
    for fact in FACTS:
        was, now = getattr(old, fact), getattr(new, fact)
        if was != now:
            yield Message(
                "catalog.field_fact",
                key=key,
                fact=Message(f"catalog.{fact}"),
                now=_shown(now),
                was=_shown(was),
            )
    if {*old.accept} != {*new.accept}:
        now_taken, was_taken = (", ".join(each.accept) or Message("catalog.any_type") for each in (new, old))
        yield Message("catalog.field_accept", key=key, now=now_taken, was=was_taken)


def _named_kind(kind: FieldKind | Modality) -> Message:
    return Message(f"catalog.{kind.value}")


def _need(field: Field) -> Message:
    return Message("catalog.required" if field.required else "catalog.optional")


def _named(values: list[str]) -> str:
    shown = ", ".join(values[:NAMED])
    rest = len(values) - NAMED
    return Message("catalog.and_more", named=shown, rest=rest) if rest > 0 else shown


def _shown(value: JsonValue) -> str:
    return Message("catalog.none") if value is None else str(value)


def _price(price: Price | None) -> Message:
    return Message("catalog.unknown") if price is None else unit_price(price)


def _amounts(price: Price | None) -> object:
    """The content of a price, without the day on which it was read."""
    if price is None:
        return None
    rules = ((tuple(sorted((k, str(v)) for k, v in rule.when.items())), rule.amount) for rule in price.rules)
    return (
        price.unit,
        price.currency,
        price.amount,
        frozenset(rules),
        price.floor,
        price.unit_size,
        price.quantity,
    )
