"""Who draws small pictures and unpacks models: this process, or one that a bad file may take down."""

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
"""Seconds that one file may take; a drawing that hangs is then ended with its process."""
UNPACK: Final = "unpack"
"""Asked for in the place of a kind: no picture, but the model that is packed in the file."""
_ENDING: Final = 2.0


class ThumbnailWorker:
    """Draws in this process, within the bounds that `thumbnails` keeps by itself."""

    def draw(self, path: Path, kind: OutputKind, target: Path) -> bool:
        """A picture of a file into `target`; False when there can be none. Raises FileFault when it was
        broken off and may be asked for again."""
        return make_thumbnail(path, kind, target)

    def unpack(self, path: Path, target: Path) -> bool:
        """A plain model of a packed one into `target`; False and FileFault as above."""
        return unpack(path, target)

    def rest(self) -> None:
        """Nothing is asked for at the moment, or ever again."""


class ThumbnailProcess(ThumbnailWorker):
    """Draws in a process of its own, bounded in memory and time, started for the first picture. Threads may
    share it and take turns."""

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
            process = self._process = self._process or _started()
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
        """End the process, also in the middle of a drawing; the next picture starts one anew."""
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
    """A line, or nothing at all when the process has ended."""
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
