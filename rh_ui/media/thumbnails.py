"""Draws thumbnails of results. Bounded in pixels and time; never raises for a bad file."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

import av
import numpy as np
from PIL import ExifTags, Image, WebPImagePlugin

from rh_ui.domain import OutputKind
from rh_ui.errors import NotFound
from rh_ui.file_types import Claims, decoded, tell
from rh_ui.media import mesh_render, placeholder_images
from rh_ui.media.archive import contents
from rh_ui.media.decode import (
    MOST_PIXELS,
    UNREADABLE,
    eight_bit,
    fits_in_memory,
    open_picture,
    orientation_of,
    upright,
)
from rh_ui.media.meshes import Shape, read_shape, shape_in_archive
from rh_ui.media.probe import probe

SIDE: Final = 512
"""The longest side of a thumbnail, in pixels."""
_PATIENCE: Final = 5.0
"""Seconds that one file may take; what was decoded until then is used."""
_FRAMES: Final = 150
_DARK: Final = 16.0
"""Mean brightness, 0 to 255, up to which a frame counts as black."""
_NAMES: Final = 12
"""The most file names that are shown of an archive."""
_LONGEST_SOUND: Final = 900.0
"""The most seconds of a sound that are drawn."""


def make_thumbnail(path: Path, kind: OutputKind, target: Path) -> bool:
    """Draw a thumbnail of a file to `target`: WebP, at most 512 px; the folder must exist.

    False if that can't be done, also for a file of another kind than `kind`; then there is no target.
    """
    part = target.with_name(target.name + ".part")
    try:
        picture = _drawn(path, kind)
        if picture is None:
            return False
        picture.save(part, "WEBP", quality=80, method=3, exif=_noted(picture))
        part.replace(target)
    except UNREADABLE:
        return False
    finally:
        _drop(part)
    return True


def counts_in(small: BinaryIO) -> tuple[int | None, int | None]:
    """The numbers of points and faces of the model in a thumbnail, as far as they are known."""
    try:
        with WebPImagePlugin.WebPImageFile(small) as picture:
            vertices, faces = json.loads(picture.getexif()[ExifTags.Base.ImageDescription])
            return vertices, faces
    except UNREADABLE:
        return None, None


def _noted(picture: Image.Image) -> bytes:
    """Store a model's counts in the thumbnail's metadata: later they are known from there only."""
    if placeholder_images.COUNTS not in picture.info:
        return b""
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = json.dumps(picture.info[placeholder_images.COUNTS])
    return exif.tobytes()


def _drawn(path: Path, kind: OutputKind) -> Image.Image | None:
    match kind:
        case OutputKind.IMAGE:
            return _image(path)
        case OutputKind.VIDEO:
            return _video(path)
        case OutputKind.AUDIO:
            return _audio(path)
        case OutputKind.MODEL:
            return _model(path)
        case OutputKind.ARCHIVE:
            return _archive(path)
        case OutputKind.TEXT:
            with path.open("rb") as file:
                return placeholder_images.text(decoded(file.read(16 * 1024)))
        case _:
            return None


def _image(path: Path) -> Image.Image:
    """The first frame, upright, in eight bits a channel, with its transparency."""
    with open_picture(path) as picture:
        width, height = picture.size
        # JPEG can be decoded at 1/2, 1/4 or 1/8 of its size.
        picture.draft("RGB" if picture.mode != "L" else "L", (2 * SIDE, 2 * SIDE))
        if not fits_in_memory(picture):
            return _too_large(width, height)
        orientation = orientation_of(picture)
        picture.load()
        if picture.mode == "P" and max(picture.size) > 8 * SIDE:
            # Reduced before it is converted to RGB.
            picture.thumbnail((4 * SIDE, 4 * SIDE), Image.Resampling.NEAREST)
        small = eight_bit(picture, step=max(1, max(picture.size) // (2 * SIDE)))
        small.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return upright(small, orientation)


def _video(path: Path) -> Image.Image | None:
    """The first frame that is not black, or the brightest of the first ones if all are."""
    started = time.monotonic()
    best, brightest = None, -1.0
    with av.open(str(path), metadata_errors="replace") as container:
        stream = container.streams.video[0]
        if stream.width * stream.height > MOST_PIXELS:
            return _too_large(stream.width, stream.height)
        stream.thread_type = "AUTO"
        for number, frame in enumerate(_decoded(container, stream)):
            brightness = float(frame.reformat(width=64, height=64, format="gray").to_ndarray().mean())
            if brightness > brightest:
                best, brightest = frame, brightness
            if brightness > _DARK or number >= _FRAMES or time.monotonic() - started > _PATIENCE:
                break
        if best is None:
            return None
        scale = min(1.0, SIDE / max(best.width, best.height))
        width, height = max(1, round(best.width * scale)), max(1, round(best.height * scale))
        small = Image.fromarray(best.reformat(width=width, height=height, format="rgb24").to_ndarray())
        turn = int(best.rotation) % 360
    return small.rotate(turn, expand=True) if turn else small


def _audio(path: Path) -> Image.Image | None:
    """The loudness over time, and the duration."""
    started = time.monotonic()
    peaks: list[float] = []
    heard = 0.0
    with av.open(str(path), metadata_errors="replace") as container:
        stream = container.streams.audio[0]
        length = container.duration / av.time_base if container.duration else None
        resampler = av.AudioResampler(format="flt", layout="mono", rate=8000)
        for frame in _decoded(container, stream):
            peaks = peaks or [0.0]  # a sound that is too short for one sample at this rate
            for piece in resampler.resample(frame):
                samples = np.abs(piece.to_ndarray().reshape(-1))
                peaks.extend(float(block.max(initial=0.0)) for block in np.array_split(samples, 4))
                heard += samples.size / 8000
            if heard > _LONGEST_SOUND or time.monotonic() - started > _PATIENCE:
                break
    if not peaks:
        return None
    seconds = length or heard
    return placeholder_images.waveform(peaks, f"{int(seconds // 60)}:{seconds % 60:04.1f}")


def _decoded(container: av.container.InputContainer, stream: Any) -> Iterator[Any]:
    """Frames up to the first broken one: of a truncated file the beginning is shown."""
    try:
        yield from container.decode(stream)
    except av.FFmpegError:
        return


def _model(path: Path) -> Image.Image:
    """Its shape with its counts; if the shape can't be read, a placeholder with the counts that can."""
    extension = tell(path, Claims(name=path.name)).extension
    try:
        return _shaped(read_shape(path, extension), extension)
    except UNREADABLE:
        measured = probe(path)
        return placeholder_images.model(extension, measured.vertices, measured.faces)


def _shaped(shape: Shape, name: str) -> Image.Image:
    picture = mesh_render.drawn(shape, placeholder_images.SHAPE_SIDES)
    return placeholder_images.shaped(picture, name, shape.vertices, len(shape.faces))


def _archive(path: Path) -> Image.Image | None:
    """The first model in the archive, or the names of its files."""
    try:
        shape = shape_in_archive(path)
    except UNREADABLE:
        shape = None
    if shape is not None:
        return _shaped(shape, f"{shape.extension} in zip")
    try:
        with path.open("rb") as file:
            found = contents(file)
    except NotFound:
        return None
    names = [each.name for each in found.members[:_NAMES]]
    return placeholder_images.text("\n".join(["ZIP", *names])) if names else None


def _too_large(width: int, height: int) -> Image.Image:
    return placeholder_images.plain(f"{width} \N{MULTIPLICATION SIGN} {height}", "too large for a preview")


def _drop(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except OSError:
        return
