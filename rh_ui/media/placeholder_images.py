"""Draws placeholders for files without a picture: sound, 3D, text, files that are too large to decode."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from PIL import Image, ImageDraw

from rh_ui.media.fonts import Font, font

SIZE: Final = (512, 384)
SHAPE_SIDES: Final = (512, 310)
COUNTS: Final = "counts"
"""Key in the image's metadata for a model's points and faces."""
PAPER: Final = (24, 26, 33)
_INK: Final = (226, 229, 236)
_FAINT: Final = (138, 145, 160)
_ACCENT: Final = (122, 162, 255)
_ACCENT_MIDDLE: Final = (88, 120, 200)
_ACCENT_DARK: Final = (62, 86, 150)


def waveform(peaks: Sequence[float], caption: str) -> Image.Image:
    """Bars for the loudness of a sound over time; `peaks` from 0 to 1, scaled so that quiet sounds reach full
    height."""
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
    draw.text((24, SIZE[1] - 52), caption, font=font(22, caption), fill=_FAINT)
    return card


def model(extension: str, vertices: int | None, faces: int | None) -> Image.Image:
    """A cube, the format, and the mesh's numbers of points and faces if they are known."""
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
    """A rendered shape of size SHAPE_SIDES, with its format and counts below."""
    card = Image.new("RGB", SIZE, PAPER)
    card.paste(picture, (0, 0))
    draw = ImageDraw.Draw(card)
    _centred(draw, SHAPE_SIDES[1] + 6, extension.upper(), 22, _INK)
    _centred(draw, SHAPE_SIDES[1] + 38, counts(vertices, faces), 20, _FAINT)
    card.info[COUNTS] = (vertices, faces)
    return card


def counts(vertices: int | None, faces: int | None) -> str:
    """The numbers of points and faces as text, as far as they are known."""
    return " · ".join(f"{n:,} {word}" for n, word in ((vertices, "points"), (faces, "faces")) if n)


def text(content: str) -> Image.Image:
    """The first lines of a text, wrapped to the card."""
    card = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(card)
    content = "".join(c for c in content[:4000] if c == "\n" or unicodedata.category(c)[0] != "C")
    face, high = font(20, content[:2000]), 28
    room = (SIZE[1] - 48) // high
    lines = list(_wrapped(draw, content, face, SIZE[0] - 56, room + 1))
    for number, line in enumerate(lines[:room]):
        if number == room - 1 and len(lines) > room:
            line = line[: max(0, len(line) - 2)] + "…"
        draw.text((28, 24 + number * high), line, font=face, fill=_INK)
    return card


def plain(title: str, detail: str) -> Image.Image:
    """A title and a line below it."""
    card = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(card)
    _centred(draw, 150, title, 34, _INK)
    _centred(draw, 206, detail, 20, _FAINT)
    return card


def _centred(draw: ImageDraw.ImageDraw, top: int, words: str, size: int, fill: tuple[int, int, int]) -> None:
    face = font(size, words)
    draw.text(((SIZE[0] - draw.textlength(words, font=face)) / 2, top), words, font=face, fill=fill)


def _wrapped(draw: ImageDraw.ImageDraw, content: str, face: Font, width: float, most: int) -> Iterator[str]:
    """Wrapped lines; broken at spaces, or anywhere if there are none (Chinese, Japanese)."""
    given = 0
    for paragraph in content.split("\n"):
        rest = paragraph.strip()
        while given < most:
            fitting = _fitting(draw, rest, face, width)
            cut = rest.rfind(" ", 0, fitting + 1) if fitting < len(rest) else fitting
            cut = cut if cut > fitting // 2 else fitting
            yield rest[:cut]
            given += 1
            rest = rest[cut:].lstrip()
            if not rest:
                break


def _fitting(draw: ImageDraw.ImageDraw, line: str, face: Font, width: float) -> int:
    """How many characters of a line fit; at least one."""
    low, high = 1, min(len(line), 120)
    while low < high:
        middle = (low + high + 1) // 2
        fits = draw.textlength(line[:middle], font=face) <= width
        low, high = (middle, high) if fits else (low, middle - 1)
    return max(low, 1)
