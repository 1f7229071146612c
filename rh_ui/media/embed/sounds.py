"""MP3: an ID3v2 frame. FLAC: a Vorbis comment. WAV: an XMP chunk at the end.

Own code, because a library would rewrite the file and its padding, and the suitable one has an incompatible
licence.
"""

from __future__ import annotations

import json
import re
from typing import BinaryIO, Final

from rh_ui.media.embed.edits import Edit, Edits, read_at, xmp_packet
from rh_ui.media.embed.riff import C2PA, chunks, grown, is_whole

_KEY: Final = "RUNNINGHUB_UI"
_MANIFEST: Final = (b"application/c2pa", b"application/x-c2pa-manifest-store")
"""Names of a C2PA manifest, which signs the file's bytes, in a frame for files."""
_MOST_BLOCKS: Final = 200
_LARGEST_BLOCK: Final = 0xFF_FFFF


def edits_for_wav(file: BinaryIO, size: int, note: str) -> Edits | None:
    """At the end, after the sound."""
    if not is_whole(file, size, b"WAVE"):
        return None
    names = [chunk.name for chunk in chunks(file, size)]
    if b"data" not in names or b"_PMX" in names or C2PA in names:
        return None
    tail, total = grown(b"_PMX", xmp_packet(note), size)
    return (Edit(4, total, 4), Edit(size, tail))


def edits_for_mp3(file: BinaryIO, _size: int, note: str) -> Edits | None:
    """As the first frame of the ID3 tag; a file without a tag gets one. None for one with a C2PA manifest."""
    head = read_at(file, 0, 10)
    content = b"\x00" + _KEY.encode() + b"\x00" + _escaped(note)
    if head[:3] != b"ID3":
        frame = _frame(content, synchsafe=False)
        return (Edit(0, b"ID3\x03\x00\x00" + _synchsafe(len(frame)) + frame),)
    version, flags = head[3], head[5]
    if version not in (3, 4) or flags:
        return None  # frames with unsynchronisation, or an extended header
    frame = _frame(content, synchsafe=version == 4)
    length = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True))
    if any(mark in read_at(file, 10, length) for mark in _MANIFEST):
        return None
    return (Edit(6, _synchsafe(length + len(frame)), 4), Edit(10, frame))


def _frame(content: bytes, *, synchsafe: bool) -> bytes:
    length = _synchsafe(len(content)) if synchsafe else len(content).to_bytes(4, "big")
    return b"TXXX" + length + b"\x00\x00" + content


def _synchsafe(number: int) -> bytes:
    """A number with seven bits per byte, so that no decoder takes it for audio. Raises ValueError if it is
    too large."""
    if number >> 28:
        raise ValueError("too long")
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _escaped(note: str) -> bytes:
    """The same JSON in ASCII: older versions of the tag have no UTF-8."""
    return re.sub("[^\\x00-\\x7f]", lambda found: json.dumps(found[0])[1:-1], note).encode()


def edits_for_flac(file: BinaryIO, _size: int, note: str) -> Edits | None:
    """As one more Vorbis comment; a file without comments gets a block for them after its first block."""
    if read_at(file, 0, 4) != b"fLaC":
        return None
    comment = _sized(f"{_KEY}={note}".encode())
    place, first_end = 4, 0
    for _ in range(_MOST_BLOCKS):
        head = read_at(file, place, 4)
        kind, length = head[0] & 0x7F, int.from_bytes(head[1:], "big")
        first_end = first_end or place + 4 + length
        if kind == 4:
            return _one_comment_more(file, place, head[0], length, comment)
        if head[0] & 0x80:
            break
        place += 4 + length
    else:
        return None
    block = _sized(b"") + (1).to_bytes(4, "little") + comment
    if place > 4:
        return (Edit(first_end, b"\x04" + _length(len(block)) + block),)
    return (Edit(4, b"\x00", 1), Edit(first_end, b"\x84" + _length(len(block)) + block))


def _one_comment_more(file: BinaryIO, place: int, kind: int, length: int, comment: bytes) -> Edits:
    maker = int.from_bytes(read_at(file, place + 4, 4), "little")
    at = place + 8 + maker
    count = int.from_bytes(read_at(file, at, 4), "little")
    if at + 4 > place + 4 + length:
        raise ValueError("the comments end early")
    head = bytes((kind,)) + _length(length + len(comment))
    return (
        Edit(place, head, 4),
        Edit(at, (count + 1).to_bytes(4, "little") + comment, 4),
    )


def _sized(content: bytes) -> bytes:
    return len(content).to_bytes(4, "little") + content


def _length(number: int) -> bytes:
    if number > _LARGEST_BLOCK:
        raise ValueError("too long")
    return number.to_bytes(3, "big")
