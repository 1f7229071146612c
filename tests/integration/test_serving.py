"""Files over real HTTP, from a disk and from a real S3 server: whole, in part, not modified, and missing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import Response

from rh_ui.errors import NotFound, StorageFault
from rh_ui.storage.library import Library
from rh_ui.web.routes.file_response import CompressedAnswers, ServedFile, served
from scripts.processes import free_port

DATA = bytes(range(256)) * 4000
KEY = "outputs/2026/11/28/film.bin"
FILM = ServedFile(KEY, "video/mp4", "a film #1 猫.mp4", "5eed", len(DATA))
TEXT = ServedFile("outputs/2026/11/28/page.html", "text/html", "page.html", "abcd", 4000)


class Server:
    """Serves a few files of one library under /rh/files."""

    def __init__(self, library: Library) -> None:
        app = FastAPI(openapi_url=None)
        app.add_middleware(CompressedAnswers, minimum_size=100)

        @app.api_route("/rh/files/{name}", methods=["GET", "HEAD"])
        def file(name: str, request: Request) -> Response:
            offered = {"film": FILM, "page": TEXT}[name]
            try:
                return served(library, offered, request)
            except NotFound as fault:
                return Response(str(fault), 404)
            except StorageFault as fault:
                return Response(str(fault), 503)

        port = free_port()
        self.url = f"http://127.0.0.1:{port}/rh/files"
        self._server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.02)
            assert self._thread.is_alive()

    def get(self, name: str = "film", **headers: str) -> requests.Response:
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        return requests.get(f"{self.url}/{name}", headers={"Accept-Encoding": "gzip", **named}, timeout=20)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)


@pytest.fixture(params=["disk", "store"])
def library(request: pytest.FixtureRequest, tmp_path: Path) -> Library:
    root = str(tmp_path / "files") if request.param == "disk" else request.getfixturevalue("bucket")
    made = Library(root, staging_root=tmp_path / "staging")
    made.write(DATA, KEY)
    made.write(b"<p>" * 2000, TEXT.key)
    return made


@pytest.fixture
def server(library: Library) -> Iterator[Server]:
    running = Server(library)
    yield running
    running.stop()


def test_whole_in_part_and_not_again(server: Server) -> None:
    whole = server.get()
    assert (whole.status_code, whole.content) == (200, DATA)
    tag = whole.headers["etag"]
    assert tag == '"5eed"', "the content's own hash, as long as the size is right"
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["content-length"] == str(len(DATA))
    assert "content-encoding" not in whole.headers
    part = server.get(Range="bytes=300000-300009", If_Range=tag)
    assert (part.status_code, part.content) == (206, DATA[300000:300010])
    assert part.headers["content-range"] == f"bytes 300000-300009/{len(DATA)}"
    assert server.get(Range="bytes=-5").content == DATA[-5:]
    changed = server.get(Range="bytes=0-9", If_Range='"other"')
    assert (changed.status_code, len(changed.content)) == (200, len(DATA))
    behind = server.get(Range=f"bytes={len(DATA)}-")
    assert (behind.status_code, behind.headers["content-range"]) == (416, f"bytes */{len(DATA)}")
    known = server.get(If_None_Match=tag)
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", tag)
    head = requests.head(f"{server.url}/film", timeout=20)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(DATA)), b"")


def test_what_could_run_scripts_is_handed_out_only(server: Server) -> None:
    page = server.get("page")
    assert page.headers["content-disposition"] == "attachment; filename*=utf-8''page.html"
    assert "sandbox" in page.headers["content-security-policy"]
    assert page.content == b"<p>" * 2000 and "content-encoding" not in page.headers
    assert page.headers["etag"] == '"abcd-1770"', "it is not the content that was stored"
    film = server.get(Range="bytes=0-0").headers["content-disposition"]
    assert film == "inline; filename*=utf-8''a%20film%20%231%20%E7%8C%AB.mp4"


def test_what_is_gone_or_empty_is_not_there(server: Server, library: Library) -> None:
    library.write(b"", KEY)
    assert server.get().status_code == 404
    library.remove(KEY)
    assert server.get().status_code == 404
    assert server.get(Range="bytes=0-1").status_code == 404


def test_a_folder_in_its_place_and_a_file_that_can_t_be_read(tmp_path: Path) -> None:
    library = Library(tmp_path / "files")
    running = Server(library)
    place = tmp_path / "files" / KEY
    place.mkdir(parents=True)
    assert running.get().status_code == 404
    place.rmdir()
    place.symlink_to(place)  # not even root can read through it
    assert running.get().status_code == 404
    running.stop()


def test_a_store_that_is_away_is_told_apart_from_a_file_that_is_gone(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    running = Server(Library(bucket, staging_root=tmp_path))
    assert running.get().status_code == 503
    running.stop()
