"""Runs: order, cancel, move up; their places in the queue and their progress. RunQueries reads stored
runs."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from rh_ui.catalog.nested import shot_prompts
from rh_ui.catalog.schema import Catalog, Endpoint
from rh_ui.catalog.validation import refuse
from rh_ui.domain import INPUT_PREFIX, Charged, Params, Pause, Task, TaskState, new_id
from rh_ui.engine.engine import Engine
from rh_ui.engine.inputs import kept_refs
from rh_ui.engine.own_tasks import AccountKey, account_of
from rh_ui.engine.progress_stream import Step
from rh_ui.engine.queue.fair_queue import QueuePosition
from rh_ui.engine.request_builder import files_of
from rh_ui.engine.state_machine import CANCEL_AT_ONCE, CANCEL_BY_ASKING, Event, after
from rh_ui.engine.steps.poll import CANCEL_REFUSED
from rh_ui.errors import MoveRefused
from rh_ui.people import NOBODY, OWNER, Caller, RunOwner
from rh_ui.persistence.database_clock import utc_now
from rh_ui.persistence.repositories.tasks import TaskRepository
from rh_ui.persistence.row_mapping import NewTask
from rh_ui.persistence.run_queries import PageQueries
from rh_ui.services.access import changeable, refuse_in_a_look
from rh_ui.services.accounts import Accounts
from rh_ui.services.input_service import InputService
from rh_ui.services.order_identity import OrderContext, OrderResult, digest
from rh_ui.storage.library import Library

RACES: Final = 8
"""How often a move is tried again when the engine was faster; a task has fewer states left than that."""
LONGEST_REQUEST_ID: Final = 120
LONGEST_SUBMITTER: Final = 64


@dataclass(frozen=True, slots=True)
class _Asked:
    """How a run is ordered, and whose it becomes."""

    request_id: str
    holder: str
    """Whose request id it is; empty: the id is the only one of its kind."""
    submitter: str
    owner: RunOwner
    context: OrderContext
    shown: str = ""
    """The account that was shown with the price."""
    like: Task | None = None
    """The run that it repeats."""


class RunService:
    """Thread-safe. Every method returns at once or raises."""

    def __init__(
        self,
        catalog: Catalog,
        tasks: TaskRepository,
        history: PageQueries,
        library: Library,
        inputs: InputService,
        engine: Engine,
        accounts: Accounts,
    ) -> None:
        self._caller = OWNER
        self._project = ""
        self._catalog = catalog
        self._tasks = tasks
        self._history = history
        self._library = library
        self._inputs = inputs
        self._engine = engine
        self._accounts = accounts

    def of(self, caller: Caller, inputs: InputService, accounts: Accounts) -> Self:
        """The same for a caller: their runs, what they may do with them, their inputs, and their accounts."""
        bound = copy.copy(self)
        bound._caller, bound._history = caller, self._history.of(caller.scope)
        bound._inputs, bound._catalog = inputs, inputs.catalog
        bound._accounts = accounts
        return bound

    def into(self, project: str) -> Self:
        """The same for new runs that belong to a project."""
        bound = copy.copy(self)
        bound._project = project
        return bound

    def order(
        self,
        endpoint_path: str,
        params: Params,
        request_id: str,
        submitter: str,
        context: OrderContext,
        account: str = "",
    ) -> OrderResult:
        """Queue one run of a form's values or a ready body. When this returns, the run is stored with the
        body that will be sent. An order that came before returns the same task: by its request_id, or by what
        `context` says. `submitter`: whose run it is where there are no people; the account's
        slots are shared between submitters. `account`: the name of the one that was shown with the price.

        Raises NotFound, PayloadRefused, OrderRefused, BudgetRefused, MoveRefused and, in a look, RightRefused
        (nothing is stored, nothing sent), KeyRefused (no key is set), StorageFault.
        """
        refuse_in_a_look(self._caller)
        if len(request_id) > LONGEST_REQUEST_ID:
            request_id = digest(request_id)
        asked = _Asked(
            request_id,
            self._caller.person,
            submitter[:LONGEST_SUBMITTER],
            self._owner(self._project),
            context,
            shown=account,
        )
        return self._order(endpoint_path, params, asked)

    def retry(self, task_id: str, submitter: str) -> OrderResult:
        """Send once more what a run sent: one new run, however often and by whomever it is requested. Raises
        NotFound, and what `order` raises."""
        task = changeable(self._history, self._caller, task_id)
        asked = self._once("retry", task, submitter[:LONGEST_SUBMITTER])
        return self._order(task.endpoint, task.params, asked)

    def check_again(self, task: Task) -> None:
        """Raise what `run_again` would raise, before anything is changed: KeyRefused, NotFound,
        PayloadRefused, MoveRefused (its project is closed), BudgetRefused."""
        owner, endpoint = self._successor(task), self._catalog.get(task.endpoint)
        self._account(endpoint, task.params, owner.project, like=task)
        self._inputs.refuse_problems(endpoint, task.params)
        if task.state is TaskState.UNKNOWN:  # otherwise the new run may be there already
            self._tasks.check(owner, self._inputs.estimate(endpoint, task.params).money)

    def run_again(self, task: Task) -> Task:
        """The one run that replaces a run whose outcome stays unknown."""
        asked = self._once("again", task, task.submitter)
        return self._order(task.endpoint, task.params, asked).task

    def _once(self, why: str, task: Task, submitter: str) -> _Asked:
        """An order that belongs to the run that it follows: there is one, however often it is asked for."""
        context = OrderContext(f"{why} {task.id}")
        return _Asked(f"{why}:{task.id}", "", submitter, self._successor(task), context, like=task)

    def _owner(self, project: str) -> RunOwner:
        """Whose a new run is. Whether it may go into the project is known when it is stored: the same order
        may have come before."""
        if not self._caller.person:
            return NOBODY
        return RunOwner(self._caller.person, project, self._caller.token)

    def _successor(self, task: Task) -> RunOwner:
        """Whose the run is that follows another one: the caller's, in the same project if they belong to it.
        An admin acts for the owner of a run that is not theirs."""
        caller, before = self._caller, task.owner
        if not caller.person or before.person == caller.person or caller.belongs_to(before.project):
            return self._owner(before.project)
        return before

    def _account(
        self, endpoint: Endpoint, params: Params, project: str, *, shown: str = "", like: Task | None = None
    ) -> AccountKey:
        """Where a new run goes: to the account of the run that it is like, if that is still here. Raises as
        Accounts.choose."""
        same = None if like is None else self._accounts.with_key(account_of(like))
        return (same or self._accounts.choose(endpoint, params, project, shown)).key

    def _order(self, endpoint_path: str, params: Params, asked: _Asked) -> OrderResult:
        endpoint = self._catalog.get(endpoint_path)
        params, problems = self._inputs.prepare(endpoint, params)
        refuse(endpoint, problems)
        unfit: MoveRefused | None = None
        try:
            account = self._account(endpoint, params, asked.owner.project, shown=asked.shown, like=asked.like)
        except MoveRefused as fault:  # An order that came before gets its run all the same.
            account, unfit = self._accounts.get("").key, fault
        plan = endpoint.plan(params) if endpoint.plan else None
        passwords = _without_passwords(endpoint, params)
        refs, context = kept_refs(endpoint, params), asked.context
        new = NewTask(
            id=new_id(),
            endpoint=endpoint.path,
            modality=endpoint.modality,
            params=params,
            site=account[0],
            account=account[1],
            worker=self._engine.worker,
            request_id=asked.request_id,
            request_holder=asked.holder,
            estimate=self._inputs.estimate(endpoint, params).money,
            submitter=asked.owner.person or asked.submitter,
            owner=asked.owner,
            inputs=tuple(ref.removeprefix(INPUT_PREFIX) for ref in refs),
            order_digest=context.order_digest(endpoint.path, params, asked.holder, asked.owner.project),
            former_digest="" if asked.owner.project else context.former_digest(endpoint.path, params),
            seen=context.seen,
            words=endpoint.words_of(params),
            plan=plan,
            shot_prompts=shot_prompts(endpoint, params),
            by_admin=self._caller.says_yes,
        )
        for password in passwords:
            self._engine.keep_password(new.id, password)

        def still_right() -> None:
            if unfit is not None:
                raise unfit
            for ref in refs:
                self._library.input_info(ref)

        made = False
        try:
            task, made = self._tasks.add(new, still_right)
        finally:
            if not made:
                self._engine.forget_password(new.id)
        if made and task.state is TaskState.QUEUED:
            self._engine.enqueue(task)
        return OrderResult(task, already_sent=not made)

    def cancel(self, task_id: str) -> Task:
        """Cancel a run: at once if nothing was sent, otherwise by asking the service (the note of the run has
        its answer).

        Raises NotFound, NotYours, and MoveRefused when there is nothing left to cancel.
        """
        changeable(self._history, self._caller, task_id)
        for _ in range(RACES):
            task = self._history.task(task_id)
            if task.state is TaskState.CANCELLED:
                return task
            if task.state in CANCEL_AT_ONCE:
                becomes = after(task.state, Event.CANCEL)
                if self._tasks.move(
                    task_id, task.state, becomes, finished_at=utc_now(), charged=Charged.NO, note=""
                ):
                    self._engine.forget(task)
                    return self._history.task(task_id)
            elif task.state in CANCEL_BY_ASKING:
                # The answer to an earlier cancel does not count for the new one.
                note = "" if task.note.startswith(CANCEL_REFUSED) else None
                if self._tasks.request_cancel(task_id, note=note):
                    self._engine.cancel(task_id)
                    return self._history.task(task_id)
            else:
                break
        raise _not_to_cancel(task.state)

    def move_up(self, task_id: str) -> Task:
        """Put a waiting run first among those of its submitter; other people do not wait longer because of
        it.

        Raises NotFound, NotYours, and MoveRefused when it no longer waits.
        """
        changeable(self._history, self._caller, task_id)
        moved = self._tasks.move_up(task_id)
        task = self._history.task(task_id)
        if not moved:
            raise MoveRefused("This run does not wait in line any more.")
        if task.state is TaskState.QUEUED:
            self._engine.enqueue(task)
        return task

    def queue_positions(self) -> Mapping[str, QueuePosition]:
        """The place of each waiting run in the queue of its account."""
        return self._engine.queue_positions()

    def pauses(self) -> list[tuple[Pause, int]]:
        """The accounts that are paused for want of money, each with the number of its waiting runs."""
        found = self._engine.pauses()
        if not self._caller.person:
            return found
        return [(pause, self._history.waiting_count(pause.site, pause.account)) for pause, _ in found]

    def resume(self, site: str, account: str) -> bool:
        """Let a paused account try again; False: it was not paused. Raises StorageFault."""
        return self._engine.resume((site, account))

    def has_disk_space(self) -> bool:
        """Whether the disk has room for the results of new runs; without it they wait unsent."""
        return self._engine.has_disk_space()

    def transfer_percent(self, task: Task) -> int | None:
        """How much of the large files that a run uploads or downloads now is done, in percent; None where
        there are none."""
        names: list[str] = []
        if task.state is TaskState.UPLOADING:
            names = files_of(task, self._catalog, self._history)
        elif task.state is TaskState.DOWNLOADING:
            names = [output.id for output in task.outputs]
        return self._engine.transfer_percent(names)

    def progress(self, task: Task) -> Step | None:
        """The progress that a run of an app or a workflow reports; None where it reports nothing."""
        return self._engine.progress(task.id) if task.state is TaskState.RUNNING else None


def _without_passwords(endpoint: Endpoint, params: Params) -> list[str]:
    """Take the access passwords out of a body: they are never stored."""
    return [str(params.pop(field.key)) for field in endpoint.fields if field.secret and field.key in params]


def _not_to_cancel(state: TaskState) -> MoveRefused:
    if state is TaskState.UNKNOWN:
        return MoveRefused(
            "Whether RunningHub has this run is not known, so it can't be cancelled and may be charged. "
            "Resolve it instead.",
            "cancel-unknown",
        )
    if state is TaskState.DOWNLOADING:
        return MoveRefused(
            "This run is already made and charged; its files are on their way.", "cancel-downloading"
        )
    return MoveRefused("This run is already over; what it cost stays as it is.", "cancel-over")
