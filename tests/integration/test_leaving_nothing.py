"""Whatever goes wrong while a helper of ours starts a program, the program is stopped."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import psutil
import pytest
import requests

from scripts import processes
from tests.older import make


def left() -> list[str]:
    """The command lines of this process's children that still run."""
    children = psutil.Process().children(recursive=True)
    return [" ".join(child.cmdline()) for child in children if child.status() != psutil.STATUS_ZOMBIE]


def test_who_stops_waiting_for_a_start_leaves_no_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(requests, "get", interrupted)
    before = left()
    with pytest.raises(KeyboardInterrupt):
        processes.start([sys.executable, "-c", "import time; time.sleep(600)"], 1, tmp_path / "log")
    assert left() == before


def test_a_maker_that_cannot_begin_leaves_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its program already runs; the emulator's port can't be read."""

    def unreadable(_: Path) -> str:
        raise sqlite3.DatabaseError

    monkeypatch.setattr(make, "_port_of", unreadable)
    before = left()
    with pytest.raises(sqlite3.DatabaseError):
        make.make(tmp_path)
    assert left() == before
