"""The real page on a small disk: uploads never take the space that paid results need (A4)."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import requests

from rh_ui.emulator.runner import RunningEmulator, start_emulator
from scripts.processes import Program, look_until, start_app
from tests.disks import small_disk

MB: Final = 1024 * 1024
EDIT: Final = "rhart-image-n-pro/edit"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    running = start_emulator(tmp_path_factory.mktemp("site"), "--fast", "--small")
    yield running
    running.stop()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "small", "400m") as folder:
        yield folder


@pytest.fixture
def app(disk: Path, site: RunningEmulator) -> Iterator[Program]:
    environment = {"RH_API_KEY": "demo-shared", "RH_API_HOST": site.url, "RH_UI_RESERVE_MB": "50"}
    running = start_app(disk, environment=environment)
    yield running
    assert running.stop() == 0
    assert "Traceback" not in running.said()


def brought(app: Program, size: int) -> requests.Response:
    """The answer to an upload of this many bytes, each file a different one."""
    content = os.urandom(64) + bytes(size - 64)
    return requests.post(f"{app.url}/gradio_api/upload", files={"files": ("cat.png", content)}, timeout=120)


def uploads(disk: Path) -> list[Path]:
    return [path for path in (disk / "data" / "uploads").rglob("*") if path.is_file()]


def row(app: Program, name: str) -> list[Any]:
    (found,) = [row for row in app.get("/storage")["rows"] if row[0] == name]
    return list(found)


def test_four_of_150_mb_on_a_disk_of_400(app: Program, disk: Path) -> None:
    answers = [brought(app, 150 * MB) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 507, 507]
    assert "nearly full, so the file was not taken. Nothing was charged" in answers[2].text
    assert answers[2].headers["X-RH-Refused"] == "upload-room"
    assert shutil.disk_usage(disk).free > 50 * MB
    assert len(uploads(disk)) == 2
    assert row(app, "Uploads not in use yet") == ["Uploads not in use yet", "2 files, 300.0 MB", "uploads"]

    file = {"path": answers[0].json()[0], "orig_name": "cat.png"}
    kept = app.post("/inputs/upload", file=file, endpoint=EDIT, field="imageUrls")
    assert "was not kept. Nothing was charged" in kept["problems"][0]
    assert shutil.disk_usage(disk).free > 50 * MB

    assert "within the last hour" in app.post("/storage/clear", what="uploads", keep=[])["said"]
    for path in uploads(disk):
        os.utime(path, (time.time() - 7200,) * 2)
    assert app.post("/storage/clear", what="uploads", keep=[])["said"] == "Cleared 2 files, 300.0 MB."
    assert brought(app, MB).status_code == 200


def test_one_without_a_length_is_stopped_before_the_reserve(app: Program, disk: Path) -> None:
    edge = "an-edge"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="cat.png"\r\n\r\n'.encode()

    def endless() -> Iterator[bytes]:
        yield head
        for _ in range(500):
            yield bytes(MB)
        yield f"\r\n--{edge}--\r\n".encode()

    answer = requests.post(
        f"{app.url}/gradio_api/upload",
        data=endless(),
        headers={"Content-Type": f"multipart/form-data; boundary={edge}"},
        timeout=120,
    )
    assert (answer.status_code, answer.headers["X-RH-Refused"]) == (507, "upload-room")
    assert uploads(disk) == [], "half of it stayed"
    assert shutil.disk_usage(disk).free > 300 * MB


def test_halves_of_broken_ones_go_while_another_comes_in(app: Program, disk: Path) -> None:
    host, port = app.url.removeprefix("http://").split(":")
    edge = "an-edge"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="cat.png"\r\n\r\n'
    request = (
        f"POST /gradio_api/upload HTTP/1.1\r\nHost: {host}:{port}\r\n"
        f"Content-Type: multipart/form-data; boundary={edge}\r\nContent-Length: {40 * MB}\r\n\r\n{head}"
    ).encode()
    sockets = [socket.create_connection((host, int(port))) for _ in range(2)]
    for each in sockets:
        each.sendall(request + bytes(4 * MB))
    look_until(lambda: sum(path.stat().st_size for path in uploads(disk)), lambda both: both > 7 * MB)
    sockets[0].close()
    look_until(lambda: uploads(disk), lambda left: len(left) == 1)
    sockets[1].close()
    look_until(lambda: uploads(disk), lambda left: not left)


def test_what_a_former_program_left_is_gone(disk: Path, site: RunningEmulator) -> None:
    left = disk / "data" / "uploads" / "0a1b" / "cat.png"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"x")
    app = start_app(disk, environment={"RH_API_KEY": "demo-shared", "RH_API_HOST": site.url})
    try:
        assert not left.exists()
    finally:
        app.stop()


def test_a_visitor_s_share(tmp_path: Path) -> None:
    """Where other computers reach the page too."""
    app = start_app(tmp_path, "--host", "0.0.0.0", environment={"RH_UI_UPLOADS_MB": "3"})
    try:
        answers = [brought(app, 2 * MB) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 413]
        assert answers[1].headers["X-RH-Refused"] == "upload-share"
        assert "as one visitor may within an hour" in answers[1].text
    finally:
        app.stop()
