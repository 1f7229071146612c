"""Archives that are harmful, or only look so."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import Final

from tests.corpus.pictures import halves, saved

OUTSIDE: Final = ("../../evil.txt", "/etc/evil.txt", "C:\\evil.txt", "a/../../evil.txt")


def archive(files: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", packing) as out:
        for name, data in files.items():
            out.writestr(name, data)
    return target.getvalue()


def honest() -> bytes:
    return archive({"a/kite.png": saved(halves(), "PNG"), "a/words.txt": b"a red kite", "猫.txt": b"cat"})


def in_old_encoding(encoding: str, *names: str) -> bytes:
    """As written by programs with one language: the names in its encoding, without a mark."""
    places = [f"{number:02}".ljust(len(name.encode(encoding)), "_") for number, name in enumerate(names)]
    data = archive({place: name.encode() for place, name in zip(places, names, strict=True)})
    for place, name in zip(places, names, strict=True):
        data = data.replace(place.encode(), name.encode(encoding))
    return data


def escaping() -> bytes:
    """Names that lead out of any folder, on one system or another."""
    return archive({**dict.fromkeys(OUTSIDE, b"x"), "good.txt": b"good"})


def linking() -> bytes:
    """A symbolic link to a file of the system."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as out:
        link = zipfile.ZipInfo("link.txt")
        link.create_system = 3
        link.external_attr = 0o120777 << 16
        out.writestr(link, "/etc/passwd")
        out.writestr("good.txt", b"good")
    return target.getvalue()


def bomb() -> bytes:
    """Ten million equal bytes, compressed a thousandfold."""
    return archive({"zeros.bin": bytes(10_000_000), "good.txt": b"good"})


def lying() -> bytes:
    """Claims that a member has ten bytes; a megabyte comes out."""
    data = bytearray(archive({"small.txt": b"a" * 1_000_000}))
    real = struct.pack("<I", 1_000_000)
    while (at := data.find(real)) >= 0:
        data[at : at + 4] = struct.pack("<I", 10)
    return bytes(data)


def crowd() -> bytes:
    """Twenty thousand empty members."""
    return archive({f"{number}.txt": b"" for number in range(20_000)}, zipfile.ZIP_STORED)


def nested() -> bytes:
    return archive({"inner.zip": honest(), "note.txt": b"an archive in an archive"})


def locked() -> bytes:
    """Marked as encrypted; there is no password."""
    data = bytearray(archive({"secret.txt": b"nobody reads this"}, zipfile.ZIP_STORED))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.index(mark) + at
        data[place] |= 1
    return bytes(data)


def nothing_in_it() -> bytes:
    return archive({})
