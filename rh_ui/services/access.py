"""What a caller may do, and with a run that they see."""

from __future__ import annotations

from rh_ui.domain import Task
from rh_ui.errors import NotYours, RightRefused
from rh_ui.people import Caller
from rh_ui.persistence.run_queries import PageQueries


def refuse_in_a_look(caller: Caller) -> None:
    """Raises RightRefused while an admin looks at somebody's private work: a look changes and keeps
    nothing."""
    if caller.looking_at:
        raise RightRefused


def changeable(history: PageQueries, caller: Caller, task_id: str) -> Task:
    """The run, which the caller may change. Raises NotFound, also where they don't see it, NotYours, and
    RightRefused in a look."""
    refuse_in_a_look(caller)
    task = history.task(task_id)
    if not caller.may_change(task.owner):
        raise NotYours
    return task
