"""Opens the pictures of a request, to show them in the answer. A damaged one is left out."""

from __future__ import annotations

from pathlib import Path
from typing import Final, TypeAlias

import av
import numpy as np
from PIL import Image

from rh_ui.domain import FieldKind
from rh_ui.emulator.render_request import RenderRequest
from rh_ui.media.decode import SIDEWAYS, orientation_of, upright

Size: TypeAlias = tuple[int, int]
_ORIENTATION: Final = 274


def open_picture(path: Path, cover: Size) -> Image.Image | None:
    """The picture upright as RGB, with about as few pixels as needed to cover `cover`; None when it can't be
    read."""
    try:
        with Image.open(path) as source:
            turn = orientation_of(source)
            wanted = cover[::-1] if turn in SIDEWAYS else cover
            part = _part(source.size, wanted)
            source.draft("RGB", (source.width // part, source.height // part))
            picture = source if source.mode == "RGB" else source.convert("RGB")
            part = _part(picture.size, wanted)
            picture = picture.reduce(part) if part > 1 else picture
            picture.load()
            return upright(picture, turn)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def picture_size(path: Path) -> Size | None:
    """Size in pixels when shown upright, from the file's header; None when it can't be read."""
    try:
        with Image.open(path) as source:
            return (source.height, source.width) if _lies_on_its_side(source) else source.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _lies_on_its_side(source: Image.Image) -> bool:
    """By the EXIF orientation; not with the program's own reader, which is under test."""
    # otherwise Pillow would decode the whole picture
    at_hand = source.format != "PNG" or "exif" in source.info
    return at_hand and source.getexif().get(_ORIENTATION) in (5, 6, 7, 8)


def _part(size: Size, cover: Size) -> int:
    """The whole divisor with which the size still covers the other, or nearly: 2 is half of each side."""
    return max(1, int(min(size[0] / cover[0], size[1] / cover[1]) * 1.25))


def first_frame(path: Path, cover: Size) -> Image.Image | None:
    """The first picture of a video, with about as few pixels as needed to cover `cover`; None when it can't
    be read."""
    try:
        with av.open(str(path)) as clip:
            for frame in clip.decode(video=0):
                part = _part((frame.width, frame.height), cover)
                shown = frame.to_ndarray(
                    width=frame.width // part, height=frame.height // part, format="rgb24"
                )
                return Image.fromarray(np.asarray(shown))
    except (av.FFmpegError, OSError, IndexError, ValueError):
        return None
    return None


def clip_size(path: Path) -> Size | None:
    """Size in pixels of a video's first picture, from the file's header; None when it can't be read."""
    try:
        with av.open(str(path)) as clip:
            stream = clip.streams.video[0]
            return (stream.width, stream.height) if stream.width and stream.height else None
    except (av.FFmpegError, OSError, IndexError, ValueError):
        return None


def length(path: Path) -> float | None:
    """Seconds of a video or a sound; None when not known."""
    try:
        with av.open(str(path)) as media:
            return None if media.duration is None else float(media.duration) / av.time_base
    except (av.FFmpegError, OSError, ValueError):
        return None


def pictures(request: RenderRequest, cover: Size, *, cards: bool = True) -> list[Image.Image]:
    """The first pictures of the request, then the first frames of its videos, each about as large as `cover`.

    With `cards` at most three; all but the first are shown small and read at a quarter of the size.
    """
    files = [(path, open_picture) for path in request.files(FieldKind.IMAGE)]
    files += [(path, first_frame) for path in request.files(FieldKind.VIDEO)]
    found: list[Image.Image] = []
    for path, read in files[: 3 if cards else 4]:
        side = max(1, min(cover) // 4)
        picture = read(path, (side, side) if cards and found else cover)
        found += [picture] if picture is not None else []
    return found


def source_size(request: RenderRequest) -> Size | None:
    """Size in pixels of the request's first picture or video, at its full size."""
    sizes = [picture_size(path) for path in request.files(FieldKind.IMAGE)]
    sizes += [clip_size(path) for path in request.files(FieldKind.VIDEO)[:1]]
    return next((size for size in sizes if size is not None), None)
