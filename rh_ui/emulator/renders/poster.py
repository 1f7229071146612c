"""The text over a picture or a video: the prompt, the model, facts, and the DEMO mark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from PIL import Image, ImageDraw

from rh_ui.emulator.renders import text_layout

DEMO: Final = "DEMO"
_INK: Final = (255, 255, 255, 255)
_SOFT: Final = (255, 255, 255, 205)
_GLASS: Final = (9, 11, 24, 176)
_MARK: Final = (255, 196, 66, 255)
_MARK_INK: Final = (38, 24, 0, 255)
_LETTERS: Final = (0.072, 0.06, 0.05, 0.042, 0.036, 0.031, 0.027)
"""Letter heights for the prompt; the largest that fits is used."""
Placed: TypeAlias = tuple[Image.Image, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Caption:
    """The text on the picture."""

    words: str
    title: str
    facts: str


def overlays(caption: Caption, size: tuple[int, int]) -> list[Placed]:
    """RGBA pieces and their positions: title and mark at the top, the prompt in a panel below."""
    unit = min(size[0], size[1] * 1.4, size[0] * 0.8 + size[1] * 0.2)
    margin = max(3, round(unit * 0.035))
    mark = _chip(DEMO, unit * 0.034, _MARK, _MARK_INK, size[0])
    placed = [(mark, (size[0] - margin - mark.width, margin))]
    room = size[0] - 3 * margin - mark.width
    if room > unit * 0.2:
        placed.append((_chip(caption.title, unit * 0.03, _GLASS, _INK, room), (margin, margin)))
    room_below = size[1] - 3 * margin - mark.height
    panel = _panel(caption, (size[0] - 2 * margin, max(8, round(min(room_below, size[1] * 0.42)))), unit)
    placed.append((panel, (margin, size[1] - margin - panel.height)))
    return placed


def lay(picture: Image.Image, placed: list[Placed]) -> None:
    """Paste the pieces onto an RGB picture."""
    for piece, place in placed:
        picture.paste(piece, place, piece)


def _rounded(size: tuple[int, int], radius: float, fill: tuple[int, int, int, int]) -> Image.Image:
    finer = 1 if size[0] > 1600 else 3
    mask = Image.new("L", (size[0] * finer, size[1] * finer), 0)
    box = (0, 0, size[0] * finer - 1, size[1] * finer - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, radius * finer, fill=fill[3])
    if finer > 1:
        mask = mask.reduce(finer)
    piece = Image.new("RGBA", size, fill)
    piece.putalpha(mask)
    return piece


def _chip(
    text: str, letter: float, fill: tuple[int, int, int, int], ink: tuple[int, int, int, int], room: int
) -> Image.Image:
    font = text_layout.face(letter, text)
    pad = letter * 0.75
    text = text_layout.shorten(text_layout.plain(text), font, room - 2 * pad)
    width, height = round(font.getlength(text) + 2 * pad), round(letter * 1.95)
    piece = _rounded((max(4, min(room, width)), max(4, height)), height / 2, fill)
    ImageDraw.Draw(piece).text((pad, height / 2), text, ink, font, anchor="lm")
    return piece


def _letter(words: str, room: tuple[int, int], unit: float) -> float:
    """The largest letters with which the text fits into its part of the panel."""
    width, around = room[0] - unit * 0.08, unit * 0.08 + unit * 0.026 * 1.7
    length = text_layout.face(unit * _LETTERS[0], words).getlength(words) / (unit * _LETTERS[0])
    for letter in (unit * part for part in _LETTERS):
        most = (room[1] * (0.66 if letter > unit * 0.04 else 1) - around) / (letter * 1.32)
        if length * letter / width > most:
            continue  # Wrapping is slow: skip what can't fit.
        if len(text_layout.wrap(words, text_layout.face(letter, words), width)) <= most:
            return letter
    return unit * _LETTERS[-1]


def _panel(caption: Caption, room: tuple[int, int], unit: float) -> Image.Image:
    words = text_layout.plain(caption.words) or "No words came with this request."
    small, pad = unit * 0.026, unit * 0.04
    letter = _letter(words, room, unit)
    font = text_layout.face(letter, words)
    lines = text_layout.wrap(words, font, room[0] - 2 * pad)
    fitting = max(1, int((room[1] - pad * 2 - small * 1.7) / (letter * 1.32)))
    if len(lines) > fitting:
        lines = [
            *lines[: fitting - 1],
            text_layout.shorten(lines[fitting - 1] + "…", font, room[0] - 2 * pad),
        ]
    height = min(room[1], round(pad * 2 + len(lines) * letter * 1.32 + small * 1.7))
    piece = _rounded((room[0], height), unit * 0.035, _GLASS)
    draw = ImageDraw.Draw(piece)
    for index, line in enumerate(lines):
        draw.text((pad, pad + letter * 1.32 * index), line, _INK, font)
    facts = text_layout.face(small, caption.facts)
    told = text_layout.shorten(caption.facts, facts, room[0] - 2 * pad)
    draw.text((pad, height - pad * 0.85), told, _SOFT, facts, anchor="ls")
    return piece
