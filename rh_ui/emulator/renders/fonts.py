"""A typeface found at run time, and lines broken to a width. Pillow's built-in face is the last resort."""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeAlias

from PIL import ImageFont

Face: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont

_FOLDERS: Final = {
    "linux": ("~/.local/share/fonts", "~/.fonts", "/usr/local/share/fonts", "/usr/share/fonts"),
    "darwin": ("~/Library/Fonts", "/Library/Fonts", "/System/Library/Fonts"),
    "win32": ("~/AppData/Local/Microsoft/Windows/Fonts", "C:/Windows/Fonts"),
}
_LATIN: Final = (
    "Inter-Bold.ttf", "NotoSans-Bold.ttf", "DejaVuSans-Bold.ttf", "LiberationSans-Bold.ttf",
    "FreeSansBold.ttf", "HelveticaNeue.ttc", "segoeuib.ttf", "arialbd.ttf",
)  # fmt: skip
_WIDE: Final = (
    "NotoSansCJK-Bold.ttc", "NotoSansCJK-Medium.ttc", "NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Bold.otf",
    "NotoSansSC-Bold.otf", "SourceHanSansSC-Bold.otf", "wqy-zenhei.ttc", "wqy-microhei.ttc",
    "DroidSansFallbackFull.ttf", "PingFang.ttc", "Hiragino Sans GB.ttc", "msyhbd.ttc", "msyh.ttc",
    "simhei.ttf",
)  # fmt: skip


@lru_cache(maxsize=1)
def _installed() -> dict[str, Path]:
    wanted = {*_LATIN, *_WIDE}
    found: dict[str, Path] = {}
    for folder in _FOLDERS.get(sys.platform, _FOLDERS["linux"]):
        for root, _, names in os.walk(Path(folder).expanduser()):
            for name in wanted.intersection(names):
                found.setdefault(name, Path(root, name))
    return found


def is_wide(text: str) -> bool:
    """Whether the text holds letters that a Latin face lacks (Chinese, Japanese, Korean)."""
    return any("\u2e80" <= letter <= "\ufaff" or "\uff00" <= letter <= "\uffef" for letter in text)


@lru_cache(maxsize=64)
def _load(wide: bool, size: int) -> Face:
    found = _installed()
    for name in (_WIDE + _LATIN) if wide else (_LATIN + _WIDE):
        if name in found:
            try:
                return ImageFont.truetype(str(found[name]), size)
            except OSError:
                continue
    return ImageFont.load_default(size)


def face(size: float, text: str = "") -> Face:
    """The best face for this text at this many pixels."""
    return _load(is_wide(text), max(6, round(size)))


def plain(text: str) -> str:
    """The text without what no common face can draw (emoji, controls), on one line."""
    shown = "".join(letter if letter.isprintable() and ord(letter) < 0x10000 else " " for letter in text)
    return " ".join(shown.split())


def wrap(text: str, font: Face, width: float) -> list[str]:
    """The text in lines no wider than `width` pixels; breaks between words, and anywhere in wide scripts."""
    lines: list[str] = []
    line, used = "", 0.0
    for piece in _pieces(text):
        if used + font.getlength(piece.rstrip()) <= width:
            line += piece
            used += font.getlength(piece)
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = piece.lstrip()
        while (used := font.getlength(line)) > width and len(line) > 1:
            cut = max(1, int(len(line) * width / used))
            lines.append(line[:cut])
            line = line[cut:]
    if line.strip():
        lines.append(line.rstrip())
    return lines


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    word = ""
    for letter in text:
        if is_wide(letter):
            pieces += [word, letter] if word else [letter]
            word = ""
        else:
            word += letter
            if letter == " ":
                pieces.append(word)
                word = ""
    return [*pieces, word] if word else pieces


def shorten(text: str, font: Face, width: float) -> str:
    """The text, or its beginning and an ellipsis, in one line of `width` pixels."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"
