"""File names that every disk takes, and keys that stay inside the library. Pure."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final

_LONGEST: Final = 120
"""Bytes of a whole file name in UTF-8."""
BESIDE: Final = ".json"
"""What follows the name of a result in the name of the note beside it, which must not be too long either."""
PLAIN: Final = "result"
"""The stem of a result where the disk, or the language the system runs in, does not take its own."""
_RESERVED: Final = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789")]
)


def safe_stem(wish: str, room: int = _LONGEST) -> str:
    """A file name without extension from any words: at most `room` bytes, good on Windows, never empty.

    Lower case and composed (NFC), so that no two names differ only in what some disks don't see.
    """
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", wish).casefold())
    text = "".join(c if c.isalnum() or c in "-_" or unicodedata.category(c)[0] == "M" else "-" for c in text)
    text = re.sub("-{2,}", "-", text)
    text = _cut(text, room).strip("-_")
    # A name is reserved on Windows also when something follows a dot; dots are gone here already.
    if not text or text in _RESERVED:
        text = _cut(f"file-{text}", room).strip("-")
    return text


def file_name(stem: str, mark: str, extension: str, number: int = 0) -> str:
    """`<stem>-<mark>[-<number>].<extension>`, at most 120 bytes together with `.json`."""
    tail = f"-{mark}{f'-{number}' if number else ''}.{extension}"
    return safe_stem(stem, _LONGEST - len(BESIDE) - len(tail.encode())) + tail


def own_name(key: str, stem: str, mark: str, extension: str) -> str:
    """What a result at this key is called to a person: as the file, but never by the plain stem."""
    name = key.rpartition("/")[2]
    return file_name(stem, mark, extension) if name.startswith(f"{PLAIN}-{mark}") else name


def beside_key(key: str) -> str:
    """Where the origin of a result lies beside it."""
    return f"{key}{BESIDE}"


def checked_key(key: str) -> str:
    """A library key as it is, if it stays inside the library; raises ValueError otherwise."""
    path = PurePosixPath(key)
    if not key or "\\" in key or "\x00" in key or ":" in key or path.is_absolute() or ".." in path.parts:
        raise ValueError("not a key of this library")
    return key


def _cut(text: str, room: int) -> str:
    """Cut to so many bytes, never inside a character nor before its accents."""
    raw = text.encode("utf-8", "replace")
    if len(raw) <= room:
        return raw.decode()
    kept = raw[:room].decode("utf-8", "ignore")
    while kept and unicodedata.category(text[len(kept)])[0] == "M":
        kept = kept[:-1]
    return kept
