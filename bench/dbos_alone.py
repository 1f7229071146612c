"""The same work as a DBOS workflow: submit, poll until it is done, download the file. Not part of the
program.

Run by bench/workflow.py in its own environment. `python dbos_alone.py COUNT URL KEY ENDPOINT FOLDER` prints
`idle`, starts at a line from standard input, and ends with one line of JSON; COUNT 0 continues what an
earlier process left.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import requests
from dbos import DBOS

COUNT, URL, KEY, ENDPOINT = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
FOLDER = Path(sys.argv[5])
OVER = ("SUCCESS", "ERROR", "CANCELLED")

DBOS(
    config={
        "name": "bench",
        "system_database_url": f"sqlite:///{FOLDER}/dbos.db",
        "log_level": "ERROR",
        "application_version": "1",
        "max_executor_threads": 128,
    }
)
session = requests.Session()
session.headers["Authorization"] = f"Bearer {KEY}"


def _submit(prompt: str) -> str:
    body = {"prompt": prompt}
    return str(session.post(f"{URL}/openapi/v2/{ENDPOINT}", json=body, timeout=60).json()["taskId"])


def _status(remote: str) -> dict[str, object]:
    answer = session.post(f"{URL}/openapi/v2/query", json={"taskId": remote}, timeout=60)
    return dict(answer.json())


def _keep(remote: str, text: str) -> str:
    (FOLDER / f"{remote}.txt").write_text(text, encoding="utf-8")
    return remote


submit: Callable[[str], str] = DBOS.step()(_submit)
status: Callable[[str], dict[str, object]] = DBOS.step()(_status)
keep: Callable[[str, str], str] = DBOS.step()(_keep)


def _run(prompt: str) -> str:
    remote = submit(prompt)
    age = 0
    while (found := status(remote))["status"] != "SUCCESS":
        pause = 2 if age < 20 else 5
        DBOS.sleep(pause)
        age += pause
    return keep(remote, json.dumps(found["results"]))


run: Callable[[str], str] = DBOS.workflow()(_run)


def main() -> None:
    DBOS.launch()
    DBOS.register_queue("runs", worker_concurrency=100, polling_interval_sec=0.1)
    sys.stdout.write("idle\n")
    sys.stdout.flush()
    sys.stdin.readline()
    begun, cpu = time.monotonic(), time.process_time()
    for number in range(COUNT):
        DBOS.enqueue_workflow("runs", run, f"run {number}")
    submitted = time.monotonic() - begun
    while any(found.status not in OVER for found in DBOS.list_workflows(load_input=False, load_output=False)):
        time.sleep(0.5)
    took = {"wall": time.monotonic() - begun, "cpu": time.process_time() - cpu, "submitted": submitted}
    states = Counter(found.status for found in DBOS.list_workflows(load_input=False, load_output=False))
    told = {**took, "states": {"done": states.pop("SUCCESS", 0), **states}}
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
