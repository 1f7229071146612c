"""Foreign hosts and origins are refused."""

from __future__ import annotations

import asyncio

import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from rh_ui.ui.guard import LOOPBACK, Guard, refusal
from rh_ui.ui.serving import disposition
from rh_ui.ui.shell import allowed_hosts


@pytest.mark.parametrize(
    ("method", "host", "origin"),
    [
        ("GET", "127.0.0.1:7860", ""),
        ("POST", "localhost:7860", "http://localhost:7860"),
        ("POST", "127.0.0.1:7860", ""),
        ("GET", "[::1]:7860", "http://elsewhere.example"),
    ],
)
def test_own_pages_and_scripts_pass(method: str, host: str, origin: str) -> None:
    assert refusal(method, host, origin, LOOPBACK) == ""


@pytest.mark.parametrize(
    ("method", "host", "origin"),
    [
        ("POST", "127.0.0.1:7860", "http://evil.example"),
        ("POST", "localhost:7860", "http://localhost:9999"),
        ("POST", "127.0.0.1:7860", "null"),
        ("GET", "evil.example:7860", ""),
        ("GET", "", ""),
    ],
)
def test_foreign_pages_are_refused_in_words(method: str, host: str, origin: str) -> None:
    assert refusal(method, host, origin, LOOPBACK).endswith((".", "done."))


def test_a_public_demo_answers_to_any_name_but_not_to_other_origins() -> None:
    assert allowed_hosts("0.0.0.0") is None
    assert allowed_hosts("127.0.0.2") == LOOPBACK | {"127.0.0.2"}
    assert refusal("POST", "demo.example", "https://demo.example", None) == ""
    assert refusal("POST", "demo.example", "https://evil.example", None)


@pytest.mark.parametrize(
    ("mime", "download", "expected"),
    [
        ("image/png", False, "inline"),
        ("image/png", True, "attachment"),
        ("image/svg+xml", False, "attachment"),
        ("text/html", False, "attachment"),
        ("video/mp4", False, "inline"),
        ("application/zip", False, "attachment"),
    ],
)
def test_only_what_is_safe_is_shown_inline(mime: str, download: bool, expected: str) -> None:
    assert disposition(mime, download) == expected


async def broken_off(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise ClientDisconnect


async def nothing() -> Message:
    raise AssertionError("the server listens to nobody")


async def nobody(_message: Message) -> None:
    raise AssertionError("the server answers nobody")


def test_an_upload_that_is_broken_off_is_no_fault_of_the_server(caplog: pytest.LogCaptureFixture) -> None:
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/gradio_api/upload",
        "headers": [(b"host", b"localhost")],
    }
    with caplog.at_level("INFO"):
        asyncio.run(Guard(broken_off, LOOPBACK)(scope, nothing, nobody))
    assert [record.levelname for record in caplog.records if record.name == "rh_ui.ui.guard"] == ["INFO"]
