"""Our engine compared with a durable-workflow library (DBOS): the same runs, and the same kill between a
submit and its answer. The library is installed separately, into build/."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import requests

from bench.engine import KEY, PLACES, TEXT, Memory, Took, emulator, environment
from bench.figures import Figure
from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import ROOT

PACKAGES: Final = ("dbos==3.4.0", "requests==2.34.2")
APART: Final = ROOT / "build" / "bench-dbos"
RUNS: Final = 500
AT_ONCE: Final = 5
"""Submits in progress when the program is killed; ours sends at most six at a time."""
ROUNDS: Final = 4

Command = Callable[[int, RunningEmulator, Path], Sequence[str]]


def ours(count: int, _emulated: RunningEmulator, _folder: Path) -> Sequence[str]:
    return [sys.executable, "-m", "bench.engine_alone", str(count), TEXT]


def theirs(count: int, emulated: RunningEmulator, folder: Path) -> Sequence[str]:
    script = str(ROOT / "bench" / "dbos_alone.py")
    return [str(APART / "bin" / "python"), script, str(count), emulated.url, KEY, TEXT, str(folder)]


def install() -> None:
    """The library in its own environment, installed once."""
    python = APART / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(APART)], check=True)
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES], check=True)


def ready(command: Sequence[str], emulated: RunningEmulator, folder: Path) -> subprocess.Popen[str]:
    """The idle program."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment(emulated, folder), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    return process


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def answer(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    told: dict[str, Any] = json.loads(process.stdout.readline())
    process.wait(30)
    return told


def many(command: Command) -> Took:
    with tempfile.TemporaryDirectory() as name, emulator(Path(name), 10) as emulated:
        process = ready(command(RUNS, emulated, Path(name)), emulated, Path(name))
        memory = Memory(process.pid)
        go(process)
        told = answer(process)
        return Took(**told, grown=memory.grown())


def submits(emulated: RunningEmulator) -> int:
    entries = requests.get(f"{emulated.url}/_emulator/journal", timeout=10).json()["entries"]
    return sum(entry["operation"] == "submit" and bool(entry["task_id"]) for entry in entries)


def paid_after_kill(command: Command) -> int:
    """How often runs are paid for when a program that submitted AT_ONCE of them is killed after the service
    accepted them but before it answered, and is then started again."""
    with tempfile.TemporaryDirectory() as name, emulator(Path(name), 0.1) as emulated:
        told_what = f"{emulated.url}/_emulator/script"
        hang = {"on": "submit", "do": "hang", "times": AT_ONCE, "seconds": 120}
        requests.post(told_what, json={"faults": [hang]}, timeout=10).raise_for_status()
        process = ready(command(AT_ONCE, emulated, Path(name)), emulated, Path(name))
        go(process)
        while submits(emulated) < AT_ONCE:
            time.sleep(0.05)
        process.kill()
        process.wait()
        requests.post(told_what, json={"clear": True}, timeout=10).raise_for_status()
        process = ready(command(0, emulated, Path(name)), emulated, Path(name))
        go(process)
        answer(process)
        return submits(emulated)


def figures(name: str, command: Command) -> Iterator[Figure]:
    took = many(command)
    ideal = 10 * RUNS / PLACES
    yield Figure(f"{name}: {RUNS} texts of 10 s, not done", RUNS - took.states.get("done", 0), "runs")
    yield Figure(f"{name}: wall against the ideal", took.wall / ideal, "×")
    yield Figure(f"{name}: all queued after", took.submitted, "s")
    yield Figure(f"{name}: processor", took.cpu, "s")
    yield Figure(f"{name}: memory over idle", took.grown, "MB")
    paid = sum(paid_after_kill(command) for _ in range(ROUNDS))
    yield Figure(f"{name}: {AT_ONCE * ROUNDS} runs killed between submit and answer, paid", paid, "runs")


def measure() -> list[Figure]:
    """Takes about four minutes, and needs the network to install the library."""
    install()
    return [*figures("ours", ours), *figures("DBOS", theirs)]
