"""What the page calls for doing; reading is store.history. Every method returns at once or says why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitedEnough
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from rh_ui.catalog.pricing import Estimate, estimate
from rh_ui.catalog.problems import sentence
from rh_ui.catalog.schema import Catalog, Endpoint
from rh_ui.catalog.validation import check, complete
from rh_ui.domain import Charged, Money, Output, OutputState, Params, Pause, Task, TaskState
from rh_ui.engine.context import AccountKey, Stage, utc_now
from rh_ui.engine.diagnosis import keyless
from rh_ui.engine.engine import Engine
from rh_ui.engine.ids import new_id
from rh_ui.engine.inputs import UploadCache, file_problems, input_problems, kept_refs
from rh_ui.engine.progress_stream import Step
from rh_ui.engine.queue.fair_queue import QueuePosition
from rh_ui.engine.request_builder import files_of
from rh_ui.engine.state_machine import CANCEL_AT_ONCE, CANCEL_BY_ASKING, Event, after
from rh_ui.engine.steps.poll import CANCEL_REFUSED
from rh_ui.engine.unknown_outcomes import Resolving
from rh_ui.errors import MoveRefused, NotFound, PayloadRefused, Problem
from rh_ui.persistence.journal import Journal
from rh_ui.persistence.row_mapping import NewTask
from rh_ui.persistence.run_queries import RunQueries
from rh_ui.services.account import AccountView, AccountWatch
from rh_ui.services.change_feed import ChangeFeed
from rh_ui.services.external_runs import ExternalRuns
from rh_ui.services.file_availability import LOST, FileAvailability
from rh_ui.services.input_conversion import ConvertedInput, InputConverter
from rh_ui.services.order_identity import Placed, Press, digest
from rh_ui.services.own_links import OwnLinks
from rh_ui.services.price_quotes import quote
from rh_ui.storage.library import KeptInput, Library

RACES: Final = 8
"""How often a move is tried anew when the engine was faster; a task has fewer states than that ahead."""
LONGEST_REQUEST_ID: Final = 120
LONGEST_SUBMITTER: Final = 64


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a payload would cost, and what is wrong with it."""

    estimate: Estimate
    problems: tuple[Problem, ...]


class RunService:
    """The one facade for the page; thread-safe."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        library: Library,
        journal: Journal,
        history: RunQueries,
        engine: Engine,
        changes: ChangeFeed,
        current: AccountKey | None,
        demo: bool = False,
        site: str = "",
    ) -> None:
        """`current`: the account new runs go to, one of the engine's clients; None without a key.
        `site`: what the account view calls the site, where it is not `current[0]`."""
        self.changes: Final = changes
        self.custody: Final = FileAvailability(library)
        self.hearing: Final = engine.hearing
        self.own_links: Final = OwnLinks(history, library)
        self.outside: Final = ExternalRuns(journal, history, engine, current)
        self._catalog = catalog
        self._library = library
        self._fitting = InputConverter(library)
        self._journal = journal
        self._history = history
        self._engine = engine
        self._current = current
        self._demo = demo
        engine.parts.transfers.follow(changes.bump)
        engine.progress.tell(changes.bump)
        self._resolving = Resolving(
            journal,
            history,
            engine,
            current,
            check=lambda task: self._refuse_problems(catalog.get(task.endpoint), task.params),
            submit=lambda task, request_id, account: (
                self._submit(
                    task.endpoint,
                    task.params,
                    request_id,
                    task.submitter,
                    account,
                    _once_for("again", task.id),
                ).task
            ),
        )
        self._account = AccountWatch(
            engine.parts.clients.get(current) if current else None,
            site=site or (current[0] if current else ""),
            demo=demo,
            fresh=engine.parts.cadence.pace.account_fresh,
            clock=engine.parts.clock,
            background=engine.background,
            changed=changes.bump,
        )

    def estimate(self, endpoint_path: str, params: Params) -> Assessment:
        """The table's price and every problem of the run that `submit` would start. Raises NotFound."""
        endpoint = self._catalog.get(endpoint_path)
        body, unfit = self._body(endpoint, params)
        return Assessment(estimate(endpoint, body), self._problems(endpoint, body, unfit))

    def quote(self, endpoint_path: str, params: Params, wait: float = 8.0) -> Money | None:
        """The service's own price for a payload without problems; None in demo mode, without a key, or when
        it is not told within `wait` seconds. Raises NotFound."""
        endpoint = self._catalog.get(endpoint_path)
        client = self._engine.parts.clients.get(self._current) if self._current else None
        body, unfit = self._body(endpoint, params)
        if client is None or self._demo or endpoint.plan or self._problems(endpoint, body, unfit):
            return None
        answer: Future[Money | None] = Future()
        links = UploadCache(self._journal, self._library, self._engine.parts.transfers)
        self._engine.background(lambda: answer.set_result(quote(endpoint, body, client, links)))
        try:
            return answer.result(wait)
        except WaitedEnough:
            return None

    def keep_input(self, path: Path, name: str) -> KeptInput:
        """Our own copy of a chosen file, by content. Raises InputRefused, NoRoom, StorageFault."""
        return self._library.keep_input(path, name)

    def fit_input(self, endpoint_path: str, field_key: str, ref: str) -> ConvertedInput:
        """What goes up for a kept file in a field, and what keeps it out. Raises NotFound for the endpoint,
        the field or the file, StorageFault."""
        endpoint = self._catalog.get(endpoint_path)
        field = endpoint.field(field_key)
        if field is None:
            raise NotFound(f"The model has no field “{field_key}”.")
        fitted = self._fitting.fit(field, ref)
        if fitted.problems:
            return fitted
        return replace(fitted, problems=file_problems(endpoint, field, fitted.sent.ref, self._library))

    def submit(self, endpoint_path: str, params: Params, request_id: str = "", submitter: str = "") -> Task:
        """As `order`; every one is meant, but for one with a request_id that came before."""
        return self.order(endpoint_path, params, request_id, submitter, Press(submitter)).task

    def order(
        self, endpoint_path: str, params: Params, request_id: str, submitter: str, press: Press
    ) -> Placed:
        """Queue one run of a form's values or a ready body; it is durable when this returns, and keeps the
        body that will be sent. An order that came before gives the same task: by its request_id, or by
        what `press` says. `submitter`: whose run it is; the account's places are shared out between them.

        Raises NotFound, PayloadRefused, OrderRefused (nothing is kept, nothing sent), KeyRefused (no key is
        set), StorageFault.
        """
        if len(request_id) > LONGEST_REQUEST_ID:
            request_id = digest(request_id)
        whose = submitter[:LONGEST_SUBMITTER]
        return self._submit(endpoint_path, params, request_id, whose, self._current, press)

    def retry(self, task_id: str, submitter: str) -> Placed:
        """Once more what a run sent; one run, however often and by whom it is asked for. Raises NotFound, and
        what `order` raises."""
        task = self._history.task(task_id)
        press = _once_for("retry", task_id)
        return self.order(task.endpoint, task.params, f"retry:{task_id}", submitter, press)

    def _submit(
        self,
        endpoint_path: str,
        params: Params,
        request_id: str,
        submitter: str,
        account: AccountKey | None,
        press: Press,
    ) -> Placed:
        endpoint = self._catalog.get(endpoint_path)
        params, unfit = self._body(endpoint, params)
        self._refuse_problems(endpoint, params, unfit)
        if account is None:
            raise keyless()
        plan = endpoint.plan(params) if endpoint.plan else None
        secrets = [params.pop(field.key) for field in endpoint.fields if field.secret and field.key in params]
        new = NewTask(
            id=new_id(),
            endpoint=endpoint.path,
            modality=endpoint.modality,
            params=params,
            site=account[0],
            account=account[1],
            worker=self._engine.parts.worker,
            request_id=request_id,
            estimate=estimate(endpoint, params).money,
            submitter=submitter,
            likeness=press.likeness(endpoint.path, params),
            seen=press.seen,
            plan=plan,
        )
        refs = kept_refs(endpoint, params)
        for secret in secrets:
            self._engine.parts.secrets.keep(new.id, str(secret))
        task, made = self._journal.add_task(new, lambda: [self._library.input_info(ref) for ref in refs])
        if made:
            self._engine.queue(task)
        else:
            self._engine.parts.secrets.forget(new.id)
        return Placed(task, already=not made)

    def cancel(self, task_id: str) -> Task:
        """Stop a run: at once while nothing was sent, else by asking the service (its note tells the answer).

        Raises NotFound, MoveRefused when there is nothing left to stop.
        """
        for _ in range(RACES):
            task = self._history.task(task_id)
            if task.state is TaskState.CANCELLED:
                return task
            if task.state in CANCEL_AT_ONCE:
                becomes = after(task.state, Event.CANCEL)
                if self._journal.move(
                    task_id, task.state, becomes, finished_at=utc_now(), charged=Charged.NO, note=""
                ):
                    self._engine.forget(task)
                    return self._history.task(task_id)
            elif task.state in CANCEL_BY_ASKING:
                # What an earlier wish was answered is over with the new one.
                note = "" if task.note.startswith(CANCEL_REFUSED) else None
                if self._journal.ask_cancel(task_id, note=note):
                    self._engine.cancel(task_id)
                    return self._history.task(task_id)
            else:
                break
        raise _not_to_cancel(task.state)

    def resolve(
        self, task_id: str, action: Literal["found", "lost", "again"] | str, remote_id: str = ""
    ) -> Task:
        """End an unknown outcome by a person's word.

        `found`: the service has it under `remote_id` (digits), also after one of the others; `lost`: it is
        not there; `again`: close it and run the same once more (gives the new task). The same choice twice
        gives the same answer. Raises NotFound, MoveRefused, and what submit raises.
        """
        task = self._history.task(task_id)
        if action == "found":
            return self._resolving.found(task, remote_id)
        if action == "lost":
            return self._resolving.lost(task)
        if action == "again":
            return self._resolving.again(task)
        raise MoveRefused("Say what became of it: found, lost, or again.")

    def move_up(self, task_id: str) -> Task:
        """Put a waiting run first in its submitter's own line; nobody else waits longer for it.

        Raises NotFound, MoveRefused when it waits no more.
        """
        moved = self._journal.move_up(task_id)
        task = self._history.task(task_id)
        if not moved:
            raise MoveRefused("This run does not wait in line any more.")
        if task.state is TaskState.QUEUED:
            self._engine.queue(task)
        return task

    def line(self) -> Mapping[str, QueuePosition]:
        """Where each waiting run stands in the line of its account."""
        return self._engine.line()

    def pauses(self) -> list[tuple[Pause, int]]:
        """The accounts that wait for money, and how many runs wait with each."""
        return self._engine.pauses()

    def resume(self, site: str, account: str) -> bool:
        """Let a paused account try again; False: it goes on already. Raises StorageFault."""
        return self._engine.resume((site, account))

    def retry_files(self, task_id: str) -> Task:
        """Fetch the missing files of a run again, or ask at once for those of a running one; never starts a
        new run. Raises NotFound, MoveRefused."""
        task = self._history.task(task_id)
        if task.state is TaskState.RUNNING:
            self._engine.go(Stage.POLL, task_id)
            return task
        seen = [self.custody.looked_closely(output) for output in task.outputs]
        if all(output.state in (OutputState.SAVED, OutputState.FORGOTTEN) for output in seen):
            raise MoveRefused("No file of this run is missing.", "files-here")
        if task.state is not TaskState.DOWNLOADING:
            after(task.state, Event.REOPEN)
            missing = [output.id for output in seen if output.state is OutputState.MISSING]
            self._journal.reopen_files(task_id, task.state, owner=self._engine.parts.worker, missing=missing)
        self._engine.fetch_now(task_id)
        return self._history.task(task_id)

    def forget(self, output_id: str) -> None:
        """Put a result out of sight whose file is lost; its run stays. Raises NotFound, MoveRefused when the
        file is safe."""
        output = self._history.output(output_id)
        if output.state is OutputState.FORGOTTEN:
            return  # in another tab, a moment ago
        if self.custody.looked_closely(output).state not in LOST:
            raise MoveRefused("The file of this result is here; it stays in sight.", "file-here")
        if self._journal.put_aside(output, OutputState.FORGOTTEN):
            self._engine.abandon(output)

    def remember(self, output_id: str) -> None:
        """Bring such a result back into sight. Raises NotFound."""
        output = self._history.output(output_id)
        if output.state is OutputState.FORGOTTEN:
            kept = OutputState.SAVED if output.file_key else OutputState.FAILED
            self._journal.put_aside(output, kept)

    def has_room(self) -> bool:
        """Whether the disk has room for what new runs make; without it they wait unsent."""
        return self._engine.parts.has_room()

    def want_pictures(self, outputs: Iterable[Output]) -> None:
        """Somebody looks at these: those whose small picture was cleared away get a new one."""
        saved = (output for output in outputs if output.state is OutputState.SAVED)
        self._engine.want_pictures([output.id for output in saved if not output.thumb_key])

    def draw_again(self, output_id: str) -> None:
        """Have a small picture drawn that is not where it should be."""
        self._journal.keep_picture(output_id, "")
        self._engine.draw(output_id)

    def percent(self, task: Task) -> int | None:
        """How much of the large files that a run sends or fetches now is through; None without any."""
        names: list[str] = []
        if task.state is TaskState.UPLOADING:
            names = files_of(task, self._catalog, self._history)
        elif task.state is TaskState.DOWNLOADING:
            names = [output.id for output in task.outputs]
        return self._engine.parts.transfers.percent(names)

    def step(self, task: Task) -> Step | None:
        """Where a run of an app or a workflow says it is; None where it says nothing."""
        return self._engine.progress.of(task.id) if task.state is TaskState.RUNNING else None

    def account(self, wait: float = 0.0) -> AccountView:
        """What the account holds as last heard (asked in the background when older than some seconds).
        `wait`: seconds to wait for the answer when one is under way."""
        return self._account.view(wait)

    def _body(self, endpoint: Endpoint, params: Params) -> tuple[Params, tuple[Problem, ...]]:
        """The body that is sent, and which of its files can't be brought into a form that is taken."""
        body, gone = self.own_links.body(endpoint, complete(endpoint, params))
        body, unfit = self._fitting.body(endpoint, body)
        return body, (*gone, *unfit)

    def _refuse_problems(self, endpoint: Endpoint, params: Params, unfit: tuple[Problem, ...] = ()) -> None:
        problems = self._problems(endpoint, params, unfit)
        if problems:
            words = " ".join(sentence(problem, endpoint) for problem in problems)
            raise PayloadRefused(words, problems)

    def _problems(
        self, endpoint: Endpoint, params: Params, unfit: tuple[Problem, ...]
    ) -> tuple[Problem, ...]:
        told = {problem.field for problem in unfit}
        problems = [*unfit, *(problem for problem in check(endpoint, params) if problem.field not in told)]
        blamed = {problem.field for problem in problems}
        files = (p for p in input_problems(endpoint, params, self._library) if p.field not in blamed)
        return (*problems, *files)


def _once_for(why: str, task_id: str) -> Press:
    """For an order that the program makes itself: it belongs to the run that it follows."""
    return Press(f"{why} {task_id}")


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
