"""Gaussian splats, clouds of soft coloured dots: read from `.spz`, `.splat` and `.ply`, written as `.splat`.

Each format is a table of numbers, and no library reads all three (docs/decisions/0022). Foreign files are
decoded in the worker process only; their count is read from the first bytes.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

import numpy as np

MOST: Final = 6_000_000
"""The most splats of an `.spz` that are decompressed; of the other formats a part is drawn."""
SHOWN: Final = 1_500_000
"""The most splats that are drawn: of more, every nth one."""
Numbers: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"
_HEAD: Final = np.dtype(
    [
        ("magic", "S4"),
        ("version", "<u4"),
        ("count", "<u4"),
        ("degree", "u1"),
        ("bits", "u1"),
        ("flags", "<u2"),
    ]
)
_RECORD: Final = np.dtype([("place", "<f4", 3), ("sides", "<f4", 3), ("colour", "u1", 4), ("turn", "u1", 4)])
_FIRST: Final = 0.28209479177387814
"""The constant term of spherical harmonics, in which colours are stored."""
_COLOUR_SCALE: Final = 0.15
_LONGEST_HEAD: Final = 64 * 1024
_SCALARS: Final = {
    "char": "i1", "int8": "i1", "uchar": "u1", "uint8": "u1", "short": "<i2", "int16": "<i2", "ushort": "<u2",
    "uint16": "<u2", "int": "<i4", "int32": "<i4", "uint": "<u4", "uint32": "<u4", "float": "<f4",
    "float32": "<f4", "double": "<f8", "float64": "<f8",
}  # fmt: skip
_SPLAT_PARTS: Final = frozenset({"x", "y", "z", "f_dc_0", "f_dc_1", "f_dc_2", "opacity", "scale_0", "rot_0"})


@dataclass(frozen=True, slots=True)
class Cloud:
    """The splats of a file, or some of them; y is up."""

    points: Numbers
    colours: Numbers
    """Red, green, blue and opacity, a byte each."""
    counted: int
    """The number in the file."""


def is_splats(path: Path, extension: str) -> bool:
    """Whether a file holds splats: a `.ply` may hold them or a mesh."""
    return extension in ("spz", "splat") or (extension == "ply" and _ply_head(path) is not None)


def counted(path: Path, extension: str) -> int:
    """The number of splats in a file's header. Raises one of decode.UNREADABLE."""
    if extension == "splat":
        return path.stat().st_size // _RECORD.itemsize
    if extension == "spz":
        with path.open("rb") as file:
            return int(_spz_head(file)["count"])
    found = _ply_head(path)
    if found is None:
        raise ValueError("no splats")
    return found[2]


def read_cloud(path: Path, extension: str) -> Cloud:
    """The splats of a file. Raises one of decode.UNREADABLE."""
    match extension:
        case "spz":
            rows = _rows_of_spz(path)
        case "splat":
            rows = np.memmap(path, _RECORD, "r", shape=(counted(path, extension),))
        case _:
            return _cloud_of_ply(path)
    some = rows[:: _step(len(rows))]  # y is down in these formats
    return Cloud(some["place"] * np.array([1, -1, -1], np.float32), some["colour"], len(rows))


def to_splat(path: Path, target: Path) -> None:
    """Convert an `.spz` to a `.splat`, which the page's viewer reads. Raises one of decode.UNREADABLE."""
    target.write_bytes(_rows_of_spz(path).tobytes())


def _step(count: int) -> int:
    return max(1, -(-count // SHOWN))


def _spz_head(file: BinaryIO) -> Any:
    raw = file.read(_HEAD.itemsize)
    if not raw.startswith(b"NGSP"):
        file.seek(0)
        raw = gzip.GzipFile(fileobj=file).read(_HEAD.itemsize)
    head = np.frombuffer(raw, _HEAD)[0]
    if head["magic"] != b"NGSP":
        raise ValueError("no packed splats")
    return head


def _rows_of_spz(path: Path) -> Numbers:
    """Rows from the SPZ layout (nianticlabs/spz): each property of all splats, one property after the other.
    View-dependent colour comes last, and `.splat` has no place for it."""
    with path.open("rb") as file:
        head = _spz_head(file)
        count, version = int(head["count"]), int(head["version"])
        if not 0 < count <= MOST or version not in (2, 3) or head["bits"] > 24:
            raise ValueError("too many splats, or another version")
        file.seek(0)
        turns = 3 if version == 2 else 4
        widths = (9, 1, 3, 3, turns)
        with gzip.GzipFile(fileobj=file) as packed:
            packed.read(_HEAD.itemsize)
            raw = np.frombuffer(packed.read(count * sum(widths)), np.uint8)
    ends = np.cumsum(widths)[:-1] * count
    places, solid, colours, sides, turned = (
        part.reshape(count, width) for part, width in zip(np.split(raw, ends), widths, strict=True)
    )
    rows = np.zeros(count, _RECORD)
    rows["place"] = _whole(places) / (1 << int(head["bits"])) * [1, -1, -1]
    rows["sides"] = np.exp(sides.astype(np.float32) / 16 - 10)
    rows["colour"][:, :3] = _bytes(_shade((colours / np.float32(255) - 0.5) / _COLOUR_SCALE) * 255)
    rows["colour"][:, 3] = solid[:, 0]
    quaternion = _first_three(turned) if version == 2 else _smallest_three(turned)
    rows["turn"] = _bytes(quaternion * [1, 1, -1, -1] * 128 + 128)
    return rows


def _whole(places: Numbers) -> Numbers:
    """Signed 24-bit integers, little-endian."""
    parts = places.reshape(-1, 3, 3).astype(np.int32)
    number = parts[:, :, 0] | parts[:, :, 1] << 8 | parts[:, :, 2] << 16
    signed: Numbers = (number ^ 0x800000) - 0x800000
    return signed


def _first_three(turned: Numbers) -> Numbers:
    """Quaternions w, x, y, z from x, y, z; w is never negative."""
    xyz = turned / np.float32(127.5) - 1
    w = np.sqrt(np.clip(1 - (xyz**2).sum(axis=1), 0, None))
    return np.column_stack([w, xyz])


def _smallest_three(turned: Numbers) -> Numbers:
    """Quaternions w, x, y, z from the three smallest components, ten bits each, and two bits for the index of
    the missing one."""
    packed = np.ascontiguousarray(turned).view("<u4")[:, 0].astype(np.int64)
    largest = packed >> 30
    xyzw = np.zeros((len(packed), 4))
    for part in (3, 2, 1, 0):
        here = largest != part
        value = np.sqrt(0.5) * (packed & 0x1FF) / 0x1FF * np.where(packed & 0x200, -1, 1)
        xyzw[here, part] = value[here]
        packed = np.where(here, packed >> 10, packed)
    xyzw[np.arange(len(packed)), largest] = np.sqrt(np.clip(1 - (xyzw**2).sum(axis=1), 0, None))
    ordered: Numbers = xyzw[:, [3, 0, 1, 2]]
    return ordered


def _shade(values: Numbers) -> Numbers:
    """Colour, 0 to 1, from the constant term of spherical harmonics."""
    shade: Numbers = np.clip(0.5 + _FIRST * values, 0, 1)
    return shade


def _bytes(values: Numbers) -> Numbers:
    whole: Numbers = np.clip(np.rint(np.nan_to_num(values)), 0, 255).astype(np.uint8)
    return whole


def _ply_head(path: Path) -> tuple[np.dtype[Any], int, int] | None:
    """The layout of a row, the offset of the rows and their number; None if there are no splats that can be
    read here: a mesh, or another encoding than binary."""
    with path.open("rb") as file:
        head, mark, rest = file.read(_LONGEST_HEAD).partition(b"end_header")
    lines = [line.split() for line in head.decode("ascii", "replace").splitlines()]
    elements = [line for line in lines if len(line) == 3 and line[0] == "element"]
    if not mark or ["format", "binary_little_endian", "1.0"] not in lines:
        return None
    if not elements or elements[0][1] != "vertex" or not elements[0][2].isdecimal():
        return None
    end = lines.index(elements[1]) if len(elements) > 1 else len(lines)
    rows = [line for line in lines[lines.index(elements[0]) : end] if line[:1] == ["property"]]
    parts = [(line[-1], _SCALARS.get(line[1], "")) for line in rows]
    if not _SPLAT_PARTS.issubset(name for name, _ in parts) or not all(kind for _, kind in parts):
        return None
    start = len(head) + len(mark) + (2 if rest.startswith(b"\r\n") else 1)
    return np.dtype(parts), start, int(elements[0][2])


def _cloud_of_ply(path: Path) -> Cloud:
    found = _ply_head(path)
    if found is None:
        raise ValueError("no splats")
    layout, start, count = found
    rows = np.memmap(path, layout, "r", start, shape=(count,))[:: _step(count)]
    places = np.column_stack([rows["x"], -rows["y"], -rows["z"]]).astype(np.float32)
    shades = _shade(np.column_stack([rows[f"f_dc_{part}"] for part in range(3)]))
    solid = 1 / (1 + np.exp(-np.clip(rows["opacity"], -30, 30)))
    return Cloud(places, _bytes(np.column_stack([shades, solid]) * 255), count)
