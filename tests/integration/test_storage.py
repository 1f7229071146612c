"""The real program with its files elsewhere: in an odd folder, and in S3. Results are seen at once, and none
is lost while the place is away (C35)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import requests

from rh_ui.emulator.runner import RunningEmulator, start_emulator
from scripts.processes import Program, start_app
from tests.cable import Cable
from tests.objectstore import CREDENTIALS, ObjectStore

PICTURE: Final = "rhart-image-n-pro/text-to-image"
SECONDS: Final = 60.0


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    running = start_emulator(tmp_path_factory.mktemp("site"), fast=True, small=True)
    yield running
    running.stop()


def started(folder: Path, site: RunningEmulator, place: str, **more: str) -> Program:
    environment = {"RH_API_KEY": "demo-shared", "RH_API_HOST": site.url, "RH_UI_STORAGE_URL": place, **more}
    return start_app(folder, environment=environment)


def made(app: Program, prompt: str) -> dict[str, Any]:
    """The result of one run."""
    run = app.call("submit", PICTURE, {"prompt": prompt}, "")
    deadline = time.monotonic() + SECONDS
    while (run := app.call("task", run["id"]))["state"] not in ("done", "failed"):
        assert time.monotonic() < deadline, run
        time.sleep(0.05)
    assert run["state"] == "done", run
    result: dict[str, Any] = run["outputs"][0]
    return result


def ask(app: Program, question: str, *values: Any) -> Any:
    return app.call("page", question, list(values))


def spare(answer: dict[str, Any]) -> tuple[str, int]:
    return answer["storage"]["trouble"], answer["storage"]["count"]


def assert_seen(app: Program, result: dict[str, Any]) -> None:
    """Whole, by the address the page uses."""
    answer = requests.get(f"{app.url}/{result['url']}", timeout=30)
    assert (answer.status_code, len(answer.content)) == (200, result["size"])
    assert answer.headers["content-type"] == "image/png"


def test_a_folder_elsewhere_that_is_unplugged(tmp_path: Path, site: RunningEmulator) -> None:
    drive = tmp_path / "other drive #1" / ".hidden"
    drive.mkdir(parents=True)
    link = tmp_path / "link"
    link.symlink_to(drive, target_is_directory=True)
    app = started(tmp_path, site, str(link))
    try:
        first = made(app, "on the drive")
        assert_seen(app, first)
        assert len(list(drive.rglob("outputs/*/*/*/on-the-drive-*.png"))) == 1
        assert spare(ask(app, "header")) == ("", 0)

        drive.rename(tmp_path / "unplugged")
        second = made(app, "without the drive")
        assert_seen(app, second)
        assert spare(ask(app, "header")) == ("gone", 1)
        assert spare(ask(app, "bring_home", False)) == ("gone", 1)
        assert requests.get(f"{app.url}/{first['url']}", timeout=10).status_code == 404

        (tmp_path / "unplugged").rename(drive)
        assert spare(ask(app, "bring_home", False)) == ("", 0)
        for result in (first, second):
            assert_seen(app, result)
        (home,) = drive.rglob("outputs/*/*/*/without-the-drive-*.png")
        assert home.with_name(f"{home.name}.json").is_file(), "the note beside it comes along"
        assert not list(tmp_path.rglob("spare/outputs/*/*/*/*"))
    finally:
        assert app.stop() == 0
    assert "Traceback" not in app.said()


def test_a_store_that_goes_away(tmp_path: Path, site: RunningEmulator, object_store: ObjectStore) -> None:
    cable = Cable(int(object_store.url.rpartition(":")[2]))
    place = object_store.new_bucket()
    app = started(tmp_path, site, place, **{**object_store.environment, "AWS_ENDPOINT_URL": cable.url})
    try:
        first = made(app, "in the store")
        assert_seen(app, first)
        cable.close()
        second = made(app, "beside the store")
        assert_seen(app, second)
        assert spare(ask(app, "header")) == ("away", 1)
        cable.mend()
        assert spare(ask(app, "bring_home", False)) == ("", 0)
        for result in (first, second):
            assert_seen(app, result)
        names = [key for key in object_store.keys(place) if key.startswith("outputs/")]
        notes = {name for name in names if name.endswith(".json")}
        assert {f"{name}.json" for name in names if name not in notes} == notes and len(notes) == 2
        deadline = time.monotonic() + SECONDS
        while requests.get(f"{app.url}/rh/thumbs/{second['id']}", timeout=30).status_code != 200:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        assert app.stop() == 0
        cable.close()
    assert "Traceback" not in app.said()
    for secret in CREDENTIALS.values():
        assert secret not in app.said()
