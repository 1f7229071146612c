"""Conditions about marks and tags, for queries of results and of runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, not_, select

from rh_ui.marks import MarkFilter
from rh_ui.persistence.schema import outputs, tasks
from rh_ui.persistence.schema_marks import marks, run_tags


def is_favourite(person: str) -> ColumnElement[bool]:
    """Results that are a person's favourites."""
    return outputs.c.id.in_(_marked(person, marks.c.favourite))


def is_hidden(person: str) -> ColumnElement[bool]:
    """Results that a person hid."""
    return outputs.c.id.in_(_marked(person, marks.c.hidden))


def is_rated(person: str, least: int) -> ColumnElement[bool]:
    """Results that a person rated with `least` or more."""
    return outputs.c.id.in_(_marked(person, marks.c.rating >= least))


def has_tag(key: str) -> ColumnElement[bool]:
    """Runs that have this tag (rh_ui.marks.tag_key)."""
    return tasks.c.id.in_(select(run_tags.c.task_id).where(run_tags.c.tag_key == key))


def as_marked(asked: MarkFilter) -> Sequence[ColumnElement[bool]]:
    """All that a filter asks for."""
    found = [is_favourite(asked.person)] if asked.favourite else []
    found += [is_rated(asked.person, asked.least)] if asked.least else []
    return [*found, *([] if asked.hidden else [not_(is_hidden(asked.person))])]


def _marked(person: str, *where: ColumnElement[bool]) -> Select[Any]:
    return select(marks.c.output_id).where(marks.c.person == person, *where)
