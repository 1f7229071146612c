"""Downloads: one gibibyte compared with curl, in turns, and a hundred files at once. The store sends from
memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

from bench.figures import Figure, table
from scripts.processes import ROOT

GIBIBYTE: Final = 1 << 30
TURNS: Final = 5
MANY: Final = 100
SMALL: Final = 8 << 20
MOST_MEMORY: Final = 50.0
SLOWEST: Final = 1 / 0.8


@contextmanager
def store() -> Iterator[str]:
    """The address of the store."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.file_store"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.kill()
        process.wait()


def ours(url: str, size: int, count: int) -> tuple[float, float]:
    """Seconds, and megabytes above the idle program."""
    with tempfile.TemporaryDirectory() as folder:
        answer = subprocess.run(
            [sys.executable, "-m", "bench.file_alone", url, folder, str(count), str(size)],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert all(Path(folder, str(n)).stat().st_size == size for n in range(count))
    seconds, grown = json.loads(answer.stdout)
    return float(seconds), float(grown)


def curl(url: str, size: int, *, safe: bool) -> float:
    """Seconds; `safe`: until the bytes are on the disk, as with ours."""
    with tempfile.TemporaryDirectory() as folder:
        target = str(Path(folder, "x"))
        start = time.perf_counter()
        subprocess.run(["curl", "-sS", "-o", target, f"{url}/{size}"], check=True)
        if safe:
            subprocess.run(["sync", target], check=True)
        return time.perf_counter() - start


def measure() -> list[Figure]:
    """Our start is not included in the time; curl's takes a few milliseconds."""
    turns = []
    with store() as url:
        curl(url, GIBIBYTE, safe=True)  # warms up the disk and the caches
        for _ in range(TURNS):
            taken, grown = ours(url, GIBIBYTE, 1)
            turns.append((taken, curl(url, GIBIBYTE, safe=True), curl(url, GIBIBYTE, safe=False), grown))
        many = [ours(url, SMALL, MANY) for _ in range(3)]
    taken, safe, bare, grown = (median(turn[place] for turn in turns) for place in range(4))
    return [
        Figure("1 GiB: time", taken, "s"),
        Figure("1 GiB: time of curl and sync", safe, "s"),
        Figure("1 GiB: time of curl, left to the system to write", bare, "s"),
        Figure("1 GiB: time against curl and sync", taken / safe, "×", SLOWEST),
        Figure("1 GiB: throughput", GIBIBYTE / 1e6 / taken, "MB/s"),
        Figure("1 GiB: memory over idle", grown, "MB", MOST_MEMORY),
        Figure("100 × 8 MiB at once: time", median(one for one, _ in many), "s"),
        Figure("100 × 8 MiB at once: memory over idle", median(one for _, one in many), "MB"),
    ]


if __name__ == "__main__":
    sys.stdout.write(table(measure()))
