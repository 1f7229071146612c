"""PNG: an iTXt chunk. JPEG and WebP: an XMP packet."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from rh_ui.media.embed.edits import Edit, Edits, read_at, xmp_packet
from rh_ui.media.embed.riff import C2PA, chunks, grown, is_whole

KEYWORD: Final = b"runninghub-ui"
"""Keyword of the PNG chunk and the JPEG comment."""
_PNG_XMP: Final = b"XML:com.adobe.xmp"
_XMP: Final = b"http://ns.adobe.com/xap/1.0/\x00"
_SEGMENT: Final = 65_533
"""The most bytes of a JPEG segment."""
_HAS_XMP, _HAS_ALPHA = 0x04, 0x10


def edits_for_png(file: BinaryIO, _size: int, note: str) -> Edits | None:
    """Right after the header chunk, which every reader reads: the note, and an XMP packet unless there is
    one."""
    head = read_at(file, 0, 33)
    if head[:16] != b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR":
        return None
    found = list(_png_chunks(file))
    if any(kind == b"caBX" for kind, _ in found):
        return None  # a C2PA manifest, which signs the file's bytes
    added = _text_chunk(KEYWORD, note.encode())
    if not any(kind == b"iTXt" and start.startswith(_PNG_XMP) for kind, start in found):
        added += _text_chunk(_PNG_XMP, xmp_packet())
    return (Edit(33, added),)


def _text_chunk(keyword: bytes, text: bytes) -> bytes:
    body = b"iTXt" + keyword + b"\x00\x00\x00\x00\x00" + text
    return (len(body) - 4).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")


def _png_chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """The kind of each chunk, and its first bytes, up to the end of the picture or of the file."""
    place = 8
    while True:
        file.seek(place)
        head = file.read(8 + len(_PNG_XMP))
        kind = head[4:8]
        if kind in (b"", b"IEND"):
            return
        yield kind, head[8:]
        place += 12 + int.from_bytes(head[:4], "big")


def edits_for_jpeg(file: BinaryIO, _size: int, note: str) -> Edits | None:
    """After JFIF and EXIF, which must come first; as a plain comment if there is an XMP packet already."""
    place, taken = 2, False
    for mark, start, head in _segments(file):
        if mark == 0xE2 and head.startswith(b"MPF\x00"):
            return None  # MPF: an index of several pictures by offset and length
        if mark == 0xEB and head.startswith(b"JP") and b"c2pa" in head:
            return None  # a C2PA manifest, which signs the file's bytes
        if mark == 0xE1 and head.startswith(_XMP):
            taken = True
        if start == place and (mark == 0xE0 or (mark == 0xE1 and head.startswith(b"Exif\x00"))):
            place = file.tell()
    if taken:
        mark, body = 0xFE, KEYWORD + b" " + note.encode()
    else:
        mark, body = 0xE1, _XMP + xmp_packet(note)
    if len(body) > _SEGMENT:
        return None
    return (Edit(place, bytes((0xFF, mark)) + (len(body) + 2).to_bytes(2, "big") + body),)


def _segments(file: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """Marker, offset and first bytes of each segment before the pixels; the file position is the segment's
    end."""
    if read_at(file, 0, 2) != b"\xff\xd8":
        raise ValueError("no JPEG")
    place = 2
    while True:
        fill, mark = read_at(file, place, 2)
        if fill != 0xFF or mark in (0x00, 0xFF) or 0xD0 <= mark <= 0xD9:
            raise ValueError("no segment")
        if mark == 0xDA:
            return
        length = int.from_bytes(read_at(file, place + 2, 2), "big")
        head = read_at(file, place + 4, min(length - 2, 64))
        file.seek(place + 2 + length)
        yield mark, place, head
        place += 2 + length


def edits_for_webp(file: BinaryIO, size: int, note: str) -> Edits | None:
    """At the end; a flag in the extended header announces it, and a file without that header gets one."""
    if not is_whole(file, size, b"WEBP"):
        return None
    found = list(chunks(file, size))
    if any(chunk.name in (b"XMP ", C2PA) for chunk in found):
        return None
    first, added, flag = found[0], b"", Edit(20, b"")
    if first.name == b"VP8X":
        flag = Edit(20, bytes((read_at(file, 20, 1)[0] | _HAS_XMP,)), 1)
    else:
        added = _extended_header(first.name, read_at(file, 20, 10))
        flag = Edit(12, added)
    tail, total = grown(b"XMP ", xmp_packet(note), size, len(added))
    return (Edit(4, total, 4), flag, Edit(size, tail))


def _extended_header(name: bytes, head: bytes) -> bytes:
    """The VP8X chunk with width, height and transparency of a simple WebP. Raises ValueError."""
    if name == b"VP8 " and head[3:6] == b"\x9d\x01\x2a":
        width = int.from_bytes(head[6:8], "little") & 0x3FFF
        height = int.from_bytes(head[8:10], "little") & 0x3FFF
        flags = _HAS_XMP
    elif name == b"VP8L" and head[0] == 0x2F:
        bits = int.from_bytes(head[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        flags = _HAS_XMP | (_HAS_ALPHA if bits >> 28 & 1 else 0)
    else:
        raise ValueError("no WebP")
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"VP8X\x0a\x00\x00\x00" + bytes((flags, 0, 0, 0)) + sides
