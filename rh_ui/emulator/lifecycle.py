"""The life of a task: it waits, runs while its files are made, and ends. One asyncio task each."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Final

from rh_ui.catalog.schema import Endpoint
from rh_ui.domain import FieldKind, Modality
from rh_ui.emulator import sample_apps
from rh_ui.emulator.fault_injection import Switches
from rh_ui.emulator.media_urls import MediaUrls
from rh_ui.emulator.render_request import Attachment, RenderOutput, RenderRequest
from rh_ui.emulator.renders.studio import render
from rh_ui.emulator.task_store import Record, Status, TaskStore, move

_log = logging.getLogger(__name__)
_WAIT: Final = 0.8
_RUN: Final = {
    Modality.IMAGE: 3.0, Modality.VIDEO: 6.5, Modality.AUDIO: 3.5, Modality.THREE_D: 5.0, Modality.TEXT: 1.5,
}  # fmt: skip
_WORKERS: Final = 2


class Lifecycle:
    """Runs every active task; after a restart it continues the tasks in the store."""

    def __init__(
        self,
        tasks: TaskStore,
        files: MediaUrls,
        endpoint_of: Callable[[str], Endpoint | None],
        switches: Callable[[], Switches],
    ) -> None:
        self._tasks, self._files, self._endpoint_of, self._switches = tasks, files, endpoint_of, switches
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="render")
        self._driven: dict[str, asyncio.Task[None]] = {}
        self._hurry: dict[str, asyncio.Event] = {}
        self.on_end: Callable[[Record], None] | None = None
        """Called for every task that ends."""

    def times(self, endpoint: Endpoint) -> tuple[float, float]:
        """When a task submitted now starts and ends."""
        switches = self._switches()
        wait = _WAIT if switches.queue_seconds is None else switches.queue_seconds
        run = switches.run_seconds
        if run is None:
            run = _RUN[endpoint.modality] * random.uniform(0.85, 1.25)
        start = time.time() + wait
        return start, start + run

    def begin(self, record: Record) -> None:
        """Run a task that is in the store."""
        self._hurry[record.id] = asyncio.Event()
        driven = asyncio.get_running_loop().create_task(self._drive(record), name=record.id)
        self._driven[record.id] = driven
        driven.add_done_callback(lambda _: self._forget(record.id))

    def resume(self) -> None:
        """Continue what an earlier process left unfinished."""
        for record in self._tasks.active():
            self.begin(record)

    def cancel(self, record: Record) -> Record:
        """End an active task. A switch decides what it costs."""
        driven = self._driven.get(record.id)
        if driven is not None:
            driven.cancel()
        record = self._tasks.get(record.id) or record
        ended = move(record, Status.CANCELLED)
        if self._switches().cancel_charge == "so-far":
            ended = replace(ended, charge=_so_far(record))
        return self._ended(ended)

    def hurry(self, ids: Iterable[str] | None = None) -> int:
        """Let these tasks (all when None) end as soon as their files are made. Returns how many."""
        wanted = list(self._hurry) if ids is None else [task_id for task_id in ids if task_id in self._hurry]
        for task_id in wanted:
            self._hurry[task_id].set()
        return len(wanted)

    async def stop(self) -> None:
        """Stop running tasks; the store keeps them for the next start."""
        for driven in list(self._driven.values()):
            driven.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _forget(self, task_id: str) -> None:
        self._driven.pop(task_id, None)
        self._hurry.pop(task_id, None)

    def _scenes(self, record: Record) -> list[tuple[str, Endpoint]]:
        """What is drawn for which node; a model's results belong to no node."""
        if record.makes:
            return [(node, sample_apps.scene(record.endpoint, Modality(made))) for node, made in record.makes]
        endpoint = self._endpoint_of(record.endpoint)
        return [("", endpoint)] if endpoint else []

    async def _until(self, task_id: str, moment: float) -> None:
        try:
            async with asyncio.timeout(max(0.0, moment - time.time())):
                await self._hurry[task_id].wait()
        except TimeoutError:
            return

    async def _drive(self, record: Record) -> None:
        await self._until(record.id, record.start_at)
        record = move(record, Status.RUNNING)
        self._tasks.save(record)
        made: list[RenderOutput] = []
        if not record.error_code:
            made, problem = await self._render(record)
            if problem:
                record = replace(record, error_code="1000", error_message=problem)
        await self._until(record.id, record.end_at)
        self._ended(move(record, Status.FAILED if record.error_code else Status.SUCCESS, made))

    def _ended(self, record: Record) -> Record:
        self._tasks.save(record)
        if self.on_end is not None:
            self.on_end(record)
        return record

    async def _render(self, record: Record) -> tuple[list[RenderOutput], str]:
        scenes = self._scenes(record)
        if not scenes:
            return [], "this model is not in the table any more"
        media = tuple(
            Attachment(key, FieldKind(kind), Path(path) if path else None) for key, kind, path in record.media
        )
        small = self._switches().small
        requests = [
            (node, RenderRequest(record.id, scene, record.params, media, small)) for node, scene in scenes
        ]
        folder = self._files.result_folder(record.id)
        work = asyncio.get_running_loop().run_in_executor(self._pool, _render_all, requests, folder)
        await asyncio.wait([work])
        fault = work.exception()
        if fault is not None:
            _log.error("rendering task %s failed", record.id, exc_info=fault)
            return [], f"the demo could not draw this: {fault}"
        return work.result(), ""


def _so_far(record: Record) -> int:
    """The share of its charge for the elapsed part of its time."""
    run = max(record.end_at - record.start_at, 0.001)
    return int(record.charge * min(max(time.time() - record.start_at, 0.0) / run, 1.0))


def _render_all(requests: list[tuple[str, RenderRequest]], folder: Path) -> list[RenderOutput]:
    """The results of every node, each in its own folder."""
    made: list[RenderOutput] = []
    for node, request in requests:
        drawn = render(request, folder / node)
        made += [replace(one, node_id=node, name=_inside(node, one.name)) for one in drawn]
    return made


def _inside(node: str, name: str) -> str:
    return f"{node}/{name}" if node and name else name
