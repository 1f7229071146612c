"""Encodes pictures; speed matters more than size.

Large pictures are drawn at half their size and doubled here, where each format can do it cheaply: the time
for a picture depends on its pixels and on the bands that each step touches.
"""

from __future__ import annotations

import zlib
from fractions import Fraction
from io import BytesIO
from typing import Final, TypeAlias

import av
import numpy as np
from av.video.plane import VideoPlane
from numpy.typing import NDArray
from PIL import Image

Size: TypeAlias = tuple[int, int]

_WHOLE: Final = 4_200_000
"""Pixels up to which a picture is drawn in full (2048 x 2048 is)."""
_ALL_COLOURS: Final = 1_200_000
"""Pixels up to which a PNG keeps every colour."""
_LUMA: Final = [round(16 + value * 219 / 255) for value in range(256)]
_CHROMA: Final = [round(128 + (value - 128) * 224 / 255) for value in range(256)]
"""Converts JPEG's full range, which Pillow uses, to the range of WebP."""


def drawn_size(size: Size) -> Size:
    """The size at which a picture is drawn: its own, or half of each side when it is large."""
    if size[0] * size[1] <= _WHOLE:
        return size
    return (size[0] + 1) // 2, (size[1] + 1) // 2


def encode(picture: Image.Image, extension: str, size: Size | None = None) -> bytes:
    """The RGB picture as `jpg`, `webp` or `png`, enlarged to `size` if it was drawn smaller."""
    size = size or picture.size
    target = BytesIO()
    if extension == "jpg":
        _enlarged(picture, size).save(target, "JPEG", quality=88)
    elif extension == "png":
        if size[0] * size[1] > _ALL_COLOURS:
            smooth = size == picture.size
            picture = _few_colours(picture, Image.Dither.FLOYDSTEINBERG if smooth else Image.Dither.NONE)
        _enlarged(picture, size).save(target, "PNG", compress_level=1, compress_type=zlib.Z_RLE)
    elif size == picture.size:
        picture.save(target, "WEBP", quality=75, method=0)
    else:
        return _large_webp(picture, size)
    return target.getvalue()


def _enlarged(picture: Image.Image, size: Size) -> Image.Image:
    return picture if size == picture.size else picture.resize(size, Image.Resampling.NEAREST)


def _few_colours(picture: Image.Image, dither: Image.Dither) -> Image.Image:
    """The picture in 256 colours: only one band to double and, unlike with RGB, no search for each row's
    filter."""
    palette = picture.reduce(8).quantize(256, Image.Quantize.MEDIANCUT)
    return picture.quantize(palette=palette, dither=dither)


def _large_webp(picture: Image.Image, size: Size) -> bytes:
    """WebP stores colour at half of each side, as it was drawn: only the brightness is doubled."""
    bands = picture.convert("YCbCr").point(_LUMA + 2 * _CHROMA).split()
    frame = av.VideoFrame(*size, "yuv420p")
    light, *colours = [_rows(plane) for plane in frame.planes]
    doubled = np.asarray(bands[0]).repeat(2, axis=1)[:, : size[0]]
    light[::2], light[1::2] = doubled, doubled[: size[1] // 2]
    for rows, band in zip(colours, bands[1:], strict=True):
        rows[:] = np.asarray(band)
    frame.pts = 0
    codec = av.CodecContext.create("libwebp", "w")
    codec.width, codec.height = size
    codec.pix_fmt, codec.time_base = "yuv420p", Fraction(1)
    codec.options = {"compression_level": "0", "quality": "60"}
    return b"".join(bytes(packet) for packet in [*codec.encode(frame), *codec.encode(None)])


def _rows(plane: VideoPlane) -> NDArray[np.uint8]:
    """A plane's pixels, to write into."""
    pixels = np.frombuffer(memoryview(plane), np.uint8)
    return pixels.reshape(plane.height, plane.line_size)[:, : plane.width]
