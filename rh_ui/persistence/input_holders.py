"""Who may see a kept input: the people who brought it, and the projects of the runs that have it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, delete, select

from rh_ui.people import RunOwner, Scope
from rh_ui.persistence.database import Database
from rh_ui.persistence.schema_team import input_holders
from rh_ui.persistence.statements import insert_or


class InputHolders:
    """Safe to use from many threads. Every method raises StorageFault."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def hold(self, names: Collection[str], person: str) -> None:
        """From now on this person may see these inputs, `<sha256>.<extension>`."""
        if new := self.hidden(names, Scope(person)):
            with self._database.write() as connection:
                hold_inputs(connection, new, RunOwner(person))

    def hidden(self, names: Collection[str], scope: Scope) -> set[str]:
        """Those of these inputs that somebody with this scope may not see."""
        if not names:
            return set()
        theirs = [_person(scope.person), *map(_project, sorted(scope.projects))]
        query = select(input_holders.c.name).where(
            input_holders.c.name.in_(names), input_holders.c.holder.in_(theirs)
        )
        with self._database.read() as connection:
            return set(names).difference(connection.execute(query).scalars())


def hold_inputs(connection: Connection, names: Iterable[str], owner: RunOwner) -> None:
    """The owner of a run may see its inputs from now on, and so may those who see its project."""
    holders = [_person(owner.person)] if owner.person else []
    holders += [_project(owner.project)] if owner.project else []
    # In one order: two programs that add the same rows wait for each other, and never both.
    rows = [{"name": name, "holder": holder} for name in sorted(set(names)) for holder in holders]
    if rows:
        connection.execute(insert_or(connection, input_holders).on_conflict_do_nothing(), rows)


def release_inputs(connection: Connection, names: Collection[str], project: str) -> None:
    """Who sees a project no longer sees these by that."""
    its = input_holders.c.name.in_(names), input_holders.c.holder == _project(project)
    connection.execute(delete(input_holders).where(*its))


def forget_inputs(connection: Connection, names: Collection[str]) -> None:
    """These inputs are deleted."""
    connection.execute(delete(input_holders).where(input_holders.c.name.in_(names)))


def _person(person: str) -> str:
    return f"person:{person}"


def _project(project: str) -> str:
    return f"project:{project}"
