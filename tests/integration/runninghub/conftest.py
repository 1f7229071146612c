"""The emulator; and a server on a bare socket, so that tests decide every byte: cut, lost and wrong
answers."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from rh_ui.emulator.runner import start_emulator

KEY = "rh_TESTKEY_0123456789abcdef"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An emulator for one file of tests."""
    running = start_emulator(tmp_path_factory.mktemp("emulator"), "--fast", "--small")
    yield running.url
    running.stop()


def script(url: str, **parts: Any) -> None:
    """Set its faults and switches."""
    assert requests.post(f"{url}/_emulator/script", json=parts, timeout=30).status_code == 200


@dataclass
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> object:
        return json.loads(self.body)


Answer = Callable[[Seen], bytes | Iterable[bytes] | None]


@dataclass
class RawServer:
    """Answers every request with what `answer` returns, at once or piece by piece, and closes; None: never
    answers."""

    answer: Answer = lambda _seen: b""
    seen: list[Seen] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.threads = [threading.Thread(target=self._accept, daemon=True)]
        self.threads[0].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.threads.append(threading.Thread(target=self._serve, args=(connection,), daemon=True))
                self.threads[-1].start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(10)
            seen = self._read(connection)
            if seen is None:
                return
            self.seen.append(seen)
            data = self.answer(seen)
            if data is None:
                self.ended.wait(10)
                return
            for piece in [data] if isinstance(data, bytes) else data:
                connection.sendall(piece)
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1)

    @staticmethod
    def _read(connection: socket.socket) -> Seen | None:
        data = b""
        while b"\r\n\r\n" not in data:
            block = connection.recv(65536)
            if not block:
                return None
            data += block
        head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
        pieces, have = [body], len(body)
        while have < int(headers.get("content-length", "0")):
            block = connection.recv(1 << 20)
            if not block:
                return None
            pieces.append(block)
            have += len(block)
        method, path, _ = first.split(" ", 2)
        return Seen(method, path, headers, b"".join(pieces))

    def stop(self) -> None:
        self.ended.set()
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self.threads:
            thread.join(5)


def http(status: int, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    """A whole HTTP answer; `length` gives a wrong size of the body."""
    lines = [f"HTTP/1.1 {status} Whatever", "Connection: close", *headers]
    if (
        not any(h.lower().startswith(("content-length", "transfer-encoding")) for h in headers)
        and length != -1
    ):
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def always(data: bytes | None) -> Answer:
    """Answers every request with the same bytes."""
    return lambda _seen: data


def reply(value: object, status: int = 200, *headers: str) -> bytes:
    """A JSON answer."""
    return http(status, json.dumps(value).encode(), "Content-Type: application/json", *headers)


Start = Callable[[Answer], RawServer]


@pytest.fixture
def start_server() -> Iterator[Start]:
    """Starts servers that end with the test."""
    servers: list[RawServer] = []

    def start(answer: Answer) -> RawServer:
        servers.append(RawServer(answer))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


class Wire:
    """The makers of answers, and the test key."""

    KEY = KEY
    http = staticmethod(http)
    reply = staticmethod(reply)


@pytest.fixture
def wire() -> Wire:
    """`wire.http`, `wire.reply` and `wire.KEY`."""
    return Wire()
