"""Finds ComfyUI graphs inside pictures, films and sounds, where ComfyUI and its nodes write them. Pure.

A PNG has them in its text chunks. In the other formats (WebP, MP4, WebM, FLAC, MP3) they are uncompressed
text.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from typing import Final

from rh_ui.domain import OutputKind
from rh_ui.file_types import sniff

LONGEST: Final = 4 * 1024 * 1024
"""The largest graph, in bytes."""
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_MOST_CHUNKS: Final = 256
_MOST_MARKS: Final = 16
_KEYWORDS: Final = (b"prompt", b"workflow")
"""The graph that was run comes first; the other one describes the drawing in ComfyUI."""
_MARK: Final = re.compile(
    r'\{\s*(?:"(?:prompt|workflow)"\s*:|"[^"\\]{1,60}"\s*:\s*\{\s*"(?:inputs|class_type|_meta)"\s*:)'
)


def graphs_in(head: bytes, tail: bytes = b"") -> Iterator[str]:
    """JSON texts in a file's first and last bytes that may be graphs, the most likely first."""
    if head.startswith(_PNG):
        texts = dict(_png_texts(head))
        yield from (texts[keyword] for keyword in _KEYWORDS if keyword in texts)
        return
    if sniff(head).kind not in (OutputKind.IMAGE, OutputKind.VIDEO, OutputKind.AUDIO):
        return
    for piece in (head, tail):
        text = piece.decode("utf-8", "replace")
        reached = 0
        for mark in list(_MARK.finditer(text))[:_MOST_MARKS]:
            if mark.start() < reached:
                continue
            try:
                _, reached = json.JSONDecoder().raw_decode(text, mark.start())
            except (ValueError, RecursionError):
                continue
            yield text[mark.start() : reached]


def _png_texts(head: bytes) -> Iterator[tuple[bytes, str]]:
    """Keyword and text of the text chunks before the pixels."""
    place = len(_PNG)
    for _ in range(_MOST_CHUNKS):
        length, kind = int.from_bytes(head[place : place + 4], "big"), head[place + 4 : place + 8]
        body = head[place + 8 : place + 8 + length]
        if kind in (b"IEND", b"") or len(body) < length:
            return
        keyword, _, rest = body.partition(b"\x00")
        if kind == b"tEXt":
            yield keyword, rest.decode("latin-1")
        elif kind == b"zTXt":
            yield keyword, _unpacked(rest[1:]).decode("latin-1")
        elif kind == b"iTXt":
            text = rest[2:].split(b"\x00", 2)[-1]
            yield keyword, (_unpacked(text) if rest[:1] == b"\x01" else text).decode("utf-8", "replace")
        place += 12 + length


def _unpacked(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, LONGEST)
    except zlib.error:
        return b""
