"""Many files of the library as one zip, made while it is sent: nothing is kept in memory or on the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, Final

from zipstream import ZipStream

from rh_ui.errors import NotFound, StorageFault
from rh_ui.storage.library import Library

BLOCK: Final = 256 * 1024


class Came(StrEnum):
    """What became of a file on its way into the zip."""

    WHOLE = "whole"
    MISSING = "missing"
    BROKEN = "broken"
    """It ended before its time, or could not be read to its end."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A file to put in."""

    key: str
    name: str
    """As it is to be called; one that is taken gets a number."""
    size: int | None = None
    """Bytes that it should have."""
    instead: bytes | None = None
    """What stands for it when the file is not there: a text that is known anyway."""


@dataclass(frozen=True, slots=True)
class Put:
    """What became of a piece."""

    piece: Piece
    name: str
    """In the zip; empty when it is not in it."""
    came: Came


Closing = Callable[[list[Put]], Iterable[tuple[str, bytes]]]
"""Files that are written last, when it is known what became of the others: name and content."""


def bundled(library: Library, pieces: Iterable[Piece], closing: Closing) -> Iterator[bytes]:
    """The bytes of the zip. A piece that is missing or breaks is noted and left behind; the zip is whole."""
    stream = ZipStream()  # stored, not packed: pictures and films are packed already
    names = _Names()
    done: list[Put] = []
    for piece in pieces:
        source = _opened(library, piece)
        if source is None and piece.instead is None:
            done.append(Put(piece, "", Came.MISSING))
            continue
        name = names.free(piece.name)
        ends: list[Came] = [Came.WHOLE]
        if source is None:
            stream.add(piece.instead, name)
        else:
            stream.add(_read(source, piece.size, ends), name, size=piece.size)
        yield from stream.all_files()
        done.append(Put(piece, name, ends[-1]))
    for name, content in closing(done):
        stream.add(content, names.free(name))
        yield from stream.all_files()
    yield from stream.footer()


def _opened(library: Library, piece: Piece) -> BinaryIO | None:
    """The file for reading, unless it is missing, empty or out of reach."""
    try:
        source = library.open(piece.key)
    except (NotFound, StorageFault):
        return None
    try:
        if source.seek(0, 2) > 0:
            source.seek(0)
            return source
    except OSError:
        pass
    source.close()
    return None


def _read(source: BinaryIO, size: int | None, ends: list[Came]) -> Iterator[bytes]:
    """The file's bytes; how it ended is left in `ends`."""
    read = 0
    with source:
        try:
            while block := source.read(BLOCK):
                read += len(block)
                yield block
        except OSError:
            ends.append(Came.BROKEN)
    if size is not None and read < size:
        ends.append(Came.BROKEN)


class _Names:
    """Names inside the zip, each once, also where a disk sees no difference between `A` and `a`."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, wish: str) -> str:
        wish = wish.replace("/", "-").replace("\\", "-") or "file"
        stem, dot, extension = wish.rpartition(".")
        stem, tail = (stem, f".{extension}") if dot and stem else (wish, "")
        name, number = wish, 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{stem} ({number}){tail}"
        self._taken.add(name.casefold())
        return name
