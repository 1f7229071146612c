"""Runs that were made elsewhere with the same account: shown by their id, and imported into the history.

This never sends anything that could cost money: an imported run begins as running at the service, and the
engine collects it as any other.
"""

from __future__ import annotations

import copy
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Self

from rh_ui.domain import MADE_ELSEWHERE, Charged, Modality, Money, OutputKind, Task, new_id
from rh_ui.engine.charges import charge
from rh_ui.engine.engine import Engine
from rh_ui.engine.own_tasks import AccountKey
from rh_ui.engine.remote_query import no_such_task, parse_task_id, require_known
from rh_ui.engine.steps.confirm import ALIVE
from rh_ui.engine.steps.poll import new_outputs
from rh_ui.errors import MoveRefused
from rh_ui.people import OWNER, Caller, RunOwner
from rh_ui.persistence.repositories.tasks import TaskRepository
from rh_ui.persistence.row_mapping import NewTask
from rh_ui.persistence.run_queries import PageQueries
from rh_ui.runninghub.replies import RemoteStatus, RemoteTask
from rh_ui.services.access import changeable, refuse_in_a_look
from rh_ui.services.accounts import Account, Accounts

UNTOLD: Final = "untold"
"""The service knows the task but names no state, as after a cancel."""


@dataclass(frozen=True, slots=True)
class RemoteRun:
    """A task as the service describes it."""

    number: str
    state: str
    """`queued`, `running`, `success`, `failed` or `cancelled`; `untold` if the service names none; otherwise
    the service's own word."""
    kinds: tuple[OutputKind, ...]
    """The kinds of its results, as far as the service names them."""
    charged: Charged
    cost: Money | None
    coins: str
    reason: str
    """Why it failed, in the service's words."""
    here: Task | None
    """The same run in our history."""
    uncertain: int
    """The number of runs here whose outcome is unknown: it may be one of them."""


class ExternalRuns:
    """Thread-safe."""

    def __init__(
        self, tasks: TaskRepository, history: PageQueries, engine: Engine, accounts: Accounts
    ) -> None:
        self._tasks = tasks
        self._all = self._history = history
        self._caller = OWNER
        self._engine = engine
        self._accounts = accounts

    def of(self, caller: Caller) -> Self:
        """The same for a caller; a run that is here and that they don't see is not known."""
        bound = copy.copy(self)
        bound._caller, bound._history = caller, self._all.of(caller.scope)
        return bound

    def look_up(self, text: str) -> RemoteRun:
        """What the service says about a task, by the id that a person entered. Raises MoveRefused,
        KeyRefused."""
        number = parse_task_id(text)
        account, remote, here = self._find(number)
        usage, failed = remote.usage, remote.status is RemoteStatus.FAILED
        charged, cost = charge(usage, account.client.currency, failed=failed)
        return RemoteRun(
            number=number,
            state=remote.unknown_word or (remote.status if remote.tells_status else UNTOLD),
            kinds=tuple(made.kind for made in new_outputs(remote.outputs, Modality.APPS)),
            charged=charged,
            cost=cost,
            coins=str(usage.coins) if usage and usage.coins else "",
            reason=_reason(remote),
            here=here,
            uncertain=self._history.unknown_count(),
        )

    def import_run(self, text: str) -> Task:
        """Put it into the history and collect its results, its cost and its end. A run that is here as
        cancelled is collected if it succeeded. Raises MoveRefused, also for any other run that is here
        already, NotYours, KeyRefused, StorageFault, and RightRefused in a look."""
        refuse_in_a_look(self._caller)
        number = parse_task_id(text)
        account, remote, here = self._find(number)
        if here is not None and remote.status in ALIVE:
            changeable(self._history, self._caller, here.id)
            if self._engine.reopen(here):
                return self._history.task(here.id)
        new = NewTask(
            id=new_id(),
            endpoint=MADE_ELSEWHERE,
            modality=Modality.APPS,
            params={},
            site=account.key[0],
            account=account.key[1],
            worker=self._engine.worker,
            request_id=f"outside:{number}:{account.key[1]}",
            remote_id=number,
            owner=RunOwner(self._caller.person, token=self._caller.token),
        )
        task, made = self._tasks.add(new)
        if not made:
            raise MoveRefused("This run is here already.", "outside-here")
        self._engine.start_polling(task)
        return task

    def _here(self, account: AccountKey, number: str) -> Task | None:
        """The same run in our history. Raises MoveRefused where it is somebody else's."""
        here = self._history.task_with_remote_id(account[0], number)
        if here is None and self._all.task_with_remote_id(account[0], number) is not None:
            raise no_such_task(number)
        return here

    def _find(self, number: str) -> tuple[Account, RemoteTask, Task | None]:
        """The account that has the task, what the service says about it there, and the same run in our
        history. Each account is asked in turn, which costs nothing. Raises what the first one raised if none
        has it, and KeyRefused."""
        first = self._accounts.get("")
        here = {account.key[0]: self._here(account.key, number) for account in self._accounts.all}
        try:
            return first, require_known(self._engine, first.client, number), here[first.key[0]]
        except MoveRefused:
            for account in self._accounts.all[1:]:
                with suppress(MoveRefused):
                    remote = require_known(self._engine, account.client, number)
                    return account, remote, here[account.key[0]]
            raise


def _reason(remote: RemoteTask) -> str:
    code = f" ({remote.error_code})" if remote.error_code else ""
    return f"{remote.error_message}{code}".strip()
