"""A download that was interrupted continues, but only if the store proves that the file is the same."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from rh_ui.errors import LinkGone, StudioError, TooSlow, Truncated, Unreachable, WrongContent
from rh_ui.runninghub.download import Bounds, download
from tests.here import OPEN
from tests.integration.runninghub.conftest import RawServer, Seen, Start, Wire

FILE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 400
OTHER = b"\x89PNG\r\n\x1a\n" + bytes(reversed(range(256))) * 400
HALF = 51_000
WHOLE = len(FILE)
TAG = 'ETag: "one"'
CUT = (f"Content-Length: {WHOLE}", TAG)


class Store:
    """Sends the first half of the file and closes; then what the test says, in turn."""

    def __init__(self, start: Start, wire: Wire, *later: bytes | None, first: Sequence[str] = CUT) -> None:
        self.answers: list[bytes | None] = [wire.http(200, FILE[:HALF], *first), *later]
        self.server: RawServer = start(self.answer)

    def answer(self, _seen: Seen) -> bytes | None:
        return self.answers.pop(0)

    def fetch(self, folder: Path, sign: str = "SECRETSIGN") -> bytes:
        download(f"{self.server.url}/x.png?sign={sign}", folder / "x", gate=OPEN, bounds=Bounds(silence=0.5))
        return (folder / "x").read_bytes()

    def broken(self, folder: Path) -> Store:
        with pytest.raises(Truncated):
            self.fetch(folder)
        assert not (folder / "x").exists(), "no short file under its final name"
        return self

    @property
    def asked(self) -> list[tuple[str, str]]:
        """The requested ranges, and their conditions."""
        return [
            (seen.headers.get("range", ""), seen.headers.get("if-range", "")) for seen in self.server.seen
        ]


def rest(wire: Wire, *headers: str, start: int = HALF, length: int = WHOLE, body: bytes = FILE) -> bytes:
    told = f"Content-Range: bytes {start}-{length - 1}/{length}"
    return wire.http(206, body[start:], told, *(headers or [TAG]))


def test_the_rest_is_asked_for_and_joined(start_server: Start, wire: Wire, tmp_path: Path) -> None:
    store = Store(start_server, wire, rest(wire)).broken(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.part", "x.part.note"]
    assert store.fetch(tmp_path, sign="ANOTHERSIGN") == FILE, "a fresh link to the same content goes on too"
    assert store.asked == [("", ""), (f"bytes={HALF}-", '"one"')]
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_the_note_holds_no_link(start_server: Start, wire: Wire, tmp_path: Path) -> None:
    Store(start_server, wire).broken(tmp_path)
    note = json.loads((tmp_path / "x.part.note").read_text())
    assert note == {"validator": '"one"', "length": WHOLE, "size": HALF}


def test_the_time_of_the_last_change_proves_it_too(start_server: Start, wire: Wire, tmp_path: Path) -> None:
    changed = "Last-Modified: Fri, 27 Nov 2026 10:00:00 GMT"
    times = (changed, "Date: Fri, 27 Nov 2026 10:00:05 GMT")
    first = (f"Content-Length: {WHOLE}", *times)
    store = Store(start_server, wire, rest(wire, *times), first=first).broken(tmp_path)
    assert store.fetch(tmp_path) == FILE
    assert store.asked[1] == (f"bytes={HALF}-", "Fri, 27 Nov 2026 10:00:00 GMT")


def test_it_continues_as_often_as_it_breaks(start_server: Start, wire: Wire, tmp_path: Path) -> None:
    length = f"Content-Length: {WHOLE - HALF}"
    told = f"Content-Range: bytes {HALF}-{WHOLE - 1}/{WHOLE}"
    more = wire.http(206, FILE[HALF:60_000], told, TAG, length)
    store = Store(start_server, wire, more, rest(wire, start=60_000)).broken(tmp_path).broken(tmp_path)
    assert store.fetch(tmp_path) == FILE
    assert [asked for asked, _ in store.asked] == ["", f"bytes={HALF}-", "bytes=60000-"]


UNPROVED = {
    "weak tag": (f"Content-Length: {WHOLE}", 'ETag: W/"one"'),
    "no validator": (f"Content-Length: {WHOLE}",),
    "changed within the second": (
        f"Content-Length: {WHOLE}",
        "Last-Modified: Fri, 27 Nov 2026 10:00:00 GMT",
        "Date: Fri, 27 Nov 2026 10:00:00 GMT",
    ),
    "no date": (f"Content-Length: {WHOLE}", "Last-Modified: Fri, 27 Nov 2026 10:00:00 GMT"),
    "packed": (f"Content-Length: {WHOLE}", TAG, "Content-Encoding: gzip"),
    "no length": ("Transfer-Encoding: chunked", TAG),
}


@pytest.mark.parametrize("first", UNPROVED.values(), ids=UNPROVED.keys())
def test_what_proves_nothing_is_begun_anew(
    start_server: Start, wire: Wire, tmp_path: Path, first: tuple[str, ...]
) -> None:
    store = Store(start_server, wire, wire.http(200, FILE, TAG), first=first)
    cut = {"packed": gzip.compress(FILE)[:300], "no length": b"7000\r\n" + FILE[:0x7000] + b"\r\n"}
    name = next(name for name, headers in UNPROVED.items() if headers == first)
    store.answers[0] = wire.http(200, cut.get(name, FILE[:HALF]), *first)
    store.broken(tmp_path)
    assert list(tmp_path.iterdir()) == [], "what can't be continued is not kept"
    assert store.fetch(tmp_path) == FILE
    assert store.asked == [("", ""), ("", "")]


def test_a_whole_answer_replaces_what_is_here(start_server: Start, wire: Wire, tmp_path: Path) -> None:
    """A store without ranges, or whose content changed, answers 200."""
    store = Store(start_server, wire, wire.http(200, OTHER, 'ETag: "two"')).broken(tmp_path)
    assert store.fetch(tmp_path) == OTHER
    assert len(store.asked) == 2


UNFIT = {
    "another tag": ('ETag: "two"',),
    "no tag": ("X-Nothing: 1",),
    "a weak tag": ('ETag: W/"one"',),
    "another place": (TAG, f"Content-Range: bytes {HALF + 1}-{WHOLE - 1}/{WHOLE}"),
    "another length": (TAG, f"Content-Range: bytes {HALF}-{WHOLE}/{WHOLE + 1}"),
    "not to the end": (TAG, f"Content-Range: bytes {HALF}-{WHOLE - 2}/{WHOLE}"),
    "unknown length": (TAG, f"Content-Range: bytes {HALF}-{WHOLE - 1}/*"),
    "no range": (TAG, "Content-Range: none"),
    "a body of another length": (
        TAG,
        f"Content-Range: bytes {HALF}-{WHOLE - 1}/{WHOLE}",
        "Content-Length: 7",
    ),
    "packed": (TAG, f"Content-Range: bytes {HALF}-{WHOLE - 1}/{WHOLE}", "Content-Encoding: gzip"),
}


@pytest.mark.parametrize("headers", UNFIT.values(), ids=UNFIT.keys())
def test_a_part_that_does_not_fit_is_never_joined(
    start_server: Start, wire: Wire, tmp_path: Path, headers: tuple[str, ...]
) -> None:
    usual = () if any("Range" in header for header in headers) else (
        f"Content-Range: bytes {HALF}-{WHOLE - 1}/{WHOLE}",
    )  # fmt: skip
    unfit = wire.http(206, OTHER[HALF:], *usual, *headers)
    store = Store(start_server, wire, unfit, wire.http(200, OTHER)).broken(tmp_path)
    assert store.fetch(tmp_path) == OTHER
    assert [asked for asked, _ in store.asked] == ["", f"bytes={HALF}-", ""]


def test_a_range_that_is_refused_is_begun_anew(start_server: Start, wire: Wire, tmp_path: Path) -> None:
    store = Store(start_server, wire, wire.http(416), wire.http(200, FILE)).broken(tmp_path)
    assert store.fetch(tmp_path) == FILE


@pytest.mark.parametrize(
    ("answer", "fault"),
    [(403, LinkGone), (404, LinkGone), (410, LinkGone), (500, Unreachable), (None, TooSlow)],
)
def test_a_dead_link_or_a_silent_store_costs_nothing_of_what_is_here(
    start_server: Start, wire: Wire, tmp_path: Path, answer: int | None, fault: type[StudioError]
) -> None:
    later = None if answer is None else wire.http(answer)
    store = Store(start_server, wire, later, rest(wire)).broken(tmp_path)
    with pytest.raises(fault):
        store.fetch(tmp_path)
    assert store.fetch(tmp_path, sign="FRESH") == FILE
    assert [asked for asked, _ in store.asked] == ["", f"bytes={HALF}-", f"bytes={HALF}-"]


def test_whoever_stops_it_finds_it_again(start_server: Start, wire: Wire, tmp_path: Path) -> None:
    class Stop(Exception):
        pass

    def stop(done: int, total: int | None) -> None:
        assert 0 < done <= WHOLE == total
        raise Stop

    store = Store(start_server, wire)
    store.answers = [wire.http(200, FILE, TAG)]
    with pytest.raises(Stop):
        download(f"{store.server.url}/x", tmp_path / "x", progress=stop, gate=OPEN)
    size = (tmp_path / "x.part").stat().st_size
    start = min(size, WHOLE - 1)
    store.answers = [rest(wire, start=start)]
    told: list[tuple[int, int | None]] = []
    download(f"{store.server.url}/x", tmp_path / "x", progress=lambda *done: told.append(done), gate=OPEN)
    assert (tmp_path / "x").read_bytes() == FILE
    assert told[-1] == (WHOLE, WHOLE), "what was here before counts as done"
    assert store.asked[1] == (f"bytes={start}-", '"one"')


BAD_NOTES = ["", "no json", "[]", "{}", '{"validator": "\\"one\\"", "length": "x", "size": 9}', "null"]


@pytest.mark.parametrize("note", BAD_NOTES)
def test_a_damaged_note_is_no_note(start_server: Start, wire: Wire, tmp_path: Path, note: str) -> None:
    store = Store(start_server, wire, wire.http(200, FILE)).broken(tmp_path)
    (tmp_path / "x.part.note").write_text(note)
    assert store.fetch(tmp_path) == FILE
    assert store.asked[1] == ("", "")


def test_bytes_that_did_not_reach_the_disk_are_asked_for_again(
    start_server: Start, wire: Wire, tmp_path: Path
) -> None:
    """After a power failure the part may be longer than what was synced, with nothing in it."""
    store = Store(start_server, wire, rest(wire, start=40_000)).broken(tmp_path)
    (tmp_path / "x.part.note").write_text(json.dumps({"validator": '"one"', "length": WHOLE, "size": 40_000}))
    (tmp_path / "x.part").write_bytes(FILE[:40_000] + bytes(11_000))
    assert store.fetch(tmp_path) == FILE


def test_a_rest_that_ends_early_is_no_rest(start_server: Start, wire: Wire, tmp_path: Path) -> None:
    """In chunks with a valid end: only the length from the beginning shows it."""
    short = b"1000\r\n" + FILE[HALF : HALF + 0x1000] + b"\r\n0\r\n\r\n"
    told = f"Content-Range: bytes {HALF}-{WHOLE - 1}/{WHOLE}"
    early = wire.http(206, short, told, TAG, "Transfer-Encoding: chunked")
    store = Store(start_server, wire, early, rest(wire, start=HALF + 0x1000)).broken(tmp_path)
    assert store.broken(tmp_path).fetch(tmp_path) == FILE


def test_a_part_that_was_whole_already_costs_one_byte(
    start_server: Start, wire: Wire, tmp_path: Path
) -> None:
    store = Store(start_server, wire, rest(wire, start=WHOLE - 1)).broken(tmp_path)
    (tmp_path / "x.part").write_bytes(FILE)
    (tmp_path / "x.part.note").write_text(json.dumps({"validator": '"one"', "length": WHOLE, "size": WHOLE}))
    assert store.fetch(tmp_path) == FILE
    assert store.asked[1][0] == f"bytes={WHOLE - 1}-"


def test_a_note_of_an_earlier_content_is_not_kept(start_server: Start, wire: Wire, tmp_path: Path) -> None:
    cut = wire.http(200, OTHER[:HALF], f"Content-Length: {WHOLE}")
    Store(start_server, wire, cut).broken(tmp_path).broken(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_part_longer_than_the_whole_is_not_believed(
    start_server: Start, wire: Wire, tmp_path: Path
) -> None:
    store = Store(start_server, wire, wire.http(200, FILE)).broken(tmp_path)
    (tmp_path / "x.part").write_bytes(FILE + b"more")
    assert store.fetch(tmp_path) == FILE


def test_wrong_content_is_never_gone_on_with(start_server: Start, wire: Wire, tmp_path: Path) -> None:
    page = b"<!doctype html><html>" + b"x" * 100
    store = Store(start_server, wire)
    store.answers = [wire.http(200, page, TAG)]
    with pytest.raises(WrongContent):
        store.fetch(tmp_path)
    assert list(tmp_path.iterdir()) == []
