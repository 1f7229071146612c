"""The program without its page: submits runs to an emulator, waits for their files, and prints the cost.

`python -m bench.engine_alone COUNT ENDPOINT` reads its settings from the environment as app.py does. It
prints `idle` when it is ready, starts at a line from standard input, and ends with one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter

from rh_ui.bootstrap import running
from rh_ui.config import read_settings
from rh_ui.domain import TaskState
from rh_ui.persistence.run_queries import PageQueries
from tests.orders import submit
from tests.samples import link_for, valid_params

LOOK = 0.5
"""Seconds between two looks at the remaining runs: each look costs time that is not the engine's."""


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def ended(history: PageQueries) -> Counter[TaskState]:
    return Counter(task.state for task in history.tasks(limit=None))


def main() -> int:
    count, endpoint = int(sys.argv[1]), sys.argv[2]
    with running(read_settings(port="0")) as services:
        params = valid_params(services.catalog.get(endpoint), link_for)
        say("idle")
        sys.stdin.readline()
        begun, cpu = time.monotonic(), time.process_time()
        for _ in range(count):
            submit(services.runs, endpoint, params)
        submitted = time.monotonic() - begun
        while services.history.active_count():
            time.sleep(LOOK)
        took = {"wall": time.monotonic() - begun, "cpu": time.process_time() - cpu, "submitted": submitted}
        say(json.dumps({**took, "states": ended(services.history)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
