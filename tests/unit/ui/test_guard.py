"""Foreign hosts and origins are refused."""

from __future__ import annotations

import asyncio
from ipaddress import ip_network

import pytest
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from rh_ui.i18n import LANGUAGES, load_words
from rh_ui.web.middleware.guard import AccessPolicy, Guard, client_of, reach_of, refusal
from rh_ui.web.routes.file_response import disposition

WORDS = {language: load_words(language) for language in LANGUAGES}


NEAR = reach_of("127.0.0.1", "", demo=True)
KEYED = reach_of("127.0.0.1", "", demo=False)
LAN = reach_of("0.0.0.0", "", demo=True)
BEHIND = reach_of("127.0.0.1", "https://Studio.example.org:443/studio", demo=True)
BEYOND = reach_of("0.0.0.0", "https://studio.example.org", demo=True)
SPACE = reach_of("0.0.0.0", "https://me-studio.hf.space", demo=True, any_name=True)
PROXIED = {"x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "https"}


def asked(reach: AccessPolicy, method: str, host: str, origin: str = "", path: str = "/", **more: str) -> str:
    named = {key.replace("_", "-"): value for key, value in more.items()}
    headers = {"host": host, **({"origin": origin} if origin else {}), **named}
    return refusal(method, path, Headers(headers), reach)[0]


@pytest.mark.parametrize("reach", [NEAR, KEYED], ids=["demo", "keyed"])
@pytest.mark.parametrize(
    ("method", "host", "origin"),
    [
        ("GET", "127.0.0.1:7860", ""),
        ("POST", "localhost:7860", "http://localhost:7860"),
        ("POST", "127.0.0.1:7860", ""),
        ("GET", "[::1]:7860", "http://elsewhere.example"),
    ],
)
def test_own_pages_and_scripts_pass(reach: AccessPolicy, method: str, host: str, origin: str) -> None:
    assert asked(reach, method, host, origin) == ""


@pytest.mark.parametrize("reach", [NEAR, KEYED], ids=["demo", "keyed"])
@pytest.mark.parametrize(
    ("method", "host", "origin", "why"),
    [
        ("POST", "127.0.0.1:7860", "http://evil.example", "guard.origin"),
        ("POST", "localhost:7860", "http://localhost:9999", "guard.origin"),
        ("POST", "127.0.0.1:7860", "null", "guard.origin"),
        ("POST", "127.0.0.1:7860", "http://[", "guard.origin"),
        ("POST", "127.0.0.1:7860", "http://[::1", "guard.origin"),
        ("GET", "evil.example:7860", "", "guard.host"),
        ("GET", "192.0.2.7:7860", "", "guard.host"),
        ("GET", "[broken", "", "guard.host"),
        ("GET", "", "", "guard.host"),
    ],
)
def test_foreign_pages_are_refused(
    reach: AccessPolicy, method: str, host: str, origin: str, why: str
) -> None:
    assert asked(reach, method, host, origin) == why


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_of_the_api_a_foreign_page_can_ask_nothing(method: str) -> None:
    host, path = "127.0.0.1:7860", "/rh/api/runs/board"
    assert asked(NEAR, method, host, path=path, sec_fetch_site="same-origin") == ""
    assert asked(NEAR, method, host, f"http://{host}", path=path) == ""
    assert asked(NEAR, method, host, path=path) == "", "a program has neither"
    assert asked(NEAR, method, host, "http://evil.example", path=path) == "guard.origin"
    assert asked(NEAR, method, host, path=path, sec_fetch_site="cross-site") == "guard.origin"
    assert asked(NEAR, "GET", host, path="/rh/files/x/y.png", sec_fetch_site="cross-site") == ""


def test_a_public_demo_answers_to_any_name_but_not_to_other_origins() -> None:
    for reach, name in ((LAN, "demo.lan:7860"), (SPACE, "whatever.internal")):
        assert asked(reach, "POST", name, f"http://{name}") == ""
        assert asked(reach, "POST", name, f"http://{name}", **PROXIED) == ""
        assert asked(reach, "POST", name, "https://evil.example") == "guard.origin"


def test_a_page_with_an_address_for_others_answers_to_that_one() -> None:
    for reach, origin in ((BEHIND, "https://studio.example.org"), (BEYOND, "https://studio.example.org")):
        for host in ("studio.example.org", "127.0.0.1:7860"):  # a proxy may pass the name on, or not
            assert asked(reach, "POST", host, origin, **PROXIED) == ""
            assert asked(reach, "POST", host, "http://studio.example.org.evil.example") == "guard.origin"
        assert asked(reach, "GET", "evil.example") == "guard.host"
    assert asked(BEYOND, "GET", "192.0.2.7:7860") == ""
    assert asked(BEHIND, "GET", "192.0.2.7:7860") == "guard.host"
    assert reach_of("127.0.0.1", "https://studio.example.org", demo=False) == KEYED


@pytest.mark.parametrize(
    "header",
    [
        "Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix",
        "X-Forwarded", "X-Real-IP", "X-Client-IP", "True-Client-IP", "Fly-Client-IP", "CF-Connecting-IP",
        "X-Gradio-Server", "X-Original-URL",
    ],
)  # fmt: skip
def test_what_a_proxy_passes_on_is_refused_where_only_this_computer_is_answered(header: str) -> None:
    """Everywhere else it is removed, so that nothing behind the guard trusts it."""
    said = {header.lower().replace("-", "_"): "198.51.100.1"}
    assert asked(NEAR, "GET", "127.0.0.1:7860", **said) == "guard.proxy"
    assert asked(KEYED, "GET", "127.0.0.1:7860", **said) == "guard.proxy_key"
    assert asked(BEHIND, "GET", "127.0.0.1:7860", **said) == ""
    assert seen_behind(BEHIND, "/", header) == ["host"]
    assert seen_behind(KEYED, "/rh/hooks/a/b", header) == ["host"]


def seen_behind(reach: AccessPolicy, path: str, header: str) -> list[str]:
    """The names of the headers that pass."""
    came: list[str] = []

    async def inside(scope: Scope, _receive: Receive, _send: Send) -> None:
        came.extend(name.decode() for name, _ in scope["headers"])

    headers = [(b"host", b"127.0.0.1:7860"), (header.encode(), b"198.51.100.1")]
    scope = {"type": "http", "method": "GET", "path": path, "headers": headers}
    asyncio.run(Guard(inside, reach, WORDS)(scope, nothing, nobody))
    return came


@pytest.mark.parametrize(
    ("language", "said"), [("", "proxy"), ("de,en;q=0.9", "proxy"), ("zh-CN,en", "代理")]
)
def test_a_refusal_is_said_in_the_readers_language(language: str, said: str) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", b"127.0.0.1"), (b"via", b"1.1 gate"), (b"accept-language", language.encode())]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers}
    asyncio.run(Guard(broken_off, KEYED, WORDS)(scope, nothing, send))
    assert sent[0]["status"] == 403
    text = sent[1]["body"].decode()
    assert said in text and "(via)" in text.replace("（", "(").replace("）", ")") and "--demo" in text


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
        asyncio.run(Guard(broken_off, NEAR, WORDS)(scope, nothing, nobody))
    assert [record.levelname for record in caplog.records if record.name == "rh_ui.web.middleware.guard"] == [
        "INFO"
    ]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/rh/join/s3cret", "/rh/join/…"),
        ("/rh/join/s3cret/", "/rh/join/…"),
        ("/rh/hooks/a-task/s3cret", "/rh/hooks/a-task/…"),
        ("/gradio_api/upload", "/gradio_api/upload"),
    ],
)
def test_the_log_has_no_secret_of_an_address(caplog: pytest.LogCaptureFixture, path: str, shown: str) -> None:
    scope = {"type": "http", "method": "POST", "path": path, "headers": [(b"host", b"localhost")]}
    with caplog.at_level("INFO"):
        asyncio.run(Guard(broken_off, NEAR, WORDS)(scope, nothing, nobody))
    assert caplog.messages == [f"the browser disconnected during POST {shown}"]


def test_a_page_with_a_key_and_people_is_reached_as_a_demo_is() -> None:
    """On its own computer, on a network, and by its name behind a proxy."""
    public = "https://studio.example.org/studio"
    for host, shown_at in (("127.0.0.1", ""), ("0.0.0.0", ""), ("127.0.0.1", public), ("0.0.0.0", public)):
        open_to_all = reach_of(host, shown_at, demo=True)
        assert reach_of(host, shown_at, demo=False, people=True) == open_to_all
        assert reach_of(host, shown_at, demo=False).keyed


def test_the_public_name_goes_with_its_scheme() -> None:
    for origin, why in (("https://studio.example.org", ""), ("http://studio.example.org", "guard.origin")):
        assert asked(BEHIND, "POST", "studio.example.org", origin) == why


@pytest.mark.parametrize(
    ("peer", "told", "client"),
    [
        ("10.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", ["192.0.2.66, 203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", ["192.0.2.66", "203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", ["203.0.113.7, 10.0.0.2"], "203.0.113.7"),
        ("10.0.0.1", ["[2001:db8::7]:4711"], "2001:db8::7"),
        ("10.0.0.1", ["203.0.113.7:4711"], "203.0.113.7"),
        ("::ffff:10.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("10.0.0.1", ["10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", ["203.0.113.7, unknown"], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("203.0.113.9", ["192.0.2.66"], "203.0.113.9"),
    ],
)
def test_a_client_is_whom_the_named_proxies_say(peer: str, told: list[str], client: str) -> None:
    found = client_of({"client": (peer, 1)}, told, [ip_network("10.0.0.0/30")])
    assert found is not None and found[0] == client
    assert client_of({"client": (peer, 1)}, told, []) == (peer, 1)
