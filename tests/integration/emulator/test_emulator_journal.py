"""The journal: every request, in order, without secrets."""

from __future__ import annotations

import hashlib

import pytest

from tests.integration.emulator.caller import EDIT, TEXT, Caller


def test_a_submit_is_told_with_its_body_and_its_answer(caller: Caller) -> None:
    since = caller.last_number()
    task_id = caller.submit(TEXT, prompt="喵 and more")["taskId"]
    (entry,) = caller.journal(since)
    assert entry["n"] == since + 1
    assert (entry["method"], entry["path"]) == ("POST", f"/openapi/v2/{TEXT}")
    assert (entry["operation"], entry["endpoint"]) == ("submit", TEXT)
    assert entry["body"] == {"prompt": "喵 and more"}
    assert (entry["status"], entry["code"], entry["task_id"]) == (200, "", task_id)
    assert (entry["authorization"], entry["account"]) == (True, "demo-shared")
    assert entry["headers"]["content-type"] == "application/json"


def test_an_upload_is_told_with_name_size_and_hash(caller: Caller) -> None:
    since = caller.last_number()
    link = caller.link_of("my photo.png", b"made up")
    caller.send("GET", link.removeprefix(caller.url))
    upload, download = caller.journal(since)
    digest = hashlib.sha256(b"made up").hexdigest()
    assert upload["file"] == {"name": "my photo.png", "size": 7, "sha256": digest, "stored": f"{digest}.png"}
    assert (download["operation"], download["authorization"], download["status"]) == ("download", True, 400)


def test_refusals_are_told_with_their_code(caller: Caller) -> None:
    since = caller.last_number()
    caller.post(f"/openapi/v2/{TEXT}", {})
    caller.classic("cancel", "2009000000000000001")
    assert [entry["code"] for entry in caller.journal(since)] == ["1007", "807"]


@pytest.mark.parametrize("key", ["rh_TESTKEY_0123456789abcdef"])
def test_no_key_is_ever_in_it(caller: Caller, key: str) -> None:
    since = caller.last_number()
    caller.as_key(key).submit()
    caller.post("/uc/openapi/accountStatus", {"apikey": key})
    caller.post("/task/openapi/status", {"apiKey": key, "taskId": "1"})
    entries = caller.journal(since)
    assert key not in str(entries)
    named = hashlib.sha256(key.encode()).hexdigest()[:12]
    assert [entry["key_fingerprint"] for entry in entries] == [named] * 3


def test_long_data_is_named_by_its_hash(caller: Caller) -> None:
    since = caller.last_number()
    data = "data:image/png;base64," + "QUJD" * 500
    caller.submit(EDIT, prompt="x", imageUrls=[data], resolution="1k")
    (entry,) = caller.journal(since)
    shown = entry["body"]["imageUrls"][0]
    assert len(shown) < 200
    assert hashlib.sha256(data.encode()).hexdigest() in shown
