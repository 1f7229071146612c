"""No call can make the page copy or show a file that was not uploaded, by naming it as one.

Two checks, each tested without the other: Gradio's own, which is on, and ours of every call.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from rh_ui.ui.guards.calls import NO_CALL, NO_UPLOAD, TOO_DEEP, TOO_LARGE
from rh_ui.web.api.refusals import UNFORESEEN
from scripts.processes import ROOT, clean_environment, free_port, start, start_app
from tests.bare_page import functions, named, nested, number_of

SECRET = b"rh_TESTKEY_in_a_file_of_the_server"
SESSION = "afterthought"


@dataclass(frozen=True)
class House:
    """A page, its data folder, and a file of this computer that it must never return."""

    url: str
    data: Path
    secret: Path

    def copies(self) -> list[Path]:
        """Where copies of the secret file are."""
        return [path for path in self.data.rglob("*") if path.is_file() and SECRET in path.read_bytes()]


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("outside") / "environ"
    path.write_bytes(SECRET)
    return path


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory, secret: Path) -> Iterator[House]:
    """Without our check of calls: Gradio's alone."""
    folder, port = tmp_path_factory.mktemp("bare"), free_port()
    command = [sys.executable, "-m", "tests.bare_page", "serve", str(port), str(folder / "data")]
    page = start(command, port, folder / "log")
    yield House(page.url, folder / "data", secret)
    page.stop()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, secret: Path) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("whole")
    app = start_app(folder)
    yield House(app.url, folder / "data", secret)
    assert app.stop() == 0
    assert "Traceback" not in app.said()


def attack(url: str, function: dict[str, Any], value: object, at: int) -> requests.Response:
    data: list[object] = [None] * len(function["inputs"])
    data[at : at + 1] = [value]
    body = {"data": data, "fn_index": function["id"], "session_hash": SESSION}
    return requests.post(f"{url}/gradio_api/run/predict", json=body, timeout=30)


def test_gradios_own_guard_is_on_for_every_argument_of_every_function(bare: House) -> None:
    tried = 0
    for function in functions(bare.url):
        for at in range(max(1, len(function["inputs"]))):
            for value in nested(named(str(bare.secret))):
                attack(bare.url, function, value, at)
                tried += 1
    assert tried > 40
    assert bare.copies() == []


def test_no_answer_of_any_function_is_made_a_file(tmp_path: Path) -> None:
    """Gradio allows the working directory and the system's temporary folder for answers."""
    data, working = tmp_path / "data", tmp_path / "working"
    working.mkdir()
    secret = working / "notes.txt"
    secret.write_bytes(SECRET)
    command = [sys.executable, "-m", "tests.bare_page", "answer", str(data), str(secret)]
    environment = clean_environment({"PYTHONPATH": str(ROOT)})
    ended = subprocess.run(command, cwd=working, env=environment, capture_output=True, check=True)
    told = json.loads(ended.stdout)
    assert sum(str(secret) in answer for answer in told) > 20, told
    assert [answer for answer in told if "FileData" in answer] == []
    assert House("", data, secret).copies() == []


ODD: list[Any] = [
    named("/etc/passwd"),
    named("/proc/self/environ"),
    named("/etc/passwd", url=""),
    named("http://127.0.0.1:9/x.png"),
    named("https://example.org/x.png", url="https://example.org/x.png"),
    named("x\0.png"),
    named("x" * 5000),
    named(["/etc/passwd"]),
    named({"path": "/etc/passwd"}),
    named(None),
    {"path": "/etc/passwd", "meta": "text"},
    {"path": "/etc/passwd", "meta": None},
    {"path": "/etc/passwd", "meta": {}},
]


def asked_for_estimates(whole: House, value: object) -> Iterator[tuple[str, requests.Response]]:
    """With every way to call a function."""
    data = ["rhart-image-v1/edit", {"imageUrls": value}]
    body = {"data": data, "fn_index": number_of(whole.url, "estimate"), "session_hash": "s"}
    for name in ("run/estimate", "run/predict", "call/estimate", "queue/join"):
        yield name, requests.post(f"{whole.url}/gradio_api/{name}", json=body, timeout=30)


@pytest.mark.parametrize("value", ODD, ids=repr)
def test_our_look_refuses_what_is_no_upload_whatever_gradio_thinks_of_it(whole: House, value: object) -> None:
    for inner in nested(value):
        for name, answer in asked_for_estimates(whole, inner):
            assert (answer.status_code, answer.json()["error"]) == (400, NO_UPLOAD), name


def test_the_same_calls_get_to_their_function_without_a_file(whole: House) -> None:
    for name, answer in asked_for_estimates(whole, ["https://example.org/x.png"]):
        assert answer.status_code == 200, f"{name}: {answer.text}"


def test_an_upload_passes_and_its_folder_and_neighbours_do_not(whole: House) -> None:
    uploaded = requests.post(
        f"{whole.url}/gradio_api/upload", files={"files": ("a.png", b"not empty")}, timeout=30
    )
    (path,) = uploaded.json()

    def tried(value: object) -> int:
        data = {"data": ["rhart-image-v1/edit", {"imageUrls": [value]}]}
        return requests.post(f"{whole.url}/gradio_api/run/estimate", json=data, timeout=30).status_code

    assert tried(named(path, orig_name="a.png")) == 200
    link = Path(path).with_name("link.png")
    link.symlink_to(whole.secret)
    others = [str(Path(path).parent), f"{path}/../../../../../etc/passwd", str(link), f"{path}.gone", ""]
    assert [tried(named(other)) for other in others] == [400] * len(others)
    assert tried(named(path, url="http://127.0.0.1/x")) == 400


@pytest.mark.parametrize(
    ("body", "status", "why"),
    [
        (b"", 400, NO_CALL),
        (b"\xff\xfe\x00", 400, NO_CALL),
        (b"[]", 400, NO_CALL),
        (b'{"data": null}', 400, NO_CALL),
        (b'{"data": {"0": 1}}', 400, NO_CALL),
        (b'{"data": [' + b"[" * 200 + b"]" * 200 + b"]}", 400, TOO_DEEP),
        (b'{"data": [' + b"[" * 200_000, 400, TOO_DEEP),
        (b'{"data": ["' + b"x" * 16 * 1024 * 1024 + b'"]}', 413, TOO_LARGE),
    ],
    ids=["empty", "no text", "list", "null", "object", "deep", "endless", "large"],
)
def test_what_is_no_call_is_refused_in_one_sentence(whole: House, body: bytes, status: int, why: str) -> None:
    for name in ("run/tasks", "call/estimate", "queue/join"):
        answer = requests.post(f"{whole.url}/gradio_api/{name}", data=body, timeout=30)
        assert (answer.status_code, answer.json()["error"]) == (status, why)


@pytest.mark.parametrize("accepted", ["gzip", "gzip, deflate, br"])
def test_answers_of_functions_are_packed_and_their_refusals_read(whole: House, accepted: str) -> None:
    def called(name: str, value: str) -> requests.Response:
        headers = {"Accept-Encoding": accepted}
        url = f"{whole.url}/gradio_api/run/{name}"
        return requests.post(url, json={"data": [value]}, headers=headers, timeout=30)

    models = called("endpoints", "image")
    assert (models.status_code, models.headers["content-encoding"]) == (200, "gzip")
    assert models.json()["data"][0]
    refused = called("task", "none")
    assert (refused.status_code, refused.json()["title"]) == (422, "Error")


def test_a_fault_that_nobody_foresaw_in_our_look_is_told_as_any_other(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "tests.bare_page", "broken", str(port), str(tmp_path / "data")]
    page = start(command, port, tmp_path / "log")
    answer = requests.post(f"{page.url}/gradio_api/run/tasks", json={"data": ["", 1]}, timeout=30)
    page.stop()
    assert (answer.status_code, answer.json()["sentence"]) == (500, UNFORESEEN)
    assert "frame-ancestors" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "nobody foresaw" not in answer.text and "nobody foresaw" in page.said()
