"""Result links into files: whole, checked, without the key. What the file is called is decided in `media`.

A download that broke off is continued by the next call for the same target, where the store proves that it
still has the same content; else it is begun anew. When that next call comes is the engine's business.
"""

from __future__ import annotations

import re
import shutil
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, TypeAlias

import requests
import urllib3.exceptions as wire
from urllib3.response import BaseHTTPResponse

from rh_ui.client import faults, sessions
from rh_ui.client.api import retry_after
from rh_ui.client.partial import SYNC_EVERY, Kept, Partial, announced, content_of
from rh_ui.domain import OutputKind
from rh_ui.errors import LinkGone, NoRoom, StorageFault, Truncated, Unreachable, WrongContent

Progress: TypeAlias = Callable[[int, int | None], None]
"""Told the bytes that are here and those of the whole, if known; what it raises ends the download."""

_BLOCK: Final = 256 * 1024
_GONE: Final = frozenset({400, 401, 403, 404, 410})
"""400 and 401 too: stores answer so to signatures that are no longer good; only a new link helps."""
_BINARY: Final = frozenset({OutputKind.IMAGE, OutputKind.VIDEO, OutputKind.AUDIO, OutputKind.ARCHIVE})
_HTML: Final = re.compile(rb"^(<!--.*?-->\s*)*<(!doctype html|html|head|body)\b", re.I | re.S)
_STORE_ERROR: Final = re.compile(rb"^(<\?xml[^>]*>\s*)?<Error\b", re.I)


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A whole file at its place."""

    size: int
    """Bytes on disk."""
    content_type: str
    """As announced, lower case, without parameters; only a hint."""


def download(
    url: str,
    target: Path,
    *,
    expected: OutputKind | None = None,
    progress: Progress | None = None,
    connect_timeout: float = 10,
    read_timeout: float = 60,
) -> Downloaded:
    """Fetch a link to `target`, which appears only when whole and replaces what an earlier try left there.

    The folder must exist; bytes go to `<target>.part` in it (see `partial`). However slowly they come, only
    `read_timeout` seconds without a single one end it. `expected` is the kind the service announced, if any.
    Raises LinkGone (ask the task for a new link), Truncated and Unreachable (fetch again), WrongContent,
    StorageFault, NoRoom.
    """
    partial = Partial(target)
    try:
        with sessions.storage_session(url) as session:
            fetching = _Fetching(session, url, partial, progress, (connect_timeout, read_timeout))
            content_type = fetching.run()
        size = partial.path.stat().st_size
        _check_content(partial.path, size, content_type, expected)
        partial.finish()
    except (requests.RequestException, wire.HTTPError, ValueError) as error:
        raise Unreachable(f"The file can't be fetched: {faults.reason(error)}.") from None
    except OSError as error:
        partial.drop()
        kind = NoRoom if NoRoom.is_meant(error) else StorageFault
        raise kind(f"The file can't be saved: {(error.strerror or 'unknown reason').lower()}.") from None
    except (WrongContent, StorageFault):
        partial.drop()
        raise
    finally:
        partial.tidy()
    return Downloaded(size, content_type)


@dataclass(frozen=True, slots=True)
class _Fetching:
    """One call: at most two requests, the second when the store's rest does not fit what is here."""

    session: requests.Session
    url: str
    partial: Partial
    progress: Progress | None
    timeout: tuple[float, float]

    def run(self) -> str:
        """Bring the whole body to the disk; what the store calls its type."""
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
        return self.session.get(self.url, headers=headers, stream=True, timeout=self.timeout)

    def _receive(self, answer: requests.Response, kept: Kept | None) -> str:
        """Write the body to its place, in constant memory."""
        start, content = (kept.size, kept.content) if kept else (0, content_of(answer.headers))
        total = kept.content.length - start if kept else announced(answer.headers)
        if total is not None and shutil.disk_usage(self.partial.path.parent).free < total:
            raise NoRoom("There is not enough room on the disk for this file.")
        decoder = _decoder(answer.headers.get("Content-Encoding", ""))
        with self.partial.open(kept) as file:
            safe = start
            try:
                for block in _pieces(answer.raw, total, start, self.progress):
                    for piece in decoder.feed(block):
                        file.write(piece)
                    if file.tell() - safe >= SYNC_EVERY:
                        self.partial.note(file, content)
                        safe = file.tell()
                file.write(decoder.end())
            finally:
                self.partial.note(file, content)
        return answer.headers.get("Content-Type", "").split(";")[0].strip().lower()


def _check_status(response: requests.Response) -> None:
    status = response.status_code
    if status == 200:
        return
    if status in _GONE:
        raise LinkGone(f"The link to the file no longer works ({status}).")
    raise Unreachable(f"The file store answered with an error ({status}).", retry_after(response.headers))


def _pieces(
    raw: BaseHTTPResponse, total: int | None, start: int, progress: Progress | None
) -> Iterator[bytes]:
    """The raw bytes of the body as they come, the first of them number `start` of the file.

    Raises Truncated when they end before the announced length or end mark.
    """
    received = 0
    try:
        # Not stream(): it waits for whole blocks, so a slow store would be neither seen nor stopped.
        while block := raw.read1(_BLOCK, decode_content=False):
            received += len(block)
            yield block
            if progress:
                progress(start + received, None if total is None else start + total)
    except wire.ReadTimeoutError:
        raise
    except (wire.ProtocolError, wire.HTTPError, ConnectionError) as error:
        raise Truncated(
            f"The file broke off after {start + received} bytes: {faults.reason(error)}."
        ) from None
    if total is not None and received != total:
        raise Truncated(f"The file broke off: {start + received} of {start + total} bytes came.")


class _Decoder(Protocol):
    def feed(self, block: bytes) -> Iterator[bytes]: ...

    def end(self) -> bytes: ...


class _Identity:
    def feed(self, block: bytes) -> Iterator[bytes]:
        yield block

    def end(self) -> bytes:
        return b""


class _Inflated:
    """Unpacks what a store packed although we asked it not to, piece by piece; its end must come."""

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


def _check_content(part: Path, size: int, content_type: str, expected: OutputKind | None) -> None:
    """Refuse what is no result: nothing at all, an error or login page, a store's error note."""
    if size == 0:
        raise WrongContent("The link led to an empty file.")
    with part.open("rb") as file:
        head = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    if _STORE_ERROR.match(head):
        raise WrongContent("The file store sent an error note in place of the file.")
    if expected is OutputKind.TEXT:
        return
    if _HTML.match(head):
        raise WrongContent("The link led to a web page in place of the file.")
    if expected in _BINARY and _is_text(head) and (content_type == "text/html" or head[:1] in b"{["):
        raise WrongContent("The link led to a message in place of the file.")


def _is_text(head: bytes) -> bool:
    return not re.search(rb"[\x00-\x08\x0e-\x1f]", head)
