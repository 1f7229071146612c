"""Measures a media file: width, height, duration, sound, points. Never raises; what can't be measured is
None."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av

from rh_ui.domain import OutputKind
from rh_ui.file_types import Claims, FileType, tell
from rh_ui.media.decode import SIDEWAYS, UNREADABLE, open_picture, orientation_of
from rh_ui.media.gltf import Index, read_index
from rh_ui.media.meshes import read_shape
from rh_ui.media.splats import counted, is_splats


@dataclass(frozen=True, slots=True)
class Probe:
    """What could be measured; None means unknown."""

    width: int | None = None
    height: int | None = None
    """Pixels after EXIF or container rotation."""
    seconds: float | None = None
    has_video: bool = False
    has_audio: bool = False
    orientation: int = 1
    """EXIF orientation, 1 to 8."""
    animated: bool = False
    vertices: int | None = None
    faces: int | None = None


def probe(path: Path, sniffed: FileType | None = None) -> Probe:
    """Measure a file; for an unreadable one all values are None."""
    try:
        found = sniffed or tell(path, Claims(name=path.name))
        match found.kind:
            case OutputKind.IMAGE:
                return _image(path)
            case OutputKind.VIDEO | OutputKind.AUDIO:
                return _container(path)
            case OutputKind.MODEL:
                return _mesh(path, found.extension)
            case _:
                return Probe()
    except UNREADABLE:
        return Probe()


def _image(path: Path) -> Probe:
    with open_picture(path) as picture:
        width, height = picture.size
        orientation = orientation_of(picture)
        animated = bool(getattr(picture, "is_animated", False))
    if orientation in SIDEWAYS:
        width, height = height, width
    return Probe(width, height, orientation=orientation, animated=animated)


def _container(path: Path) -> Probe:
    with av.open(str(path), metadata_errors="replace") as container:
        seconds = container.duration / av.time_base if container.duration else None
        width = height = None
        # A cover picture in a sound file is a video stream too, but no film.
        films = [s for s in container.streams.video if not _is_cover(s)]
        if films:
            width, height = films[0].width or None, films[0].height or None
            if films[0].duration and films[0].time_base and seconds is None:
                seconds = float(films[0].duration * films[0].time_base)
            if width and _is_sideways(container, films[0]):
                width, height = height, width
        return Probe(width, height, seconds, bool(films), bool(container.streams.audio))


def _is_cover(stream: av.VideoStream) -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _is_sideways(container: av.container.InputContainer, stream: av.VideoStream) -> bool:
    frame = next(container.decode(stream), None)
    return frame is not None and int(frame.rotation) % 180 != 0


def _mesh(path: Path, extension: str) -> Probe:
    if extension in ("glb", "gltf"):
        with path.open("rb") as file:
            vertices, faces = _gltf_counts(read_index(file, extension))
        return Probe(vertices=vertices, faces=faces)
    if is_splats(path, extension):
        return Probe(vertices=counted(path, extension))
    if extension not in ("obj", "stl", "ply"):
        return Probe()
    shape = read_shape(path, extension)
    return Probe(vertices=len(shape.points), faces=len(shape.faces))


def _gltf_counts(index: Index) -> tuple[int, int]:
    """Points and triangles of all meshes, from the JSON alone, so it works for Draco files too."""
    accessors, meshes = index.get("accessors"), index.get("meshes")
    vertices = faces = 0
    for mesh in meshes if isinstance(meshes, list) else []:
        for primitive in mesh["primitives"]:
            points = _accessor_count(accessors, primitive["attributes"].get("POSITION"))
            vertices += points
            if primitive.get("mode", 4) == 4:
                corners = _accessor_count(accessors, primitive.get("indices"))
                faces += (corners or points) // 3
    return vertices, faces


def _accessor_count(accessors: object, number: object) -> int:
    if not isinstance(accessors, list) or not isinstance(number, int) or not 0 <= number < len(accessors):
        return 0
    return int(accessors[number]["count"])
