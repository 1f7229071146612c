"""Draws the pictures of the examples that an empty stage shows, from assets/examples/examples.json:
`python -m scripts.examples`. They are drawings of this program, not results of models; the page says so."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from rh_ui.emulator.renders import scenery
from scripts.processes import ROOT

FOLDER: Final = ROOT / "assets" / "examples"
SIZE: Final = (432, 288)
FINER: Final = 3
"""Drawn larger by this, then reduced, so that edges are smooth."""
QUALITY: Final = 60


def landscape(words: str, seed: int) -> Image.Image:
    """A place and colours that the words name."""
    return scenery.paint(scenery.imagine(words, seed, SIZE[0] / SIZE[1]), SIZE)


def _ground(words: str, seed: int) -> tuple[Image.Image, ImageDraw.ImageDraw, scenery.Palette]:
    palette = scenery.palette_of(words, seed)
    picture = Image.new(
        "RGB", (SIZE[0] * FINER, SIZE[1] * FINER), scenery.mix(palette.near, palette.far, 0.2)
    )
    return picture, ImageDraw.Draw(picture), palette


def waveform(words: str, seed: int) -> Image.Image:
    """Bars that swell and fade, as speech and music do."""
    picture, draw, palette = _ground(words, seed)
    rng, (width, height), count = random.Random(seed), picture.size, 48
    for index in range(count):
        swell = 0.25 + 0.75 * math.sin(math.pi * index / count) * (0.55 + 0.45 * math.sin(index * 0.9 + seed))
        tall = height * 0.36 * swell * rng.uniform(0.5, 1)
        left = width * (0.08 + 0.84 * index / count)
        box = (left, height / 2 - tall, left + width * 0.0095, height / 2 + tall)
        draw.rounded_rectangle(box, width * 0.005, scenery.mix(palette.sky[1], palette.disc, abs(swell)))
    return picture.resize(SIZE, Image.Resampling.LANCZOS)


def solids(words: str, seed: int) -> Image.Image:
    """Blocks in a pile, seen from above the corner, with light from the left."""
    picture, draw, palette = _ground(words, seed)
    rng, (width, height) = random.Random(seed), picture.size
    unit = height * 0.13
    for x, y in sorted(((x, y) for x in range(3) for y in range(3)), key=sum):
        tall = rng.choice((0.4, 0.8, 1.2, 1.8))
        middle = (width / 2 + (x - y) * unit * 0.87, height * 0.56 + (x + y - 2) * unit * 0.5)
        colour = scenery.mix(palette.sky[1], palette.sky[2], rng.random())
        _block(draw, middle, unit, tall * unit, colour)
    return picture.resize(SIZE, Image.Resampling.LANCZOS)


def _block(
    draw: ImageDraw.ImageDraw,
    middle: tuple[float, float],
    unit: float,
    tall: float,
    colour: tuple[int, int, int],
) -> None:
    """One block; `middle` is that of its foot."""
    x, y = middle
    wide, deep = unit * 0.8, unit * 0.46
    top = y - tall
    draw.polygon(
        [(x - wide, top), (x, top + deep), (x, y + deep), (x - wide, y)], scenery.mix(colour, (0, 0, 0), 0.25)
    )
    draw.polygon(
        [(x + wide, top), (x, top + deep), (x, y + deep), (x + wide, y)], scenery.mix(colour, (0, 0, 0), 0.5)
    )
    draw.polygon([(x - wide, top), (x, top - deep), (x + wide, top), (x, top + deep)], colour)


def lines(words: str, seed: int) -> Image.Image:
    """A page with written lines."""
    picture, draw, palette = _ground(words, seed)
    rng, (width, height) = random.Random(seed), picture.size
    draw.rounded_rectangle(
        (width * 0.2, height * 0.1, width * 0.8, height * 1.1), width * 0.015, palette.disc
    )
    for row in range(9):
        top = height * (0.24 + 0.085 * row)
        length = rng.uniform(0.2, 0.3) if row % 4 == 3 else rng.uniform(0.38, 0.46)
        colour = palette.near if row == 0 else scenery.mix(palette.far, palette.disc, 0.35)
        box = (width * 0.27, top, width * (0.27 + length), top + height * 0.028)
        draw.rounded_rectangle(box, height * 0.014, colour)
    return picture.resize(SIZE, Image.Resampling.LANCZOS)


DRAWN: Final = {"image": landscape, "video": landscape, "audio": waveform, "3d": solids, "text": lines}


def name_of(tab: str, number: int) -> str:
    """The picture of one example of a tab; the page spells it the same way (empty_stage.js)."""
    return f"example-{tab}-{number}.webp"


def draw_all(folder: Path) -> list[Path]:
    """Draw every picture; the same each time."""
    written = []
    told = json.loads((FOLDER / "examples.json").read_text(encoding="utf-8"))
    for place, (tab, examples) in enumerate(told.items()):
        for number, example in enumerate(examples):
            path = folder / name_of(tab, number)
            DRAWN[tab](example["en"], 100 * place + 7 * number).save(path, quality=QUALITY, method=6)
            written.append(path)
    return written


if __name__ == "__main__":
    draw_all(FOLDER)
