"""Every write. A state changes only by compare-and-set: no row in the expected state, no move.

Which moves are allowed is decided in engine/state_machine; here they are made durable.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Unpack

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from rh_ui.domain import Money, Output, OutputState, Pause, Task, TaskState
from rh_ui.errors import StorageFault
from rh_ui.persistence.database import Database
from rh_ui.persistence.duplicate_orders import earlier
from rh_ui.persistence.row_mapping import (
    LedgerEntry,
    Link,
    NewOutput,
    NewTask,
    SlotLimit,
    TaskChange,
    change_columns,
    new_task_columns,
    output_columns,
    output_id,
    plan_json,
    task_of,
)
from rh_ui.persistence.schema import outputs, pauses, plans, tasks, uploads
from rh_ui.persistence.statements import (
    ADDING,
    BOOKING,
    ENTERING,
    KEEPING,
    MAKING,
    PAUSED,
    TAKEN,
    WHOSE,
    moving_statement,
)

FINAL: Final = tuple(state.value for state in TaskState if state.is_final)
SETTLED: Final = (OutputState.SAVED.value, OutputState.FORGOTTEN.value)
LONGEST_NOTE: Final = 80
CHUNK: Final = 500
"""Ids in one statement; databases limit the number of values."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def _nobody_listens() -> None:
    """The default for `changed`."""


class Journal:
    """Writes to one database; safe to use from many threads. Every method raises StorageFault."""

    def __init__(
        self,
        database: Database,
        *,
        changed: Callable[[], None] = _nobody_listens,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """`changed` is called after every commit that a page could show."""
        self._database = database
        self._changed = changed
        self._now = now

    def add_task(
        self, task: NewTask, still_right: Callable[[], object] = _nobody_listens
    ) -> tuple[Task, bool]:
        """Make the task durable; an order that came before (store.earlier) gives the task that is already
        there, and False. Raises OrderRefused.

        `still_right` is called before the commit, while no clean-up can take the task's files away; what it
        raises undoes the task."""
        try:
            with self._database.write() as connection:
                known = earlier(connection, task)
                if known is not None:
                    return known, False
                row = connection.execute(ADDING, new_task_columns(task, self._now())).mappings().one()
                if task.plan is not None:
                    connection.execute(insert(plans).values(task_id=task.id, plan=plan_json(task.plan)))
                still_right()
        except StorageFault as fault:
            known = self._after_collision(task, fault)
            return known, False
        self._changed()
        return task_of(row), True

    def _after_collision(self, task: NewTask, fault: StorageFault) -> Task:
        """Another process was faster with the same request_id (only where there are several writers)."""
        if not isinstance(fault.__cause__, IntegrityError) or not task.request_id:
            raise fault
        with self._database.read() as connection:
            known = earlier(connection, replace(task, seen=None))
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
        made: Sequence[NewOutput] = (),
        entry: LedgerEntry | None = None,
        room: SlotLimit | None = None,
        **change: Unpack[TaskChange],
    ) -> bool:
        """Change the state if it is still `was` (and the task still `worker`'s, and there is `room` for one
        more of its account); False: nothing happened.

        New results and the ledger entry are written in the same transaction.
        """
        with self._database.write() as connection:
            if room is not None and not self._has_room(connection, task_id, room):
                return False
            moved = self._set_state(connection, task_id, was, becomes, worker, change)
            if moved:
                self._add_outputs(connection, task_id, made)
                if entry is not None:
                    self._add_entry(connection, task_id, entry)
        if moved:
            self._changed()
        return moved

    def reopen_files(self, task_id: str, was: TaskState, *, owner: str, missing: Sequence[str] = ()) -> bool:
        """Back to downloading, with every file that is not safe yet pending again, and these results, whose
        file is not there any more. What was put out of sight stays so."""
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
        """What a stop does with every task of a worker in one state; how many."""
        where = and_(tasks.c.state == was.value, tasks.c.worker == worker)
        return self._update_tasks(where, change_columns(change) | {"state": becomes.value})

    def announce(self) -> None:
        """Something that a page could show changed, though not through this journal."""
        self._changed()

    def note(self, task_ids: Iterable[str], note: str) -> int:
        """Say what tasks wait for; writes nothing where it says so already. The number of changed tasks."""
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
            moved = _count(connection.execute(update(tasks).where(*waits).values(changed))) == 1
        if moved:
            self._changed()
        return moved

    def pause(self, pause: Pause) -> bool:
        """Remember that an account waits for money; False: it did so already."""
        same = and_(pauses.c.site == pause.site, pauses.c.account == pause.account)
        with self._database.write() as connection:
            if connection.execute(select(pauses.c.code).where(same)).first() is not None:
                return False
            values = {"site": pause.site, "account": pause.account, "code": pause.code, "since": pause.since}
            connection.execute(insert(pauses).values(values))
        self._changed()
        return True

    def saw_money(self, site: str, account: str, money: Money) -> None:
        """What a paused account holds, for comparison; the first look counts."""
        mine = and_(pauses.c.site == site, pauses.c.account == account, pauses.c.amount.is_(None))
        seen = {"amount": money.amount, "currency": money.currency}
        with self._database.write() as connection:
            connection.execute(update(pauses).where(mine).values(seen))

    def resume(self, site: str, account: str) -> bool:
        """The account goes on; False: it was not paused."""
        mine = and_(pauses.c.site == site, pauses.c.account == account)
        with self._database.write() as connection:
            ended = _count(connection.execute(delete(pauses).where(mine))) == 1
        if ended:
            self._changed()
        return ended

    def hear(self, task_id: str, hook: str, remote_id: str) -> bool:
        """Keep the id that the service named for the attempt with this hook. False: it named one before, or
        the attempt is another one by now."""
        same = and_(tasks.c.id == task_id, tasks.c.hook == hook, tasks.c.heard == "")
        return self._update_tasks(same, {"heard": remote_id}) == 1

    def change_hook(self, task_id: str, hook: str) -> None:
        """From now on another secret proves who tells of a task that the service has named."""
        self._update_tasks(and_(tasks.c.id == task_id, tasks.c.remote_id != ""), {"hook": hook})

    def ask_cancel(self, task_id: str, *, asked: bool = True, note: str | None = None) -> bool:
        """Remember the wish to cancel a task that is at the service or on its way there."""
        values: dict[str, Any] = {"cancel_asked": asked} | ({} if note is None else {"note": note})
        at_service = (TaskState.SUBMITTING.value, TaskState.RUNNING.value)
        return self._update_tasks(and_(tasks.c.id == task_id, tasks.c.state.in_(at_service)), values) == 1

    def upload_progress(self, task_id: str, done: int) -> bool:
        """Files sent so far."""
        uploading = and_(tasks.c.id == task_id, tasks.c.state == TaskState.UPLOADING.value)
        return self._update_tasks(uploading, {"upload_done": done}) == 1

    def keep_output(self, output: Output, *, worker: str) -> bool:
        """Write what is now known of a result, if its task is still `worker`'s; one that is saved is never
        changed again."""
        values = output_columns(output) | {"of": output.id, "mine": worker}
        with self._database.write() as connection:
            written = _count(connection.execute(KEEPING, values))
        if written:
            self._changed()
        return written == 1

    def put_aside(self, output: Output, becomes: OutputState) -> bool:
        """Change only the state of a result, if it is still as given."""
        same = (outputs.c.id == output.id, outputs.c.state == output.state.value)
        with self._database.write() as connection:
            changed = _count(connection.execute(update(outputs).where(*same).values(state=becomes.value)))
        if changed:
            self._changed()
        return changed == 1

    def keep_picture(self, output_id: str, thumb_key: str) -> None:
        """The small picture of a saved result: its key, NO_PICTURE, or empty for one that is to be drawn."""
        where = (outputs.c.id == output_id, outputs.c.state == OutputState.SAVED.value)
        with self._database.write() as connection:
            connection.execute(update(outputs).where(*where).values(thumb_key=thumb_key))
        self._changed()

    def keep_links(self, task_id: str, links: Mapping[int, str]) -> None:
        """Fresh links by position, for results whose files are not safe yet."""
        with self._database.write() as connection:
            for position, url in links.items():
                connection.execute(
                    update(outputs)
                    .where(
                        outputs.c.id == output_id(task_id, position),
                        outputs.c.state != OutputState.SAVED.value,
                    )
                    .values(remote_url=url)
                )

    def link(self, content: str, host: str, account: str) -> Link | None:
        """Where an input is that was uploaded before; None when it was not, or too long ago."""
        with self._database.read() as connection:
            found = connection.execute(
                select(uploads.c.url, uploads.c.file_name).where(
                    uploads.c.content == content,
                    uploads.c.host == host,
                    uploads.c.account == account,
                    uploads.c.expires_at > self._now(),
                )
            ).one_or_none()
        return None if found is None else Link(found.url, found.file_name)

    def remember_link(self, content: str, host: str, account: str, link: Link, life: timedelta) -> None:
        """Keep where an upload is for its `life` from now on."""
        same = and_(uploads.c.content == content, uploads.c.host == host, uploads.c.account == account)
        with self._database.write() as connection:
            connection.execute(delete(uploads).where(same))
            connection.execute(
                insert(uploads).values(
                    content=content,
                    host=host,
                    account=account,
                    url=link.url,
                    file_name=link.file_name,
                    expires_at=self._now() + life,
                )
            )

    def forget_links(self, contents: Collection[str]) -> None:
        """The links of these inputs are not to be used again, at any host."""
        with self._database.write() as connection:
            connection.execute(delete(uploads).where(uploads.c.content.in_(contents)))

    def _has_room(self, connection: Connection, task_id: str, room: SlotLimit) -> bool:
        """Whether one more of the task's account has a place, and the account is not paused; until the commit
        nobody else of that account is let in."""
        mine = connection.execute(WHOSE, {"of": task_id}).one_or_none()
        if mine is None:
            return False
        if connection.dialect.name == "postgresql":
            whole = func.hashtext(f"{mine.site} {mine.account}")
            connection.execute(select(func.pg_advisory_xact_lock(whole)))
        account = {"at_site": mine.site, "whose": mine.account}
        if connection.execute(PAUSED, account).first() is not None:
            return False
        taken = connection.execute(TAKEN, account | {"doubtful_since": room.doubtful_since})
        return int(taken.scalar_one()) < room.places

    def _set_state(
        self,
        connection: Connection,
        task_id: str,
        was: TaskState,
        becomes: TaskState,
        worker: str | None,
        change: TaskChange,
    ) -> bool:
        columns = change_columns(change) | {"state": becomes.value, "updated_at": self._now()}
        values = {f"to_{name}": value for name, value in columns.items()}
        moving = moving_statement(frozenset(columns), whose=worker is not None)
        found = {"of": task_id, "was": was.value} | ({} if worker is None else {"mine": worker})
        return _count(connection.execute(moving, values | found)) == 1

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
            # One row alone goes the short way: several at once are counted and put together first.
            connection.execute(MAKING, rows[0] if len(rows) == 1 else rows)

    def _add_entry(self, connection: Connection, task_id: str, entry: LedgerEntry) -> None:
        values = {
            "task_id": task_id,
            "account": entry.account,
            "amount": entry.money.amount if entry.money else None,
            "currency": entry.money.currency if entry.money else "",
            "coins": entry.coins,
            "at": self._now(),
        }
        if not _count(connection.execute(BOOKING, values | {"at_site": entry.site, "of": entry.remote_id})):
            new = values | {"site": entry.site, "remote_id": entry.remote_id}
            connection.execute(ENTERING, new)

    def _update_tasks(self, where: ColumnElement[bool], values: Mapping[str, Any]) -> int:
        """A new `updated_at` tells other processes' pages of it too."""
        with self._database.write() as connection:
            columns = {"updated_at": self._now(), **values}
            count = _count(connection.execute(update(tasks).where(where).values(columns)))
        if count:
            self._changed()
        return count


def _count(result: Any) -> int:
    return int(result.rowcount)
