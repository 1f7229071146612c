"""Lists and reads a zip safely: no path leads out of it, and no zip bomb is unpacked.

Nothing is unpacked to the disk: a member is read when it is asked for, and the archive is never changed.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from rh_ui.errors import NotFound
from rh_ui.media.zip_names import encoding_of

MOST_MEMBERS: Final = 5000
"""The most members that are listed; the others stay in the archive."""
LARGEST_DIRECTORY: Final = 16 * 1024 * 1024
"""The largest central directory that is read, in bytes."""
LARGEST_MEMBER: Final = 2 * 1024**3
MOST_BYTES: Final = 8 * 1024**3
"""The most bytes that all listed members together may have, unpacked."""
HARMLESS: Final = 1024 * 1024
"""Bytes up to which no compression ratio is suspicious."""
MOST_RATIO: Final = 300
BLOCK: Final = 256 * 1024
FAULTS: Final = (
    OSError, zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, ValueError, RuntimeError,
    NotImplementedError, struct.error, IndexError, KeyError,
)  # fmt: skip
"""Exceptions of reading a broken archive."""
LONGEST_SHOWN: Final = 200
"""Characters shown of the name of a closed member."""
_IS_UTF8: Final = 0x800
_LINK: Final = 0o120000
_KIND: Final = 0o170000
_END: Final = struct.Struct("<4s4H2LH")


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive that may be read."""

    number: int
    """Its index in the archive."""
    name: str
    """With its folders; the path never leads out of the archive."""
    size: int
    """Bytes, unpacked."""


class Why(StrEnum):
    """Why a member stays in its archive."""

    LINK = "link"
    """It is a symbolic link or another special file."""
    OUTSIDE = "outside"
    """Its path leads out of the archive, or can't be shown."""
    LOCKED = "locked"
    """It needs a password."""
    PACKING = "packing"
    """Its compression method is not supported."""
    SIZE = "size"
    """It is too large, or the members before it use up the limits."""
    BOMB = "bomb"
    """Its compression ratio is suspicious."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A file in an archive that is not given out."""

    name: str
    """Its name, safe to show."""
    why: Why


@dataclass(frozen=True, slots=True)
class Contents:
    """What an archive holds."""

    members: tuple[Member, ...]
    closed: tuple[Closed, ...]
    """Members that are not given out."""


def contents(source: BinaryIO) -> Contents:
    """List an archive. Raises NotFound if it can't be read or is truncated."""
    try:
        with _opened(source) as archive:
            names = _names(archive.infolist())
            members: list[Member] = []
            closed: list[Closed] = []
            total = 0
            for number, info in enumerate(archive.infolist()):
                if info.is_dir():
                    continue
                why = _why_closed(info, names[number])
                if why is None and (len(members) == MOST_MEMBERS or total + info.file_size > MOST_BYTES):
                    why = Why.SIZE
                if why is None:
                    total += info.file_size
                    members.append(Member(number, _inside(names[number]), info.file_size))
                else:
                    closed.append(Closed(_shown(names[number]), why))
            return Contents(tuple(members), tuple(closed))
    except FAULTS:
        raise NotFound("This archive can't be read.") from None


def member(source: BinaryIO, number: int) -> tuple[Member, Iterator[bytes]]:
    """A member and its bytes in blocks. Raises NotFound, also for a closed member and for a damaged one: it
    is read to its end once before anything is given out."""
    found = next((each for each in contents(source).members if each.number == number), None)
    if found is None:
        raise NotFound("There is no such file in the archive.")
    try:
        archive = _opened(source)
        with archive.open(archive.infolist()[number]) as opened:
            while opened.read(BLOCK):
                pass
    except FAULTS:
        raise NotFound("This file of the archive can't be read.") from None

    def blocks() -> Iterator[bytes]:
        with archive, archive.open(archive.infolist()[number]) as opened:
            while block := opened.read(BLOCK):
                yield block

    return found, blocks()


def whole_member(source: BinaryIO, number: int, most: int) -> bytes:
    """The bytes of a small member. Raises NotFound, also if it is larger than `most` bytes or damaged."""
    found, blocks = member(source, number)
    if found.size > most:
        raise NotFound("This file of the archive is too large.")
    return b"".join(blocks)


def _opened(source: BinaryIO) -> zipfile.ZipFile:
    """The open archive. Its central directory is read at once, so its size is checked first."""
    size = source.seek(0, 2)
    source.seek(max(0, size - 66_000))
    tail = source.read(66_000)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise ValueError("no end")
    if _END.unpack_from(tail, at)[5] > LARGEST_DIRECTORY:
        raise ValueError("too many members")
    source.seek(0)
    return zipfile.ZipFile(source)


def _names(infos: Sequence[zipfile.ZipInfo]) -> list[str]:
    """The names of the members. Only some archives say in which encoding they are."""
    raw = [None if info.flag_bits & _IS_UTF8 else info.orig_filename.encode("cp437") for info in infos]
    encoding = encoding_of([name for name in raw if name is not None])
    return [
        info.filename if name is None else name.decode(encoding, "replace")
        for info, name in zip(infos, raw, strict=True)
    ]


def _why_closed(info: zipfile.ZipInfo, name: str) -> Why | None:
    if (info.external_attr >> 16) & _KIND == _LINK:
        return Why.LINK
    if not _inside(name):
        return Why.OUTSIDE
    if info.flag_bits & 0x1:
        return Why.LOCKED
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return Why.PACKING
    if info.file_size > LARGEST_MEMBER:
        return Why.SIZE
    is_packed_hard = info.file_size > HARMLESS and info.file_size > MOST_RATIO * max(1, info.compress_size)
    return Why.BOMB if is_packed_hard else None


def _shown(name: str) -> str:
    """A name for a list: characters that can't be shown are replaced."""
    plain = "".join(character if character.isprintable() else "\ufffd" for character in name)
    return plain if len(plain) <= LONGEST_SHOWN else f"{plain[:LONGEST_SHOWN]}…"


def _inside(name: str) -> str:
    """The normalized path; empty if it leads out of the archive or can't be shown."""
    plain = name.replace("\\", "/")
    path = PurePosixPath(plain)
    if path.is_absolute() or ".." in path.parts or ":" in plain or not plain.isprintable():
        return ""
    return path.as_posix()
