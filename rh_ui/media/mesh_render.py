"""Renders a 3D shape as a thumbnail, seen from above and one side. Bounded for any number of faces."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from rh_ui.media.meshes import STANDING, Numbers, Shape
from rh_ui.media.placeholder_images import PAPER

MOST_FACES: Final = 40_000
"""The most faces that are drawn as faces; with more, each is about a pixel and is drawn as a dot."""
MOST_DOTS: Final = 1_500_000
_COLOUR: Final = np.array([122, 162, 255], dtype=np.float64)
_LIGHT: Final = np.array([-0.45, 0.65, 0.62])
_TURN: Final = math.radians(35)
_TILT: Final = math.radians(24)
_HAZE: Final = 24
"""The least opacity of a splat, 0 to 255, to be drawn."""
_NEARLY_ALL: Final = (1, 99)
"""Per cent of the splats that the picture is fitted to."""
_FINE: Final = 2
"""Supersampling: drawn so many times larger, then scaled down, for smooth edges."""


def drawn(shape: Shape, size: tuple[int, int]) -> Image.Image:
    """The rendered shape, which fills a picture of this size up to a small margin."""
    width, height = size[0] * _FINE, size[1] * _FINE
    shape = _solid(shape)
    seen = _turned(shape)
    low, high = _frame(shape, seen)
    span = np.maximum(high - low, 1e-9)
    scale = min(width * 0.88 / span[0], height * 0.88 / span[1])
    middle = (low + high) / 2
    flat = np.empty((len(seen), 2))
    flat[:, 0] = (seen[:, 0] - middle[0]) * scale + width / 2
    flat[:, 1] = (middle[1] - seen[:, 1]) * scale + height / 2
    if 0 < len(shape.faces) <= MOST_FACES:
        picture = _of_faces(shape.faces, seen, flat, (width, height))
    else:
        picture = _of_dots(shape, seen, flat, (width, height))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _turned(shape: Shape) -> Numbers:
    """Points with x to the right, y up, z to the viewer; invalid ones (NaN) at the centre."""
    whole: Numbers = np.asarray(np.isfinite(shape.points).all(axis=1))
    middle = np.median(shape.points[whole], axis=0) if whole.any() else np.zeros(3)
    points = np.where(whole[:, None], shape.points, middle) - middle
    if shape.extension in STANDING and shape.colours is None:
        points = points[:, [0, 2, 1]] * [1.0, 1.0, -1.0]
    turn = np.array(
        [[math.cos(_TURN), 0, -math.sin(_TURN)], [0, 1, 0], [math.sin(_TURN), 0, math.cos(_TURN)]]
    )
    tilt = np.array(
        [[1, 0, 0], [0, math.cos(_TILT), -math.sin(_TILT)], [0, math.sin(_TILT), math.cos(_TILT)]]
    )
    seen: Numbers = points @ turn.T @ tilt.T
    return seen


def _solid(shape: Shape) -> Shape:
    """The visible splats: many are nearly transparent, or far away from all others."""
    if shape.colours is None:
        return shape
    there = np.isfinite(shape.points).all(axis=1) & (shape.colours[:, 3] >= _HAZE)
    return replace(shape, points=shape.points[there], colours=shape.colours[there]) if there.any() else shape


def _frame(shape: Shape, seen: Numbers) -> tuple[Numbers, Numbers]:
    """The part of space that the picture shows."""
    if shape.colours is None:
        return seen.min(axis=0), seen.max(axis=0)
    low, high = np.percentile(seen, _NEARLY_ALL, axis=0)
    return low, high


def _shades(faces: Numbers, seen: Numbers) -> Numbers:
    """A colour for each face; its orientation (front or back) does not matter."""
    a, b, c = (seen[faces[:, corner]] for corner in range(3))
    normals = np.cross(b - a, c - a)
    lengths = np.maximum(np.linalg.norm(normals, axis=1), 1e-30)
    normals = normals / lengths[:, None]
    normals *= np.where(normals[:, 2:3] < 0, -1.0, 1.0)
    light = np.clip(normals @ (_LIGHT / np.linalg.norm(_LIGHT)), 0, 1)
    colours: Numbers = (_COLOUR * (0.25 + 0.75 * light)[:, None]).astype(np.uint8)
    return colours


def _of_faces(faces: Numbers, seen: Numbers, flat: Numbers, size: tuple[int, int]) -> Image.Image:
    """Draw faces, the farthest first (painter's algorithm)."""
    picture = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(picture)
    colours = _shades(faces, seen)
    corners = flat[faces].reshape(-1, 6)
    order = np.argsort(seen[faces, 2].mean(axis=1))
    for corner, colour in zip(corners[order].tolist(), colours[order].tolist(), strict=True):
        draw.polygon(corner, fill=tuple(colour))
    return picture


def _of_dots(shape: Shape, seen: Numbers, flat: Numbers, size: tuple[int, int]) -> Image.Image:
    """Draw a dot for each face, or for each point of a cloud; the nearest one wins."""
    faces = shape.faces
    if len(faces):
        faces = faces[:: max(1, len(faces) // MOST_DOTS)]
        colours = _shades(faces, seen)
        depth, places = seen[faces, 2].mean(axis=1), flat[faces].mean(axis=1)
    else:
        step = max(1, len(seen) // MOST_DOTS)
        depth, places = seen[::step, 2], flat[::step]
        near = (depth - depth.min()) / max(float(np.ptp(depth)), 1e-9)
        colours = (_COLOUR * (0.35 + 0.65 * near)[:, None]).astype(np.uint8)
        if shape.colours is not None:
            inside = ((places >= 0) & (places < size)).all(axis=1)
            depth, places = depth[inside], places[inside]
            colours = shape.colours[::step, :3][inside]
    order = np.argsort(depth)
    at = places[order].astype(np.int64)
    nearest = np.full((size[1], size[0]), -1, dtype=np.int64)
    broad = 2 if len(order) > 100_000 else 3 if shape.colours is None or len(order) > 20_000 else 7
    for down in range(broad):
        for across in range(broad):
            seen_here = np.full_like(nearest, -1)
            rows = np.clip(at[:, 1] + down, 0, size[1] - 1)
            columns = np.clip(at[:, 0] + across, 0, size[0] - 1)
            seen_here[rows, columns] = np.arange(
                len(order)
            )  # of several at one pixel the last one stays: the nearest
            np.maximum(nearest, seen_here, out=nearest)
    pixels = np.empty((size[1], size[0], 3), dtype=np.uint8)
    pixels[:] = PAPER
    there = nearest >= 0
    pixels[there] = colours[order][nearest[there]]
    return Image.fromarray(pixels)
