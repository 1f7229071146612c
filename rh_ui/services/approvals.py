"""Runs that cost more than their person may order alone: an admin says yes or no, or their time ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Unpack

from rh_ui.budget_rules import Standing, known_price
from rh_ui.catalog.schema import Catalog, Endpoint
from rh_ui.domain import Charged, RunFault, Task, TaskError, TaskState
from rh_ui.engine.engine import Engine
from rh_ui.engine.state_machine import Event, after
from rh_ui.errors import MoveRefused, RightRefused
from rh_ui.people import Action, Caller
from rh_ui.persistence.database_clock import utc_now
from rh_ui.persistence.repositories.repositories import Repositories
from rh_ui.persistence.row_mapping import TaskChange
from rh_ui.persistence.run_queries import PageQueries
from rh_ui.services.audit_log import AuditLog
from rh_ui.services.input_service import InputService

LISTED: Final = 100
"""Runs on a page at most."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A run that waits for a yes."""

    task: Task
    costs: Mapping[str, Decimal]
    """Its price by unit; without a known one, what it holds instead."""
    budgets: list[Standing]
    """Those that apply to it; what it holds is taken off them already."""
    endpoint: Endpoint | None
    """None: its model is not there any more."""
    how: str
    """What its price is made of."""


class Approvals:
    """Thread-safe. Methods raise StorageFault; `by` is who does it. What they answer is in the audit log."""

    def __init__(
        self,
        repositories: Repositories,
        history: PageQueries,
        audit: AuditLog,
        engine: Engine,
        catalog: Catalog,
        inputs: InputService,
    ) -> None:
        """`history`, `catalog` and `inputs`: everybody's."""
        self._asking = repositories.asking_runs
        self._budgets = repositories.budgets
        self._history = history
        self._audit = audit
        self._engine = engine
        self._catalog = catalog
        self._inputs = inputs

    def count(self, by: Caller) -> int:
        """How many runs wait for an answer of this caller."""
        return self._asking.count() if by.person and by.says_yes else 0

    def waiting(self, by: Caller) -> list[Asking]:
        """The runs that wait for an answer, the oldest first. Raises RightRefused."""
        _need_admin(by)
        found = self._asking.oldest(LISTED)
        held = self._budgets.held([task.id for task in found])
        standings = {owner: self._budgets.standings(owner) for owner in {task.owner for task in found}}
        return [self._told(task, held.get(task.id, {}), standings[task.owner]) for task in found]

    def _told(self, task: Task, held: Mapping[str, Decimal], budgets: list[Standing]) -> Asking:
        endpoint = self._catalog.find(task.endpoint)
        how = self._inputs.estimate(endpoint, task.params).how if endpoint else ""
        return Asking(task, _costs(task, held), budgets, endpoint, how)

    def approve(self, task_id: str, by: Caller) -> None:
        """The run joins the queue. Raises RightRefused, NotFound, and MoveRefused where it asks no more."""
        _need_admin(by)
        has_key = self._engine.client_of(self._history.task(task_id)) is not None
        owner, note = (self._engine.worker, "") if has_key else (None, "other-account")
        task = self._answer(task_id, Event.APPROVE, Action.APPROVED, by, owner=owner, note=note)
        if has_key:
            self._engine.enqueue(task)

    def decline(self, task_id: str, by: Caller) -> None:
        """The run ends unsent. Raises RightRefused, NotFound, and MoveRefused where it asks no more."""
        _need_admin(by)
        ended = _ended(RunFault.DECLINED, "An admin said no.")
        self._engine.forget(self._answer(task_id, Event.DECLINE, Action.DECLINED, by, **ended))

    def end_unanswered(self) -> None:
        """End the runs that nobody answered in time."""
        for task_id in self._asking.over():
            becomes = after(TaskState.ASKING, Event.LAPSE)
            if self._asking.end(task_id, becomes, **_ended(RunFault.LAPSED, "No admin answered in time.")):
                self._engine.forget(self._history.task(task_id))

    def _answer(
        self, task_id: str, event: Event, action: Action, by: Caller, **change: Unpack[TaskChange]
    ) -> Task:
        task = self._history.task(task_id)
        told = self._audit.entry(by, action, task_id, task.owner.person, self._details(task))
        if not self._asking.answer(task_id, after(TaskState.ASKING, event), [told], **change):
            raise _answered(self._history.task(task_id))
        return self._history.task(task_id)

    def _details(self, task: Task) -> dict[str, str]:
        costs = _costs(task, self._budgets.held([task.id]).get(task.id, {}))
        amounts = [f"{amount.normalize():f} {unit}" for unit, amount in costs.items()]
        return {"model": task.endpoint, "amount": " + ".join(amounts)}


def _costs(task: Task, held: Mapping[str, Decimal]) -> Mapping[str, Decimal]:
    price = known_price(task.estimate)
    return held if price is None else {price.currency: price.amount}


def _need_admin(by: Caller) -> None:
    if not by.says_yes:
        raise RightRefused


def _ended(code: RunFault, message: str) -> TaskChange:
    return {
        "owner": None, "note": "", "finished_at": utc_now(), "charged": Charged.NO,
        "error": TaskError(code, message, Charged.NO),
    }  # fmt: skip


def _answered(task: Task) -> MoveRefused:
    """Why a run no longer waits for an answer."""
    code = task.error.code if task.error else ""
    if task.state is TaskState.ASKING or code == RunFault.LAPSED:
        return MoveRefused("Its time is over: it ended unsent, and nothing was charged.", "asked-too-late")
    if code == RunFault.DECLINED:
        return MoveRefused("Another admin said no a moment ago; it was not sent.", "asked-no")
    if task.state is TaskState.CANCELLED:
        return MoveRefused("It was taken back a moment ago, and not sent.", "asked-back")
    return MoveRefused("Another admin said yes a moment ago; it runs once.", "asked-yes")
