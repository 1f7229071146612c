"""Invented landscapes: colours, a sky and layers of hills, sea, woods or houses, chosen by words and a seed.

Shapes are in unit coordinates (x from 0 to WIDE, so that a video can move along them; y from 0 at the top).
This module draws them as pixels; poster writes the text over them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
from PIL import Image, ImageDraw

WIDE: Final = 1.5
Colour: TypeAlias = tuple[int, int, int]
Points: TypeAlias = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of the sky from top to horizon, of the disc in it, and of the land from far to near."""

    sky: tuple[Colour, Colour, Colour]
    disc: Colour
    far: Colour
    near: Colour
    stars: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """A filled polygon."""

    points: Points
    colour: Colour


@dataclass(frozen=True, slots=True)
class Layer:
    """Shapes at one distance: 0 far, 1 near."""

    depth: float
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole landscape; `disc` is the centre and radius of the sun or moon, as parts of the height."""

    palette: Palette
    disc: tuple[float, float, float]
    layers: tuple[Layer, ...]
    dots: tuple[tuple[float, float, float], ...]


def _hex(*codes: str) -> list[Colour]:
    return [(int(code[:2], 16), int(code[2:4], 16), int(code[4:], 16)) for code in codes]


def _palette(*codes: str, stars: bool = False) -> Palette:
    top, mid, low, disc, far, near = _hex(*codes)
    return Palette((top, mid, low), disc, far, near, stars)


def _palettes() -> dict[str, Palette]:
    return {
        "dawn": _palette("2b2d6e", "b4568a", "ffbf8e", "fff1c9", "b5739a", "241640"),
        "dusk": _palette("0f2c4a", "2f7f93", "f6dca8", "fff6dc", "69a29f", "0a2030"),
        "red": _palette("4a0f33", "c23a4b", "ffb070", "fff0c4", "c65561", "2a0a22"),
        "green": _palette("0d4a48", "4f9f78", "eef0b4", "fffde6", "7fb88c", "0a2b2a"),
        "night": _palette("060a20", "1b2a66", "6272c4", "f2f5ff", "3d4d9c", "060818", stars=True),
        "violet": _palette("1d1046", "7042ab", "f7b3cf", "fff0f4", "8f62b5", "190c38", stars=True),
        "gold": _palette("7a3410", "e5963a", "ffe7b0", "fffaea", "d99a4e", "4a200c"),
        "blue": _palette("0e4489", "4b9ade", "e6f5fd", "ffffff", "7fb6df", "0c2c58"),
        "rose": _palette("6d2a5e", "e07a9c", "ffe0d2", "fffaf2", "d98aa5", "431a40"),
        "snow": _palette("4f6c8e", "a6c0d8", "f7fafd", "ffffff", "c6d6e6", "35485f"),
    }


_MOODS: Final = {
    "night": ("night", "moon", "star", "dark", "space", "galaxy", "夜", "月", "星", "宇宙"),
    "red": ("red", "fire", "lava", "blood", "红", "紅", "火"),
    "green": ("green", "forest", "jungle", "tree", "leaf", "绿", "森林", "树", "草"),
    "blue": ("blue", "sea", "ocean", "water", "sky", "lake", "蓝", "海", "湖", "天空"),
    "gold": ("gold", "desert", "sand", "yellow", "orange", "autumn", "金", "黄", "沙漠", "秋"),
    "violet": ("violet", "purple", "neon", "cyber", "magic", "紫", "霓虹", "赛博"),
    "rose": ("pink", "rose", "flower", "blossom", "love", "粉", "花", "樱"),
    "snow": ("snow", "winter", "ice", "white", "雪", "冬", "冰", "白"),
    "dawn": ("dawn", "sunrise", "morning", "sunset", "日出", "日落", "早晨"),
}
_PLACES: Final = {
    "sea": ("sea", "ocean", "beach", "boat", "ship", "wave", "lake", "water", "fish", "海", "船", "浪", "湖"),
    "city": ("city", "street", "neon", "robot", "car", "cyber", "building", "城", "街", "机器", "车", "楼"),
    "woods": ("forest", "tree", "jungle", "wood", "leaf", "森", "树", "林"),
    "peaks": ("mountain", "snow", "peak", "alps", "dragon", "winter", "山", "雪", "峰", "龙"),
    "dunes": ("desert", "sand", "dune", "field", "hill", "kite", "沙", "田", "草原"),
}


def _named(words: str, table: dict[str, tuple[str, ...]]) -> str:
    told = words.lower()
    spaced = f" {told.replace(',', ' ').replace('.', ' ')} "
    for name, hints in table.items():
        if any((hint in told) if not hint.isascii() else f" {hint}" in spaced for hint in hints):
            return name
    return ""


def palette_of(words: str, seed: int) -> Palette:
    """The colours that the words name, otherwise any."""
    palettes = _palettes()
    return palettes[_named(words, _MOODS) or random.Random(seed).choice(sorted(palettes))]


def imagine(words: str, seed: int, aspect: float) -> Scene:
    """A landscape with colours and places that the words name; `aspect` is width divided by height."""
    palette, rng = palette_of(words, seed), random.Random(f"{seed} land")
    place = _named(words, _PLACES) or rng.choice(sorted(_PLACES))
    disc = (rng.uniform(0.22, 0.78), rng.uniform(0.2, 0.36), rng.uniform(0.07, 0.12))
    number = 5
    layers = []
    for index in range(number):
        depth = index / (number - 1)
        colour = mix(palette.far, palette.near, depth**0.8)
        base = 0.46 + 0.36 * depth
        layers.append(Layer(depth, tuple(_land(place, rng, aspect, base, depth, colour, palette))))
    amount = 90 if palette.stars else 0
    dots = tuple(
        (rng.random(), rng.random() ** 1.4 * 0.55, rng.choice((0.9, 1.2, 1.8))) for _ in range(amount)
    )
    return Scene(palette, disc, tuple(layers), dots)


def mix(first: Colour, second: Colour, part: float) -> Colour:
    """A colour between two; at 0 the first."""
    return (
        round(first[0] + (second[0] - first[0]) * part),
        round(first[1] + (second[1] - first[1]) * part),
        round(first[2] + (second[2] - first[2]) * part),
    )


def _waves(rng: random.Random, aspect: float, base: float, height: float) -> Points:
    xs = np.linspace(0, WIDE, 160)
    ys = np.zeros(160)
    for order in (1, 2, 4):
        speed = rng.uniform(2.0, 3.4) * order * max(0.6, aspect)
        ys += np.sin(xs * speed + rng.uniform(0, 6.28)) * height / order**1.2
    return [(float(x), float(base - y)) for x, y in zip(xs, ys, strict=True)]


def _ridge(rng: random.Random, base: float, height: float) -> Points:
    heights, step = [rng.uniform(-0.3, 0.6) for _ in range(6)], 0.6
    for _ in range(4):
        finer = [heights[0]]
        for left, right in pairwise(heights):
            finer += [(left + right) / 2 + rng.uniform(-step, step) * 0.5, right]
        heights, step = finer, step * 0.5
    last = len(heights) - 1
    return [(WIDE * index / last, base - height * value) for index, value in enumerate(heights)]


def _ground(points: Points, colour: Colour) -> Shape:
    return Shape([(0.0, 1.05), *points, (WIDE, 1.05)], colour)


def _land(
    place: str, rng: random.Random, aspect: float, base: float, depth: float, colour: Colour, palette: Palette
) -> list[Shape]:
    if place == "peaks":
        return _peaks(rng, base, depth, colour, palette)
    if place == "city" and depth > 0.2:
        return _houses(rng, aspect, base, depth, colour, palette)
    if place == "sea" and depth > 0.2:
        low = 0.5 + 0.4 * depth
        return [_ground(_waves(rng, aspect * 2.5, low, 0.006 + 0.012 * depth), colour)]
    hills = _waves(rng, aspect, base, 0.05)
    shapes = [_ground(hills, colour)]
    if place == "woods" and depth > 0.2:
        shapes += _trees(rng, aspect, hills, depth, colour)
    return shapes


def _peaks(rng: random.Random, base: float, depth: float, colour: Colour, palette: Palette) -> list[Shape]:
    ridge = _ridge(rng, base, 0.3 * (1.15 - depth * 0.75))
    shapes = [_ground(ridge, colour)]
    if depth < 0.6:
        snow = mix(colour, palette.sky[2], 0.75)
        line = base - 0.1 * (1.2 - depth)
        for before, tip, after in zip(ridge, ridge[1:], ridge[2:], strict=False):
            if tip[1] < min(before[1], after[1]) and tip[1] < line:
                part = 0.55
                left = (tip[0] + (before[0] - tip[0]) * part, tip[1] + (before[1] - tip[1]) * part)
                right = (tip[0] + (after[0] - tip[0]) * part, tip[1] + (after[1] - tip[1]) * part)
                shapes.append(Shape([left, tip, right, (tip[0], (left[1] + right[1]) / 2)], snow))
    return shapes


def _trees(rng: random.Random, aspect: float, hills: Points, depth: float, colour: Colour) -> list[Shape]:
    shapes, x = [], 0.0
    while x < WIDE:
        index = min(len(hills) - 1, int(x / WIDE * len(hills)))
        foot = hills[index][1] + 0.02
        tall = rng.uniform(0.06, 0.13) * (0.5 + 0.9 * depth)
        half = tall * 0.3 / aspect
        tone = mix(colour, (0, 0, 0), rng.uniform(0.0, 0.18))
        for part in (0.0, 0.3, 0.55):
            wide = half * (1 - part * 0.75)
            low, tip = foot - tall * part, foot - tall * (part + 0.5)
            shapes.append(Shape([(x - wide, low), (x, tip), (x + wide, low)], tone))
        x += half * rng.uniform(1.2, 2.8)
    return shapes


def _houses(
    rng: random.Random, aspect: float, base: float, depth: float, colour: Colour, palette: Palette
) -> list[Shape]:
    shapes, x = [], 0.0
    lit = mix(colour, palette.disc, 0.8)
    while x < WIDE:
        wide = rng.uniform(0.05, 0.1) * (0.6 + 0.6 * depth) / max(0.7, aspect**0.7)
        top = base - rng.uniform(0.02, 0.24) * (1.1 - 0.4 * depth)
        tone = mix(colour, palette.near, rng.uniform(0.0, 0.25))
        shapes.append(_box(x, top, x + wide * 0.96, 1.05, tone))
        if rng.random() < 0.3:
            shapes.append(_box(x + wide * 0.45, top - 0.05, x + wide * 0.5, top, tone))
        columns, gap = 4, wide * 0.96 / 4
        tall = gap * aspect * 0.9
        for row in range(int((1.0 - top) / (tall * 1.6))):
            for column in range(columns):
                if rng.random() < 0.28 and depth > 0.3:
                    left, upper = x + gap * (column + 0.28), top + tall * (0.6 + row * 1.6)
                    shapes.append(_box(left, upper, left + gap * 0.46, upper + tall * 0.8, lit))
        x += wide
    return shapes


def _box(left: float, top: float, right: float, bottom: float, colour: Colour) -> Shape:
    return Shape([(left, top), (right, top), (right, bottom), (left, bottom)], colour)


def draw_sky(scene: Scene, size: tuple[int, int]) -> Image.Image:
    """The sky with its glow, disc and stars."""
    width, height = size
    stops = np.array(scene.palette.sky, dtype=np.float32)
    places = np.linspace(0, 1, height)
    column = np.stack([np.interp(places, (0.0, 0.42, 0.78), stops[:, band]) for band in range(3)], axis=1)
    sky = Image.fromarray(column.round().astype(np.uint8)[:, None, :]).resize(size, Image.Resampling.NEAREST)
    draw = ImageDraw.Draw(sky)
    unit = min(width, height)
    for x, y, radius in scene.dots:
        star = radius * unit / 700
        draw.ellipse((x * width - star, y * height - star, x * width + star, y * height + star), "#dfe6ff")
    _draw_disc(sky, scene, unit)
    return sky


def _draw_disc(sky: Image.Image, scene: Scene, unit: int) -> None:
    x, y, radius = scene.disc
    centre, size = (round(x * sky.width), round(y * sky.height)), round(radius * unit)
    grid = np.linspace(-1, 1, 128)
    away = np.sqrt(grid[:, None] ** 2 + grid[None, :] ** 2)
    glow = Image.fromarray((np.clip(1 - away, 0, 1) ** 2.2 * 165).astype(np.uint8))
    reach = size * 4
    area = (centre[0] - reach, centre[1] - reach)
    glow = glow.resize((reach * 2, reach * 2), Image.Resampling.BILINEAR)
    sky.paste(scene.palette.disc, area, glow)
    ImageDraw.Draw(sky).ellipse(
        (centre[0] - size, centre[1] - size, centre[0] + size, centre[1] + size), scene.palette.disc
    )


def draw_layer(picture: Image.Image, layer: Layer, width: int, height: int, shift: float = 0.0) -> None:
    """Fill the layer's shapes; one unit of x is `width` pixels, moved left by `shift` units."""
    draw = ImageDraw.Draw(picture)
    opaque = picture.mode == "RGBA"
    for shape in layer.shapes:
        points = [((x - shift) * width, y * height) for x, y in shape.points]
        draw.polygon(points, (*shape.colour, 255) if opaque else shape.colour)


def paint(scene: Scene, size: tuple[int, int]) -> Image.Image:
    """The whole landscape as an RGB picture, with smooth edges where that is cheap."""
    finer = 2 if size[0] * size[1] <= 2_400_000 else 1
    canvas = (size[0] * finer, size[1] * finer)
    picture = draw_sky(scene, canvas)
    for layer in scene.layers:
        draw_layer(picture, layer, *canvas)
    return picture.reduce(finer) if finer > 1 else picture


def strips(scene: Scene, size: tuple[int, int]) -> list[Image.Image]:
    """The land layers as wide RGBA strips for a video, far to near, each WIDE times the frame."""
    width, height = size
    made = []
    for layer in scene.layers:
        strip = Image.new("RGBA", (round(width * WIDE) * 2, height * 2), (*layer.shapes[0].colour, 0))
        draw_layer(strip, layer, width * 2, height * 2)
        made.append(strip.reduce(2))
    return made


def grade(picture: Image.Image, colour: Colour, part: float) -> Image.Image:
    """A picture with a light tint: its bright parts stay, its dark parts take the colour."""
    lifts = [part * tint / 255 for tint in mix((0, 0, 0), colour, 0.5)]
    return picture.point([round(value + (255 - value) * lift) for lift in lifts for value in range(256)])
