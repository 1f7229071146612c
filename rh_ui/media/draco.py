"""Decompresses models in Draco format. The decoder is C++ and the files are foreign, so this runs only in the
worker process, which may crash (docs/decisions/0017)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import DracoPy
import numpy as np

from rh_ui.media.decode import UNREADABLE
from rh_ui.media.gltf import DRACO, FOREIGN, Index, named, put_together, take_apart

LARGEST_PACKED: Final = 48 * 1024 * 1024
"""The largest compressed model that is read, in bytes."""
LARGEST_PLAIN: Final = 256 * 1024 * 1024
"""The largest uncompressed model that is written, in bytes."""
MOST_POINTS: Final = 6_000_000
"""The most points, or faces, that all primitives of a model together may have."""
_TYPES: Final = {5120: "i1", 5121: "u1", 5122: "<i2", 5123: "<u2", 5126: "<f4"}
_WIDTHS: Final = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}
_TRIANGLES: Final = 4
_FOR_POINTS, _FOR_FACES = 34962, 34963
_HAS_NOTES: Final = 0x80
_AFTER_HEAD: Final = 11


def unpack(path: Path, target: Path) -> bool:
    """Write an uncompressed copy of a model to `target`; False if that can't be done, and then there is no
    target."""
    try:
        if path.stat().st_size > LARGEST_PACKED:
            return False
        target.write_bytes(plain(path.read_bytes()))
    except UNREADABLE:
        target.unlink(missing_ok=True)
        return False
    return True


def plain(data: bytes) -> bytes:
    """The GLB without Draco compression; the same bytes if it has none. Raises one of UNREADABLE."""
    if DRACO.encode() not in data:
        return data
    index, rest = take_apart(data)
    if FOREIGN.intersection(named(index, "extensionsRequired")):
        raise ValueError("packed by more than Draco")
    pieces = _Unpacking(index, rest).done()
    for where in ("extensionsUsed", "extensionsRequired"):
        left = [name for name in named(index, where) if name != DRACO]
        index[where] = left
        if not left:
            del index[where]
    return put_together(index, b"".join(pieces))


class _Unpacking:
    """Decompresses one model: changes its JSON in place and appends bytes to its buffer. Materials, nodes and
    everything that is not compressed stay unchanged."""

    def __init__(self, index: Index, rest: bytes) -> None:
        self._index = index
        self._rest = rest
        self._pieces = [rest]
        self._size = 0
        self._points = 0
        self._made: dict[tuple[object, ...], int] = {}
        """The accessors of the attributes that were decompressed already; several primitives may share
        one."""
        self._filled: set[int] = set()
        self._last: tuple[int, Any] | None = None

    def done(self) -> list[bytes]:
        """Decompress everything and return the bytes of the new model."""
        self._size = len(self._rest)
        for mesh in self._index["meshes"]:
            for primitive in mesh["primitives"]:
                packed = primitive.get("extensions", {}).pop(DRACO, None)
                if packed is not None:
                    self._unpack(primitive, packed)
                    if not primitive["extensions"]:
                        del primitive["extensions"]
        self._index["buffers"][0]["byteLength"] = self._size
        return self._pieces

    def _unpack(self, primitive: Index, packed: Index) -> None:
        view = int(packed["bufferView"])
        mesh = self._decoded(view)
        of_id = {each["unique_id"]: each["data"] for each in mesh.attributes}
        for name, unique_id in packed["attributes"].items():
            number = primitive["attributes"].pop(name)
            values = of_id.get(unique_id)
            kept = None if values is None else self._attribute(number, (view, unique_id), values)
            if kept is not None:
                primitive["attributes"][name] = kept
            elif name == "POSITION":
                raise ValueError("no points")
        if "POSITION" not in packed["attributes"]:
            raise ValueError("no points")
        primitive["indices"] = self._faces(primitive.get("indices"), view, mesh)
        primitive["mode"] = _TRIANGLES

    def _decoded(self, view: int) -> Any:
        if self._last is None or self._last[0] != view:
            data = self._packed(view)
            self._count(*_claimed(data))
            try:
                mesh = DracoPy.decode(data)
            except DracoPy.FileTypeException as fault:
                raise ValueError("no Draco") from fault
            if not len(mesh.points) or not len(mesh.faces) or int(mesh.faces.max()) >= len(mesh.points):
                raise ValueError("no faces")
            self._count(len(mesh.points), len(mesh.faces))
            self._points += max(len(mesh.points), len(mesh.faces))
            self._last = (view, mesh)
        return self._last[1]

    def _packed(self, number: int) -> bytes:
        view = self._index["bufferViews"][number]
        if view["buffer"] != 0 or "uri" in self._index["buffers"][0]:
            raise ValueError("its bytes are elsewhere")
        start, length = int(view.get("byteOffset", 0)), int(view["byteLength"])
        if start < 0 or length < 0 or start + length > len(self._rest):
            raise ValueError("not whole")
        return self._rest[start : start + length]

    def _count(self, points: int, faces: int) -> None:
        if self._points + max(points, faces) > MOST_POINTS:
            raise ValueError("too many points")

    def _attribute(self, number: int, source: tuple[int, int], values: Any) -> int | None:
        """The accessor of an attribute; None if the data do not fit what the JSON says."""
        told = self._index["accessors"][number]
        kind, width = _TYPES.get(told["componentType"]), _WIDTHS.get(told["type"])
        if kind is None or width != values.shape[1] or not np.isfinite(values).all():
            return None
        key = (*source, kind, bool(told.get("normalized")))
        if key not in self._made:
            # DracoPy widens integers; the JSON has their true type.
            numbers = values.astype(kind)
            loose = -numbers.itemsize * numbers.shape[1] % 4 // numbers.itemsize
            rows = np.pad(numbers, ((0, 0), (0, loose))) if loose else numbers
            stride = rows.itemsize * rows.shape[1]
            facts: Index = {
                "bufferView": self._view(rows.tobytes(), target=_FOR_POINTS, byteStride=stride),
                "count": len(rows),
            }
            if kind == "<f4":
                facts |= {"min": numbers.min(axis=0).tolist(), "max": numbers.max(axis=0).tolist()}
            self._made[key] = self._accessor(number, facts)
        return self._made[key]

    def _faces(self, number: int | None, view: int, mesh: Any) -> int:
        key = (view, "faces")
        if key not in self._made:
            short = len(mesh.points) <= np.iinfo(np.uint16).max
            corners = mesh.faces.astype("<u2" if short else "<u4")
            facts: Index = {
                "bufferView": self._view(corners.tobytes(), target=_FOR_FACES),
                "count": corners.size,
                "componentType": 5123 if short else 5125,
                "type": "SCALAR",
            }
            self._made[key] = self._accessor(number, facts)
        return self._made[key]

    def _view(self, data: bytes, **facts: int) -> int:
        loose = -self._size % 4
        start = self._size + loose
        self._size = start + len(data)
        if self._size > LARGEST_PLAIN:
            raise ValueError("too large")
        self._pieces += [bytes(loose), data]
        views = self._index["bufferViews"]
        views.append({"buffer": 0, "byteOffset": start, "byteLength": len(data), **facts})
        return len(views) - 1

    def _accessor(self, number: int | None, facts: Index) -> int:
        """Replaces the accessor that described the compressed data; adds one if that has its bytes
        already."""
        accessors = self._index["accessors"]
        told = {} if number is None else accessors[number]
        kept = {name: told[name] for name in ("componentType", "type", "normalized", "name") if name in told}
        if number is None or number in self._filled:
            accessors.append({})
            number = len(accessors) - 1
        self._filled.add(number)
        accessors[number] = kept | facts
        return number


def _claimed(data: bytes) -> tuple[int, int]:
    """The numbers of points and faces in a mesh's header, read before memory is allocated; zeros if only the
    decoder can read them (an old version, or metadata before the numbers)."""
    version, kind, method = data[5:7], data[7], data[8]
    if not data.startswith(b"DRACO") or kind != 1:
        raise ValueError("no mesh of Draco")
    if version != b"\x02\x02" or data[10] & _HAS_NOTES:
        return 0, 0
    first, at = _number(data, _AFTER_HEAD + method)  # the second method has its kind before them
    second, _ = _number(data, at)
    return (first, second) if method else (second, first)


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A varint (seven bits per byte), and the offset after it."""
    value = 0
    for place in range(5):
        value |= (data[at + place] & 0x7F) << (7 * place)
        if data[at + place] < 0x80:
            return value, at + place + 1
    raise ValueError("no number")
