"""Starts the emulator as a child process that ends with its parent."""

from __future__ import annotations

import contextlib
import queue
import sqlite3
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final

from rh_ui.emulator.task_store import STORE_NAME
from rh_ui.errors import StartRefused
from rh_ui.quarantine import Notice, set_aside

_LISTENING: Final = "listening on "
_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 5.0
_TABLE_SECONDS: Final = 30.0
LOG_NAME: Final = "emulator.log"


class RunningEmulator:
    """A child process that answers at `url` until `stop()` or the end of this process."""

    def __init__(self, process: subprocess.Popen[bytes], url: str, notices: Sequence[Notice] = ()) -> None:
        """`notices`: what was wrong in its folder."""
        self._process = process
        self.url = url
        self.notices: Final = tuple(notices)

    def read_table(self) -> None:
        """Make it reload the table that it was given at its start. Does nothing if it has ended."""
        order = urllib.request.Request(f"{self.url}/_emulator/table", method="POST")
        straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with contextlib.suppress(OSError), straight.open(order, timeout=_TABLE_SECONDS):
            pass

    def stop(self) -> None:
        """Ask it to end, and kill it if it does not; its data folder keeps its tasks."""
        _end(self._process)


def start_emulator(data_dir: Path, *options: str) -> RunningEmulator:
    """Start one on the loopback address and wait until it listens. `options`: further options of `python -m
    rh_ui.emulator`.

    Raises StartRefused with a plain sentence.
    """
    data_dir = data_dir.absolute()
    command = [sys.executable, "-m", "rh_ui.emulator", "--with-parent", "--data-dir", str(data_dir), *options]
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        notices = _put_aside(data_dir / STORE_NAME)
        log = (data_dir / LOG_NAME).open("wb")
    except OSError as error:
        raise StartRefused(f"The demo can't write to its folder {data_dir}: {error.strerror}.") from error
    with log:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
            cwd=Path(__file__).parents[2], start_new_session=True,
        )  # fmt: skip
    url = _wait_for_url(process)
    if url:
        return RunningEmulator(process, url, notices)
    _end(process)
    said = (data_dir / LOG_NAME).read_text("utf-8", "replace").strip().splitlines()
    raise StartRefused(said[-1] if said else "The demo's emulator did not start in time.")


def _put_aside(store: Path) -> list[Notice]:
    """Set its task store aside if it is damaged. Raises OSError."""
    if not store.exists() or _is_sound(store):
        return []
    notice = Notice("demo-aside", {"kept": set_aside(store)})
    for tail in ("-wal", "-shm"):
        beside = store.with_name(f"{store.name}{tail}")
        if beside.exists():
            set_aside(beside)
    return [notice]


def _is_sound(store: Path) -> bool:
    if store.stat().st_size == 0:
        return False
    try:
        with contextlib.closing(sqlite3.connect(store)) as connection:
            told = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError:
        return False
    return bool(told == ("ok",))


def _wait_for_url(process: subprocess.Popen[bytes]) -> str:
    lines: queue.Queue[str] = queue.Queue()
    assert process.stdout is not None
    threading.Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
    with contextlib.suppress(queue.Empty):
        while line := lines.get(timeout=_START_SECONDS):
            if line.startswith(_LISTENING):
                return line.removeprefix(_LISTENING).strip()
    return ""


def _read(source: IO[bytes], lines: queue.Queue[str]) -> None:
    with contextlib.suppress(ValueError, OSError):
        for line in source:
            lines.put(line.decode("utf-8", "replace"))
    lines.put("")


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        with contextlib.suppress(OSError):
            process.stdout.close()
