"""Sends many files of the library as one zip, made while it is sent, without a copy in memory or on the
disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, Final

from zipstream import ZipStream

from rh_ui.errors import NotFound, StorageFault
from rh_ui.storage.library import Library

BLOCK: Final = 256 * 1024


class EntryOutcome(StrEnum):
    """Outcome of a file for the zip."""

    WHOLE = "whole"
    MISSING = "missing"
    BROKEN = "broken"
    """It was shorter than expected, or could not be read to its end."""


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """A file to put in."""

    key: str
    name: str
    """Its name in the zip; a number is added if the name is taken."""
    size: int | None = None
    """Its expected size in bytes."""
    instead: bytes | None = None
    """Content if the file is missing: a text that is in the database too."""


@dataclass(frozen=True, slots=True)
class ZipResult:
    """A piece with its outcome."""

    piece: ZipEntry
    name: str
    """Its name in the zip; empty if it is not in it."""
    came: EntryOutcome


Closing = Callable[[list[ZipResult]], Iterable[tuple[str, bytes]]]
"""Makes the files that are written last, when the outcome of the others is known: name and content."""


def bundled(library: Library, pieces: Iterable[ZipEntry], closing: Closing) -> Iterator[bytes]:
    """Yields the bytes of the zip. A missing or broken piece is noted and skipped; the zip stays valid."""
    stream = ZipStream()  # stored, not deflated: pictures and films are compressed already
    names = _Names()
    done: list[ZipResult] = []
    for piece in pieces:
        source = _opened(library, piece)
        if source is None and piece.instead is None:
            done.append(ZipResult(piece, "", EntryOutcome.MISSING))
            continue
        name = names.free(piece.name)
        ends: list[EntryOutcome] = [EntryOutcome.WHOLE]
        if source is None:
            stream.add(piece.instead, name)
        else:
            stream.add(_read(source, piece.size, ends), name, size=piece.size)
        yield from stream.all_files()
        done.append(ZipResult(piece, name, ends[-1]))
    for name, content in closing(done):
        stream.add(content, names.free(name))
        yield from stream.all_files()
    yield from stream.footer()


def _opened(library: Library, piece: ZipEntry) -> BinaryIO | None:
    """The file for reading; None if it is missing, empty or unreachable."""
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


def _read(source: BinaryIO, size: int | None, ends: list[EntryOutcome]) -> Iterator[bytes]:
    """Yields the file's bytes; the outcome is put into `ends`."""
    read = 0
    with source:
        try:
            while block := source.read(BLOCK):
                read += len(block)
                yield block
        except OSError:
            ends.append(EntryOutcome.BROKEN)
    if size is not None and read < size:
        ends.append(EntryOutcome.BROKEN)


class _Names:
    """Unique names inside the zip, also for file systems that do not distinguish `A` from `a`."""

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
