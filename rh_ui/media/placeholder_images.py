"""Drawn stand-ins for what has no picture of its own: sound, 3D, text, files that are too large to decode."""

from __future__ import annotations

import functools
import os
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

SIZE: Final = (512, 384)
SHAPE_SIDES: Final = (512, 310)
COUNTS: Final = "counts"
"""Where a card of a model notes its points and faces."""
PAPER: Final = (24, 26, 33)
_INK: Final = (226, 229, 236)
_FAINT: Final = (138, 145, 160)
_ACCENT: Final = (122, 162, 255)
_ACCENT_MIDDLE: Final = (88, 120, 200)
_ACCENT_DARK: Final = (62, 86, 150)

_LATIN_FONTS: Final = ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "segoeui.ttf", "Arial.ttf")
_CJK_FONTS: Final = (
    "NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.otf",
    "SourceHanSansSC-Regular.otf", "wqy-microhei.ttc", "wqy-zenhei.ttc", "DroidSansFallbackFull.ttf",
    "DroidSansFallback.ttf", "PingFang.ttc", "Hiragino Sans GB.ttc", "msyh.ttc", "simsun.ttc",
)  # fmt: skip

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def waveform(peaks: Sequence[float], caption: str) -> Image.Image:
    """Bars for the loudness of a sound over time; peaks from 0 to 1, quiet sounds drawn to full height."""
    card = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(card)
    bars, middle, reach = 64, 176, 120
    step = (SIZE[0] - 48) / bars
    levels = []
    for bar in range(bars):
        first = bar * len(peaks) // bars
        part = peaks[first : max(first + 1, (bar + 1) * len(peaks) // bars)]
        levels.append(sum(part) / max(1, len(part)))
    loudest = max(levels) or 1.0
    for bar, level in enumerate(levels):
        height = max(2.0, reach * level / loudest)
        left = 24 + bar * step
        draw.rounded_rectangle((left, middle - height, left + step * 0.6, middle + height), 2, fill=_ACCENT)
    draw.text((24, SIZE[1] - 52), caption, font=_font(22, caption), fill=_FAINT)
    return card


def model(extension: str, vertices: int | None, faces: int | None) -> Image.Image:
    """A cube, the format, and how many points and faces the mesh has where that is known."""
    card = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(card)
    x, top, a, h, deep = SIZE[0] // 2, 56, 92, 54, 100
    front = top + 2 * h
    draw.polygon([(x, top), (x + a, top + h), (x, front), (x - a, top + h)], fill=_ACCENT)
    for side, fill in ((-a, _ACCENT_MIDDLE), (a, _ACCENT_DARK)):
        edge = x + side
        draw.polygon([(edge, top + h), (x, front), (x, front + deep), (edge, top + h + deep)], fill=fill)
    _centred(draw, 288, extension.upper(), 30, _INK)
    _centred(draw, 330, counts(vertices, faces), 20, _FAINT)
    card.info[COUNTS] = (vertices, faces)
    return card


def shaped(picture: Image.Image, extension: str, vertices: int | None, faces: int | None) -> Image.Image:
    """A drawn shape of SHAPE_SIDES over its format and counts."""
    card = Image.new("RGB", SIZE, PAPER)
    card.paste(picture, (0, 0))
    draw = ImageDraw.Draw(card)
    _centred(draw, SHAPE_SIDES[1] + 6, extension.upper(), 22, _INK)
    _centred(draw, SHAPE_SIDES[1] + 38, counts(vertices, faces), 20, _FAINT)
    card.info[COUNTS] = (vertices, faces)
    return card


def counts(vertices: int | None, faces: int | None) -> str:
    """How many points and faces, as far as that is known."""
    return " · ".join(f"{n:,} {word}" for n, word in ((vertices, "points"), (faces, "faces")) if n)


def text(content: str) -> Image.Image:
    """The first lines of a text, wrapped to the card."""
    card = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(card)
    content = "".join(c for c in content[:4000] if c == "\n" or unicodedata.category(c)[0] != "C")
    font, high = _font(20, content), 28
    room = (SIZE[1] - 48) // high
    lines = list(_wrapped(draw, content, font, SIZE[0] - 56, room + 1))
    for number, line in enumerate(lines[:room]):
        if number == room - 1 and len(lines) > room:
            line = line[: max(0, len(line) - 2)] + "…"
        draw.text((28, 24 + number * high), line, font=font, fill=_INK)
    return card


def plain(title: str, detail: str) -> Image.Image:
    """A title and a line below it."""
    card = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(card)
    _centred(draw, 150, title, 34, _INK)
    _centred(draw, 206, detail, 20, _FAINT)
    return card


def _centred(draw: ImageDraw.ImageDraw, top: int, words: str, size: int, fill: tuple[int, int, int]) -> None:
    font = _font(size, words)
    draw.text(((SIZE[0] - draw.textlength(words, font=font)) / 2, top), words, font=font, fill=fill)


def _wrapped(draw: ImageDraw.ImageDraw, content: str, font: Font, width: float, most: int) -> Iterator[str]:
    """Lines that fit; broken at spaces where there are some, else (Chinese, Japanese) anywhere."""
    given = 0
    for paragraph in content.split("\n"):
        rest = paragraph.strip()
        while given < most:
            fitting = _fitting(draw, rest, font, width)
            cut = rest.rfind(" ", 0, fitting + 1) if fitting < len(rest) else fitting
            cut = cut if cut > fitting // 2 else fitting
            yield rest[:cut]
            given += 1
            rest = rest[cut:].lstrip()
            if not rest:
                break


def _fitting(draw: ImageDraw.ImageDraw, line: str, font: Font, width: float) -> int:
    """How many characters of a line fit; at least one."""
    low, high = 1, min(len(line), 120)
    while low < high:
        middle = (low + high + 1) // 2
        fits = draw.textlength(line[:middle], font=font) <= width
        low, high = (middle, high) if fits else (low, middle - 1)
    return max(low, 1)


def _font(size: int, words: str) -> Font:
    wide = any(unicodedata.east_asian_width(c) in "WF" for c in words[:2000])
    found = _font_file(_CJK_FONTS if wide else _LATIN_FONTS)
    if found is not None:
        try:
            return ImageFont.truetype(str(found), size)
        except OSError:
            pass
    return ImageFont.load_default(size)


@functools.lru_cache(maxsize=4)
def _font_file(names: tuple[str, ...]) -> Path | None:
    """The first of these fonts that this machine has."""
    have: dict[str, Path] = {}
    for folder in _font_folders():
        for root, _dirs, files in os.walk(folder):
            have.update({name.lower(): Path(root, name) for name in files if name.lower() not in have})
    return next((have[name.lower()] for name in names if name.lower() in have), None)


def _font_folders() -> list[Path]:
    home = Path("~").expanduser()
    if sys.platform == "win32":
        return [Path(os.environ.get("WINDIR", r"C:\Windows"), "Fonts")]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    system = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts")]
    return [*system, home / ".local/share/fonts", home / ".fonts"]
