"""Opens foreign media within limits: the one place that knows which exceptions Pillow and PyAV raise."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

import av
import numpy as np
from pi_heif.as_plugin import HeifImageFile
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    ExifTags,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from rh_ui.file_types import sniff

UNREADABLE: Final[tuple[type[Exception], ...]] = (
    OSError, ValueError, SyntaxError, TypeError, AttributeError, LookupError, NameError, ArithmeticError,
    EOFError, RuntimeError, AssertionError, MemoryError, ImportError, struct.error, zlib.error,
    av.FFmpegError, Image.DecompressionBombError,
)  # fmt: skip
"""Exceptions that parsers raise for broken files."""

MOST_PIXELS: Final = 80_000_000
"""The most pixels that are decoded at once; in colour about 320 MB for a short time."""
_BYTES: Final = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "LA": 4, "PA": 4}
"""Bytes of a decoded pixel; four in all other modes."""

Opener: TypeAlias = Callable[[Path], ImageFile.ImageFile]

# By class and not by Image.open: its check for decompression bombs refuses to read even the size of a genuine
# 16k picture (Nandaka/PixivUtil2#1103), and can only be switched off for the whole process.
_OPENERS: Final[dict[str, Opener]] = {
    "png": PngImagePlugin.PngImageFile,
    "jpg": JpegImagePlugin.JpegImageFile,
    "gif": GifImagePlugin.GifImageFile,
    "webp": WebPImagePlugin.WebPImageFile,
    "avif": AvifImagePlugin.AvifImageFile,
    "bmp": BmpImagePlugin.BmpImageFile,
    "tiff": TiffImagePlugin.TiffImageFile,
    "heic": HeifImageFile,
}


def open_picture(path: Path) -> ImageFile.ImageFile:
    """Open a picture by its content, not decoded yet and of any size. Raises one of UNREADABLE."""
    extension = sniff(path).extension
    if extension not in _OPENERS:
        raise ValueError(f"no picture that can be opened here: {extension}")
    return _OPENERS[extension](path)


def fits_in_memory(picture: Image.Image) -> bool:
    """Whether the whole picture may be decoded at once."""
    width, height = picture.size
    return width * height * _BYTES.get(picture.mode, 4) <= 4 * MOST_PIXELS


SIDEWAYS: Final = (5, 6, 7, 8)
"""The EXIF orientations that swap width and height."""


def orientation_of(picture: Image.Image) -> int:
    """EXIF orientation, 1 to 8; 1 if none stands before the pixels."""
    if isinstance(picture, PngImagePlugin.PngImageFile) and "exif" not in picture.info:
        # Pillow would decode the whole picture to look for EXIF data behind its pixels.
        return 1
    value = picture.getexif().get(ExifTags.Base.Orientation)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def upright(picture: Image.Image, orientation: int) -> Image.Image:
    """The picture turned by its EXIF orientation; the same object if nothing is to be turned."""
    method = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }.get(orientation)
    return picture if method is None else picture.transpose(method)


def eight_bit(picture: Image.Image, step: int = 1) -> Image.Image:
    """The picture in mode L, RGB or RGBA. 16-bit grey is scaled, not clipped (python-pillow/Pillow#1108), and
    reduced to every `step`th pixel before the conversion, which takes four times its size."""
    if picture.mode.startswith(("I", "F")):
        values = np.asarray(picture)[::step, ::step].astype(np.float32)
        values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
        highest = float(values.max(initial=0.0))
        if picture.mode == "F":
            scale = 255.0 / highest if highest > 0 else 1.0
        else:
            scale = 1.0 if highest <= 255 else 255.0 / 65535.0
        return Image.fromarray(np.clip(values * scale, 0, 255).astype(np.uint8))
    if picture.mode in ("L", "RGB", "RGBA"):
        return picture
    if picture.mode == "1":
        return picture.convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
