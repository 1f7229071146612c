"""Links of uploads and results: their names, their lifetime, and how the storage host serves them."""

from __future__ import annotations

import hashlib

import pytest
import requests

from tests.integration.emulator.caller import PICTURE, Caller

CONTENT = b"made-up bytes of a picture"


def fetch(link: str, **headers: str) -> requests.Response:
    return requests.get(link, headers=headers, timeout=30)


def test_an_upload_is_answered_in_the_sheets_shape(caller: Caller) -> None:
    told = caller.upload("Ünïcode name.PNG", CONTENT)
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert (told["code"], told["message"]) == (0, "success")
    data = told["data"]
    assert (data["type"], data["fileName"], data["size"]) == ("image", f"openapi/{digest}.png", "26")
    answer = fetch(data["download_url"])
    assert answer.content == CONTENT
    assert answer.headers["content-type"] == "image/png"


@pytest.mark.parametrize(
    ("name", "kind"), [("a.mp3", "audio"), ("a.mp4", "video"), ("a.zip", "zip"), ("strange", "file")]
)
def test_the_type_follows_the_extension(caller: Caller, name: str, kind: str) -> None:
    assert caller.upload(name, CONTENT)["data"]["type"] == kind


@pytest.mark.parametrize(("name", "prefix", "end"), [("a.png", "api/", ".png"), ("a.zip", "", "")])
def test_the_old_upload_gives_a_name_without_a_link(caller: Caller, name: str, prefix: str, end: str) -> None:
    answer = requests.post(
        caller.url + "/task/openapi/upload", data={"apiKey": "demo-shared", "fileType": "input"},
        files={"file": (name, CONTENT)}, timeout=30,
    )  # fmt: skip
    told = answer.json()
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert told["data"] == {"fileName": f"{prefix}{digest}{end}", "fileType": "input"}


def test_links_serve_lengths_marks_and_ranges(caller: Caller) -> None:
    link = caller.link_of("a.png", CONTENT)
    whole = fetch(link)
    assert whole.headers["content-length"] == str(len(CONTENT))
    part = fetch(link, Range="bytes=5-9")
    assert (part.status_code, part.content) == (206, CONTENT[5:10])
    assert part.headers["content-range"] == f"bytes 5-9/{len(CONTENT)}"
    assert part.headers["etag"] == whole.headers["etag"]
    head = requests.head(link, timeout=30)
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(CONTENT)))


def test_a_signed_link_refuses_a_key(caller: Caller) -> None:
    link = caller.link_of("a.png", CONTENT)
    refused = fetch(link, Authorization="Bearer demo-shared")
    assert refused.status_code == 400
    assert "<Error>" in refused.text
    assert fetch(link).status_code == 200


def test_false_links_get_nothing(caller: Caller) -> None:
    link = caller.link_of("a.png", CONTENT)
    for bad in (
        link[:-1] + ("0" if link[-1] != "0" else "1"),
        link.partition("?")[0],
        link.replace("/input/", "/output/"),
        f"{caller.url}/files/%2e%2e/emulator.sqlite3?expires=99999999999&sign=00",
        f"{caller.url}/files/..%2femulator.sqlite3?expires=99999999999&sign=é",
    ):
        assert fetch(bad).status_code in (403, 404)


def test_links_die_and_say_so_as_a_storage_does(caller: Caller) -> None:
    caller.script(settings={"upload_seconds": -1})
    dead = fetch(caller.link_of("a.png", CONTENT))
    assert dead.status_code == 403
    assert dead.headers["content-type"].startswith("application/xml")
    assert "expired" in dead.text


def test_asking_again_gives_a_living_link(caller: Caller) -> None:
    task_id = caller.submit(PICTURE, prompt="a fox", resolution="1k")["taskId"]
    caller.wait_for(task_id)
    caller.fault("query", "expire")
    assert fetch(caller.query(task_id)["results"][0]["url"]).status_code == 404, "deleted"
    link = caller.query(task_id)["results"][0]["url"]
    caller.fault("download", "expire")
    assert fetch(link).status_code == 403
    assert fetch(link).status_code == 200


def test_with_a_switch_asking_again_gives_the_same_dead_link(caller: Caller) -> None:
    task_id = caller.submit(PICTURE, prompt="a fox", resolution="1k")["taskId"]
    caller.wait_for(task_id)
    caller.script(settings={"fresh_links": False, "link_seconds": -10})
    first, second = (caller.query(task_id)["results"][0]["url"] for _ in range(2))
    assert first == second
    assert fetch(first).status_code == 404
