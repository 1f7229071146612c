"""Result links into files: whole, checked, without the key. What the file is called is decided in `media`.

A broken download is begun anew by the engine; going on where one stopped is not done here.
"""

from __future__ import annotations

import os
import re
import shutil
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import requests
import urllib3.exceptions as wire
from urllib3.response import BaseHTTPResponse

from rh_ui.client import faults, sessions
from rh_ui.client.api import retry_after
from rh_ui.domain import OutputKind
from rh_ui.errors import LinkGone, StorageFault, Truncated, Unreachable, WrongContent

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
    progress: Callable[[int, int | None], None] | None = None,
    connect_timeout: float = 10,
    read_timeout: float = 60,
) -> Downloaded:
    """Fetch a link to `target`, which appears only when whole and replaces what an earlier try left there.

    The folder must exist; bytes go to `<target>.part` in it. `expected` is the kind the service announced, if
    any. Raises LinkGone (ask the task for a new link), Truncated and Unreachable (fetch again), WrongContent,
    StorageFault.
    """
    part = target.with_name(target.name + ".part")
    try:
        with (
            sessions.storage_session(url) as session,
            session.get(url, stream=True, timeout=(connect_timeout, read_timeout)) as response,
        ):
            _check_status(response)
            size = _fetch(response, part, progress)
            content_type = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
        _check_content(part, size, content_type, expected)
        part.replace(target)
    except (requests.RequestException, wire.HTTPError, ValueError) as error:
        raise Unreachable(f"The file can't be fetched: {faults.reason(error)}.") from None
    except OSError as error:
        raise StorageFault(f"The file can't be saved: {error.strerror or 'unknown reason'}.") from None
    finally:
        _drop(part)
    return Downloaded(size, content_type)


def _check_status(response: requests.Response) -> None:
    status = response.status_code
    if status == 200:
        return
    if status in _GONE:
        raise LinkGone(f"The link to the file no longer works ({status}).")
    raise Unreachable(f"The file store answered with an error ({status}).", retry_after(response.headers))


def _fetch(
    response: requests.Response, part: Path, progress: Callable[[int, int | None], None] | None
) -> int:
    """Write the body to `part`, in constant memory; returns the bytes written."""
    raw: BaseHTTPResponse = response.raw
    total = _announced(response)
    decoder = _decoder(response.headers.get("Content-Encoding", ""))
    written = 0
    if total is not None and shutil.disk_usage(part.parent).free < total:
        raise StorageFault("There is not enough room on the disk for this file.")
    with part.open("wb") as file:
        for block in _pieces(raw, total, progress):
            for piece in decoder.feed(block):
                written += file.write(piece)
        written += file.write(decoder.end())
        file.flush()
        os.fsync(file.fileno())
    return written


def _pieces(
    raw: BaseHTTPResponse, total: int | None, progress: Callable[[int, int | None], None] | None
) -> Iterator[bytes]:
    """The raw bytes of the body; raises Truncated when they end before the announced length or end mark."""
    received = 0
    try:
        for block in raw.stream(_BLOCK, decode_content=False):
            received += len(block)
            yield block
            if progress:
                progress(received, total)
    except wire.ReadTimeoutError:
        raise
    except (wire.ProtocolError, wire.HTTPError, ConnectionError) as error:
        raise Truncated(f"The file broke off after {received} bytes: {faults.reason(error)}.") from None
    if total is not None and received != total:
        raise Truncated(f"The file broke off: {received} of {total} bytes came.")


def _announced(response: requests.Response) -> int | None:
    length = response.headers.get("Content-Length", "")
    chunked = "chunked" in response.headers.get("Transfer-Encoding", "").lower()
    return int(length) if re.fullmatch("[0-9]{1,18}", length) and not chunked else None


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


def _drop(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except OSError:
        return
