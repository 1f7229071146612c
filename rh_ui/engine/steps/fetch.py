"""One result, from its link or from text in the service's answer, to a stored file."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from rh_ui.domain import NO_PICTURE, Output, OutputKind, OutputState, Task, Unfetched
from rh_ui.engine.context import EngineContext, Stopping
from rh_ui.engine.own_tasks import account_of
from rh_ui.engine.provenance import provenance_for
from rh_ui.engine.remote_query import ask_about
from rh_ui.engine.steps.poll import new_outputs
from rh_ui.engine.steps.thumbnails import ThumbnailStep
from rh_ui.errors import (
    FileFault,
    LinkGone,
    LinkRefused,
    NoRoom,
    ServiceFault,
    StudioError,
    TooLarge,
    TooSlow,
    Unreachable,
)
from rh_ui.file_types import Claims, decoded
from rh_ui.runninghub.address_guard import CancelToken
from rh_ui.runninghub.download import Bounds, download
from rh_ui.storage.library import StoredFile

log: Final = logging.getLogger(__name__)
STEM_LENGTH: Final = 60
TEXT_SHOWN: Final = 1024 * 1024
"""Bytes of a text file that are also stored as text."""
_WAITS: Final[tuple[tuple[type[StudioError], Unfetched], ...]] = (
    (NoRoom, Unfetched.NO_ROOM),
    (TooLarge, Unfetched.LARGE),
    (TooSlow, Unfetched.SLOW),
)


@dataclass(slots=True)
class FetchAttempts:
    """What was tried for one run since its download began."""

    passes: int = 0
    """Passes in which a file failed."""
    waited: int = 0
    """Passes in which a file only had to wait."""
    asked_for_links: bool = False
    retry_after: float | None = None
    unbounded: bool = False
    """A person wants the files now, however large they are."""
    waits: dict[str, Unfetched] = field(default_factory=dict)
    """Why a result was not fetched in the last pass although it may be later, by its id."""
    due: dict[str, float] = field(default_factory=dict)
    """The earliest time at which a result is tried again."""
    lost: dict[str, str] = field(default_factory=dict)
    """The last reason by result."""
    odd: list[str] = field(default_factory=list)
    """Files of another type than the service announced."""
    asking: threading.Lock = field(default_factory=threading.Lock)

    def miss(self, output: Output, fault: StudioError) -> None:
        self.lost[output.id] = str(fault)
        for kind, why in _WAITS:
            if isinstance(fault, kind):
                self.waits[output.id] = why


class ResultFetcher:
    """Fetches results, one per call. Threads may share it."""

    def __init__(self, context: EngineContext, thumbnails: ThumbnailStep) -> None:
        self._outputs = context.repositories.outputs
        self._history = context.history
        self._retry = context.retry
        self._own = context.own_tasks
        self._clients = context.clients
        self._stopping = context.stopping
        self._library = context.library
        self._catalog = context.catalog
        self._gate = context.gate
        self._transfers = context.transfers
        self._settings = context.settings
        self._thumbnails = thumbnails

    def fetch(self, task: Task, output: Output, tries: FetchAttempts, cut: CancelToken) -> None:
        """Fetch and store one result, or record why not. Asks for fresh links of the task at most once."""
        self._go_on(cut)
        try:
            self._fetch_once(task, output, tries, cut)
        except (LinkGone, LinkRefused, Unreachable) as fault:
            log.warning("task %s: result %d: %s", task.id, output.position, fault)
            tries.lost[output.id] = str(fault)
            tries.retry_after = fault.retry_after if isinstance(fault, Unreachable) else None
            # The others need fresh links too: that a store moved (or the demo restarted) only shows in a new
            # link.
            self._with_fresh_link(task, output, tries, cut, gone=isinstance(fault, LinkGone))
        except FileFault as fault:
            self._go_on(cut)
            log.warning("task %s: result %d: %s", task.id, output.position, fault)
            tries.miss(output, fault)

    def _go_on(self, cut: CancelToken) -> None:
        if self._stopping.is_set() or cut.done:
            raise Stopping

    def _with_fresh_link(
        self, task: Task, output: Output, tries: FetchAttempts, cut: CancelToken, *, gone: bool
    ) -> None:
        self._go_on(cut)
        with tries.asking:
            if not tries.asked_for_links:
                tries.asked_for_links = self._refresh_links(task)
        fresh = self._history.output(output.id)
        if not (tries.asked_for_links if gone else fresh.remote_url != output.remote_url):
            return  # a later pass tries again
        try:
            self._fetch_once(task, fresh, tries, cut)
        except LinkGone:
            self._outputs.save(replace(fresh, state=OutputState.GONE), worker=self._own.worker)
        except (FileFault, ServiceFault) as fault:
            self._go_on(cut)
            tries.miss(output, fault)

    def _refresh_links(self, task: Task) -> bool:
        """Ask the service for fresh links of the same task. False when no usable answer came."""
        client = self._clients.get(account_of(task))
        if client is None:
            return False
        try:
            remote = ask_about(client, task.remote_id)
        except ServiceFault as fault:
            log.warning("task %s: no fresh links: %s", task.id, fault)
            return not isinstance(fault, Unreachable)
        fresh = new_outputs(remote.outputs, task.modality)
        log.info("task %s: asked for fresh links, got %d", task.id, len(fresh))
        self._outputs.update_links(task.id, {o.position: o.remote_url for o in fresh if o.remote_url})
        return True

    def _fetch_once(self, task: Task, output: Output, tries: FetchAttempts, cut: CancelToken) -> None:
        """Raises FileFault or Unreachable."""
        if self._came_back(output):
            return
        stem, origin = _stem(task, output), provenance_for(task, self._catalog, self._library)
        if not output.remote_url:
            stored = self._library.store_text(
                output.text or "", stem=stem, created=task.created_at, origin=origin
            )
            self._keep(output, stored)
            return
        staged = self._library.staging(task.id, output.position)
        try:
            came = download(
                output.remote_url,
                staged,
                gate=self._gate,
                expected=output.kind,
                progress=partial(self._progress, output.id),
                bounds=self._bounds(tries),
                cut=cut,
            )
        finally:
            self._transfers.end(output.id)
        if not self._own.is_ours(self._history.task(task.id)):
            raise Stopping  # Another process took the task over while this one was halted.
        claims = Claims(output.mime, came.content_type, output.remote_url)
        stored = self._library.store_output(
            staged, stem=stem, created=task.created_at, origin=origin, claims=claims
        )
        if stored.kind is OutputKind.TEXT and output.kind not in (OutputKind.TEXT, OutputKind.FILE):
            tries.odd.append(f"{stored.name} is a text; a file of the kind “{output.kind}” was announced.")
        self._keep(replace(output, text=output.text or self._text_of(stored)), stored)

    def _bounds(self, tries: FetchAttempts) -> Bounds:
        pace = self._retry.timings
        return Bounds(
            silence=pace.silence,
            longest=pace.longest,
            least_rate=pace.least_rate,
            window=pace.rate_window,
            largest=None if tries.unbounded else self._settings.largest,
            reserve=self._settings.reserve,
        )

    def _came_back(self, output: Output) -> bool:
        """Whether a file that was missing is in its place again (a drive that was disconnected)."""
        library = self._library
        if not output.file_key or not library.is_here(output.file_key):
            return False
        if library.size(output.file_key) != output.size:
            return False
        saved = replace(output, state=OutputState.SAVED)
        return self._outputs.save(saved, worker=self._own.worker)

    def _progress(self, output_id: str, received: int, total: int | None) -> None:
        if self._stopping.is_set():
            raise Stopping
        self._transfers.report(output_id, received, total)

    def _keep(self, output: Output, stored: StoredFile) -> None:
        saved = replace(
            output,
            state=OutputState.SAVED,
            kind=stored.kind,
            name=stored.name,
            mime=stored.mime,
            size=stored.size,
            sha256=stored.sha256,
            file_key=stored.key,
            # Text that is known is shown itself, in lists too.
            thumb_key=NO_PICTURE if output.text else "",
            width=stored.width,
            height=stored.height,
            seconds=stored.seconds,
        )
        if self._outputs.save(saved, worker=self._own.worker) and not saved.thumb_key:
            self._thumbnails.draw_next(saved.id)

    def _text_of(self, stored: StoredFile) -> str | None:
        if stored.kind is not OutputKind.TEXT or stored.size > TEXT_SHOWN:
            return None
        with self._library.open(stored.key) as file:
            return decoded(file.read(), whole=True)


def _stem(task: Task, output: Output) -> str:
    """The file name without its extension: the first words of the prompt, else the model's name; numbered if
    there are several."""
    words = " ".join(task.words.split())[:STEM_LENGTH].strip()
    stem = words or task.endpoint.replace("/", " ")
    return f"{stem} {output.position + 1}" if len(task.outputs) > 1 else stem
