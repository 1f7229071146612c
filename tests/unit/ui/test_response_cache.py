"""What never changes under its address is requested once."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

import brotli
import pytest
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from rh_ui.web.middleware.response_cache import FOR_EVER, LEAST, CompressionThread, ResponseCache, encoding_of

OURS = "/rh/assets/abc123/main.js"
GRADIOS = "/assets/index-DphvyggB.js"


PIECES = (b"first ", b"second")
LONG = (b"// many words. " * 40, *(f"const place{n} = {n * n};\n".encode() for n in range(400)))
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}


class Shelf:
    """An ASGI app that counts requests, and sends its answer in two pieces."""

    def __init__(self, status: int = 200, cache: str = "", pieces: tuple[bytes, ...] = PIECES) -> None:
        self.asked: list[str] = []
        self._status = status
        self._cache = cache
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(scope["path"])
        assert "accept-encoding" not in Headers(scope=scope) or not self._cache
        headers = [(b"content-type", b"text/javascript; charset=utf-8")]
        if self._cache:
            headers.append((b"cache-control", self._cache.encode()))
        await send({"type": "http.response.start", "status": self._status, "headers": headers})
        *early, last = self._pieces
        for piece in early:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": last})


class CutOff:
    """An app whose first answer stops half-way, as when the browser disconnects."""

    def __init__(self, pieces: int) -> None:
        self._pieces = pieces
        self._whole = Shelf(cache=FOR_EVER)
        self._asked = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent = 0 if not self._asked else -1000
        self._asked = True

        async def some(message: Message) -> None:
            nonlocal sent
            if sent < self._pieces:
                await send(message)
            sent += 1

        await self._whole(scope, receive, some)


@pytest.mark.parametrize("pieces", [0, 1, 2])
def test_an_answer_that_was_cut_off_is_not_kept(pieces: int) -> None:
    app = ResponseCache(CutOff(pieces))
    told: list[Message] = []

    async def send(message: Message) -> None:
        told.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    scope = {"type": "http", "method": "GET", "path": OURS, "query_string": b"", "headers": []}
    asyncio.run(app(scope, receive, send))
    assert told == []
    assert ask(app, OURS)["body"] == b"".join(PIECES)


def ask(
    app: ResponseCache, path: str, method: str = "GET", query: bytes = b"", **headers: str
) -> dict[str, Any]:
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
    kept = ResponseCache(shelf)
    first, second, third = (ask(kept, path) for _ in range(3))
    assert first == second == third
    assert first["body"] == b"first second" and first["headers"]["cache-control"] == FOR_EVER
    assert shelf.asked == [path]


@pytest.mark.parametrize("path", [OURS, GRADIOS])
@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, deflate, br, zstd", "br"), ("gzip, deflate", "gzip"), ("br;q=0, gzip", "gzip"), ("", "")],
)
def test_everyone_gets_it_packed_as_they_can_unpack_it(path: str, accepted: str, encoding: str) -> None:
    kept = ResponseCache(Shelf(cache=FOR_EVER, pieces=LONG))
    first = ask(kept, path, accept_encoding=accepted)
    kept.tightener.wait()
    second = ask(kept, path, accept_encoding=accepted)
    for answer in (first, second):
        assert answer["headers"].get("content-encoding", "") == encoding
        assert answer["headers"]["vary"] == "Accept-Encoding"
        assert int(answer["headers"]["content-length"]) == len(answer["body"])
        assert UNPACK[encoding](answer["body"]) == b"".join(LONG)
    assert len(second["body"]) < len(first["body"]) if encoding == "br" else len(second["body"]) > 0


def test_each_encoding_is_kept_apart() -> None:
    shelf = Shelf(cache=FOR_EVER, pieces=LONG)
    kept = ResponseCache(shelf)
    for _ in range(2):
        for accepted in ("br", "gzip", "identity"):
            ask(kept, OURS, accept_encoding=accepted)
    assert shelf.asked == [OURS] * 3


def test_what_is_small_stays_as_it_is() -> None:
    kept = ResponseCache(Shelf(cache=FOR_EVER, pieces=(b"a" * (LEAST - 1),)))
    answer = ask(kept, OURS, accept_encoding="br")
    assert "content-encoding" not in answer["headers"] and "vary" not in answer["headers"]


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, br", "br"),
        ("GZIP", "gzip"),
        ("br ; q=0.0, gzip;q=0.5", "gzip"),
        ("br;q=0,gzip; q = 0", ""),
        ("identity", ""),
        ("brotli, x-gzip-not", ""),
        ("br;q=0.1", "br"),
    ],
)
def test_the_tightest_encoding_that_is_taken(accepted: str, encoding: str) -> None:
    assert encoding_of(accepted) == encoding


def test_work_put_in_while_it_works_is_done_too() -> None:
    tightener = CompressionThread()
    done: list[int] = []

    def first() -> None:
        tightener.put(lambda: done.append(2))
        done.append(1)

    tightener.put(first)
    tightener.wait()
    tightener.put(lambda: done.append(3))
    tightener.wait()
    assert done == [1, 2, 3]


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
    kept = ResponseCache(shelf)
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
    kept = ResponseCache(shelf)
    answers = [ask(kept, path) for _ in range(2)]
    assert len(shelf.asked) == 2
    if answers[0]["status"] == 404 and path == GRADIOS:
        assert "cache-control" not in answers[0]["headers"]


def test_memory_has_an_end() -> None:
    shelf = Shelf()
    kept = ResponseCache(shelf, most=20)
    for name in ("one", "two"):
        for _ in range(2):
            assert ask(kept, f"/assets/{name}-DphvyggB.js")["body"] == b"first second"
    assert shelf.asked == ["/assets/one-DphvyggB.js", *["/assets/two-DphvyggB.js"] * 2]
