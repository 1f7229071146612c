"""What lies in a zip, within bounds: nothing leads out of it, nothing grows without end.

Nothing is unpacked to the disk: a member is read when it is asked for, and the archive stays as it came.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from rh_ui.errors import NotFound

MOST_MEMBERS: Final = 5000
"""Listed at most; the others stay in the archive."""
LARGEST_DIRECTORY: Final = 16 * 1024 * 1024
"""Bytes of an archive's table of contents that are read at most."""
LARGEST_MEMBER: Final = 2 * 1024**3
MOST_BYTES: Final = 8 * 1024**3
"""Of all members that are listed, unpacked."""
HARMLESS: Final = 1024 * 1024
"""Bytes up to which no ratio is suspicious."""
MOST_RATIO: Final = 300
BLOCK: Final = 256 * 1024
FAULTS: Final = (
    OSError, zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, ValueError, RuntimeError,
    NotImplementedError, struct.error, IndexError, KeyError,
)  # fmt: skip
"""What reading an odd archive raises."""
_LINK: Final = 0o120000
_KIND: Final = 0o170000
_END: Final = struct.Struct("<4s4H2LH")


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive that may be taken out."""

    number: int
    """Its place in the archive."""
    name: str
    """With its folders; never leads out of the archive."""
    size: int
    """Bytes, unpacked."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What an archive holds."""

    members: tuple[Member, ...]
    left: int
    """How many stay closed: links, names that lead out, locked, too large or suspiciously packed."""


def contents(source: BinaryIO) -> Contents:
    """List an archive. Raises NotFound when it can't be read or has no end."""
    try:
        with _opened(source) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            members: list[Member] = []
            total = 0
            for number, info in enumerate(archive.infolist()):
                if info.is_dir() or len(members) == MOST_MEMBERS or not _may_be_opened(info):
                    continue
                total += info.file_size
                if total > MOST_BYTES:
                    break
                members.append(Member(number, _inside(info.filename), info.file_size))
            return Contents(tuple(members), len(infos) - len(members))
    except FAULTS:
        raise NotFound("This archive can't be read.") from None


def member(source: BinaryIO, number: int) -> tuple[Member, Iterator[bytes]]:
    """One member and its bytes in blocks. Raises NotFound, also for one that is left closed, and for one that
    is damaged: it is read to its end once before anything is given out."""
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
    """A small member at once. Raises NotFound, also when it is larger than `most` bytes or breaks."""
    found, blocks = member(source, number)
    if found.size > most:
        raise NotFound("This file of the archive is too large.")
    return b"".join(blocks)


def _opened(source: BinaryIO) -> zipfile.ZipFile:
    """Its table of contents is read whole, so its size is looked at first."""
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


def _may_be_opened(info: zipfile.ZipInfo) -> bool:
    is_link = (info.external_attr >> 16) & _KIND == _LINK
    is_packed_hard = info.file_size > HARMLESS and info.file_size > MOST_RATIO * max(1, info.compress_size)
    return not (
        is_link
        or info.flag_bits & 0x1
        or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        or info.file_size > LARGEST_MEMBER
        or is_packed_hard
        or not _inside(info.filename)
    )


def _inside(name: str) -> str:
    """The name with its folders, as it is meant; empty when it leads out, or can't be shown."""
    plain = name.replace("\\", "/")
    path = PurePosixPath(plain)
    if path.is_absolute() or ".." in path.parts or ":" in plain or not plain.isprintable():
        return ""
    return path.as_posix()
