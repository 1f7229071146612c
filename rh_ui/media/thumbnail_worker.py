"""Draws thumbnails and decompresses models: in this process, or in a worker that a bad file may crash."""

from __future__ import annotations

import contextlib
import json
import logging
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from rh_ui.domain import OutputKind
from rh_ui.errors import FileFault
from rh_ui.media.decompression import unpack
from rh_ui.media.thumbnails import make_thumbnail

log: Final = logging.getLogger(__name__)
LONGEST: Final = 20.0
"""Seconds that one file may take; then the worker process is killed."""
UNPACK: Final = "unpack"
"""Sent instead of a kind: asks for an uncompressed model, not a thumbnail."""
_ENDING: Final = 2.0


class ThumbnailWorker:
    """Draws in this process, within the limits of `thumbnails`."""

    def draw(self, path: Path, kind: OutputKind, target: Path) -> bool:
        """Draw a thumbnail of a file to `target`; False if there can be none. Raises FileFault if it was
        interrupted and may be tried again."""
        return make_thumbnail(path, kind, target)

    def unpack(self, path: Path, target: Path) -> bool:
        """Write an uncompressed copy of a model to `target`; False and FileFault as above."""
        return unpack(path, target)

    def rest(self) -> None:
        """Release what is not needed while nothing is drawn."""


class ThumbnailProcess(ThumbnailWorker):
    """Draws in a worker process with limits of memory and time, started for the first file. Thread-safe; one
    file at a time."""

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def draw(self, path: Path, kind: OutputKind, target: Path) -> bool:
        return self._asked(path, kind.value, target)

    def unpack(self, path: Path, target: Path) -> bool:
        return self._asked(path, UNPACK, target)

    def _asked(self, path: Path, kind: str, target: Path) -> bool:
        asked: dict[str, str | float]
        asked = {"path": str(path), "kind": kind, "target": str(target), "longest": self._longest}
        with self._turn:
            idle = self._process
            if idle is not None and idle.poll() is not None:  # killed since, which no file is to blame for
                _end(idle)
                idle = None
            process = self._process = idle or _started()
            overdue = threading.Event()
            watch = threading.Timer(self._longest, _end_late, [process, overdue])
            watch.daemon = True
            watch.start()
            try:
                answer = _answer(process, asked)
            finally:
                watch.cancel()
            if answer:
                return bool(json.loads(answer)["drawn"])
            gone = self._process is None
            self._process = None
            _end(process)
        if gone:
            raise FileFault("The drawing was broken off.")
        end = "took too long" if overdue.is_set() else "broke the drawing"
        log.warning("%s (%s) %s", path.name, kind, end)
        return False

    def rest(self) -> None:
        """Stop the worker, even while it draws; the next file starts a new one."""
        process, self._process = self._process, None
        if process is not None:
            _end(process)


def _started() -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "rh_ui.media.thumbnail_worker_main"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            cwd=Path(__file__).parents[2], start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise FileFault(f"Nothing can be drawn: {error.strerror}.") from None


def _end_late(process: subprocess.Popen[bytes], overdue: threading.Event) -> None:
    overdue.set()
    process.kill()


def _answer(process: subprocess.Popen[bytes], asked: dict[str, str | float]) -> bytes:
    """A line of the worker; empty if it has ended."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(asked).encode() + b"\n")
        process.stdin.flush()
        return process.stdout.readline()
    except (OSError, ValueError):
        return b""


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_ENDING)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError, ValueError):
                pipe.close()
