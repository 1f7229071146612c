"""File names that every file system accepts, and keys that stay inside the library. Pure."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final

_LONGEST: Final = 120
"""The most bytes of a whole file name in UTF-8."""
BESIDE: Final = ".json"
"""Suffix of the note beside a result; its name must not be too long either."""
PLAIN: Final = "result"
"""The stem of a result if the file system or the system's locale does not accept its own."""
_RESERVED: Final = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789")]
)


def safe_stem(wish: str, room: int = _LONGEST) -> str:
    """A file name without extension from any text: at most `room` bytes, valid on Windows, never empty.

    Lower case and composed (NFC): some file systems don't distinguish the other spellings.
    """
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", wish).casefold())
    text = "".join(c if c.isalnum() or c in "-_" or unicodedata.category(c)[0] == "M" else "-" for c in text)
    text = re.sub("-{2,}", "-", text)
    text = _cut(text, room).strip("-_")
    # On Windows a name is also reserved if a dot follows it; dots are already removed here.
    if not text or text in _RESERVED:
        text = _cut(f"file-{text}", room).strip("-")
    return text


def file_name(stem: str, mark: str, extension: str, number: int = 0) -> str:
    """`<stem>-<mark>[-<number>].<extension>`, at most 120 bytes together with `.json`."""
    tail = f"-{mark}{f'-{number}' if number else ''}.{extension}"
    return safe_stem(stem, _LONGEST - len(BESIDE) - len(tail.encode())) + tail


def own_name(key: str, stem: str, mark: str, extension: str) -> str:
    """The file name that a person sees for this key: as on the disk, but never with the plain stem."""
    name = key.rpartition("/")[2]
    return file_name(stem, mark, extension) if name.startswith(f"{PLAIN}-{mark}") else name


def beside_key(key: str) -> str:
    """The key of the note beside a result, which holds its origin."""
    return f"{key}{BESIDE}"


def checked_key(key: str) -> str:
    """The library key, if it stays inside the library; raises ValueError otherwise."""
    path = PurePosixPath(key)
    if not key or "\\" in key or "\x00" in key or ":" in key or path.is_absolute() or ".." in path.parts:
        raise ValueError("not a key of this library")
    return key


def _cut(text: str, room: int) -> str:
    """Cut to `room` bytes, never inside a character nor before its accents."""
    raw = text.encode("utf-8", "replace")
    if len(raw) <= room:
        return raw.decode()
    kept = raw[:room].decode("utf-8", "ignore")
    while kept and unicodedata.category(text[len(kept)])[0] == "M":
        kept = kept[:-1]
    return kept
