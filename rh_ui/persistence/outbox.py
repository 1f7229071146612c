"""Remote ids that could not be written to the database: a small file each, until they are written.

From the moment the service names the id, the run is paid for: the id must survive the end of this process.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from rh_ui.errors import StorageFault
from rh_ui.quarantine import Notice, set_aside

log: Final = logging.getLogger(__name__)


def ignore_notice(_notice: Notice) -> None:
    """The default of `tell`."""


@dataclass(frozen=True, slots=True)
class PendingAcceptance:
    """The service's answer to a submit, for a task whose row could not be written."""

    task_id: str
    remote_id: str
    submitted_at: datetime
    """Identifies the attempt: the task's row has it since before the POST."""


class AnswerOutbox:
    """A folder of answers, made when the first one is saved."""

    def __init__(self, folder: Path, tell: Callable[[Notice], object] = ignore_notice) -> None:
        """`tell` is called for an answer that can't be read."""
        self._folder = folder
        self._tell = tell

    def save(self, answer: PendingAcceptance) -> None:
        """The answer is on disk when this returns. Raises StorageFault."""
        told = {
            "task": answer.task_id,
            "remote": answer.remote_id,
            "submitted": answer.submitted_at.isoformat(),
        }
        path = self._path(answer.task_id)
        part = path.with_suffix(".part")
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            with part.open("w", encoding="utf-8") as file:
                json.dump(told, file)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as fault:
            raise StorageFault(f"The answer could not be stored: {fault.strerror or fault}.") from fault

    def remove(self, task_id: str) -> None:
        """The database has it. If the file can't be deleted, the next start finds it again, which changes
        nothing."""
        try:
            self._path(task_id).unlink(missing_ok=True)
        except OSError as fault:
            log.warning("the stored answer of task %s can't be deleted: %s", task_id, fault)

    def set_aside(self, answer: PendingAcceptance) -> None:
        """It belongs to no run of this history: the file stays, and each start reports it."""
        log.error("the id %s belongs to no run here (%s)", answer.remote_id, answer.task_id)
        self._tell(Notice("answer-stray", {"remote": answer.remote_id}))

    def answers(self) -> list[PendingAcceptance]:
        """All that earlier processes left; a file that can't be read is set aside."""
        found = []
        for path in sorted(self._folder.glob("*.json")):
            try:
                told = json.loads(path.read_text("utf-8"))
                moment = datetime.fromisoformat(told["submitted"])
                found.append(PendingAcceptance(str(told["task"]), str(told["remote"]), moment))
            except (OSError, ValueError, TypeError, KeyError) as fault:
                log.error("the stored answer %s can't be read: %s", path, fault)
                self._put_aside(path)
        return found

    def _put_aside(self, path: Path) -> None:
        try:
            kept = set_aside(path)
        except OSError as fault:
            log.error("it can't be set aside either: %s", fault)
            kept = path.name
        self._tell(Notice("answer-aside", {"kept": kept, "run": path.stem}))

    def _path(self, task_id: str) -> Path:
        return self._folder / f"{task_id}.json"
