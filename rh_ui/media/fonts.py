"""Finds a font for drawing on this machine. Pillow's built-in one is the last resort."""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeAlias

from PIL import ImageFont

Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont

_FOLDERS: Final = {
    "linux": ("~/.local/share/fonts", "~/.fonts", "/usr/local/share/fonts", "/usr/share/fonts"),
    "darwin": ("~/Library/Fonts", "/Library/Fonts", "/System/Library/Fonts"),
    "win32": ("~/AppData/Local/Microsoft/Windows/Fonts", "${WINDIR}/Fonts", "C:/Windows/Fonts"),
}
_LATIN: Final = ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "segoeui.ttf", "Arial.ttf")
_LATIN_BOLD: Final = (
    "Inter-Bold.ttf", "NotoSans-Bold.ttf", "DejaVuSans-Bold.ttf", "LiberationSans-Bold.ttf",
    "FreeSansBold.ttf", "HelveticaNeue.ttc", "segoeuib.ttf", "arialbd.ttf",
)  # fmt: skip
_WIDE: Final = (
    "NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.otf",
    "SourceHanSansSC-Regular.otf", "wqy-microhei.ttc", "wqy-zenhei.ttc", "DroidSansFallbackFull.ttf",
    "DroidSansFallback.ttf", "PingFang.ttc", "Hiragino Sans GB.ttc", "msyh.ttc", "simsun.ttc", "simhei.ttf",
)  # fmt: skip
_WIDE_BOLD: Final = (
    "NotoSansCJK-Bold.ttc", "NotoSansCJK-Medium.ttc", "NotoSansCJKsc-Bold.otf", "NotoSansSC-Bold.otf",
    "SourceHanSansSC-Bold.otf", "msyhbd.ttc",
)  # fmt: skip


def font(size: int, text: str = "", *, bold: bool = False) -> Font:
    """The best font for this text at this size in pixels."""
    return _load(size, is_wide(text), bold)


def is_wide(text: str) -> bool:
    """Whether the text has characters that a Latin font lacks (Chinese, Japanese, Korean)."""
    return any("\u2e80" <= letter <= "\ufaff" or "\uff00" <= letter <= "\uffef" for letter in text)


@lru_cache(maxsize=64)
def _load(size: int, wide: bool, bold: bool) -> Font:
    latin = (*_LATIN_BOLD, *_LATIN) if bold else (*_LATIN, *_LATIN_BOLD)
    every = (*_WIDE_BOLD, *_WIDE) if bold else (*_WIDE, *_WIDE_BOLD)
    installed = _installed()
    for name in (*every, *latin) if wide else (*latin, *every):
        file = installed.get(name.lower())
        if file is not None:
            try:
                return ImageFont.truetype(str(file), size)
            except OSError:
                continue
    return ImageFont.load_default(size)


@lru_cache(maxsize=1)
def _installed() -> dict[str, Path]:
    """The fonts named above that this machine has, by their names in lower case."""
    wanted = {name.lower() for name in (*_LATIN, *_LATIN_BOLD, *_WIDE, *_WIDE_BOLD)}
    found: dict[str, Path] = {}
    for folder in _FOLDERS.get(sys.platform, _FOLDERS["linux"]):
        for root, _, names in os.walk(Path(os.path.expandvars(folder)).expanduser()):
            for name in names:
                if name.lower() in wanted:
                    found.setdefault(name.lower(), Path(root, name))
    return found
