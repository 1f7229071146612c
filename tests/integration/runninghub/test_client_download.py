"""Downloads over real HTTP: a file is complete or not there, and the key is never sent along (C05, C08,
C12)."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from rh_ui.domain import OutputKind
from rh_ui.errors import FileFault, LinkGone, StorageFault, TooSlow, Truncated, Unreachable, WrongContent
from rh_ui.runninghub.download import Bounds, Downloaded, download
from tests.here import OPEN
from tests.integration.runninghub.conftest import Seen, Start, Wire, always

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 400


IMPATIENT = Bounds(silence=0.5)


def chunked(data: bytes, *, end: bool = True) -> bytes:
    pieces = [data[at : at + 1000] for at in range(0, len(data), 1000)]
    return b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in pieces) + (b"0\r\n\r\n" if end else b"")


def fetch(url: str, folder: Path, expected: OutputKind | None = OutputKind.IMAGE) -> Downloaded:
    return download(
        f"{url}/x.png?sign=SECRETSIGN", folder / "x", expected=expected, gate=OPEN, bounds=IMPATIENT
    )


def test_whole_files(start_server: Start, wire: Wire, tmp_path: Path) -> None:
    packed = gzip.compress(PNG)
    for answer in (
        wire.http(200, PNG, "Content-Type: application/octet-stream"),
        wire.http(200, PNG, length=-1),
        wire.http(200, chunked(PNG), "Transfer-Encoding: chunked"),
        wire.http(200, packed, "Content-Encoding: gzip"),
        wire.http(200, chunked(packed), "Transfer-Encoding: chunked", "Content-Encoding: gzip"),
        wire.http(200, PNG, "Content-Type: text/plain; charset=utf-8"),
    ):
        server = start_server(always(answer))
        got = fetch(server.url, tmp_path)
        assert (tmp_path / "x").read_bytes() == PNG
        assert got.size == len(PNG)
        assert sorted(p.name for p in tmp_path.iterdir()) == ["x"]
        assert server.seen[0].headers["accept-encoding"] == "identity"


CUT = {
    "short of its length": (PNG[:5000], ["Content-Length: 100000"]),
    "no last chunk": (chunked(PNG[:5000], end=False), ["Transfer-Encoding: chunked"]),
    "cut inside a chunk": (chunked(PNG)[:4321], ["Transfer-Encoding: chunked"]),
    "packed, cut, right length": (gzip.compress(PNG)[:300], ["Content-Encoding: gzip"]),
    "packed, cut, chunked with end": (
        chunked(gzip.compress(PNG)[:300]), ["Content-Encoding: gzip", "Transfer-Encoding: chunked"],
    ),
    "packed and short": (gzip.compress(PNG), ["Content-Encoding: gzip", "Content-Length: 99999"]),
}  # fmt: skip


@pytest.mark.parametrize(("body", "headers"), CUT.values(), ids=CUT.keys())
def test_cut_files_leave_nothing(
    start_server: Start, wire: Wire, tmp_path: Path, body: bytes, headers: list[str]
) -> None:
    server = start_server(lambda _seen: wire.http(200, body, *headers))
    with pytest.raises(Truncated):
        fetch(server.url, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_stalled_file_leaves_nothing(start_server: Start, tmp_path: Path) -> None:
    server = start_server(lambda _seen: None)
    with pytest.raises(TooSlow):
        fetch(server.url, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_slow_drip_may_take_longer_than_the_limit_on_silence(
    start_server: Start, wire: Wire, tmp_path: Path
) -> None:
    """Each pause is shorter than `silence`; together they are twice as long."""

    def drip(_seen: Seen) -> Iterator[bytes]:
        answer = wire.http(200, PNG)
        size = len(answer) // 10 + 1
        for at in range(0, len(answer), size):
            yield answer[at : at + size]
            server.ended.wait(0.1)

    server = start_server(drip)
    told: list[int] = []
    got = download(
        f"{server.url}/x",
        tmp_path / "x",
        progress=lambda done, _: told.append(done),
        gate=OPEN,
        bounds=IMPATIENT,
    )
    assert (got.size, (tmp_path / "x").read_bytes()) == (len(PNG), PNG)
    assert len(told) > 5, "what came is told as it comes, not by the block"


def test_failed_fetch_keeps_what_was_there(start_server: Start, wire: Wire, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"earlier")
    server = start_server(lambda _seen: wire.http(200, PNG[:50], "Content-Length: 100"))
    with pytest.raises(Truncated):
        fetch(server.url, tmp_path)
    assert (tmp_path / "x").read_bytes() == b"earlier"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_dead_links(start_server: Start, wire: Wire, tmp_path: Path, status: int) -> None:
    server = start_server(lambda _seen: wire.http(status, b"<Error>no</Error>"))
    with pytest.raises(LinkGone):
        fetch(server.url, tmp_path)


@pytest.mark.parametrize("status", [204, 206, 429, 500, 502, 503])
def test_stores_in_trouble(start_server: Start, wire: Wire, tmp_path: Path, status: int) -> None:
    server = start_server(lambda _seen: wire.http(status, b"", "Retry-After: 3"))
    with pytest.raises(Unreachable) as caught:
        fetch(server.url, tmp_path)
    assert caught.value.retry_after == 3
    assert list(tmp_path.iterdir()) == []


PAGE = b"\xef\xbb\xbf  <!-- hi --><!DOCTYPE html><html><body>log in</body></html>"
DENIED = b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>'
WRONG = [
    (PAGE, "text/html", OutputKind.VIDEO),
    (PAGE, "image/png", None),
    (b"please log in", "text/html", OutputKind.IMAGE),
    (b'{"code":401,"msg":"no"}', "application/json", OutputKind.IMAGE),
    (DENIED, "application/xml", OutputKind.IMAGE),
    (DENIED, "application/xml", OutputKind.TEXT),
    (b"", "image/png", OutputKind.IMAGE),
    (b"", "text/plain", OutputKind.TEXT),
]


@pytest.mark.parametrize(("body", "content_type", "expected"), WRONG)
def test_wrong_content_leaves_nothing(
    start_server: Start,
    wire: Wire,
    tmp_path: Path,
    body: bytes,
    content_type: str,
    expected: OutputKind | None,
) -> None:
    server = start_server(lambda _seen: wire.http(200, body, f"Content-Type: {content_type}"))
    with pytest.raises(WrongContent):
        fetch(server.url, tmp_path, expected)
    assert list(tmp_path.iterdir()) == []


GENUINE = [
    (b"glTF\x02\x00\x00\x00\x10\x00\x00\x00", "text/plain", OutputKind.MODEL),
    (b'{"asset":{"version":"2.0"}}', "application/json", OutputKind.MODEL),
    (b'{"answer":1}', "application/json", OutputKind.TEXT),
    (b"<html>a page is what was asked for</html>", "text/html", OutputKind.TEXT),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", OutputKind.IMAGE),
    (b"words", "text/plain", OutputKind.TEXT),
]


@pytest.mark.parametrize(("body", "content_type", "expected"), GENUINE)
def test_genuine_content_passes(
    start_server: Start, wire: Wire, tmp_path: Path, body: bytes, content_type: str, expected: OutputKind
) -> None:
    server = start_server(lambda _seen: wire.http(200, body, f"Content-Type: {content_type}"))
    assert fetch(server.url, tmp_path, expected).content_type == content_type
    assert (tmp_path / "x").read_bytes() == body


def test_nothing_secret_goes_to_a_store(
    start_server: Start, wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    store = start_server(lambda _seen: wire.http(200, PNG))
    first = start_server(lambda _seen: wire.http(302, b"", f"Location: {store.url}/y?a=b", "Set-Cookie: c=d"))
    fetch(first.url, tmp_path)
    for seen in first.seen + store.seen:
        assert not {"authorization", "cookie", "proxy-authorization"} & seen.headers.keys()
    assert store.seen[0].path == "/y?a=b"


def test_redirect_to_a_login_page(start_server: Start, wire: Wire, tmp_path: Path) -> None:
    page = start_server(lambda _seen: wire.http(200, PAGE, "Content-Type: text/html"))
    server = start_server(lambda _seen: wire.http(302, b"", f"Location: {page.url}/login"))
    with pytest.raises(WrongContent):
        fetch(server.url, tmp_path)


def test_redirects_in_circles(start_server: Start, wire: Wire, tmp_path: Path) -> None:
    server = start_server(lambda _seen: wire.http(302, b"", "Location: /again"))
    with pytest.raises(Unreachable):
        fetch(server.url, tmp_path)
    assert len(server.seen) <= 6


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x.invalid/a", "nonsense", "http://127.0.0.1:1/a"]
)
def test_unusable_links(tmp_path: Path, url: str) -> None:
    with pytest.raises(Unreachable):
        download(f"{url}?sign=SECRETSIGN", tmp_path / "x", gate=OPEN)


def test_errors_hold_no_signature(start_server: Start, wire: Wire, tmp_path: Path) -> None:
    answers = [
        None,
        b"",
        wire.http(403),
        wire.http(500),
        wire.http(200, PNG[:9], "Content-Length: 10"),
        b"junk\r\n",
    ]
    for answer in answers:
        server = start_server(always(answer))
        with pytest.raises((FileFault, Unreachable)) as caught:
            fetch(server.url, tmp_path)
        assert "SECRETSIGN" not in f"{caught.value!r}{caught.value.__cause__!r}"
        assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_missing_folder_and_full_disk(start_server: Start, wire: Wire, tmp_path: Path) -> None:
    server = start_server(lambda _seen: wire.http(200, PNG))
    with pytest.raises(StorageFault):
        fetch(server.url, tmp_path / "nowhere")
    huge = start_server(lambda _seen: wire.http(200, PNG, "Content-Length: 999999999999999"))
    with pytest.raises(StorageFault, match="room"):
        fetch(huge.url, tmp_path)


def test_large_files_take_little_memory(start_server: Start, wire: Wire, tmp_path: Path) -> None:
    body = b"\x89PNG\r\n\x1a\n" + bytes(24_000_000)
    answer = wire.http(200, body)
    packed = wire.http(200, gzip.compress(body, 1), "Content-Encoding: gzip")
    told: list[int] = []
    for data in (answer, packed):
        server = start_server(always(data))
        tracemalloc.start()
        try:
            got = download(
                f"{server.url}/x", tmp_path / "x", progress=lambda done, _: told.append(done), gate=OPEN
            )
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert got.size == len(body)
        assert peak < 8_000_000
    assert told[-1] < len(body) < told[-2] + len(body)
