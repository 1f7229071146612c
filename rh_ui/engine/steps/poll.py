"""Asks the service about running tasks. A question writes nothing unless something changed.

No clock of ours ends a task: only the service does. However long no usable answer comes, the task keeps
running, and its note says since when.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rh_ui.domain import Charged, Modality, OutputKind, RunFault, Task, TaskError, TaskState
from rh_ui.engine.charges import charge, coins
from rh_ui.engine.context import EngineContext, Stage, StepRouter
from rh_ui.engine.own_tasks import AccountKey, account_of
from rh_ui.engine.progress_stream import ProgressStreams
from rh_ui.engine.remote_query import NOT_KNOWN, OVER, UNKNOWN_TASK, ask_about
from rh_ui.engine.request_builder import RequestBuilder
from rh_ui.engine.state_machine import Event, after
from rh_ui.engine.webhook_url import redact_secret
from rh_ui.errors import KeyRefused, Refused, Unreachable
from rh_ui.file_types.claims import ending_of
from rh_ui.file_types.table import announced, kind_called
from rh_ui.persistence.database_clock import utc_now
from rh_ui.persistence.row_mapping import LedgerEntry, NewOutput
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.replies import RemoteOutput, RemoteStatus, RemoteTask

log: Final = logging.getLogger(__name__)
UNREACHABLE: Final = "unreachable"
CANCEL_REFUSED: Final = "cancel-refused"
PERHAPS_CANCELLED: Final = "perhaps-cancelled"
LONGEST_DETAIL: Final = 40
"""The most characters of the service's text in a note."""
ENDED: Final = frozenset({RemoteStatus.FAILED, RemoteStatus.CANCELLED})
GUESSED_KIND: Final = {
    Modality.IMAGE: OutputKind.IMAGE,
    Modality.VIDEO: OutputKind.VIDEO,
    Modality.AUDIO: OutputKind.AUDIO,
    Modality.THREE_D: OutputKind.MODEL,
    Modality.TEXT: OutputKind.TEXT,
    Modality.APPS: OutputKind.FILE,
}
"""The kind of a result that neither the service nor its link names: a guess; the content decides."""


@dataclass(slots=True)
class _PolledTask:
    """What is remembered about a running task between two questions."""

    remote_id: str
    account: AccountKey
    modality: Modality
    since: float
    note: str
    silent_since: str = ""
    """When the first of the questions without a usable answer was asked (ISO 8601, UTC); only shown to
    people."""
    trouble: int = 0
    empty: int = 0
    not_known: int = 0
    cancel: bool = False
    """Somebody wants it cancelled."""
    cancelled: bool = False
    """The service accepted the cancel."""
    refused: bool = False
    """The service refused the cancel because the task was cancelled already."""
    stopped_at: float | None = None
    """When it first gave an answer as after a cancel, with no other answer since."""


class PollStep:
    """Polls tasks and moves them on when the service has finished them."""

    def __init__(
        self, context: EngineContext, router: StepRouter, progress: ProgressStreams, requests: RequestBuilder
    ) -> None:
        self._tasks = context.repositories.tasks
        self._history = context.history
        self._retry = context.retry
        self._clock = context.clock
        self._own = context.own_tasks
        self._clients = context.clients
        self._router = router
        self._progress = progress
        self._requests = requests
        self._watched: dict[str, _PolledTask] = {}

    def follow(self, task: Task) -> bool:
        """Begin to poll a running task; from then on by run(). True when somebody wants it cancelled."""
        code, _, since = task.note.partition(":")
        watched = self._watched[task.id] = _PolledTask(
            task.remote_id,
            account_of(task),
            task.modality,
            self._clock(),
            task.note,
            silent_since=since if code == UNREACHABLE else "",
        )
        # Read after the task is registered: an earlier cancel is in the database, a later one finds it here.
        if self._history.task(task.id).cancel_asked:
            watched.cancel = True
        return watched.cancel

    def cancel(self, task_id: str) -> bool:
        """Ask the service to cancel it at the next poll; False when it is not polled here, or was asked
        already."""
        watched = self._watched.get(task_id)
        if watched is None or watched.cancel:
            return False
        watched.cancel = True
        return True

    def forget_all(self) -> None:
        """The tasks belong to other processes now."""
        self._watched.clear()
        self._progress.forget_all()

    def run(self, task_id: str) -> float | None:
        """Ask once. Returns the seconds until the next question, or None when the task has moved on."""
        watched = self._watched.get(task_id)
        client = None if watched is None else self._clients.get(watched.account)
        if watched is None or client is None:
            return None
        refusal = self._ask_to_cancel(task_id, watched, client)
        try:
            remote = ask_about(client, watched.remote_id)
        except Unreachable as fault:
            return self._no_answer(task_id, watched, fault.retry_after)
        except KeyRefused:
            return self._no_answer(task_id, watched, None, "key-refused")
        except Refused as fault:
            if fault.code not in NOT_KNOWN:
                # An error that names no state decides nothing (DESIGN section 4: only the status word does).
                return self._no_answer(task_id, watched, None, f"odd-answer:{fault.code[:LONGEST_DETAIL]}")
            return self._not_known(task_id, watched, client, fault)
        if not remote.knows(watched.remote_id):
            return self._no_answer(task_id, watched, None)
        if _says_cancelled(watched, remote):
            watched.refused = watched.refused or bool(refusal)
            return self._perhaps_cancelled(task_id, watched, client, remote)
        watched.stopped_at, watched.refused = None, False
        if refusal and remote.status not in ENDED:
            self._cancel_refused(task_id, watched, refusal)
        return self._answered(task_id, watched, client, remote)

    def _answered(
        self, task_id: str, watched: _PolledTask, client: Client, remote: RemoteTask
    ) -> float | None:
        watched.trouble = watched.not_known = 0
        watched.silent_since = ""
        age = self._clock() - watched.since
        match remote.status:
            case RemoteStatus.SUCCESS if remote.outputs:
                self._deliver(task_id, watched, client, remote)
                return None
            case RemoteStatus.SUCCESS:
                return self._no_files_yet(task_id, watched, age)
            case RemoteStatus.FAILED:
                self._failed(task_id, watched, client, remote)
                return None
            case RemoteStatus.UNKNOWN:
                self._note(task_id, watched, f"unknown-word:{remote.unknown_word[:LONGEST_DETAIL]}")
            case _:
                watched.empty = 0
                if remote.status is RemoteStatus.RUNNING and watched.modality is Modality.APPS:
                    self._progress.follow(task_id, watched.remote_id, client)
                # A refused cancel stays readable; everything else is normal again.
                refused = watched.note.startswith(CANCEL_REFUSED)
                self._note(task_id, watched, watched.note if refused else "")
        return self._retry.poll(age)

    def _no_answer(
        self, task_id: str, watched: _PolledTask, retry_after: float | None, note: str = ""
    ) -> float:
        """Nothing is known and nothing ends. The first time is not noted unless `note` is given."""
        watched.trouble += 1
        watched.silent_since = watched.silent_since or _iso(utc_now())
        if note or watched.trouble > 1:
            self._note(task_id, watched, note or f"{UNREACHABLE}:{watched.silent_since}")
        return self._retry.trouble(watched.trouble, retry_after)

    def _no_files_yet(self, task_id: str, watched: _PolledTask, age: float) -> float:
        """SUCCESS without results happens: keep asking, quickly at first, and never call the run failed."""
        watched.empty += 1
        if watched.empty <= self._retry.timings.empty_tries:
            return self._retry.poll(age)
        self._note(task_id, watched, "no-files-yet")
        # The service has finished it: another run may have its slot.
        self._router.release_slot(watched.account, task_id)
        return self._retry.timings.empty_slow

    def _not_known(self, task_id: str, watched: _PolledTask, client: Client, fault: Refused) -> float | None:
        watched.not_known += 1
        if watched.not_known > 1:
            self._note(task_id, watched, f"not-known:{fault.code}")
        if watched.not_known < self._retry.timings.lost_confirmations:
            return self._retry.trouble(watched.not_known)
        gone = RemoteTask(RemoteStatus.FAILED)
        self._end(task_id, watched, client, Event.FAIL, gone, UNKNOWN_TASK, fault.message or fault.code)
        return None

    def _deliver(self, task_id: str, watched: _PolledTask, client: Client, remote: RemoteTask) -> None:
        one_purse = watched.modality is not Modality.APPS
        charged, cost = charge(remote.usage, client.currency, one_purse=one_purse)
        delivered = self._tasks.move(
            task_id,
            TaskState.RUNNING,
            after(TaskState.RUNNING, Event.DELIVER),
            worker=self._own.worker,
            made=new_outputs(remote.outputs, watched.modality),
            entry=self._entry(watched, remote, charged, client),
            charged=charged,
            cost=cost,
            coins=coins(remote.usage),
            note="",
            cancel_asked=False,
        )
        if delivered:
            log.info("task %s: %d results", task_id, len(remote.outputs))
            self._router.schedule(Stage.DOWNLOAD, task_id)
        self._forget(task_id, watched)

    def _perhaps_cancelled(
        self, task_id: str, watched: _PolledTask, client: Client, remote: RemoteTask
    ) -> float | None:
        """The task may have succeeded all the same: ask on for a while before a cancel is believed, however
        often it is polled meanwhile."""
        watched.trouble = watched.not_known = 0
        watched.silent_since = ""
        timings, now = self._retry.timings, self._clock()
        if watched.stopped_at is None:
            watched.stopped_at = now
        waited = now - watched.stopped_at
        clear = watched.cancel and remote.tells_status
        if waited < (timings.cancel_word if clear else timings.cancel_silence):
            if not watched.cancel:
                self._note(task_id, watched, PERHAPS_CANCELLED)
            elif waited >= timings.cancel_word:
                # Somebody asked for it, and the service no longer runs it: another run may have its slot.
                self._router.release_slot(watched.account, task_id)
            return self._retry.poll(waited)
        if watched.cancel:
            self._end(task_id, watched, client, Event.STOP, remote, "", "")
        else:
            self._failed(task_id, watched, client, remote)
        return None

    def _failed(self, task_id: str, watched: _PolledTask, client: Client, remote: RemoteTask) -> None:
        elsewhere = remote.status is not RemoteStatus.FAILED
        code = RunFault.CANCELLED_THERE if elsewhere else remote.error_code or RunFault.NO_REASON
        message = redact_secret(remote.error_message) or "RunningHub gave no reason."
        self._end(task_id, watched, client, Event.FAIL, remote, code, message)

    def _end(
        self,
        task_id: str,
        watched: _PolledTask,
        client: Client,
        event: Event,
        remote: RemoteTask,
        code: str,
        message: str,
    ) -> None:
        charged, cost = charge(
            remote.usage, client.currency, failed=event is Event.FAIL and code != RunFault.CANCELLED_THERE
        )
        log.info("task %s: %s at the service: %s %s", task_id, event, code, message)
        self._requests.forget_rejected_inputs(code, task_id)
        self._tasks.move(
            task_id,
            TaskState.RUNNING,
            after(TaskState.RUNNING, event),
            worker=self._own.worker,
            entry=self._entry(watched, remote, charged, client),
            charged=charged,
            cost=cost,
            coins=coins(remote.usage),
            error=None if event is Event.STOP else TaskError(code, message, charged),
            note="",
            finished_at=utc_now(),
        )
        self._forget(task_id, watched)

    def _entry(
        self, watched: _PolledTask, remote: RemoteTask, charged: Charged, client: Client
    ) -> LedgerEntry | None:
        if charged is Charged.NO:
            return None
        _, cost = charge(remote.usage, client.currency)
        return LedgerEntry(*watched.account, watched.remote_id, cost, coins(remote.usage))

    def _ask_to_cancel(self, task_id: str, watched: _PolledTask, client: Client) -> str:
        """Pass the cancel on, if there is one. Returns the code of a refusal; the status shows what it
        means."""
        if not watched.cancel or watched.cancelled or watched.refused:
            return ""
        try:
            client.cancel(watched.remote_id)
        except Unreachable:
            return ""  # asked again at the next poll
        except Refused as fault:
            log.info("task %s: cancel refused: %s", task_id, fault.code)
            return fault.code
        log.info("task %s: cancel accepted", task_id)
        watched.cancelled = True
        return ""

    def _cancel_refused(self, task_id: str, watched: _PolledTask, code: str) -> None:
        """The task still runs, or has succeeded already. A person may ask again."""
        watched.cancel = False
        watched.note = f"{CANCEL_REFUSED}:{code[:LONGEST_DETAIL]}"
        self._tasks.request_cancel(task_id, asked=False, note=watched.note)

    def _note(self, task_id: str, watched: _PolledTask, note: str) -> None:
        if watched.note != note:
            self._tasks.note([task_id], note)
            watched.note = note

    def _forget(self, task_id: str, watched: _PolledTask) -> None:
        self._watched.pop(task_id, None)
        self._progress.end(task_id)
        self._router.release_slot(watched.account, task_id)


def _says_cancelled(watched: _PolledTask, remote: RemoteTask) -> bool:
    """Whether this is an answer as after a cancel: CANCELLED, no status at all, or FAILED with 805 (API news
    §2). A run that failed also ends with 805, so that it means a cancel only where somebody here asked for
    one and no node has an error."""
    if not remote.tells_status or remote.status is RemoteStatus.CANCELLED:
        return True
    bare = remote.status is RemoteStatus.FAILED and remote.error_code in ("", OVER) and not remote.node_failed
    return watched.cancel and bare


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def new_outputs(remote: tuple[RemoteOutput, ...], modality: Modality) -> list[NewOutput]:
    """The results in the service's order; one that is listed twice is kept once."""
    made: list[NewOutput] = []
    for url, text, word in dict.fromkeys((o.url or "", o.text, o.output_type) for o in remote):
        said = kind_called(word) or kind_called(ending_of(url)) or GUESSED_KIND[modality]
        kind = said if url else OutputKind.TEXT
        made.append(NewOutput(len(made), kind, remote_url=url, text=text, mime=announced(word)))
    return made
