"""The table of runs: the orders it can be read in, places in an order, and its rows as a pandas frame.

A page begins behind the last row of the page before (keyset), never after a number of rows: its rows stay
where they are while runs arrive, and the last page is as fast as the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeAlias

import pandas as pd
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    asc,
    case,
    desc,
    func,
    literal,
    select,
    tuple_,
)

from rh_ui.domain import INPUT_PREFIX, NO_PICTURE, JsonValue, OutputState, Unfetched
from rh_ui.persistence.file_references import texts_in
from rh_ui.persistence.schema import outputs, tasks

Place: TypeAlias = tuple[str | int, ...]
"""The values by which a row stands in an order; the last one is its id."""

UNFETCHED: Final = tasks.c.note.in_([why.value for why in Unfetched])
STATE: Final = case((UNFETCHED, OutputState.UNFETCHED.value), else_=tasks.c.state).label("state")


class SortBy(StrEnum):
    """What the table can be sorted by."""

    CREATED = "created"
    MODEL = "model"
    KIND = "kind"
    STATE = "state"
    COST = "cost"
    ESTIMATE = "estimate"


_KEYS: Final[Mapping[SortBy, tuple[ColumnElement[Any], ...]]] = {
    SortBy.CREATED: (),
    SortBy.MODEL: (tasks.c.endpoint,),
    SortBy.KIND: (tasks.c.modality,),
    SortBy.STATE: (tasks.c.state,),
    SortBy.COST: (tasks.c.cost_currency, tasks.c.cost_key, tasks.c.coins_key),
    SortBy.ESTIMATE: (tasks.c.estimate_currency, tasks.c.estimate_key),
}
"""Amounts are compared within one currency. Every order ends with the id, which makes it a total one."""


@dataclass(frozen=True, slots=True)
class Order:
    """In which order runs are listed; `after`: only those behind this place."""

    by: SortBy = SortBy.CREATED
    down: bool = True
    after: Place | None = None

    @property
    def keys(self) -> tuple[ColumnElement[Any], ...]:
        return (*_KEYS[self.by], tasks.c.id)

    def labelled(self) -> list[ColumnElement[Any]]:
        """The keys as columns of a query."""
        return [key.label(f"key{number}") for number, key in enumerate(self.keys)]

    def sorting(self, keys: Sequence[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
        """The same order by these columns."""
        return [desc(key) if self.down else asc(key) for key in keys]

    def fits(self, place: tuple[Any, ...]) -> bool:
        """Whether these values can be a place in this order."""
        return len(place) == len(self.keys) and all(map(_storable, place, self.keys))

    def behind(self) -> list[ColumnElement[bool]]:
        """That a run stands behind `after`."""
        if self.after is None:
            return []
        values = zip(self.after, self.keys, strict=True)
        rows, place = tuple_(*self.keys), tuple_(*(literal(value, key.type) for value, key in values))
        return [rows < place if self.down else rows > place]


def _storable(value: Any, key: ColumnElement[Any]) -> bool:
    if isinstance(key.type, BigInteger):
        return type(value) is int and -1 <= value < 2**63
    return isinstance(value, str) and "\x00" not in value and value.isprintable()


NEWEST: Final = Order()

ROW: Final[Mapping[str, ColumnElement[Any]]] = {
    "id": tasks.c.id,
    "created": tasks.c.created_at,
    "model": tasks.c.endpoint,
    "modality": tasks.c.modality,
    "state": STATE,
    "prompt": tasks.c.prompt,
    "cost": tasks.c.cost_amount,
    "currency": tasks.c.cost_currency,
    "coins": tasks.c.cost_coins,
    "estimate": tasks.c.estimate_amount,
    "estimate_currency": tasks.c.estimate_currency,
    "charged": tasks.c.charged,
    "submitted": tasks.c.submitted_at,
    "finished": tasks.c.finished_at,
    "remote_id": tasks.c.remote_id,
}
_TIMES: Final = ("created", "submitted", "finished")
_AMOUNTS: Final = ("cost", "coins", "estimate")
COLUMNS: Final = (*ROW, "files", "picture", "input")
"""`files`: the number of stored results; `picture`: the first result with a thumbnail; `input`: the first
chosen file. The last two may be empty."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of runs."""

    frame: pd.DataFrame
    """With the columns COLUMNS: times are aware UTC, amounts Decimals or None, `files` a number; everything
    else is text."""
    places: Sequence[Place]
    """Where each row stands."""


def listed(connection: Connection, query: Any, order: Order) -> Listed:
    """The rows of a query that selects ROW, the params and the keys of the order."""
    rows = connection.execute(query).mappings().all()
    files, pictures = _results(connection, [row["id"] for row in rows])
    found = [
        {**{name: row[name] for name in ROW}, "files": files.get(row["id"], 0),
         "picture": pictures.get(row["id"], ""), "input": _first_input(row["params"])}
        for row in rows
    ]  # fmt: skip
    keys = [f"key{number}" for number in range(len(order.keys))]
    return Listed(_frame(found), [tuple(row[key] for key in keys) for row in rows])


def columns_of(order: Order) -> list[ColumnElement[Any]]:
    """What `listed` reads."""
    return [*(column.label(name) for name, column in ROW.items()), tasks.c.params, *order.labelled()]


def _results(connection: Connection, task_ids: Sequence[str]) -> tuple[dict[str, int], dict[str, str]]:
    """By run: the number of its stored results, and the first of them with a thumbnail."""
    saved = outputs.c.state == OutputState.SAVED.value
    drawn = outputs.c.thumb_key.not_in(["", NO_PICTURE])
    query = (
        select(
            outputs.c.task_id,
            func.count().filter(saved).label("files"),
            func.min(outputs.c.id).filter(saved, drawn).label("picture"),
        )
        .where(outputs.c.task_id.in_(task_ids))
        .group_by(outputs.c.task_id)
    )
    rows = connection.execute(query).all()
    return {row.task_id: row.files for row in rows}, {row.task_id: row.picture or "" for row in rows}


def _first_input(params: JsonValue) -> str:
    """The name of the first kept input in a body; empty without one."""
    first = next((text for text in texts_in(params) if text.startswith(INPUT_PREFIX)), "")
    return first.removeprefix(INPUT_PREFIX)


def _frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Sets the type of each column: pandas would turn ids into floats where one is missing."""
    frame: dict[str, pd.Series[Any]] = {}
    for name in COLUMNS:
        values = [row[name] for row in rows]
        if name in _TIMES:
            frame[name] = pd.Series(pd.to_datetime(values, utc=True), dtype="datetime64[us, UTC]")
        elif name in _AMOUNTS:
            frame[name] = pd.Series(values, dtype="object")
        elif name == "files":
            frame[name] = pd.Series(values, dtype="int64")
        else:
            frame[name] = pd.Series(values, dtype="str")
    return pd.DataFrame(frame)
