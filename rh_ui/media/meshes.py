"""Reads the shape of a 3D file, alone or in an archive, for drawing and counting; within limits."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final, TypeAlias

import numpy as np
import trimesh
from trimesh.resolvers import Resolver

from rh_ui.errors import NotFound
from rh_ui.media import archive
from rh_ui.media.draco import plain
from rh_ui.media.splats import is_splats, read_cloud

LARGEST_MESH: Final = 48 * 1024 * 1024
"""The largest 3D file that is parsed, in bytes."""
READ: Final = ("glb", "gltf", "obj", "stl", "ply")
STANDING: Final = frozenset({"stl", "ply"})
"""Formats in which z usually is up; in the others y is up."""
Numbers: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"


@dataclass(frozen=True, slots=True)
class Shape:
    """Points in space, and faces as three indices of points each (none for a point cloud)."""

    points: Numbers
    faces: Numbers
    extension: str
    colours: Numbers | None = None
    """For splats: red, green, blue and opacity of each point, a byte each. Then y is up."""
    counted: int = 0
    """The number of points in the file, if these are only some of them."""

    @property
    def vertices(self) -> int:
        return self.counted or len(self.points)


def read_shape(path: Path, extension: str) -> Shape:
    """The shape of a file. Raises one of decode.UNREADABLE if it can't be read or is too large."""
    if is_splats(path, extension):
        cloud = read_cloud(path, extension)
        return Shape(cloud.points, np.zeros((0, 3), np.int64), extension, cloud.colours, cloud.counted)
    if path.stat().st_size > LARGEST_MESH:
        raise ValueError("too large")
    return _read(path.read_bytes(), extension, None)


def shape_in_archive(path: Path) -> Shape | None:
    """The first model in a zip, with the files it refers to; None if no model can be read.

    Raises one of decode.UNREADABLE."""
    with path.open("rb") as file:
        try:
            listed = archive.contents(file).members
        except NotFound:
            return None
        models = [each for each in listed if _extension(each.name) in READ]
        models.sort(key=lambda each: READ.index(_extension(each.name)))
        if not models or sum(each.size for each in listed) > LARGEST_MESH:
            return None
        try:
            files = {each.name: archive.whole_member(file, each.number, LARGEST_MESH) for each in listed}
        except NotFound:
            return None
    model = models[0].name
    beside = _Beside(files, PurePosixPath(model).parent)
    return _read(files[model], _extension(model), beside)


def _read(data: bytes, extension: str, beside: Resolver | None) -> Shape:
    """Read from bytes, never from a path: with a path, trimesh opens every file that the model refers to,
    which may be any file of this machine."""
    if extension not in READ:
        raise ValueError("no model that can be read here")
    data = plain(data) if extension == "glb" else data
    loaded: Any = trimesh.load(
        io.BytesIO(data), file_type=extension, resolver=beside, process=False, skip_materials=True
    )
    if isinstance(loaded, trimesh.Scene):
        loaded = loaded.to_mesh()
    points = np.asarray(loaded.vertices, dtype=np.float64).reshape(-1, 3)
    faces = np.asarray(getattr(loaded, "faces", ()), dtype=np.int64).reshape(-1, 3)
    if not len(points):
        raise ValueError("nothing in it")
    return Shape(points, faces, extension)


class _Beside(Resolver):
    """Resolves files that a model refers to, from the same archive only."""

    def __init__(self, files: Mapping[str, bytes], folder: PurePosixPath) -> None:
        self._files = files
        self._folder = folder

    def get(self, name: str) -> bytes:
        return self._files[(self._folder / name).as_posix()]

    def keys(self) -> list[str]:
        return list(self._files)

    def write(self, name: str, data: bytes) -> None:
        raise NotImplementedError

    def namespaced(self, namespace: str) -> _Beside:
        return _Beside(self._files, self._folder / namespace)


def _extension(name: str) -> str:
    return PurePosixPath(name).suffix[1:].lower()
