"""Pictures that came with a request, opened for showing them in the answer. A broken one is left out."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageOps

from rh_ui.domain import FieldKind
from rh_ui.emulator.brief import Brief


def open_picture(path: Path, reach: int = 1600) -> Image.Image | None:
    """The picture upright as RGB, at most about `reach` pixels long; None when it can't be read."""
    try:
        with Image.open(path) as source:
            source.draft("RGB", (reach, reach))
            upright = ImageOps.exif_transpose(source)
            upright.thumbnail((reach, reach))
            return upright.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def picture_size(path: Path) -> tuple[int, int] | None:
    """Pixels as seen upright; None when it can't be read."""
    try:
        with Image.open(path) as source:
            turned = source.getexif().get(274, 1) in (5, 6, 7, 8)
            return (source.height, source.width) if turned else source.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def first_frame(path: Path) -> Image.Image | None:
    """The first picture of a clip; None when it can't be read."""
    try:
        with av.open(str(path)) as clip:
            for frame in clip.decode(video=0):
                picture = Image.fromarray(np.asarray(frame.to_ndarray(format="rgb24")))
                picture.thumbnail((1600, 1600))
                return picture
    except (av.FFmpegError, OSError, IndexError, ValueError):
        return None
    return None


def length(path: Path) -> float | None:
    """Seconds of a clip or a sound; None when it can't be told."""
    try:
        with av.open(str(path)) as media:
            return None if media.duration is None else float(media.duration) / av.time_base
    except (av.FFmpegError, OSError, ValueError):
        return None


def pictures(brief: Brief, most: int = 4) -> list[Image.Image]:
    """Every picture that came along, then the first frames of clips."""
    found = [open_picture(path) for path in brief.files(FieldKind.IMAGE)[:most]]
    found += [first_frame(path) for path in brief.files(FieldKind.VIDEO)[: most - len(found)]]
    return [picture for picture in found if picture is not None]


def source_size(brief: Brief) -> tuple[int, int] | None:
    """Pixels of the first picture or clip that came along, at its full size."""
    for path in brief.files(FieldKind.IMAGE):
        size = picture_size(path)
        if size is not None:
            return size
    shown = pictures(brief, 1)
    return shown[0].size if shown else None
