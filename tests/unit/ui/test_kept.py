"""What never changes under its address is asked for once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from rh_ui.ui.kept import FOR_EVER, Kept

OURS = "/rh/assets/abc123/js/dom.js"
GRADIOS = "/assets/index-DphvyggB.js"


class Shelf:
    """An ASGI app that counts, and sends its answer in two pieces."""

    def __init__(self, status: int = 200, cache: str = "") -> None:
        self.asked: list[str] = []
        self._status = status
        self._cache = cache

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(scope["path"])
        headers = [(b"x-packed", Headers(scope=scope).get("accept-encoding", "no").encode())]
        if self._cache:
            headers.append((b"cache-control", self._cache.encode()))
        await send({"type": "http.response.start", "status": self._status, "headers": headers})
        await send({"type": "http.response.body", "body": b"first ", "more_body": True})
        await send({"type": "http.response.body", "body": b"second"})


def ask(app: Kept, path: str, method: str = "GET", query: bytes = b"", **headers: str) -> dict[str, Any]:
    told: list[Message] = []

    async def send(message: Message) -> None:
        # As a layer around it does, which must not show in the next answer.
        message.get("headers", []).append((b"x-passed", b"on"))
        told.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": query, "headers": raw}
    asyncio.run(app(scope, receive, send))
    names = Headers(raw=told[0]["headers"])
    body = b"".join(message.get("body", b"") for message in told[1:])
    return {"status": told[0]["status"], "headers": names, "body": body, "all": told[0]["headers"]}


@pytest.mark.parametrize(("path", "cache"), [(OURS, FOR_EVER), (GRADIOS, "")])
def test_the_second_time_comes_from_memory_and_says_the_same(path: str, cache: str) -> None:
    shelf = Shelf(cache=cache)
    kept = Kept(shelf)
    first, second, third = (ask(kept, path) for _ in range(3))
    assert first == second == third
    assert first["body"] == b"first second" and first["headers"]["cache-control"] == FOR_EVER
    assert shelf.asked == [path]


def test_packed_and_not_packed_are_kept_apart() -> None:
    shelf = Shelf()
    kept = Kept(shelf)
    for _ in range(2):
        assert ask(kept, GRADIOS)["headers"]["x-packed"] == "no"
        assert ask(kept, GRADIOS, accept_encoding="gzip, br")["headers"]["x-packed"] == "gzip, br"
    assert len(shelf.asked) == 2


@pytest.mark.parametrize(
    ("path", "request_of"),
    [
        ("/rh/files/1/a.png", {}),
        ("/rh/models/abc123/en/image.json", {}),
        ("/assets/favicon.svg", {}),
        ("/assets/../data/studio-12345678.db", {}),
        ("/", {}),
        (OURS, {"method": "HEAD"}),
        (OURS, {"query": b"v=1"}),
        (OURS, {"range": "bytes=0-3"}),
        (OURS, {"if_none_match": '"x"'}),
    ],
)
def test_all_else_is_asked_for_each_time(path: str, request_of: dict[str, Any]) -> None:
    shelf = Shelf(cache=FOR_EVER)
    kept = Kept(shelf)
    for _ in range(2):
        ask(kept, path, **request_of)
    assert len(shelf.asked) == 2


@pytest.mark.parametrize(
    ("path", "shelf"),
    [
        (OURS, Shelf(cache="no-cache")),
        (OURS, Shelf()),
        (OURS, Shelf(status=404, cache=FOR_EVER)),
        (GRADIOS, Shelf(status=404)),
    ],
)
def test_what_may_change_and_what_is_missing_is_not_kept(path: str, shelf: Shelf) -> None:
    kept = Kept(shelf)
    answers = [ask(kept, path) for _ in range(2)]
    assert len(shelf.asked) == 2
    if answers[0]["status"] == 404 and path == GRADIOS:
        assert "cache-control" not in answers[0]["headers"]


def test_memory_has_an_end() -> None:
    shelf = Shelf()
    kept = Kept(shelf, most=20)
    for name in ("one", "two"):
        for _ in range(2):
            assert ask(kept, f"/assets/{name}-DphvyggB.js")["body"] == b"first second"
    assert shelf.asked == ["/assets/one-DphvyggB.js", *["/assets/two-DphvyggB.js"] * 2]
