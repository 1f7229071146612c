"""Puts ended runs into projects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, insert, select, update

from rh_ui.budget_rules import CORRECTION
from rh_ui.domain import Task, TaskState, new_id
from rh_ui.errors import MoveRefused
from rh_ui.people import AuditEntry, Holder, RunOwner
from rh_ui.persistence.file_references import project_inputs, run_inputs
from rh_ui.persistence.input_holders import hold_inputs, release_inputs
from rh_ui.persistence.repositories.audit import add_entries
from rh_ui.persistence.repositories.base import Repository, row_count
from rh_ui.persistence.repositories.projects import require_open
from rh_ui.persistence.schema import tasks
from rh_ui.persistence.schema_team import adjustments, projects

_ENDED: Final = [state.value for state in TaskState if state.is_final]


class RunOwnerRepository(Repository):
    """See Repository."""

    def put(self, task: Task, project: str, person: str, entries: Iterable[AuditEntry]) -> None:
        """Put an ended run into a project, with its inputs, and what it was charged counts for it. Raises
        NotFound and MoveRefused where `person` may not add to the project, and MoveRefused where the run has
        changed since it was read."""
        before = task.owner.project
        same = tasks.c.id == task.id, tasks.c.project == before, tasks.c.state.in_(_ENDED)
        with self._database.write() as connection:
            if before:
                _hold_both(connection, before, project)
            require_open(connection, RunOwner(person, project), until_commit=True)
            moving = update(tasks).where(*same).values(project=project, updated_at=self._now())
            if not row_count(connection.execute(moving)):
                raise not_ended()
            names = run_inputs(connection, tasks.c.id == task.id)
            hold_inputs(connection, names, RunOwner(project=project))
            if before and names:
                release_inputs(connection, names - project_inputs(connection, before), before)
            _move_corrections(connection, task.id, before, project)
            add_entries(connection, entries)
        self._changed()


def not_ended() -> MoveRefused:
    return MoveRefused("Only a run that has ended can be put into a project.", "run-not-ended")


def _hold_both(connection: Connection, *pair: str) -> None:
    """Until the commit nothing new is put into these projects, which could have the same inputs; in one
    order, so that two moves never wait for each other."""
    both = select(projects.c.id).where(projects.c.id.in_(pair)).order_by(projects.c.id)
    connection.execute(both.with_for_update(key_share=True)).all()


def _move_corrections(connection: Connection, run: str, before: str, after: str) -> None:
    """What corrected the run's charge counts where the charge counts. Lines are only added: the project that
    it leaves gets the opposite of each."""
    of_person = (
        adjustments.c.task_id == run, adjustments.c.holder == Holder.PERSON.value,
        adjustments.c.kind == CORRECTION,
    )  # fmt: skip
    lines = connection.execute(select(adjustments).where(*of_person)).mappings().all()
    added = [
        {**line, "id": new_id(), "holder": Holder.PROJECT.value, "holder_id": project, "amount": amount}
        for line in lines
        for project, amount in ((before, -line["amount"]), (after, line["amount"]))
        if project
    ]
    if added:
        connection.execute(insert(adjustments), added)
