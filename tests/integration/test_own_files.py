"""Files of ours gone, replaced or cut short: shown on the page and set aside; nothing is paid meanwhile."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pytest
import requests
from PIL import Image

from rh_ui.catalog.importer.active_catalog import RECORD
from rh_ui.emulator.runner import RunningEmulator, start_emulator
from rh_ui.errors import StorageFault
from rh_ui.persistence.database import open_database
from rh_ui.persistence.repositories.repositories import open_repositories
from scripts.processes import Program, look_until, start_app
from tests.browser.conftest import journal
from tests.disks import fill, small_disk
from tests.integration.persistence.test_store_repositories import new_task

TEXT: Final = "rhart-text-g-25-flash/text-to-text"
PATIENCE: Final = 30.0


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    running = start_emulator(tmp_path_factory.mktemp("site"), "--fast", "--small")
    yield running
    running.stop()


def keyed(folder: Path, site: RunningEmulator) -> Program:
    return start_app(folder, environment={"RH_API_KEY": "demo-shared", "RH_API_HOST": site.url})


def storage(app: Program) -> dict[str, Any]:
    return dict(app.get("/status")["storage"])


def notices(app: Program) -> list[str]:
    return [notice["en"] for notice in storage(app)["notices"]]


def submits(site: RunningEmulator) -> int:
    return sum(entry["operation"] == "submit" for entry in journal(site))


def done(app: Program, prompt: str) -> None:
    run = app.call("submit", TEXT, {"prompt": prompt}, "")
    look_until(lambda: app.call("task", run["id"]), lambda task: task["state"] == "done", PATIENCE)


@pytest.mark.parametrize("becomes", ["gone", "replaced"])
def test_the_history_s_file_while_the_program_runs(
    tmp_path: Path, site: RunningEmulator, becomes: str
) -> None:
    app = keyed(tmp_path, site)
    try:
        done(app, "before")
        paid = submits(site)
        file, away = tmp_path / "data" / "studio.db", tmp_path / "away.db"
        file.rename(away)
        if becomes == "replaced":
            file.write_bytes(away.read_bytes())
        with pytest.raises(RuntimeError, match="so nothing is sent and nothing is charged"):
            app.call("submit", TEXT, {"prompt": "into the void"}, "")
        assert storage(app)["history"] == becomes
        assert submits(site) == paid
        assert becomes == "replaced" or not file.exists(), "no new file takes its place"
        away.rename(file)
        done(app, "after it was put back")
        assert storage(app)["history"] == ""
    finally:
        assert app.stop() == 0
    assert "Traceback" not in app.said()


def test_the_next_start_says_that_the_history_is_new(tmp_path: Path, site: RunningEmulator) -> None:
    app = keyed(tmp_path, site)
    assert notices(app) == []
    app.stop()
    (tmp_path / "data" / "studio.db").unlink()
    app = keyed(tmp_path, site)
    try:
        (said,) = notices(app)
        assert "The history is new: the file studio.db that was here" in said
    finally:
        app.stop()
    app = keyed(tmp_path, site)
    try:
        assert notices(app) == [], "said once"
    finally:
        app.stop()


def test_files_cut_short_are_kept_aside_and_said(tmp_path: Path, site: RunningEmulator) -> None:
    data = tmp_path / "data"
    cut = {
        data / "studio.db": b"",
        data / "table" / RECORD: b'{"file": "registry.js',
        data / "answers" / "0a1b.json": b'{"task": "0a1b", "rem',
    }
    stray = {"task": "0a1c", "remote": "2009191190196789249", "submitted": "2026-11-29T12:00:00+00:00"}
    for path, content in cut.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (data / "answers" / "0a1c.json").write_text(json.dumps(stray))
    app = keyed(tmp_path, site)
    try:
        said = " ".join(notices(app))
        assert "2009191190196789249, belongs to no run of this history" in said
        for kept in (r"studio\.db", "table", r"0a1b\.json"):
            (name,) = re.findall(rf"{kept}\.bad-[0-9-]+", said)
            (there,) = data.rglob(name)
            assert there.is_dir() or there.read_bytes() in cut.values()
    finally:
        assert app.stop() == 0


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100], ids=["empty", "other content"])
def test_the_demo_s_memory(tmp_path: Path, content: bytes) -> None:
    memory = tmp_path / "data" / "demo" / "emulator" / "emulator.sqlite3"
    memory.parent.mkdir(parents=True)
    memory.write_bytes(content)
    app = start_app(tmp_path)
    try:
        (said,) = notices(app)
        (name,) = re.findall(r"emulator\.sqlite3\.bad-[0-9-]+", said)
        assert (memory.parent / name).read_bytes() == content
        done(app, "the demo goes on")
    finally:
        assert app.stop() == 0


def test_a_full_disk_is_told_until_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", "2m") as folder:
        database = open_database(f"sqlite:///{folder}/studio.db")
        told: list[str] = []
        database.follow(lambda: told.append(database.trouble))
        filler = folder / "filler"
        fill(filler)
        with pytest.raises(StorageFault):
            for number in range(2000):
                open_repositories(database).tasks.add(new_task(number, params={"prompt": "x" * 4000}))
        assert database.trouble == "full"
        filler.unlink()
        open_repositories(database).tasks.add(new_task(9999))
        assert (database.trouble, told) == ("", ["full", ""])
        database.close()


def test_a_note_of_an_input_that_is_cut_short_is_written_anew(tmp_path: Path, site: RunningEmulator) -> None:
    app = keyed(tmp_path, site)
    try:
        for _ in range(2):
            path = tmp_path / "cat.png"
            path.write_bytes(_picture())
            kept = _kept(app, path)
            assert kept["problems"] == [], kept
            (note,) = (tmp_path / "data" / "files" / "inputs").glob("*.meta.json")
            whole = note.read_text()
            note.write_text(whole[: len(whole) // 2])
        _kept(app, path)
        assert json.loads(note.read_text())["name"] == "cat.png"
    finally:
        app.stop()


def _picture() -> bytes:
    into = BytesIO()
    Image.new("RGB", (64, 64), (9, 90, 9)).save(into, "PNG")
    return into.getvalue()


def _kept(app: Program, path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        answer = requests.post(f"{app.url}/gradio_api/upload", files={"files": ("cat.png", file)}, timeout=30)
    data = {"path": answer.json()[0], "orig_name": "cat.png"}
    told = app.post("/inputs/upload", file=data, endpoint="rhart-image-n-pro/edit", field="imageUrls")
    return dict(told)
