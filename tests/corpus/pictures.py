"""Pictures: deep colours, CMYK, rotated, animated, transparent, huge; the left half red, the right half
blue."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any, Final

import numpy as np
from PIL import Image

from tests.corpus.row import BLUE, RED, Colour

SIDES: Final = (320, 200)


def halves(left: Colour = RED, right: Colour = BLUE, sides: tuple[int, int] = SIDES) -> Image.Image:
    picture = Image.new("RGB", sides, left)
    picture.paste(right, (sides[0] // 2, 0, *sides))
    return picture


def saved(picture: Image.Image, kind: str, **how: Any) -> bytes:
    target = io.BytesIO()
    picture.save(target, kind, **how)
    return target.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, depth: int, colours: int, packed: bytes) -> bytes:
    """A PNG written by hand, for what no library writes; `packed`: its rows, each after a filter byte,
    compressed."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def vast_line_drawing() -> bytes:
    """16k × 16k in one bit: 32 MB of pixels in a few KB, a valid picture."""
    row = b"\x00" + b"\x00" * 1024 + b"\xff" * 1024
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(row * 1024) for _ in range(16)) + packer.flush()
    return png(16_384, 16_384, 1, 0, packed)


def bomb() -> bytes:
    """Claims 40,000 × 40,000 in colour, 4.8 GB; it has pixels for a small part of it."""
    return png(40_000, 40_000, 8, 2, zlib.compress(bytes(1_000_000)))


def deep_grey() -> bytes:
    values = np.zeros(SIDES[::-1], np.uint16)
    values[:, SIDES[0] // 2 :] = 45_000
    return saved(Image.fromarray(values), "PNG")


def deep_colour() -> bytes:
    """16 bits per channel, which Pillow reads and does not write."""
    row = b"\x00"
    for colour in (RED, BLUE):
        row += struct.pack(">HHH", *(value * 257 for value in colour)) * (SIDES[0] // 2)
    return png(*SIDES, 16, 2, zlib.compress(row * SIDES[1]))


def printed() -> bytes:
    """CMYK as Pillow writes it, which is Adobe's way: inverted, with its marker."""
    return saved(halves().convert("CMYK"), "JPEG", quality=95)


def printed_plain() -> bytes:
    """The same without the marker: browsers show it as if it had one."""
    data = printed()
    at = data.index(b"\xff\xee")
    length = int.from_bytes(data[at + 2 : at + 4], "big")
    return data[:at] + data[at + 2 + length :]


def turned(orientation: int) -> bytes:
    """A photo whose pixels are stored rotated, as phones do."""
    undo = {5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 3: Image.Transpose.ROTATE_180}
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(halves().transpose(undo[orientation]), "JPEG", exif=exif, quality=95)


def clear() -> bytes:
    """Its right half is transparent."""
    picture = halves().convert("RGBA")
    picture.paste((0, 0, 0, 0), (SIDES[0] // 2, 0, *SIDES))
    return saved(picture, "PNG")


def clear_palette() -> bytes:
    picture = Image.new("P", SIDES, 1)
    picture.putpalette([0, 0, 0, *RED, *BLUE])
    picture.paste(2, (SIDES[0] // 2, 0, *SIDES))
    return saved(picture, "PNG", transparency=0)


def moving(kind: str) -> bytes:
    frames = [halves(), halves(BLUE, RED), halves()]
    how: dict[str, Any] = {"lossless": True} if kind == "WEBP" else {}
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=80, loop=0, **how)


def avif() -> bytes:
    return saved(halves(), "AVIF", quality=90)


def pages() -> bytes:
    return saved(halves(), "TIFF", save_all=True, append_images=[halves(BLUE, RED)])


def floats() -> bytes:
    values = np.zeros(SIDES[::-1], np.float32)
    values[:, SIDES[0] // 2 :] = 3.5
    return saved(Image.fromarray(values), "TIFF")


def cut(data: bytes, keep: float = 0.5) -> bytes:
    return data[: max(40, int(len(data) * keep))]


def noise_png() -> bytes:
    """Pixels that compress badly, so that a cut falls into them."""
    chance = np.random.default_rng(4)
    return saved(Image.fromarray(chance.integers(0, 256, (200, 320, 3), dtype=np.uint8)), "PNG")
