"""Rows from an older version, or changed by hand, break no list."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.processes import Program, look_until, start_app

MODEL = "rhart-image-n-g31-flash/text-to-image"
PROMPT = "a lighthouse"
ODD = {
    "prompt": f"{PROMPT} \ud800",
    "seed": 10**30,
    "low": -(2**64),
    "nested": [{"deep": [2**70]}],
    "nan": float("nan"),
    "\ud800": "half of a character",
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Program, str]]:
    """A finished run whose row was changed while the program was stopped."""
    folder: Path = tmp_path_factory.mktemp("older")
    app = start_app(folder)
    made = app.call("submit", MODEL, {"prompt": PROMPT, "resolution": "1k"}, "")
    look_until(lambda: app.call("task", made["id"]), lambda task: task["state"] == "done")
    assert app.stop() == 0
    database = folder / "data" / "demo" / "studio.db"
    with sqlite3.connect(database) as rows:
        changed = rows.execute("UPDATE tasks SET params = ? WHERE id = ?", (json.dumps(ODD), made["id"]))
        assert changed.rowcount == 1
    rows.close()
    again = start_app(folder)
    yield again, made["id"]
    assert again.stop() == 0
    assert "Traceback" not in again.said()


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("/runs/board", {"modality": "image"}),
        ("/runs/tray", {"language": "zh"}),
        ("/models/details", {"endpoint": MODEL}),
        ("/results", {}),
    ],
)
def test_lists_with_an_odd_row_are_told(run: tuple[Program, str], path: str, given: dict[str, str]) -> None:
    app, made = run
    assert made in json.dumps(app.get(path, **given))


@pytest.mark.parametrize("state", ["", "done"])
def test_programs_are_told_of_an_odd_row(run: tuple[Program, str], state: str) -> None:
    app, made = run
    assert made in json.dumps(app.call("tasks", state, 50))


def test_the_run_itself_is_told_digit_by_digit(run: tuple[Program, str]) -> None:
    app, made = run
    params = app.call("task", made)["params"]
    assert params["seed"] == str(10**30)
    assert params["nested"] == [{"deep": [str(2**70)]}]
    assert params["prompt"].startswith(PROMPT)
    output = app.call("task", made)["outputs"][0]["id"]
    assert app.get(f"/results/{output}")["task"]["id"] == made
    form = app.get(f"/runs/{made}/form", endpoint=MODEL)
    assert form["lost"]


def test_such_a_run_is_not_sent_again_as_it_is(run: tuple[Program, str]) -> None:
    app, _ = run
    told = app.call("estimate", MODEL, {"prompt": PROMPT, "seed": str(10**30)})
    assert told["problems"]
