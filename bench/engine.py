"""The engine against the emulator: many parallel runs, and many open pages."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil
import requests

from bench.figures import Figure
from rh_ui.emulator.runner import RunningEmulator, start_emulator
from scripts.processes import ROOT, chromium, clean_environment, free_port, start, start_app

KEY: Final = "demo-shared"
PLACES: Final = 100
"""Parallel runs of an enterprise key (API sheet §11: 30, 50 or 100)."""
TEXT: Final = "rhart-text-g-25-flash/text-to-text"
PICTURE: Final = "rhart-image-n-g31-flash/text-to-image"
TABS: Final = 20
IDLE_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Took:
    """The cost of many runs: elapsed seconds, seconds of a core, megabytes above the idle program."""

    wall: float
    cpu: float
    submitted: float
    grown: float
    states: Mapping[str, int]


class Memory:
    """Watches a process's resident memory."""

    def __init__(self, process: int) -> None:
        self._process = psutil.Process(process)
        self._done = threading.Event()
        self.idle = self._now()
        self._most = self.idle
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _now(self) -> float:
        return self._process.memory_info().rss / 1e6

    def _watch(self) -> None:
        while not self._done.wait(0.1):
            try:
                self._most = max(self._most, self._now())
            except psutil.NoSuchProcess:
                return

    def grown(self) -> float:
        self._done.set()
        self._thread.join()
        return self._most - self.idle


@contextmanager
def emulator(folder: Path, run_seconds: float) -> Iterator[RunningEmulator]:
    """An emulator with small files, an account with PLACES slots, and runs of an exact duration."""
    started = start_emulator(
        folder / "emulator", "--small", "--queue-seconds", "0.0", "--run-seconds", str(run_seconds)
    )
    account = {"kind": "SHARED", "limit": PLACES, "balance": "1000000"}
    orders = {"accounts": {KEY: account}}
    requests.post(f"{started.url}/_emulator/script", json=orders, timeout=10).raise_for_status()
    try:
        yield started
    finally:
        started.stop()


def environment(emulated: RunningEmulator, folder: Path) -> dict[str, str]:
    more = {"RH_API_KEY": KEY, "RH_API_HOST": emulated.url, "RH_UI_DATA_DIR": str(folder / "data")}
    return clean_environment(more)


def many(count: int, endpoint: str, run_seconds: float) -> Took:
    """Submit `count` runs at once and wait for all of their files."""
    with tempfile.TemporaryDirectory() as name, emulator(Path(name), run_seconds) as emulated:
        command = [sys.executable, "-m", "bench.engine_alone", str(count), endpoint]
        with subprocess.Popen(
            command, cwd=ROOT, env=environment(emulated, Path(name)), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdout.readline()
            memory = Memory(process.pid)
            process.stdin.write("go\n")
            process.stdin.flush()
            told: dict[str, Any] = json.loads(process.stdout.readline())
            return Took(**told, grown=memory.grown())


def run_figures(name: str, took: Took, ideal: float, budgets: tuple[float, float, float]) -> Iterator[Figure]:
    """`budgets`: times the ideal, seconds of a core, megabytes."""
    wall, cpu, megabytes = budgets
    count = sum(took.states.values())
    yield Figure(f"{name}: not done", count - took.states.get("done", 0), "runs", 0)
    yield Figure(f"{name}: all queued after", took.submitted, "s")
    yield Figure(f"{name}: wall ({ideal:.0f} s is ideal)", took.wall, "s")
    yield Figure(f"{name}: wall against the ideal", took.wall / ideal, "×", wall)
    yield Figure(f"{name}: processor", took.cpu, "s", cpu)
    yield Figure(f"{name}: memory over idle", took.grown, "MB", megabytes)


def processor_share(process: int, seconds: float) -> float:
    """Per cent of one core that a process uses over a time."""
    watched = psutil.Process(process)
    before = watched.cpu_times()
    time.sleep(seconds)
    after = watched.cpu_times()
    return (after.user + after.system - before.user - before.system) / seconds * 100


def idle_figures() -> Iterator[Figure]:
    """TABS browser profiles with one tab each show the page during a run; for comparison a bare page with a
    timer."""
    with tempfile.TemporaryDirectory() as name, emulator(Path(name), 3600) as emulated, chromium() as browser:
        app = start_app(Path(name), environment=environment(emulated, Path(name)), forked=False)
        port = free_port()
        command = [sys.executable, "-m", "bench.bare_timer", str(port)]
        bare = start(command, port, Path(name, "bare_timer.log"))
        try:
            app.call("submit", TEXT, {"prompt": "a run that lasts"}, "")
            for program, ready, words, budget in (
                (app, "#image-form .rh-field", "page", 5.0),
                (bare, "#only textarea", "bare page on a 1 s timer", None),
            ):
                contexts = [browser.new_context() for _ in range(TABS)]
                for context in contexts:
                    page = context.new_page()
                    page.goto(program.url)
                    page.locator(ready).first.wait_for()
                time.sleep(5)
                share = processor_share(program.process.pid, IDLE_SECONDS)
                yield Figure(f"{TABS} idle tabs, {words}: processor", share, "% of a core", budget)
                for context in contexts:
                    context.close()
        finally:
            bare.stop()
            app.stop()


def measure() -> list[Figure]:
    """All figures of the engine; takes about four minutes."""
    texts = many(500, TEXT, 10)
    pictures = many(500, PICTURE, 10)
    queued = many(2000, TEXT, 1)
    return [
        *run_figures("500 texts of 10 s", texts, 10 * 500 / PLACES, (1.3, 10, 80)),
        *run_figures("500 pictures of 10 s", pictures, 10 * 500 / PLACES, (1.3, 10, 80)),
        Figure("2,000 texts of 1 s: not done", 2000 - queued.states.get("done", 0), "runs", 0),
        Figure("2,000 texts of 1 s: wall", queued.wall, "s"),
        Figure("2,000 texts of 1 s: processor", queued.cpu, "s"),
        Figure("2,000 texts of 1 s: memory over idle", queued.grown, "MB"),
        *idle_figures(),
    ]
