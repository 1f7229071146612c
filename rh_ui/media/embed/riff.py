"""RIFF, the container of WebP and WAV: named chunks one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from rh_ui.media.embed.edits import read_at

C2PA: Final = b"C2PA"
"""The chunk of a C2PA manifest, which signs the file's bytes."""
_MOST_CHUNKS: Final = 10_000
_LARGEST: Final = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk: its name, the offset of its content, and the content's length."""

    name: bytes
    at: int
    size: int


def is_whole(file: BinaryIO, size: int, kind: bytes) -> bool:
    """Whether the header has the file's exact length; streams and RF64 don't."""
    head = read_at(file, 0, 12)
    return head[:4] == b"RIFF" and head[8:] == kind and int.from_bytes(head[4:8], "little") + 8 == size


def chunks(file: BinaryIO, size: int) -> Iterator[Chunk]:
    """All chunks. Raises ValueError unless they fill the file to its last byte."""
    place = 12
    for _ in range(_MOST_CHUNKS):
        if place == size:
            return
        head = read_at(file, place, 8)
        length = int.from_bytes(head[4:], "little")
        yield Chunk(head[:4], place + 8, length)
        place += 8 + length + length % 2
        if place > size:
            break
    raise ValueError("the chunks don't fit the file")


def grown(name: bytes, content: bytes, size: int, more: int = 0) -> tuple[bytes, bytes]:
    """The edits that append a chunk and change the length in the header; `more`: bytes that other edits add.

    Raises ValueError if it gets too long.
    """
    chunk = name + len(content).to_bytes(4, "little") + content + b"\x00" * (len(content) % 2)
    total = size - 8 + len(chunk) + more
    if total > _LARGEST:
        raise ValueError("too long")
    return chunk, total.to_bytes(4, "little")
