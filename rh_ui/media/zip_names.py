"""Detects the encoding of names in a zip that does not declare it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_SURE: Final = 0.7
"""The share of common characters above which an encoding is accepted."""
_USUAL: Final = {"gb18030": ("gb2312", range(0xB0, 0xD8)), "cp932": ("shift_jis", range(0x88, 0x98))}
"""An encoding, the list that orders its characters by frequency, and the first bytes of the common ones."""
_KANA: Final = range(0x3041, 0x30FF)
_MARKS: Final = range(0x3000, 0x3020)
_THREE_BYTES: Final = 0x800
_LETTERS: Final = re.compile(
    "[\u00a0-\u017f\u0300-\u030c\u0386-\u03ce\u0400-\u045f\u05d0-\u05ea\u0621-\u064a]"
)


def encoding_of(names: Sequence[bytes]) -> str:
    """The encoding of all these names. Old programs on Chinese and Japanese systems do not declare it; if no
    encoding is certain, it is the format's default (`cp437`)."""
    told = b"\n".join(names)
    if told.isascii() or _usual(_read(told, "utf-8"), "utf-8") >= _SURE:
        return "utf-8"
    sure = {encoding: _usual(_read(told, encoding), encoding) for encoding in _USUAL}
    best = max(sure, key=lambda encoding: sure[encoding])
    return best if sure[best] >= _SURE else "cp437"


def _read(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _usual(text: str, encoding: str) -> float:
    """The share of the non-ASCII characters that are common ones; 0 if there are none."""
    wide = [character for character in text if not character.isascii()]
    return sum(_is_usual(character, encoding) for character in wide) / len(wide) if wide else 0.0


def _is_usual(character: str, encoding: str) -> bool:
    if encoding == "utf-8":
        # Two bytes of Chinese may be read as one of these, but usually as a very rare character.
        return ord(character) >= _THREE_BYTES or _LETTERS.match(character) is not None
    listed, usual = _USUAL[encoding]
    if ord(character) in _KANA:
        return encoding == "cp932"
    if ord(character) in _MARKS or unicodedata.east_asian_width(character) == "F":
        return True
    try:
        return character.encode(listed)[0] in usual
    except UnicodeEncodeError:
        return False
