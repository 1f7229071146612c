"""Pictures in and out: an input is read small and upright, and a large picture is enlarged when it is
written."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rh_ui.emulator.renders import encoding, inputs

QUARTERS = ((220, 30, 30), (30, 180, 60), (30, 60, 220), (240, 240, 240))


def quartered(size: tuple[int, int]) -> Image.Image:
    """Red and green above, blue and white below."""
    small = Image.new("RGB", (2, 2))
    small.putdata(QUARTERS)
    return small.resize(size, Image.Resampling.NEAREST)


def corners(picture: Image.Image) -> list[tuple[int, ...]]:
    wide, tall = picture.size
    spots = [(x, y) for y in (tall // 4, tall * 3 // 4) for x in (wide // 4, wide * 3 // 4)]
    pixels = np.asarray(picture.convert("RGB")).astype(int)
    return [tuple(pixels[y, x]) for x, y in spots]


def same(found: list[tuple[int, ...]], wanted: tuple[tuple[int, ...], ...]) -> bool:
    return bool(np.abs(np.array(found) - np.array(wanted)).max() < 12)


@pytest.mark.parametrize("extension", ["png", "jpg", "webp"])
@pytest.mark.parametrize("size", [(640, 481), (2400, 1201), (2501, 1999), (4096, 1030)])
def test_a_file_has_every_pixel_that_was_asked_for(extension: str, size: tuple[int, int]) -> None:
    drawn = encoding.drawn_size(size)
    content = encoding.encode(quartered(drawn), extension, size)
    with Image.open(BytesIO(content)) as picture:
        assert picture.format == {"png": "PNG", "jpg": "JPEG", "webp": "WEBP"}[extension]
        assert picture.size == size
        assert same(corners(picture), QUARTERS)


def test_a_large_picture_is_drawn_at_half_of_each_side() -> None:
    assert encoding.drawn_size((2048, 2048)) == (2048, 2048)
    assert encoding.drawn_size((4096, 4096)) == (2048, 2048)
    assert encoding.drawn_size((4095, 2301)) == (2048, 1151)


@pytest.mark.parametrize("extension", ["png", "jpg", "webp"])
def test_an_input_is_read_no_larger_than_needed(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"in.{extension}"
    quartered((3200, 2400)).save(path)
    assert inputs.picture_size(path) == (3200, 2400)
    picture = inputs.open_picture(path, (400, 400))
    assert picture is not None
    assert picture.mode == "RGB"
    assert 320 <= min(picture.size) <= 800
    assert same(corners(picture), QUARTERS)


@pytest.mark.parametrize("extension", ["png", "jpg"])
def test_a_turned_photo_is_seen_upright(tmp_path: Path, extension: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / f"in.{extension}"
    quartered((1200, 600)).save(path, exif=exif.tobytes())
    assert inputs.picture_size(path) == (600, 1200)
    picture = inputs.open_picture(path, (300, 600))
    assert picture is not None
    assert picture.size == (300, 600)
    red, green, blue, white = QUARTERS
    assert same(corners(picture), (blue, red, white, green))


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "1", "CMYK"])
def test_every_kind_of_pixels_can_be_read(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("in.jpg" if mode == "CMYK" else "in.png")
    Image.new("RGB", (800, 600), "white").convert(mode).save(path)
    picture = inputs.open_picture(path, (100, 100))
    assert picture is not None
    assert corners(picture)[0] == (255, 255, 255)


def test_the_size_of_a_png_is_told_without_decoding_it(tmp_path: Path) -> None:
    path = tmp_path / "in.png"
    quartered((640, 480)).save(path)
    path.write_bytes(path.read_bytes()[:60])
    assert inputs.picture_size(path) == (640, 480)
    assert inputs.open_picture(path, (100, 100)) is None
