"""Gaussian splats as tools write them: a ball, its left half red, its right half blue, with haze around
it."""

from __future__ import annotations

import gzip
import struct
from typing import Any, Final, TypeAlias

import numpy as np

from tests.corpus.row import BLUE, RED

Numbers: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"
COUNT: Final = 600
HAZE: Final = 40
FIRST: Final = 0.28209479177387814
SIDE: Final = 0.08


def ball() -> tuple[Numbers, Numbers, Numbers]:
    """Positions with y up, colours with opacity (0 to 1), and rotations (w, x, y, z)."""
    chance = np.random.default_rng(7)
    places = chance.normal(size=(COUNT, 3))
    places /= np.linalg.norm(places, axis=1)[:, None]
    colours = np.ones((COUNT, 4))
    colours[:, :3] = np.where(places[:, :1] < 0, np.array(RED), np.array(BLUE)) / 255
    colours[-HAZE:, 3] = 0.01
    places[-HAZE:] *= 500
    turns = chance.normal(size=(COUNT, 4))
    turns /= np.linalg.norm(turns, axis=1)[:, None]
    turns *= np.where(turns[:, :1] < 0, -1, 1)
    return places, colours, turns


def spz(version: int = 2) -> bytes:
    places, colours, turns = ball()
    whole = np.rint(places * 4096).astype("<i4")
    head = struct.pack("<4sIIBBBB", b"NGSP", version, COUNT, 1, 12, 0, 0)
    parts = [
        np.frombuffer(whole.tobytes(), np.uint8).reshape(-1, 4)[:, :3],
        np.rint(colours[:, 3] * 255),
        np.rint(((colours[:, :3] - 0.5) / FIRST * 0.15 + 0.5) * 255),
        np.full((COUNT, 3), round((np.log(SIDE) + 10) * 16)),
        np.rint((turns[:, 1:] + 1) * 127.5)
        if version == 2
        else np.array([_smallest(turn) for turn in turns]),
        np.full((COUNT, 9), 128),
    ]
    return gzip.compress(
        head + b"".join(np.ascontiguousarray(part, np.uint8).tobytes() for part in parts), mtime=0
    )


def _smallest(turn: Numbers) -> list[int]:
    xyzw = [*turn[1:], turn[0]]
    largest = max(range(4), key=lambda part: abs(xyzw[part]))
    sign = -1 if xyzw[largest] < 0 else 1
    packed = largest
    for part in range(4):
        if part != largest:
            value = sign * xyzw[part]
            packed = packed << 10 | int(value < 0) << 9 | round(float(abs(value) / np.sqrt(0.5) * 511))
    return list(packed.to_bytes(4, "little"))


def splat() -> bytes:
    places, colours, turns = ball()
    rows = [
        struct.pack("<6f", *(place * [1, -1, -1]), *[SIDE] * 3)
        + bytes(round(value * 255) for value in colour)
        + bytes(min(255, round(value * 128 + 128)) for value in turn * [1, 1, -1, -1])
        for place, colour, turn in zip(places, colours, turns, strict=True)
    ]
    return b"".join(rows)


def ply() -> bytes:
    places, colours, turns = ball()
    names = ["x", "y", "z", "nx", "ny", "nz", *(f"f_dc_{n}" for n in range(3)), "opacity"]
    names += [*(f"scale_{n}" for n in range(3)), *(f"rot_{n}" for n in range(4))]
    solid = np.clip(colours[:, 3:], 0.001, 0.999)
    rows = np.column_stack(
        [
            places * [1, -1, -1], np.zeros((COUNT, 3)), (colours[:, :3] - 0.5) / FIRST,
            np.log(solid / (1 - solid)), np.full((COUNT, 3), np.log(SIDE)), turns * [1, 1, -1, -1],
        ]
    )  # fmt: skip
    lines = ["ply", "format binary_little_endian 1.0", "comment made by a test", f"element vertex {COUNT}"]
    lines += [f"property float {name}" for name in names] + ["end_header", ""]
    return "\n".join(lines).encode() + rows.astype("<f4").tobytes()
