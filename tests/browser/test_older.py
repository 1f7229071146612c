"""Data folders of earlier versions, killed during many activities: each opens, nothing in it is lost, and
nothing is paid again."""

from __future__ import annotations

import json
import sqlite3
import tarfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import requests
from playwright.sync_api import Browser, expect

from scripts.processes import Program
from tests.browser.conftest import RUN_SECONDS, open_tab, part, shot
from tests.older.make import BROWSER, EXACT, HUGE, Maker, running

OLDER: Final = sorted((Path(__file__).parents[1] / "older").glob("*.tar.xz"))
UNSENT: Final = ("queued", "claimed", "uploading")
ON_THE_WAY: Final = "submitting"
OVER: Final = ("done", "failed", "cancelled", "unknown")


class Older:
    """An older folder, and the present program on a copy of it."""

    maker: Maker

    def __init__(self, archive: Path, folder: Path) -> None:
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        self.home = folder / "data" / "demo"
        self.browser: dict[str, str] = json.loads((folder / "data" / BROWSER).read_text(encoding="utf-8"))
        self.before = rows(self.home, "SELECT id, state, prompt FROM tasks")
        self.paid = payments(self.home)
        self.saved = rows(self.home, "SELECT id, name, sha256 FROM outputs WHERE state = 'saved'")

    @property
    def app(self) -> Program:
        return self.maker.app


def rows(home: Path, statement: str) -> list[tuple[str, ...]]:
    with sqlite3.connect(home / "studio.db") as database:
        return database.execute(statement).fetchall()


def payments(home: Path) -> Counter[str]:
    """What the emulator charged, by prompt."""
    with sqlite3.connect(home / "emulator" / "emulator.sqlite3") as book:
        bodies = [json.loads(body) for (body,) in book.execute("SELECT body FROM task WHERE charge > 0")]
    return Counter(str(body["params"].get("prompt") or body["params"].get("text")) for body in bodies)


@pytest.fixture(scope="module", params=OLDER, ids=lambda archive: archive.name.partition(".")[0])
def older(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Older]:
    folder = tmp_path_factory.mktemp("older")
    opened = Older(request.param, folder)
    with running(folder) as opened.maker:
        opened.maker.script(settings={"small": True}, times={"queue": 0.0, "run": 0.1}, finish="all")
        yield opened
        assert opened.app.stop() == 0
        assert "Traceback" not in opened.app.said()


def all_runs(app: Program) -> dict[str, dict[str, Any]]:
    return {run["id"]: run for run in app.call("tasks", "", 500)}


def test_every_run_is_there_and_continues_where_it_was(older: Older) -> None:
    deadline = time.monotonic() + RUN_SECONDS
    while under_way := [id for id, run in all_runs(older.app).items() if run["state"] not in OVER]:
        assert time.monotonic() < deadline, under_way
        older.maker.script(finish="all")
        time.sleep(0.3)
    runs = all_runs(older.app)
    for id, state, prompt in older.before:
        now = runs[id]["state"]
        if state == ON_THE_WAY:
            assert now == "unknown", f"{prompt}: nobody knows whether it was taken"
        elif state in OVER:
            assert now == state, prompt
        else:
            assert now in ("done", "failed", "cancelled"), prompt
    assert not {id for id, _, _ in older.before} ^ set(runs), "no run is lost, none is new"
    sent = Counter(prompt for _, state, prompt in older.before if state in UNSENT)
    assert payments(older.home) == older.paid + sent, "what had been sent was not sent again"


def test_every_file_is_served_whole_but_the_one_that_was_taken_away(older: Older) -> None:
    answers = {
        name: requests.get(f"{older.app.url}/rh/files/{id}/{name}", timeout=30) for id, name, _ in older.saved
    }
    assert [answer.status_code for answer in answers.values()].count(404) == 1
    assert answers[next(name for name in answers if "kite" in name)].status_code == 404
    assert all(answer.content for answer in answers.values())


def test_a_seed_that_no_answer_holds_as_a_number_takes_no_list_down(older: Older) -> None:
    seeds = [run["params"]["seed"] for run in all_runs(older.app).values() if "seed" in run["params"]]
    assert EXACT in seeds
    assert str(HUGE) in map(str, seeds)


def test_forms_lora_and_table_are_kept(older: Older) -> None:
    tiles = older.app.get("/forms")["tiles"]
    assert len(tiles) == 5
    assert [tile["favourite"] for tile in tiles].count(True) == 1
    assert any(tile["title"] == "Boats only" for tile in tiles)
    assert [lora["name"] for lora in older.app.get("/loras")["mine"]] == ["harbour"]
    assert older.app.get("/catalog")["loaded"]


def test_what_the_browser_kept_comes_back(browser: Browser, older: Older) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    kept = json.dumps(older.browser)
    context.add_init_script(
        f"if (!localStorage.length) for (const [k, v] of Object.entries({kept})) localStorage.setItem(k, v)"
    )
    page = context.new_page()
    page.goto(older.app.url)
    form = part(page, "image-form")
    expect(form.locator("textarea").first).to_have_value("a draft with a photo")
    expect(form.locator("img").first).to_be_visible()
    expect(page.locator("body")).to_have_class("dark")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    open_tab(page, "video")
    expect(part(page, "video-form").locator("textarea").first).to_have_value("a draft of a clip")
    open_tab(page, "gallery")
    expect(part(page, "gallery-grid").locator("[data-output]").nth(8)).to_be_visible()
    shot(page, "older-folder")
    context.close()
