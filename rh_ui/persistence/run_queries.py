"""Every read of a page: domain records for lists, pandas frames for tables, in which ids stay text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from statistics import median
from typing import Final

from sqlalchemy import ColumnElement, and_, desc, func, not_, or_, select, union_all

from rh_ui.domain import (
    Cost,
    Modality,
    Output,
    OutputKind,
    OutputState,
    Plan,
    ShownState,
    Task,
    TaskState,
)
from rh_ui.errors import NotFound
from rh_ui.marks import MarkFilter
from rh_ui.people import RunOwner, Scope, Whose
from rh_ui.persistence.database import Database
from rh_ui.persistence.engine_queries import ACTIVE, EngineQueries
from rh_ui.persistence.history_rows import NEWEST, UNFETCHED, Listed, Order, columns_of, listed
from rh_ui.persistence.mark_conditions import as_marked
from rh_ui.persistence.row_mapping import (
    money_of,
    output_of,
    plan_of,
)
from rh_ui.persistence.schema import outputs, plans, tasks
from rh_ui.persistence.statements import by_id, by_remote_id, parts_of, runs_of, within

MOST_PARTS: Final = 20
"""Of somebody who sees more projects than this, all runs are read, and theirs kept."""
FEW: Final = 5000
"""So many runs are sorted within 10 ms."""
RECENT_RUNS: Final = 25
"""The number of finished runs from which a model's usual time and cost are taken."""


class PageQueries:
    """What somebody may see: everything, or the runs of a scope and their results, as if there were no
    others. Reads from one database; safe to use from many threads. Every method raises StorageFault."""

    def __init__(
        self,
        database: Database,
        scope: Sequence[ColumnElement[bool]] = (),
        among: Sequence[ColumnElement[bool]] = (),
        parts: Sequence[ColumnElement[bool]] = (),
    ) -> None:
        """`scope`: which runs there are for whoever asks; `parts`: the same in parts with an index, of which
        none has a run of another; `among`: which of them are asked for."""
        self._database = database
        self._scope = scope
        self._among = among
        self._mine = (*scope, *among)
        self._parts = parts

    def of(self, scope: Scope | None) -> PageQueries:
        """The same reads for somebody who sees this much; None: everything."""
        if scope is None:
            return self
        parts = parts_of(scope) if not self._scope else []
        usable = parts if len(parts) <= MOST_PARTS else []
        return PageQueries(self._database, [*self._scope, within(scope)], self._among, usable)

    def among(self, whose: Whose) -> PageQueries:
        """The same reads of a part of it: the runs of a person, of a project, or of both."""
        where = [] if not whose.person else [tasks.c.person == whose.person]
        where += [] if whose.project is None else [tasks.c.project == whose.project]
        return PageQueries(self._database, self._scope, [*self._among, *where], self._parts)

    def task(self, task_id: str) -> Task:
        """One task with its outputs. Raises NotFound."""
        with self._database.read() as connection:
            found = by_id(connection, task_id, *self._mine)
        if found is None:
            raise NotFound(f"There is no run {task_id}.")
        return found

    def tasks(
        self,
        *,
        modality: Modality | None = None,
        states: Collection[TaskState] | None = None,
        limit: int | None = 50,
    ) -> list[Task]:
        """Tasks with their outputs, newest first; `limit` None returns all."""
        query = select(tasks).where(*self._mine).order_by(tasks.c.id.desc())
        if limit is not None:
            query = query.limit(limit)
        if modality is not None:
            query = query.where(tasks.c.modality == modality.value)
        if states is not None:
            query = query.where(tasks.c.state.in_([state.value for state in states]))
        with self._database.read() as connection:
            return runs_of(connection, query)

    def samples(self, endpoint: str, limit: int) -> list[Task]:
        """The newest finished runs of an endpoint that have a result to look at."""
        shown = select(outputs.c.task_id).where(
            outputs.c.task_id == tasks.c.id, outputs.c.state == OutputState.SAVED.value
        )
        query = (
            select(tasks)
            .where(
                tasks.c.endpoint == endpoint,
                tasks.c.state == TaskState.DONE.value,
                shown.exists(),
                *self._mine,
            )
            .order_by(tasks.c.id.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            return runs_of(connection, query)

    def finished_count(self, endpoint: str) -> int:
        return self._count(tasks.c.endpoint == endpoint, tasks.c.state == TaskState.DONE.value)

    def recent_endpoints(self, modality: Modality, limit: int) -> list[str]:
        """The paths of the endpoints that were used last, the latest first."""
        last = func.max(tasks.c.id)
        query = (
            select(tasks.c.endpoint)
            .where(tasks.c.modality == modality.value, *self._mine)
            .group_by(tasks.c.endpoint)
            .order_by(last.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            return [row.endpoint for row in connection.execute(query)]

    @property
    def trouble(self) -> str:
        """See Database.trouble."""
        return self._database.trouble

    def active_count(self) -> int:
        """The number of tasks that the engine works on; one that asks, or whose outcome is unknown, waits for
        a person instead."""
        return self._count(tasks.c.state.in_(ACTIVE))

    def unknown_count(self) -> int:
        """The number of tasks whose outcome a person has to settle."""
        return self._count(tasks.c.state == TaskState.UNKNOWN.value)

    def waiting_count(self, site: str, account: str) -> int:
        """The number of runs that wait to be sent with this account."""
        waits = tasks.c.state == TaskState.QUEUED.value
        return self._count(waits, tasks.c.site == site, tasks.c.account == account)

    def task_with_remote_id(self, site: str, remote_id: str) -> Task | None:
        """The task with this remote id at this site; None without one."""
        with self._database.read() as connection:
            return by_remote_id(connection, site, remote_id, *self._mine)

    def output(self, output_id: str) -> Output:
        """One result. Raises NotFound."""
        with self._database.read() as connection:
            there = outputs.c.id == output_id, outputs.c.deleted_at.is_(None)
            query = select(outputs).where(*there, *self._of_mine(outputs.c.task_id))
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise NotFound(f"There is no result {output_id}.")
        return output_of(row)

    def outputs(
        self,
        *,
        kind: OutputKind | None = None,
        search: str = "",
        limit: int = 50,
        offset: int = 0,
        marked: MarkFilter | None = None,
    ) -> list[Output]:
        """Results that were stored once: newest run first, in the service's order, without forgotten ones."""
        query = (
            select(outputs)
            .join(tasks, tasks.c.id == outputs.c.task_id)
            .order_by(outputs.c.task_id.desc(), outputs.c.position)
        )
        stored = [outputs.c.file_key != "", outputs.c.state != OutputState.FORGOTTEN.value]
        stored += [] if kind is None else [outputs.c.kind == kind.value]
        stored += as_marked(marked) if marked else []
        wanted = (*stored, *self._among, *_filters(search, None, None))
        if self._parts:
            named = select(outputs.c.id, tasks.c.id.label("run"), outputs.c.position).join(tasks)
            each = union_all(*(named.where(part, *wanted) for part in self._parts))
            ids = each.order_by(desc("run"), "position").limit(limit).offset(offset).subquery()
            query = query.join(ids, ids.c.id == outputs.c.id)
        else:
            query = query.where(*self._scope, *wanted).limit(limit).offset(offset)
        with self._database.read() as connection:
            return [output_of(row) for row in connection.execute(query).mappings()]

    def owners(self, task_ids: Collection[str]) -> dict[str, RunOwner]:
        """Whose these runs are, by id."""
        query = select(tasks.c.id, tasks.c.person, tasks.c.project).where(
            tasks.c.id.in_(task_ids), *self._mine
        )
        with self._database.read() as connection:
            return {row.id: RunOwner(row.person, row.project) for row in connection.execute(query)}

    def owners_of_outputs(self, ids: Collection[str]) -> dict[str, RunOwner]:
        """Whose the runs of these results are, by the result's id; without those that are deleted for
        good."""
        there = outputs.c.id.in_(ids), outputs.c.deleted_at.is_(None)
        query = select(outputs.c.id, tasks.c.person, tasks.c.project).join(tasks).where(*there, *self._mine)
        with self._database.read() as connection:
            return {row.id: RunOwner(row.person, row.project) for row in connection.execute(query)}

    def chosen(self, ids: Sequence[str]) -> list[tuple[Output, Task]]:
        """These results with their runs, in this order; missing ones are left out."""
        found: dict[str, tuple[Output, Task]] = {}
        with self._database.read() as connection:
            for start in range(0, len(ids), 500):
                asked = select(outputs.c.task_id).where(outputs.c.id.in_(ids[start : start + 500]))
                for task in runs_of(connection, select(tasks).where(tasks.c.id.in_(asked), *self._mine)):
                    found |= {output.id: (output, task) for output in task.outputs}
        return [found[output_id] for output_id in dict.fromkeys(ids) if output_id in found]

    def page(
        self,
        *,
        limit: int,
        search: str = "",
        modality: Modality | None = None,
        state: ShownState | None = None,
        order: Order = NEWEST,
    ) -> Listed:
        """A page of the runs that match a search and filters."""
        wanted = (*self._among, *_filters(search, modality, state), *order.behind())
        shown = select(*columns_of(order))
        if self._parts and self._has_few():
            ids = select(tasks.c.id, *order.labelled())
            each = union_all(*(ids.where(part, *wanted) for part in self._parts)).subquery()
            keys = [each.c[f"key{number}"] for number in range(len(order.keys))]
            chosen = select(each.c.id).order_by(*order.sorting(keys)).limit(limit).subquery()
            shown = shown.join(chosen, chosen.c.id == tasks.c.id)
        else:
            shown = shown.where(*self._scope, *wanted).limit(limit)
        with self._database.read() as connection:
            return listed(connection, shown.order_by(*order.sorting(order.keys)), order)

    def count(
        self,
        *,
        search: str = "",
        modality: Modality | None = None,
        state: ShownState | None = None,
    ) -> int:
        """The number of runs that match the same filters."""
        filters = _filters(search, modality, state)
        if not self._parts:
            return self._count(*filters)
        counted = select(func.count()).select_from(tasks).where(*self._among, *filters)
        with self._database.read() as connection:
            each = connection.execute(
                select(*(counted.where(part).scalar_subquery() for part in self._parts))
            )
            return sum(each.one())

    def plan(self, task_id: str) -> Plan | None:
        """What a run of an app or a workflow sends; None for a run of a model."""
        with self._database.read() as connection:
            query = select(plans.c.plan).where(plans.c.task_id == task_id, *self._of_mine(plans.c.task_id))
            told = connection.execute(query).scalar()
        return None if told is None else plan_of(told)

    def costs(self, endpoint: str) -> list[Cost]:
        """The known costs of the latest runs, newest first; of everybody, as the price of a model is."""
        query = (
            select(tasks.c.cost_amount, tasks.c.cost_currency, tasks.c.cost_coins)
            .where(
                tasks.c.endpoint == endpoint,
                tasks.c.state == TaskState.DONE.value,
                or_(tasks.c.cost_amount.is_not(None), tasks.c.cost_coins.is_not(None)),
            )
            .order_by(tasks.c.id.desc())
            .limit(RECENT_RUNS)
        )
        with self._database.read() as connection:
            found = connection.execute(query).all()
        return [Cost(money_of(amount, currency), coins) for amount, currency, coins in found]

    def typical_seconds(self, endpoint: str) -> float | None:
        """The median time from submit to finished file of everybody's latest runs, in seconds; None without
        any."""
        query = (
            select(tasks.c.submitted_at, tasks.c.finished_at)
            .where(
                tasks.c.endpoint == endpoint,
                tasks.c.state == TaskState.DONE.value,
                tasks.c.submitted_at.is_not(None),
                tasks.c.finished_at.is_not(None),
            )
            .order_by(tasks.c.id.desc())
            .limit(RECENT_RUNS)
        )
        with self._database.read() as connection:
            spans = [_seconds(row.submitted_at, row.finished_at) for row in connection.execute(query)]
        return median(spans) if spans else None

    def _has_few(self) -> bool:
        """Whether sorting all that somebody sees is quicker than looking for it in the order of all runs."""
        some = [select(tasks.c.id).where(part).limit(FEW + 1).subquery() for part in self._parts]
        with self._database.read() as connection:
            each = connection.execute(
                select(*(select(func.count()).select_from(part).scalar_subquery() for part in some))
            )
            return sum(each.one()) <= FEW

    def _count(self, *where: ColumnElement[bool]) -> int:
        with self._database.read() as connection:
            query = select(func.count()).select_from(tasks).where(*where, *self._mine)
            return int(connection.execute(query).scalar_one())

    def _of_mine(self, task_id: ColumnElement[str]) -> Sequence[ColumnElement[bool]]:
        """That the run with this id is in the scope."""
        return [select(tasks.c.id).where(tasks.c.id == task_id, mine).exists() for mine in self._mine]


class RunQueries(PageQueries, EngineQueries):
    """Everything, for the program itself."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)


def _filters(
    search: str, modality: Modality | None, state: ShownState | None
) -> Sequence[ColumnElement[bool]]:
    """Every word of the search must be in the prompt, the model's path or one of the ids."""
    found: list[ColumnElement[bool]] = []
    if modality is not None:
        found.append(tasks.c.modality == modality.value)
    if state is OutputState.UNFETCHED:
        found.append(UNFETCHED)
    elif state is not None:
        found += [tasks.c.state == state.value, not_(UNFETCHED)]
    columns = (tasks.c.prompt, tasks.c.endpoint, tasks.c.remote_id, tasks.c.id)
    words = [or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in search.split()]
    return [*found, and_(*words)] if words else found


def _seconds(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds())
