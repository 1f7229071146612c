"""Downloads result links to files: whole, checked, without the key. `storage` names the files.

After an interruption the next call for the same target resumes, if the store proves that it still has the
same content; otherwise it starts again. The engine decides when that call comes.
"""

from __future__ import annotations

import re
import shutil
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol, TypeAlias

import requests
import urllib3.exceptions as wire
from urllib3.response import BaseHTTPResponse

from rh_ui.domain import OutputKind
from rh_ui.errors import (
    LinkGone,
    NoRoom,
    StorageFault,
    TooLarge,
    TooSlow,
    Truncated,
    Unreachable,
    WrongContent,
)
from rh_ui.file_types import sniff
from rh_ui.file_types.claims import ending_of
from rh_ui.file_types.table import HTML, JSON, of_extension
from rh_ui.runninghub import error_mapping, transport
from rh_ui.runninghub.address_guard import AddressGuard, CancelToken
from rh_ui.runninghub.partial_download import SYNC_EVERY, Partial, ReceivedPart, announced, content_of
from rh_ui.runninghub.transport import retry_after

Progress: TypeAlias = Callable[[int, int | None], None]
"""Called with the bytes received and the total, if known; an exception in it stops the download."""

_BLOCK: Final = 256 * 1024
_GONE: Final = frozenset({400, 401, 403, 404, 410})
"""400 and 401 too: stores answer with these to expired signatures; only a new link helps."""
_BINARY: Final = frozenset({OutputKind.IMAGE, OutputKind.VIDEO, OutputKind.AUDIO, OutputKind.ARCHIVE})
_STORE_ERROR: Final = re.compile(rb"^(<\?xml[^>]*>\s*)?<Error\b", re.I)


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A complete file."""

    size: int
    """Bytes on disk."""
    content_type: str
    """As announced, lower case, without parameters; only a hint."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of one call, however the store behaves."""

    connect: float = 10.0
    """Seconds to connect."""
    silence: float = 60.0
    """Seconds without a byte."""
    longest: float = 2 * 3600.0
    """Seconds in total; the received part is resumed later, if the store allows it."""
    least_rate: int = 2048
    """The lowest rate in bytes a second, measured over `window` seconds."""
    window: float = 30.0
    largest: int | None = None
    """Bytes of a whole file."""
    reserve: int = 0
    """Bytes of the disk that stay free."""


def download(
    url: str,
    target: Path,
    *,
    gate: AddressGuard,
    expected: OutputKind | None = None,
    progress: Progress | None = None,
    bounds: Bounds | None = None,
    cut: CancelToken | None = None,
) -> Downloaded:
    """Download a link to `target`, which appears only when it is complete and replaces the file of an earlier
    try.

    The folder must exist; bytes go to `<target>.part` in it (see `partial_download`). `expected` is the kind
    that the service announced, if any. `cut` stops it from another thread, as Truncated. Raises LinkGone (ask
    the task for a new link), LinkRefused, Truncated and Unreachable (fetch again), TooSlow, TooLarge,
    WrongContent, StorageFault, NoRoom.
    """
    partial = Partial(target)
    cut, late = cut or CancelToken(), threading.Event()
    try:
        with transport.storage_session(url, gate, cut) as session:
            content_type = _Fetching(session, url, partial, progress, bounds or Bounds(), cut, late).run()
        size = partial.path.stat().st_size
        _check_content(partial.path, url, size, content_type, expected)
        partial.finish()
    except (requests.RequestException, wire.HTTPError, ValueError) as error:
        why = error_mapping.reason(error)
        if late.is_set() or why == error_mapping.SILENCE:
            raise _too_slow() from None
        raise Unreachable(f"The file can't be fetched: {why}.") from None
    except OSError as error:
        partial.drop()
        kind = NoRoom if NoRoom.is_meant(error) else StorageFault
        raise kind(f"The file can't be saved: {(error.strerror or 'unknown reason').lower()}.") from None
    except (WrongContent, StorageFault, TooLarge):
        partial.drop()
        raise
    finally:
        partial.tidy()
        cut.close()
    return Downloaded(size, content_type)


def _too_slow() -> TooSlow:
    return TooSlow("The file comes too slowly.")


@dataclass(slots=True)
class _Watch:
    """Checks that a transfer keeps its limits."""

    bounds: Bounds
    folder: Path
    began: float = field(default_factory=time.monotonic)
    marked: float = 0.0
    """When the present window began, and how many bytes there were then."""
    before: int = 0

    def begin(self, start: int, total: int | None) -> None:
        """`start` bytes are here; `total` more are announced. Raises TooLarge, NoRoom."""
        self.marked, self.before = time.monotonic(), start
        if total is not None:
            self._size(start + total)
            self._room(total)

    def came(self, here: int) -> None:
        """Report how many bytes were received so far. Raises TooSlow."""
        now = time.monotonic()
        if now - self.began > self.bounds.longest:
            raise _too_slow()
        if now - self.marked < self.bounds.window:
            return
        if here - self.before < self.bounds.least_rate * (now - self.marked):
            raise _too_slow()
        self.marked, self.before = now, here

    def writes(self, here: int, more: int) -> None:
        """Before `more` bytes go to the disk. Raises TooLarge, NoRoom."""
        self._size(here + more)
        self._room(more)

    def _size(self, size: int) -> None:
        if self.bounds.largest is not None and size > self.bounds.largest:
            most = f"{self.bounds.largest / 1_000_000:,.0f} MB"
            raise TooLarge(f"The file is larger than a result may be here ({most}), or has no end.")

    def _room(self, more: int) -> None:
        if shutil.disk_usage(self.folder).free - self.bounds.reserve < more:
            raise NoRoom("There is not enough room on the disk for this file.")


@dataclass(frozen=True, slots=True)
class _Fetching:
    """One call: at most two requests, the second if the answer does not continue the received part."""

    session: requests.Session
    url: str
    partial: Partial
    progress: Progress | None
    bounds: Bounds
    cut: CancelToken
    late: threading.Event

    def run(self) -> str:
        """Write the whole body to the disk and return the store's Content-Type."""
        kept = self.partial.kept()
        if kept is not None:
            with self._ask(kept.request) as answer:
                continued = answer.status_code == 206 and kept.is_continued_by(answer.headers)
                if continued or answer.status_code == 200:
                    return self._receive(answer, kept if continued else None)
                if answer.status_code not in (206, 416):
                    _check_status(answer)
        with self._ask({}) as answer:
            _check_status(answer)
            return self._receive(answer, None)

    def _ask(self, headers: dict[str, str]) -> requests.Response:
        # The libraries have a timeout for each read of the headers, but none for all of them.
        late = threading.Timer(self.bounds.connect + self.bounds.silence, self._too_late)
        late.daemon = True
        late.start()
        try:
            timeout = (self.bounds.connect, self.bounds.silence)
            return self.session.get(self.url, headers=headers, stream=True, timeout=timeout)
        finally:
            late.cancel()

    def _too_late(self) -> None:
        self.late.set()
        self.cut.now()

    def _receive(self, answer: requests.Response, kept: ReceivedPart | None) -> str:
        """Write the body to the target, in constant memory."""
        start, content = (kept.size, kept.content) if kept else (0, content_of(answer.headers))
        total = kept.content.length - start if kept else announced(answer.headers)
        watch = _Watch(self.bounds, self.partial.path.parent)
        watch.begin(start, total)
        decoder = _decoder(answer.headers.get("Content-Encoding", ""))
        with self.partial.open(kept) as file:
            safe = start
            try:
                for block in self._pieces(answer.raw, total, start, watch):
                    for piece in decoder.feed(block):
                        watch.writes(file.tell(), len(piece))
                        file.write(piece)
                    if file.tell() - safe >= SYNC_EVERY:
                        self.partial.note(file, content)
                        safe = file.tell()
                file.write(decoder.end())
            finally:
                self.partial.note(file, content)
        return answer.headers.get("Content-Type", "").split(";")[0].strip().lower()

    def _pieces(self, raw: BaseHTTPResponse, total: int | None, start: int, watch: _Watch) -> Iterator[bytes]:
        """The raw bytes of the body as they arrive; the first one has the offset `start` in the file.

        Raises Truncated if they end before the announced length or the last chunk.
        """
        received = 0
        try:
            # Not stream(): it waits for whole blocks, so a slow store would be neither noticed nor stopped.
            while block := raw.read1(_BLOCK, decode_content=False):
                received += len(block)
                yield block
                if received != total:
                    watch.came(start + received)
                if self.progress:
                    self.progress(start + received, None if total is None else start + total)
        except wire.ReadTimeoutError:
            raise
        except (wire.ProtocolError, wire.HTTPError, ConnectionError) as error:
            why = error_mapping.reason(error)
            raise Truncated(f"The file broke off after {start + received} bytes: {why}.") from None
        if self.cut.done:
            raise Truncated(f"The file was not fetched on after {start + received} bytes.")
        if total is not None and received != total:
            raise Truncated(f"The file broke off: {start + received} of {start + total} bytes came.")


def _check_status(response: requests.Response) -> None:
    status = response.status_code
    if status == 200:
        return
    if status in _GONE:
        raise LinkGone(f"The link to the file no longer works ({status}).")
    raise Unreachable(f"The file store answered with an error ({status}).", retry_after(response.headers))


class _Decoder(Protocol):
    def feed(self, block: bytes) -> Iterator[bytes]: ...

    def end(self) -> bytes: ...


class _Identity:
    def feed(self, block: bytes) -> Iterator[bytes]:
        yield block

    def end(self) -> bytes:
        return b""


class _Inflated:
    """Decompresses, in pieces, a body that a store compressed although we asked it not to; it must have a
    proper end."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=47)

    def feed(self, block: bytes) -> Iterator[bytes]:
        try:
            while block:
                if self._stream.eof:
                    self._stream = zlib.decompressobj(wbits=47)
                yield self._stream.decompress(block, _BLOCK)
                block = self._stream.unconsumed_tail or self._stream.unused_data
        except zlib.error:
            raise WrongContent("The file came in a packing that can't be undone.") from None

    def end(self) -> bytes:
        rest = self._stream.flush()
        if not self._stream.eof:
            raise Truncated("The file broke off before the end of its packing.")
        return rest


def _decoder(encoding: str) -> _Decoder:
    match encoding.strip().lower():
        case "" | "identity":
            return _Identity()
        case "gzip" | "x-gzip" | "deflate":
            return _Inflated()
        case _:
            raise WrongContent("The file came in a packing that can't be undone.")


def _check_content(part: Path, url: str, size: int, content_type: str, expected: OutputKind | None) -> None:
    """Refuse content that is no result: an empty body, an error or login page, a store's XML error. A web
    page is a result if the link says so, or if no picture, film, sound or model was announced."""
    if size == 0:
        raise WrongContent("The link led to an empty file.")
    with part.open("rb") as file:
        head = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    if _STORE_ERROR.match(head):
        raise WrongContent("The file store sent an error note in place of the file.")
    if expected is OutputKind.TEXT:
        return
    found = sniff(part)
    if found is HTML and expected is not OutputKind.FILE and of_extension(ending_of(url)) is not HTML:
        raise WrongContent("The link led to a web page in place of the file.")
    is_message = found is JSON or (found.kind is OutputKind.TEXT and content_type == HTML.mime)
    if expected in _BINARY and is_message:
        raise WrongContent("The link led to a message in place of the file.")
