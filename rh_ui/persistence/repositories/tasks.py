"""Tasks. A state changes only by compare-and-set: no row in the expected state, no move.

engine/state_machine decides which moves are allowed; here they are stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any, Final, Unpack

from sqlalchemy import Connection, and_, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from rh_ui.domain import Money, OutputState, Task, TaskState
from rh_ui.errors import StorageFault
from rh_ui.people import RunOwner
from rh_ui.persistence.budget_admission import Admission, admit, store_holds, wait_for_others
from rh_ui.persistence.duplicate_orders import earlier_run
from rh_ui.persistence.input_holders import hold_inputs
from rh_ui.persistence.repositories.base import Repository, do_nothing, row_count
from rh_ui.persistence.repositories.projects import require_open
from rh_ui.persistence.row_mapping import (
    LedgerEntry,
    NewOutput,
    NewTask,
    SlotLimit,
    TaskChange,
    change_columns,
    new_task_columns,
    output_id,
    plan_json,
    task_of,
)
from rh_ui.persistence.schema import outputs, plans, tasks
from rh_ui.persistence.statements import (
    COUNT_TAKEN_SLOTS,
    INSERT_LEDGER,
    INSERT_OUTPUTS,
    INSERT_TASK,
    SELECT_ACCOUNT,
    SELECT_PAUSE,
    UPDATE_LEDGER,
    move_statement,
)

FINAL: Final = tuple(state.value for state in TaskState if state.is_final)
SETTLED: Final = (OutputState.SAVED.value, OutputState.FORGOTTEN.value)
LONGEST_NOTE: Final = 80
CHUNK: Final = 500
"""Ids in one statement; databases limit the number of values."""


class TaskRepository(Repository):
    """The rows of tasks, and what is written together with a move; see Repository."""

    def add(self, task: NewTask, still_right: Callable[[], object] = do_nothing) -> tuple[Task, bool]:
        """Store the task and return it with True. An order that came before (duplicate_orders.earlier_run)
        returns its task and False. Raises OrderRefused, NotFound and MoveRefused where it may not go into its
        project, and BudgetRefused where a budget does not allow it: then nothing is stored.

        `still_right` is called before the commit, while no clean-up can delete the task's files; if it
        raises, the task is not stored.
        """
        try:
            with self._database.write() as connection:
                # First: the same order, about to be stored, may take what is left.
                wait_for_others(connection, task.owner)
                known = earlier_run(connection, task)
                if known is not None:
                    return known, False
                admission = self._admit(connection, task)
                columns = new_task_columns(task, self._now(), "" if task.by_admin else admission.asks)
                row = connection.execute(INSERT_TASK, columns).mappings().one()
                store_holds(connection, task.id, admission.held)
                if task.plan is not None:
                    connection.execute(insert(plans).values(task_id=task.id, plan=plan_json(task.plan)))
                hold_inputs(connection, task.inputs, task.owner)
                still_right()
        except StorageFault as fault:
            known = self._after_collision(task, fault)
            return known, False
        self._changed()
        return task_of(row), True

    def check(self, owner: RunOwner, price: Money | None) -> None:
        """Raise what `add` would raise now for the project and the budgets of a run; `add` decides."""
        if owner.person:
            with self._database.read() as connection:
                require_open(connection, owner)
                admit(connection, owner, price, self._now())

    def _admit(self, connection: Connection, task: NewTask) -> Admission:
        """It holds nothing if it was made elsewhere, because it is over or goes on without us."""
        if not task.owner.person or task.remote_id:
            return Admission({})
        require_open(connection, task.owner, until_commit=True)
        return admit(connection, task.owner, task.estimate, self._now())

    def _after_collision(self, task: NewTask, fault: StorageFault) -> Task:
        """Another process was faster with the same request_id (only where there are several writers)."""
        if not isinstance(fault.__cause__, IntegrityError) or not task.request_id:
            raise fault
        with self._database.read() as connection:
            known = earlier_run(connection, replace(task, seen=None))
        if known is None:
            raise fault
        return known

    def move(
        self,
        task_id: str,
        was: TaskState,
        becomes: TaskState,
        *,
        worker: str | None = None,
        fingerprint: str | None = None,
        made: Sequence[NewOutput] = (),
        entry: LedgerEntry | None = None,
        limit: SlotLimit | None = None,
        **change: Unpack[TaskChange],
    ) -> bool:
        """Change the state if it still is `was`, the task still belongs to `worker` and to the account of
        `fingerprint`, and this account has a slot free by `limit`. False: nothing happened.

        New results and the ledger entry are written in the same transaction.
        """
        with self._database.write() as connection:
            if limit is not None and not self._has_free_slot(connection, task_id, limit):
                return False
            moved = self._set_state(connection, task_id, was, becomes, worker, change, fingerprint)
            if moved:
                self._add_outputs(connection, task_id, made)
                if entry is not None:
                    self._add_entry(connection, task_id, entry)
        if moved:
            self._changed()
        return moved

    def reopen(self, task_id: str, was: TaskState, *, owner: str, missing: Sequence[str] = ()) -> bool:
        """Back to downloading, with every result pending that is not stored yet, or whose file is `missing`
        again. Hidden results stay hidden."""
        change: TaskChange = {"owner": owner, "note": "", "error": None, "finished_at": None}
        with self._database.write() as connection:
            moved = self._set_state(connection, task_id, was, TaskState.DOWNLOADING, None, change)
            if moved:
                connection.execute(
                    update(outputs)
                    .where(
                        outputs.c.task_id == task_id,
                        or_(outputs.c.state.not_in(SETTLED), outputs.c.id.in_(missing)),
                    )
                    .values(state=OutputState.PENDING.value)
                )
        if moved:
            self._changed()
        return moved

    def release(self, worker: str, was: TaskState, becomes: TaskState, **change: Unpack[TaskChange]) -> int:
        """Move every task of a worker that is in one state, when the engine stops. Returns the number of
        tasks."""
        where = and_(tasks.c.state == was.value, tasks.c.worker == worker)
        return self._update_tasks(where, change_columns(change) | {"state": becomes.value})

    def take_over(self, task_id: str, state: TaskState, worker: str) -> bool:
        """Give a task in this state to another worker. False: its state has changed."""
        same = and_(tasks.c.id == task_id, tasks.c.state == state.value)
        return self._update_tasks(same, {"worker": worker}) == 1

    def change_account(
        self, task_id: str, worker: str, was: tuple[str, str], becomes: tuple[str, str]
    ) -> bool:
        """Give a waiting task of this worker to another account (site, fingerprint). False: it does not wait
        for the first one any more, or belongs to another worker."""
        waits = and_(
            tasks.c.id == task_id, tasks.c.state == TaskState.QUEUED.value, tasks.c.worker == worker,
            tasks.c.site == was[0], tasks.c.account == was[1],
        )  # fmt: skip
        return self._update_tasks(waits, {"site": becomes[0], "account": becomes[1]}) == 1

    def announce(self) -> None:
        """Announce a change that a page could show but that did not go through this repository."""
        self._changed()

    def note(self, task_ids: Iterable[str], note: str) -> int:
        """Note why tasks wait; writes nothing where the note is the same. Returns the number of changed
        tasks."""
        ids, note = list(task_ids), note[:LONGEST_NOTE]
        count = 0
        for start in range(0, len(ids), CHUNK):
            count += self._update_tasks(
                and_(
                    tasks.c.id.in_(ids[start : start + CHUNK]),
                    tasks.c.note != note,
                    tasks.c.state.not_in(FINAL),
                ),
                {"note": note},
            )
        return count

    def move_up(self, task_id: str) -> bool:
        """Put a waiting run before all others of its submitter on the same account."""
        with self._database.write() as connection:
            mine = connection.execute(
                select(tasks.c.site, tasks.c.account, tasks.c.submitter).where(tasks.c.id == task_id)
            ).one_or_none()
            if mine is None:
                return False
            highest = select(func.max(tasks.c.priority)).where(
                tasks.c.state == TaskState.QUEUED.value,
                tasks.c.site == mine.site,
                tasks.c.account == mine.account,
                tasks.c.submitter == mine.submitter,
            )
            first = (connection.execute(highest).scalar_one() or 0) + 1
            changed = {"priority": first, "updated_at": self._now()}
            waits = (tasks.c.id == task_id, tasks.c.state == TaskState.QUEUED.value)
            moved = row_count(connection.execute(update(tasks).where(*waits).values(changed))) == 1
        if moved:
            self._changed()
        return moved

    def request_cancel(self, task_id: str, *, asked: bool = True, note: str | None = None) -> bool:
        """Store the request to cancel a task that is at the service or on its way there."""
        values: dict[str, Any] = {"cancel_asked": asked} | ({} if note is None else {"note": note})
        at_service = (TaskState.SUBMITTING.value, TaskState.RUNNING.value)
        return self._update_tasks(and_(tasks.c.id == task_id, tasks.c.state.in_(at_service)), values) == 1

    def record_upload_progress(self, task_id: str, done: int) -> bool:
        """The number of uploaded files."""
        uploading = and_(tasks.c.id == task_id, tasks.c.state == TaskState.UPLOADING.value)
        return self._update_tasks(uploading, {"upload_done": done}) == 1

    def _has_free_slot(self, connection: Connection, task_id: str, limit: SlotLimit) -> bool:
        """Whether the account of the task has a free slot and is not paused. Until the commit no other task
        of that account is admitted."""
        mine = connection.execute(SELECT_ACCOUNT, {"of": task_id}).one_or_none()
        if mine is None:
            return False
        if connection.dialect.name == "postgresql":
            whole = func.hashtext(f"{mine.site} {mine.account}")
            connection.execute(select(func.pg_advisory_xact_lock(whole)))
        account = {"at_site": mine.site, "whose": mine.account}
        if connection.execute(SELECT_PAUSE, account).first() is not None:
            return False
        taken = connection.execute(COUNT_TAKEN_SLOTS, account | {"uncertain_since": limit.uncertain_since})
        return int(taken.scalar_one()) < limit.slots

    def _set_state(
        self,
        connection: Connection,
        task_id: str,
        was: TaskState,
        becomes: TaskState,
        worker: str | None,
        change: TaskChange,
        fingerprint: str | None = None,
    ) -> bool:
        columns = change_columns(change) | {"state": becomes.value, "updated_at": self._now()}
        values = {f"to_{name}": value for name, value in columns.items()}
        moving = move_statement(frozenset(columns), whose=worker is not None, at=fingerprint is not None)
        found = {"of": task_id, "was": was.value}
        if worker is not None:
            found["mine"] = worker
        if fingerprint is not None:
            found["pays"] = fingerprint
        return row_count(connection.execute(moving, values | found)) == 1

    def _add_outputs(self, connection: Connection, task_id: str, made: Sequence[NewOutput]) -> None:
        rows = [
            {
                **asdict(new),
                "id": output_id(task_id, new.position),
                "task_id": task_id,
                "kind": new.kind.value,
                "state": new.state.value,
                "created_at": self._now(),
            }
            for new in made
        ]
        if rows:
            # A single row takes a quicker path: several are counted and joined into one statement first.
            connection.execute(INSERT_OUTPUTS, rows[0] if len(rows) == 1 else rows)

    def _add_entry(self, connection: Connection, task_id: str, entry: LedgerEntry) -> None:
        values = {
            "task_id": task_id,
            "account": entry.account,
            "amount": entry.money.amount if entry.money else None,
            "currency": entry.money.currency if entry.money else "",
            "coins": entry.coins,
            "at": self._now(),
        }
        if not row_count(
            connection.execute(UPDATE_LEDGER, values | {"at_site": entry.site, "of": entry.remote_id})
        ):
            new = values | {"site": entry.site, "remote_id": entry.remote_id}
            connection.execute(INSERT_LEDGER, new)
