"""Whether a table already contains another one; pure."""

from __future__ import annotations

from rh_ui.catalog.schema import Catalog, Endpoint, Field, Price


def lacking(ours: Catalog, theirs: Catalog) -> frozenset[str]:
    """Endpoints of theirs that ours lacks, or for which ours lacks a field, an option, a range or a newer
    price."""
    known = {path: each for each in ours.endpoints.values() for path in (*each.formerly, each.path)}
    return frozenset(
        path for path, each in theirs.endpoints.items() if path not in known or not _holds(known[path], each)
    )


def _holds(ours: Endpoint, theirs: Endpoint) -> bool:
    fields = {field.key: field for field in ours.fields}
    return (
        ours.modality is theirs.modality
        and all(field.key in fields and _has_room(fields[field.key], field) for field in theirs.fields)
        and _knows(ours.price, theirs.price)
    )


def _has_room(ours: Field, theirs: Field) -> bool:
    """Whether everything that their field takes, ours takes too."""
    least = ((ours.min, theirs.min), (ours.min_length, theirs.min_length))
    most = (
        (ours.max, theirs.max),
        (ours.max_length, theirs.max_length),
        (ours.max_items, theirs.max_items),
        (ours.max_mb, theirs.max_mb),
    )
    return (
        ours.kind is theirs.kind
        and (ours.many or not theirs.many)
        and set(ours.values) >= set(theirs.values)
        and (not ours.accept or (bool(theirs.accept) and set(ours.accept) >= set(theirs.accept)))
        and all(mine is None or (other is not None and mine <= other) for mine, other in least)
        and all(mine is None or (other is not None and mine >= other) for mine, other in most)
    )


def _knows(ours: Price | None, theirs: Price | None) -> bool:
    if theirs is None:
        return True
    return ours is not None and (ours.date >= theirs.date or _figures(ours) == _figures(theirs))


def _figures(price: Price) -> tuple[object, ...]:
    rows = sorted(repr((sorted(row.when.items()), row.amount.normalize(), row.extra)) for row in price.rows)
    return price.unit, price.currency, price.floor, price.unit_size, rows
