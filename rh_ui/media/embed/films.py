"""MP4, MOV and M4A: a box with an XMP packet at the end, so that no offset in the film changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from rh_ui.media.embed.edits import Edit, Edits, read_at, xmp_packet

_XMP: Final = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
"""The box's UUID from the XMP standard (part 3, section 1.2.7)."""
_C2PA: Final = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
"""The box of a C2PA manifest, which signs the file's bytes (C2PA 2.1, section A.5)."""
_MOST_BOXES: Final = 1_000_000


def edits_for_mp4(file: BinaryIO, size: int, note: str) -> Edits | None:
    """Adds one box. A fragmented film ends with its index, which stays the last box."""
    place = size
    for name, start, own in _boxes(file, size):
        if name == b"uuid" and own in (_XMP, _C2PA):
            return None
        place = start if name == b"mfra" else size
    content = _XMP + xmp_packet(note)
    return (Edit(place, (len(content) + 8).to_bytes(4, "big") + b"uuid" + content),)


def _boxes(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, bytes]]:
    """Type, offset and UUID of every top-level box. Raises ValueError unless they fill the file exactly."""
    place = 0
    for _ in range(_MOST_BOXES):
        if place == size:
            return
        head = read_at(file, place, 8)
        length, name, start = int.from_bytes(head[:4], "big"), head[4:], place
        own = read_at(file, place + 8, 16) if name == b"uuid" and length >= 24 else b""
        if length == 1:
            length = int.from_bytes(read_at(file, place + 8, 8), "big")
        if length < 8:
            break  # 0: the box extends to the end of the file
        yield name, start, own
        place += length
        if place > size:
            break
    raise ValueError("the boxes don't fit the file")
