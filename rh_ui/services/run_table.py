"""The table of runs for others: its orders, and the places in them as text that a page sends back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from rh_ui.domain import Modality, ShownState
from rh_ui.errors import ArgumentRefused
from rh_ui.persistence.history_rows import Listed, Order, SortBy
from rh_ui.persistence.run_queries import PageQueries

__all__ = ["Listed", "SortBy", "all_runs", "next_place", "order_of"]

BATCH: Final = 1000
"""Runs that are read at once; a file of all is made while it is sent."""


def order_of(by: SortBy, *, down: bool, place: str) -> Order:
    """An order from a place on, as `next_place` tells it; empty: all of it. Raises ArgumentRefused."""
    order = Order(by, down)
    if not place:
        return order
    after = _values(place)
    if not order.fits(after):
        raise ArgumentRefused("This is no place in this order", "bad_place")
    return replace(order, after=after)


def _values(place: str) -> tuple[Any, ...]:
    try:
        told = json.loads(place)
    except (ValueError, RecursionError):
        return ()
    return tuple(told) if isinstance(told, list) else ()


def next_place(found: Listed, size: int) -> str:
    """Where a page of this size ends, if one row more was read than fits it; empty: it is the last one."""
    return json.dumps(found.places[size - 1]) if len(found.places) > size else ""


def all_runs(
    history: PageQueries,
    order: Order,
    *,
    search: str = "",
    modality: Modality | None = None,
    state: ShownState | None = None,
) -> Iterator[Listed]:
    """Every run that matches, in this order, some at a time; no transaction is open in between."""
    while True:
        found = history.page(limit=BATCH, search=search, modality=modality, state=state, order=order)
        yield found
        if len(found.places) < BATCH:
            return
        order = replace(order, after=found.places[-1])
