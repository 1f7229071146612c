"""What a caller may do with a run that they see."""

from __future__ import annotations

from rh_ui.domain import Task
from rh_ui.errors import NotYours
from rh_ui.people import Caller
from rh_ui.persistence.run_queries import PageQueries


def changeable(history: PageQueries, caller: Caller, task_id: str) -> Task:
    """The run, which the caller may change. Raises NotFound, also where they don't see it, and NotYours."""
    task = history.task(task_id)
    if not caller.may_change(task.owner):
        raise NotYours
    return task
