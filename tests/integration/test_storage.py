"""The real program with its files in an odd folder and in S3. Results are visible at once, and none is lost
while the storage is away (C35)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest
import requests

from rh_ui.emulator.runner import RunningEmulator, start_emulator
from scripts.processes import Program, look_until, start_app
from tests.cable import Cable
from tests.objectstore import CREDENTIALS, ObjectStore

PICTURE: Final = "rhart-image-n-pro/text-to-image"
EDIT: Final = "rhart-image-n-pro/edit"
SECONDS: Final = 60.0
ODD_PROMPTS: Final = (
    '"x": <y>?* 猫😀' * 300, "CON", "a.", ".png", "n" * 250, "a/b.png", "..\\x.png", "%2e%2e%2fx",
    "a%20b#1.png", "e\u0301te\u0301 " * 60, "tab\tand\nline", "😀",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    running = start_emulator(tmp_path_factory.mktemp("site"), "--fast", "--small")
    yield running
    running.stop()


def started(folder: Path, site: RunningEmulator, place: str, **more: str) -> Program:
    environment = {"RH_API_KEY": "demo-shared", "RH_API_HOST": site.url, "RH_UI_STORAGE_URL": place, **more}
    return start_app(folder, environment=environment)


def begun(app: Program, prompt: str) -> str:
    """A run: its id."""
    return str(app.call("submit", PICTURE, {"prompt": prompt}, "")["id"])


def ended(app: Program, run_id: str) -> dict[str, Any]:
    """The run, once it is done."""
    ends = ("done", "failed")
    run = look_until(lambda: app.call("task", run_id), lambda task: task["state"] in ends, SECONDS)
    assert run["state"] == "done", run
    return dict(run)


def made(app: Program, prompt: str) -> dict[str, Any]:
    """The result of one run."""
    result: dict[str, Any] = ended(app, begun(app, prompt))["outputs"][0]
    return result


def taken(app: Program, result: dict[str, Any]) -> dict[str, Any]:
    """A result as an input of another run."""
    kept: dict[str, Any] = app.post("/inputs/result", id=result["id"], endpoint=EDIT, field="imageUrls")
    assert kept["problems"] == []
    return kept


def spare(answer: dict[str, Any]) -> tuple[str, int]:
    return answer["storage"]["trouble"], answer["storage"]["count"]


def assert_seen(app: Program, result: dict[str, Any]) -> None:
    """Complete, at the address that the page uses."""
    answer = requests.get(f"{app.url}/{result['url']}", timeout=30)
    assert (answer.status_code, len(answer.content)) == (200, result["size"])
    assert answer.headers["content-type"] == "image/png"


@pytest.fixture(scope="module")
def drive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that has every oddity at once."""
    folder = tmp_path_factory.mktemp("elsewhere") / "other drive #1" / ".hidden 100%25"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, site: RunningEmulator, drive: Path) -> Iterator[Program]:
    """The program, with that folder as its storage, through a link."""
    folder = tmp_path_factory.mktemp("app")
    link = folder / "link"
    link.symlink_to(drive, target_is_directory=True)
    app = started(folder, site, str(link))
    yield app
    assert app.stop() == 0
    assert "Traceback" not in app.said()


def test_a_folder_elsewhere_that_is_unplugged(app: Program, drive: Path) -> None:
    first = made(app, "on the drive")
    assert_seen(app, first)
    assert len(list(drive.rglob("outputs/*/*/*/on-the-drive-*.png"))) == 1
    assert spare(app.get("/status")) == ("", 0)

    unplugged = drive.rename(drive.with_name("unplugged"))
    second = made(app, "without the drive")
    assert_seen(app, second)
    assert spare(app.get("/status")) == ("gone", 1)
    assert spare(app.post("/storage/return", anew=False)) == ("gone", 1)
    assert requests.get(f"{app.url}/{first['url']}", timeout=10).status_code == 404

    unplugged.rename(drive)
    assert spare(app.post("/storage/return", anew=False)) == ("", 0)
    for result in (first, second):
        assert_seen(app, result)
    (home,) = drive.rglob("outputs/*/*/*/without-the-drive-*.png")
    assert home.with_name(f"{home.name}.json").is_file(), "the note beside it comes along"
    assert not list(app.log.parent.rglob("spare/outputs/*/*/*/*"))


def test_results_of_any_words_have_names_that_every_disk_takes(app: Program, drive: Path) -> None:
    """C36: seen, saved and listed under one name, while the history keeps the text as it was."""
    prompts = {begun(app, prompt): prompt for prompt in ODD_PROMPTS}
    names = []
    for run_id, prompt in prompts.items():
        run = ended(app, run_id)
        assert run["params"]["prompt"] == prompt
        (result,) = run["outputs"]
        names.append(result["name"])
        assert_seen(app, result)
        saved = requests.get(f"{app.url}/{result['url']}?download=true", timeout=30)
        assert saved.headers["content-disposition"] == (
            f"attachment; filename*=utf-8''{quote(result['name'], safe='')}"
        )
        (kept,) = (path for path in drive.rglob("outputs/*/*/*/*.png") if path.name == result["name"])
        assert kept.read_bytes() == saved.content
    for name in names:
        stem, _, extension = name.rpartition(".")
        assert extension == "png" and len(name.encode()) <= 120
        assert not re.search(r'[\x00-\x1f<>:"/\\|?*.%#]|^(con|prn|aux|nul|com\d|lpt\d)$|[ .]$', stem), name
        assert name == unicodedata.normalize("NFC", name) == name.casefold()
    assert len(set(names)) == len(names)


def test_a_store_that_goes_away(tmp_path: Path, site: RunningEmulator, object_store: ObjectStore) -> None:
    cable = Cable(int(object_store.url.rpartition(":")[2]))
    place = object_store.new_bucket()
    app = started(tmp_path, site, place, **{**object_store.environment, "AWS_ENDPOINT_URL": cable.url})
    try:
        first = made(app, "in the store")
        assert_seen(app, first)
        jump = requests.get(f"{app.url}/{first['url']}", headers={"Range": "bytes=1-3"}, timeout=30)
        assert (jump.status_code, jump.content) == (206, b"PNG")
        again = taken(app, first)
        edited = app.call("submit", EDIT, {"prompt": "with an input", "imageUrls": [again["ref"]]}, "")
        assert_seen(app, ended(app, edited["id"])["outputs"][0])
        shown = requests.get(f"{app.url}/rh/inputs/{again['ref'].removeprefix('input:')}", timeout=30)
        assert (shown.status_code, len(shown.content)) == (200, first["size"])
        cable.close()
        second = made(app, "beside the store")
        assert_seen(app, second)
        assert spare(app.get("/status")) == ("away", 1)
        cable.mend()
        assert spare(app.post("/storage/return", anew=False)) == ("", 0)
        for result in (first, second):
            assert_seen(app, result)
        names = [key for key in object_store.keys(place) if key.startswith("outputs/")]
        notes = {name for name in names if name.endswith(".json")}
        assert {f"{name}.json" for name in names if name not in notes} == notes and len(notes) == 3
        thumbnail = f"{app.url}/rh/thumbs/{second['id']}"
        look_until(
            lambda: requests.get(thumbnail, timeout=30), lambda answer: answer.status_code == 200, SECONDS
        )
    finally:
        assert app.stop() == 0
        cable.close()
    assert "Traceback" not in app.said()
    for secret in CREDENTIALS.values():
        assert secret not in app.said()
