"""Reads the JSON of a glTF file, and decides how the page's viewer can show it without fetching decoders."""

from __future__ import annotations

import json
import struct
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Final, TypeAlias

from rh_ui.media.decode import UNREADABLE

DRACO: Final = "KHR_draco_mesh_compression"
FOREIGN: Final = frozenset({"KHR_texture_basisu", "EXT_meshopt_compression", "KHR_meshopt_compression"})
"""Extensions whose decoders the viewer would fetch from foreign hosts."""
LARGEST_INDEX: Final = 32 * 1024 * 1024
_HEAD: Final = struct.Struct("<4sIIII")
_CHUNK: Final = struct.Struct("<II")
_JSON: Final = 0x4E4F534A
_BIN: Final = 0x004E4942
_TURNED: Final = frozenset({"glb", "gltf", "obj", "stl", "ply", "splat"})
Index: TypeAlias = dict[str, Any]


class Turning(StrEnum):
    """What the viewer gets for a 3D file."""

    AS_IT_IS = "as-it-is"
    UNPACKED = "unpacked"
    NOT = "not"


def read_index(source: BinaryIO, extension: str) -> Index:
    """The JSON of a .gltf or .glb file. Raises one of UNREADABLE."""
    if extension == "glb":
        magic, _version, _whole, length, kind = _HEAD.unpack(source.read(_HEAD.size))
        if magic != b"glTF" or kind != _JSON or length > LARGEST_INDEX:
            raise ValueError("no index")
        raw = source.read(length)
    else:
        raw = source.read(LARGEST_INDEX + 1)
        if len(raw) > LARGEST_INDEX:
            raise ValueError("too large")
    index = json.loads(raw)
    if not isinstance(index, dict):
        raise ValueError("no index")
    return index


def take_apart(data: bytes) -> tuple[Index, bytes]:
    """The JSON of a GLB and its binary chunk. Raises one of UNREADABLE."""
    length = int.from_bytes(data[12:16], "little")
    if length > LARGEST_INDEX:
        raise ValueError("too large")
    index = json.loads(data[_HEAD.size : _HEAD.size + length])
    start = _HEAD.size + length
    size, kind = _CHUNK.unpack_from(data, start)
    rest = data[start + _CHUNK.size : start + _CHUNK.size + size]
    if not isinstance(index, dict) or kind != _BIN or len(rest) < size:
        raise ValueError("not whole")
    return index, rest


def put_together(index: Index, rest: bytes) -> bytes:
    """A GLB of a JSON and a binary chunk."""
    raw = json.dumps(index, ensure_ascii=False, separators=(",", ":")).encode()
    raw += b" " * (-len(raw) % 4)
    rest += bytes(-len(rest) % 4)
    whole = _HEAD.size + len(raw) + _CHUNK.size + len(rest)
    return b"".join([_HEAD.pack(b"glTF", 2, whole, len(raw), _JSON), raw, _CHUNK.pack(len(rest), _BIN), rest])


def named(index: Index, where: str) -> list[str]:
    """The names in `extensionsUsed` or `extensionsRequired`."""
    found = index.get(where)
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []


def turning(source: BinaryIO, name: str) -> Turning:
    """How the viewer gets a 3D file of this name; a file whose JSON can't be read is given unchanged."""
    extension = PurePosixPath(name).suffix[1:].lower()
    if extension == "spz":
        return Turning.UNPACKED
    if extension not in _TURNED:
        return Turning.NOT
    if extension not in ("glb", "gltf"):
        return Turning.AS_IT_IS
    try:
        index = read_index(source, extension)
    except UNREADABLE:
        return Turning.AS_IT_IS
    if FOREIGN.intersection(named(index, "extensionsRequired")):
        return Turning.NOT
    if DRACO not in named(index, "extensionsUsed"):
        return Turning.AS_IT_IS
    return Turning.UNPACKED if extension == "glb" else Turning.NOT
