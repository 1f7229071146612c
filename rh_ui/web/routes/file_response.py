"""Files of the library over HTTP: whole, in part, or not modified; the same for a folder and an object
store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Receive, Scope, Send

from rh_ui.errors import NotFound, StorageFault
from rh_ui.storage.library import Library

READING: Final = ["GET", "HEAD"]
NEVER: Final = {"Cache-Control": "no-store"}
BRIEFLY: Final = {"Cache-Control": "private, max-age=3600"}
INLINE: Final = ("image/", "video/", "audio/", "model/")
UNSAFE_INLINE: Final = frozenset({"image/svg+xml"})
SANDBOX: Final = {"Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'"}
BLOCK: Final = 256 * 1024
AWAY: Final = "The storage can't be reached right now. Nothing is lost; try again in a minute."
AS_THEY_ARE: Final = ("/rh/files/", "/rh/thumbs/", "/rh/inputs/", "/rh/zip")
"""Addresses whose answers are never compressed: a part of a compressed file is not a part of the file."""


@dataclass(frozen=True, slots=True)
class ServedFile:
    """A file of the library, as a browser should get it."""

    key: str
    mime: str
    name: str
    """The file name for saving it."""
    tag: str
    """Identifies the content: its SHA-256."""
    size: int | None = None
    """The expected number of bytes; with another number it is other content."""
    as_download: bool = False


def refused(why: str, status: int) -> Response:
    """Why there is no file, as plain text."""
    again = {"Retry-After": "10"} if status == 503 else {}
    return Response(why, status, media_type="text/plain; charset=utf-8", headers={**NEVER, **again})


class CompressedAnswers(GZipMiddleware):
    """Compresses answers, but never files."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(AS_THEY_ARE):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class NoSuchPart(Exception):
    """The requested part is after the end of the file."""


def disposition(mime: str, asked_as_download: bool) -> str:
    """`inline` for types that a browser shows safely, `attachment` for all others (svg and html run
    scripts)."""
    shown = mime.startswith(INLINE) and mime not in UNSAFE_INLINE
    return "inline" if shown and not asked_as_download else "attachment"


def part_of(header: str, size: int) -> tuple[int, int] | None:
    """The first and last byte that a Range header requests; None: the whole file, also where the header is
    invalid or requests several parts. Raises NoSuchPart."""
    match = re.fullmatch(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})", header.strip(), re.ASCII | re.IGNORECASE)
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        length = min(int(match[2]), size)
        if length == 0:
            raise NoSuchPart
        return size - length, size - 1
    first = int(match[1])
    last = min(int(match[2]), size - 1) if match[2] else size - 1
    if match[2] and int(match[2]) < first:
        return None
    if first >= size:
        raise NoSuchPart
    return first, last


def served(library: Library, offered: ServedFile, request: Request) -> Response:
    """The answer to GET or HEAD for this file. Raises NotFound (also for an empty file), StorageFault."""
    source = library.open(offered.key)
    try:
        size = source.seek(0, 2)
        if size == 0:
            raise NotFound("The file is empty.")
        tag = f'"{offered.tag}"' if size == offered.size else f'"{offered.tag}-{size:x}"'
        headers = {
            **BRIEFLY,
            **SANDBOX,
            "ETag": tag,
            "Accept-Ranges": "bytes",
            "Content-Disposition": f"{disposition(offered.mime, offered.as_download)}; "
            f"filename*=utf-8''{quote(offered.name, safe='')}",
        }
        if knows(request.headers.get("if-none-match", ""), tag):
            source.close()
            return Response(status_code=304, headers=headers)
        return _answer(source, size, tag, offered.mime, headers, request)
    except OSError as fault:
        source.close()
        raise StorageFault(AWAY) from fault
    except (NotFound, StorageFault):
        source.close()
        raise


def knows(header: str, tag: str) -> bool:
    """Whether an If-None-Match header names this content."""
    named = [name.strip().removeprefix("W/") for name in header.split(",")]
    return tag in named or named == ["*"]


def _answer(
    source: BinaryIO, size: int, tag: str, mime: str, headers: dict[str, str], request: Request
) -> Response:
    wanted = request.headers.get("range", "")
    if request.headers.get("if-range", tag) != tag:
        wanted = ""
    try:
        part = part_of(wanted, size) if wanted else None
    except NoSuchPart:
        source.close()
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    first, last = part or (0, size - 1)
    status = 200
    if part is not None:
        status = 206
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    headers["Content-Length"] = str(last - first + 1)
    if request.method == "HEAD":
        source.close()
        return Response(status_code=status, media_type=mime, headers=headers)
    source.seek(first)
    return StreamingResponse(_blocks(source, last - first + 1), status, media_type=mime, headers=headers)


def _blocks(source: BinaryIO, left: int) -> Iterator[bytes]:
    with source:
        while left > 0 and (block := source.read(min(BLOCK, left))):
            left -= len(block)
            yield block
