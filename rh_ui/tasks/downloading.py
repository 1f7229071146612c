"""From links to files that are safe with us. Fetching again is always free; nothing here starts a run."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from rh_ui.client.download import download
from rh_ui.domain import NO_PICTURE, Output, OutputKind, OutputState, Task, TaskError, TaskState, prompt_in
from rh_ui.errors import FileFault, LinkGone, NoRoom, ServiceFault, StudioError, Unreachable
from rh_ui.media.library import StoredFile
from rh_ui.media.sniff import decoded
from rh_ui.tasks.asking import ask_about
from rh_ui.tasks.collecting import new_outputs
from rh_ui.tasks.lifecycle import Event
from rh_ui.tasks.origins import origin_for
from rh_ui.tasks.parts import NO_ROOM_FOR_FILES, Parts, Stopping, utc_now
from rh_ui.tasks.pictures import Pictures
from rh_ui.tasks.schedule import Scheduler

log: Final = logging.getLogger(__name__)
FETCH: Final = "fetch"
"""The pool that fetches the files of tasks with several."""
STEM_LENGTH: Final = 60
TEXT_SHOWN: Final = 1024 * 1024
"""Bytes of a text file that are kept as text beside it."""


@dataclass(slots=True)
class _Tries:
    """What was tried for one task since it began to download."""

    passes: int = 0
    asked_for_links: bool = False
    retry_after: float | None = None
    crowded: bool = False
    """The disk was full in this pass: one that does not count."""
    full: int = 0
    """How many of these there were."""
    lost: dict[str, str] = field(default_factory=dict)
    """The last reason by output."""
    asking: threading.Lock = field(default_factory=threading.Lock)

    def miss(self, output: Output, fault: StudioError) -> None:
        self.lost[output.id] = str(fault)
        self.crowded |= isinstance(fault, NoRoom)


class Downloading:
    """Fetches, checks and keeps the results of a task."""

    def __init__(self, parts: Parts, scheduler: Scheduler, pictures: Pictures) -> None:
        self._parts = parts
        self._scheduler = scheduler
        self._pictures = pictures
        self._tries: dict[str, _Tries] = {}

    def run(self, task_id: str) -> float | None:
        """One pass over the results that are not safe yet. Seconds until the next, or None at the end."""
        task = self._parts.history.task(task_id)
        if task.state is not TaskState.DOWNLOADING or not self._parts.mine(task):
            self._tries.pop(task_id, None)
            return None
        tries = self._tries.setdefault(task_id, _Tries())
        tries.retry_after = None
        self._fetch_all(task, tries)
        now = self._parts.history.task(task_id)
        if not any(output.state is OutputState.PENDING for output in now.outputs):
            self._finish(now)
            return None
        if tries.crowded:
            tries.crowded = False
            tries.full += 1
            self._parts.journal.note([task_id], NO_ROOM_FOR_FILES)
            return self._parts.cadence.trouble(tries.full)
        if self._parts.client(task) is None:
            self._parts.journal.note([task_id], "other-account")
            return self._parts.cadence.pace.empty_slow
        tries.passes += 1
        if tries.passes >= self._parts.cadence.pace.download_tries:
            self.give_up(task_id)
            return None
        self._parts.journal.note([task_id], "retrying")
        return self._parts.cadence.trouble(tries.passes, tries.retry_after)

    def forget_all(self) -> None:
        """The tasks belong to others."""
        self._tries.clear()

    def give_up(self, task_id: str) -> None:
        """Call what is still missing lost for now; a person can have it fetched again later."""
        task = self._parts.history.task(task_id)
        if task.state is not TaskState.DOWNLOADING or not self._parts.mine(task):
            return
        for output in task.outputs:
            if output.state is OutputState.PENDING:
                self._parts.journal.keep_output(
                    replace(output, state=OutputState.FAILED), worker=self._parts.worker
                )
        self._finish(self._parts.history.task(task_id))

    def _fetch_all(self, task: Task, tries: _Tries) -> None:
        """What is missing, side by side: a slow or dead one holds up none of the others."""

        def fetch(output: Output) -> Future[None]:
            return self._scheduler.background(FETCH, lambda: self._fetch(task, output, tries))

        missing = [output for output in task.outputs if output.state is OutputState.PENDING]
        if len(missing) == 1:
            self._fetch(task, missing[0], tries)
            return
        fetches = [fetch(output) for output in missing]
        wait(fetches)
        for ended in fetches:
            ended.result()

    def _fetch(self, task: Task, output: Output, tries: _Tries) -> None:
        """Make one result safe, or note why not; asks the task for fresh links at most once."""
        if self._parts.stopping.is_set():
            raise Stopping
        try:
            self._fetch_once(task, output)
        except (LinkGone, Unreachable) as fault:
            log.warning("task %s: result %d: %s", task.id, output.position, fault)
            tries.lost[output.id] = str(fault)
            tries.retry_after = fault.retry_after if isinstance(fault, Unreachable) else None
            # Unreachable too: a store that moved (or a demo that restarted) only shows in a new link.
            self._with_fresh_link(task, output, tries, gone=isinstance(fault, LinkGone))
        except FileFault as fault:
            log.warning("task %s: result %d: %s", task.id, output.position, fault)
            tries.miss(output, fault)

    def _with_fresh_link(self, task: Task, output: Output, tries: _Tries, *, gone: bool) -> None:
        with tries.asking:
            if not tries.asked_for_links:
                tries.asked_for_links = self._refresh_links(task)
        fresh = self._parts.history.output(output.id)
        if not (tries.asked_for_links if gone else fresh.remote_url != output.remote_url):
            return  # a later pass tries again
        try:
            self._fetch_once(task, fresh)
        except LinkGone:
            self._parts.journal.keep_output(replace(fresh, state=OutputState.GONE), worker=self._parts.worker)
        except (FileFault, ServiceFault) as fault:
            tries.miss(output, fault)

    def _refresh_links(self, task: Task) -> bool:
        """Ask the same task for its links again. False when there was no answer to learn from."""
        client = self._parts.client(task)
        if client is None:
            return False
        try:
            remote = ask_about(client, task.remote_id)
        except ServiceFault as fault:
            log.warning("task %s: no fresh links: %s", task.id, fault)
            return not isinstance(fault, Unreachable)
        fresh = new_outputs(remote.outputs, task.modality)
        log.info("task %s: asked for fresh links, got %d", task.id, len(fresh))
        self._parts.journal.keep_links(task.id, {o.position: o.remote_url for o in fresh if o.remote_url})
        return True

    def _fetch_once(self, task: Task, output: Output) -> None:
        """Raises FileFault or Unreachable."""
        if self._came_back(output):
            return
        stem, origin = _stem(task, output), origin_for(task, self._parts.catalog, self._parts.library)
        if not output.remote_url:
            stored = self._parts.library.store_text(
                output.text or "", stem=stem, created=task.created_at, origin=origin
            )
            self._keep(output, stored)
            return
        staged = self._parts.library.staging(task.id, output.position)
        try:
            progress = partial(self._progress, output.id)
            download(output.remote_url, staged, expected=output.kind, progress=progress)
        finally:
            self._parts.transfers.end(output.id)
        if not self._parts.mine(self._parts.history.task(task.id)):
            raise Stopping  # another process took it over while this one was stopped
        stored = self._parts.library.store_output(staged, stem=stem, created=task.created_at, origin=origin)
        self._keep(replace(output, text=output.text or self._text_of(stored)), stored)

    def _came_back(self, output: Output) -> bool:
        """Whether a file that was missing is where it was put, after all (a drive that was away)."""
        library = self._parts.library
        if not output.file_key or not library.is_here(output.file_key):
            return False
        if library.size(output.file_key) != output.size:
            return False
        saved = replace(output, state=OutputState.SAVED)
        return self._parts.journal.keep_output(saved, worker=self._parts.worker)

    def _progress(self, output_id: str, received: int, total: int | None) -> None:
        if self._parts.stopping.is_set():
            raise Stopping
        self._parts.transfers.report(output_id, received, total)

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
            # A text that is known is shown itself, in a list too.
            thumb_key=NO_PICTURE if output.text else "",
            width=stored.width,
            height=stored.height,
            seconds=stored.seconds,
        )
        if self._parts.journal.keep_output(saved, worker=self._parts.worker) and not saved.thumb_key:
            self._pictures.ask(saved.id)

    def _text_of(self, stored: StoredFile) -> str | None:
        if stored.kind is not OutputKind.TEXT or stored.size > TEXT_SHOWN:
            return None
        with self._parts.library.open(stored.key) as file:
            return decoded(file.read(), whole=True)

    def _finish(self, task: Task) -> None:
        tries = self._tries.pop(task.id, _Tries())
        asked = [output for output in task.outputs if output.state is not OutputState.FORGOTTEN]
        lost = [output for output in asked if output.state is not OutputState.SAVED]
        event = Event.LOSE_FILES if lost and len(lost) == len(asked) else Event.FINISH
        error = _files_error(task, lost, tries) if lost else None
        if self._parts.move(task, event, error=error, note="", finished_at=utc_now()):
            log.info(
                "task %s: %d of %d results are safe",
                task.id,
                len(task.outputs) - len(lost),
                len(task.outputs),
            )


def _stem(task: Task, output: Output) -> str:
    """What the file is called: the prompt's first words, else the model's name; its number among several."""
    words = " ".join(prompt_in(task.params).split())[:STEM_LENGTH].strip()
    stem = words or task.endpoint.replace("/", " ")
    return f"{stem} {output.position + 1}" if len(task.outputs) > 1 else stem


def _files_error(task: Task, lost: Sequence[Output], tries: _Tries) -> TaskError:
    gone = all(output.state is OutputState.GONE for output in lost)
    reasons = list(dict.fromkeys(tries.lost[output.id] for output in lost if output.id in tries.lost))
    count = "The file" if len(task.outputs) == 1 else f"{len(lost)} of {len(task.outputs)} files"
    code = "file-gone" if gone else "file-failed"
    return TaskError(code, " ".join([f"{count} could not be fetched.", *reasons[:1]]), task.charged)
