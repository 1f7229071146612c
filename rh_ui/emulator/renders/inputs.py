"""Pictures that came with a request, opened for showing them in the answer. A broken one is left out."""

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
    """The picture upright as RGB, as few pixels as about cover `cover`; None when it can't be read."""
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
    """Pixels as seen upright, told by the file's head; None when it can't be read."""
    try:
        with Image.open(path) as source:
            return (source.height, source.width) if _lies_on_its_side(source) else source.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _lies_on_its_side(source: Image.Image) -> bool:
    """By the EXIF orientation, without the program's own reading of it, which is what is judged."""
    at_hand = source.format != "PNG" or "exif" in source.info  # else Pillow would decode the whole picture
    return at_hand and source.getexif().get(_ORIENTATION) in (5, 6, 7, 8)


def _part(size: Size, cover: Size) -> int:
    """Which whole part of the size still covers the other, or nearly: 2 is half of each side."""
    return max(1, int(min(size[0] / cover[0], size[1] / cover[1]) * 1.25))


def first_frame(path: Path, cover: Size) -> Image.Image | None:
    """The first picture of a clip, as few pixels as about cover `cover`; None when it can't be read."""
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
    """Pixels of a clip's first picture, told by the file's head; None when it can't be read."""
    try:
        with av.open(str(path)) as clip:
            stream = clip.streams.video[0]
            return (stream.width, stream.height) if stream.width and stream.height else None
    except (av.FFmpegError, OSError, IndexError, ValueError):
        return None


def length(path: Path) -> float | None:
    """Seconds of a clip or a sound; None when it can't be told."""
    try:
        with av.open(str(path)) as media:
            return None if media.duration is None else float(media.duration) / av.time_base
    except (av.FFmpegError, OSError, ValueError):
        return None


def pictures(request: RenderRequest, cover: Size, *, cards: bool = True) -> list[Image.Image]:
    """The first pictures that came along, then first frames of clips, each about as large as `cover`.

    With `cards` there are three at most; all but the first are shown small and read for a quarter of that.
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
    """Pixels of the first picture or clip that came along, at its full size."""
    sizes = [picture_size(path) for path in request.files(FieldKind.IMAGE)]
    sizes += [clip_size(path) for path in request.files(FieldKind.VIDEO)[:1]]
    return next((size for size in sizes if size is not None), None)
