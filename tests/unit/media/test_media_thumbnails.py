"""Thumbnails of real files, bounded and never fatal."""

from __future__ import annotations

import io
import json
import struct
import wave
import zlib
from pathlib import Path

import av
import numpy as np
import pytest
import trimesh
from PIL import Image

from rh_ui.domain import OutputKind
from rh_ui.media.probe import probe
from rh_ui.media.thumbnails import make_thumbnail


def thumb(path: Path, kind: OutputKind = OutputKind.IMAGE) -> Image.Image:
    target = path.with_name("thumb.webp")
    assert make_thumbnail(path, kind, target)
    assert sorted(p.name for p in path.parent.iterdir()) == sorted([path.name, "thumb.webp"])
    with Image.open(target) as picture:
        assert picture.format == "WEBP"
        assert max(picture.size) <= 512
        picture.load()
    return picture


def color_at(picture: Image.Image, x: int, y: int) -> tuple[int, ...]:
    pixel = picture.getpixel((x, y))
    assert isinstance(pixel, tuple)
    return pixel


def grey_at(picture: Image.Image, x: int, y: int) -> float:
    pixel = picture.getpixel((x, y))
    assert isinstance(pixel, int | float)
    return pixel


def halves(mode: str, left: object, right: object, size: tuple[int, int] = (400, 200)) -> Image.Image:
    picture = Image.new(mode, size, left)  # type: ignore[arg-type]
    picture.paste(right, (size[0] // 2, 0, *size))  # type: ignore[arg-type]
    return picture


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "TIFF", "AVIF", "GIF"])
def test_pictures(tmp_path: Path, kind: str) -> None:
    halves("RGB", "red", "blue", (1600, 800)).save(tmp_path / "x", kind)
    small = thumb(tmp_path / "x").convert("RGB")
    assert small.size == (512, 256)
    red, blue = color_at(small, 50, 100), color_at(small, 450, 100)
    assert red[0] > 180 > 80 > red[2]
    assert blue[2] > 180 > 80 > blue[0]


def test_thumbnails_are_not_blown_up(tmp_path: Path) -> None:
    Image.new("RGB", (5, 3)).save(tmp_path / "x", "PNG")
    assert thumb(tmp_path / "x").size == (5, 3)
    Image.new("RGB", (9000, 1)).save(tmp_path / "x", "PNG")
    assert thumb(tmp_path / "x").size == (512, 1)


def test_sixteen_bits_are_scaled(tmp_path: Path) -> None:
    values = np.zeros((200, 400), np.uint16)
    values[:, 200:] = 40_000
    Image.fromarray(values).save(tmp_path / "x", "PNG")
    small = thumb(tmp_path / "x").convert("L")
    assert grey_at(small, 50, 100) < 10
    assert small.getpixel((350, 100)) == pytest.approx(40_000 / 257, abs=4)


def test_floats_cmyk_palette_and_alpha(tmp_path: Path) -> None:
    path = tmp_path / "x"
    Image.fromarray(np.tile(np.linspace(0, 3, 400, dtype=np.float32), (200, 1))).save(path, "TIFF")
    assert grey_at(thumb(path).convert("L"), 395, 100) > 240
    halves("CMYK", (0, 255, 255, 0), (255, 255, 0, 0)).save(path, "JPEG", quality=95)
    assert color_at(thumb(path).convert("RGB"), 50, 100)[0] > 200
    clear = halves("RGBA", (255, 0, 0, 255), (0, 0, 0, 0))
    clear.save(path, "PNG")
    assert color_at(thumb(path), 350, 100)[3] == 0
    clear.convert("P").save(path, "GIF", transparency=0)
    assert thumb(path).mode == "RGBA"
    halves("LA", (200, 255), (0, 0)).save(path, "PNG")
    assert color_at(thumb(path), 350, 100)[3] == 0


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_first_frame_of_an_animation(tmp_path: Path, kind: str) -> None:
    frames = [Image.new("RGB", (64, 64), color) for color in ("red", "blue", "green")]
    frames[0].save(tmp_path / "x", kind, save_all=True, append_images=frames[1:], duration=50)
    assert color_at(thumb(tmp_path / "x").convert("RGB"), 30, 30)[0] > 200
    assert probe(tmp_path / "x").animated


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photos_stand_upright(tmp_path: Path, orientation: int) -> None:
    upright = Image.new("RGB", (600, 400), "white")
    upright.paste((255, 0, 0), (0, 0, 300, 200))
    undo = {
        1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270,
    }[orientation]  # fmt: skip
    exif = Image.Exif()
    exif[0x0112] = orientation
    (upright if undo is None else upright.transpose(undo)).save(tmp_path / "x", "JPEG", exif=exif, quality=95)
    measured = probe(tmp_path / "x")
    assert (measured.width, measured.height, measured.orientation) == (600, 400, orientation)
    small = thumb(tmp_path / "x").convert("RGB")
    assert small.size == (512, 341)
    assert color_at(small, 60, 60)[1] < 60
    assert color_at(small, 450, 300)[1] > 200


def huge_png(side: int) -> bytes:
    """A PNG that claims to be very large but lacks the pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [16_384, 2_000_000])
def test_huge_pictures_get_a_card(tmp_path: Path, side: int) -> None:
    (tmp_path / "x").write_bytes(huge_png(side))
    assert thumb(tmp_path / "x").size == (512, 384)
    assert probe(tmp_path / "x").width == side


def test_large_jpeg_is_decoded_small(tmp_path: Path) -> None:
    Image.new("L", (12_000, 9_000), 200).save(tmp_path / "x", "JPEG")
    assert thumb(tmp_path / "x").size == (512, 384)


def film(path: Path, shades: list[int], size: tuple[int, int] = (320, 180)) -> Path:
    with av.open(str(path), "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for shade in shades:
            pixels = np.full((size[1], size[0], 3), shade, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        out.mux(stream.encode())
    return path


def test_film_shows_its_first_frame_with_light(tmp_path: Path) -> None:
    film(tmp_path / "x", [0] * 12 + [90] + [220] * 5, (1280, 720))
    small = thumb(tmp_path / "x", OutputKind.VIDEO)
    assert small.size == (512, 288)
    assert small.convert("L").getpixel((250, 140)) == pytest.approx(90, abs=12)
    measured = probe(tmp_path / "x")
    assert (measured.width, measured.height, measured.has_video, measured.has_audio) == (
        1280,
        720,
        True,
        False,
    )
    assert measured.seconds == pytest.approx(1.8, abs=0.15)


def test_black_film_has_a_thumbnail_too(tmp_path: Path) -> None:
    assert thumb(film(tmp_path / "x", [0] * 5), OutputKind.VIDEO).size == (320, 180)


def sound(path: Path, seconds: float = 1.0) -> Path:
    moments = np.linspace(0, seconds, int(8000 * seconds))
    samples = (np.sin(moments * 2000) * np.minimum(1, moments) * 20_000).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(samples.tobytes())
    return path


def test_sound_has_a_waveform(tmp_path: Path) -> None:
    small = thumb(sound(tmp_path / "x", 2.0), OutputKind.AUDIO)
    blues = np.asarray(small.convert("RGB"))[:, :, 2].astype(int) > 200
    heights = blues[:300].sum(axis=0)
    assert heights[360:490].max() > 2 * heights[30:120].max() > 0
    measured = probe(tmp_path / "x")
    assert (measured.width, measured.has_audio, measured.has_video) == (None, True, False)
    assert measured.seconds == pytest.approx(2, abs=0.05)


@pytest.mark.parametrize("kind", ["glb", "obj", "stl", "ply"])
def test_meshes_have_a_card_and_counts(tmp_path: Path, kind: str) -> None:
    mesh = trimesh.creation.icosphere(subdivisions=2)
    data = mesh.export(file_type=kind)
    (tmp_path / "x").write_bytes(data.encode() if isinstance(data, str) else data)
    assert probe(tmp_path / "x").faces == 320
    assert thumb(tmp_path / "x", OutputKind.MODEL).size == (512, 384)


def test_broken_mesh_indexes(tmp_path: Path) -> None:
    indexes: list[object] = [
        [],
        {},
        {"meshes": [1]},
        {"meshes": [{"primitives": [{"attributes": {"POSITION": 9}}]}]},
    ]
    for index in indexes:
        raw = json.dumps(index).encode()
        size = struct.pack("<I", len(raw))
        (tmp_path / "x").write_bytes(b"glTF\x02\x00\x00\x00" + bytes(4) + size + b"JSON" + raw)
        assert not probe(tmp_path / "x").faces
        assert thumb(tmp_path / "x", OutputKind.MODEL).size == (512, 384)


@pytest.mark.parametrize(
    "content", ["", "one line", "word " * 900, "猫咪在睡觉" * 200, "\n" * 50, "a\x00\t\u202eb", "x" * 5000]
)
def test_texts_have_a_card(tmp_path: Path, content: str) -> None:
    (tmp_path / "x").write_text(content, encoding="utf-8")
    assert thumb(tmp_path / "x", OutputKind.TEXT).size == (512, 384)


def broken_files() -> list[tuple[bytes, OutputKind]]:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(out, "PNG")
    png = out.getvalue()
    return [
        (b"", OutputKind.IMAGE), (b"words", OutputKind.IMAGE), (png[:60], OutputKind.IMAGE),
        (png, OutputKind.VIDEO), (png, OutputKind.AUDIO), (b"\x00" * 100, OutputKind.VIDEO),
        (b"RIFF\x00\x00\x00\x00WAVE", OutputKind.AUDIO), (b"\x00\x00\x00\x18ftypheic", OutputKind.IMAGE),
        (b"GIF89a\x01", OutputKind.IMAGE), (b"x", OutputKind.FILE), (b"PK\x05\x06", OutputKind.ARCHIVE),
    ]  # fmt: skip


@pytest.mark.parametrize(("data", "kind"), broken_files())
def test_broken_files_are_no_fault(tmp_path: Path, data: bytes, kind: OutputKind) -> None:
    (tmp_path / "x").write_bytes(data)
    if not (kind is OutputKind.VIDEO and data.startswith(b"\x89PNG")):
        assert make_thumbnail(tmp_path / "x", kind, tmp_path / "thumb.webp") is False
        assert sorted(p.name for p in tmp_path.iterdir()) == ["x"]
    probe(tmp_path / "x")


def test_missing_places_are_no_fault(tmp_path: Path) -> None:
    assert make_thumbnail(tmp_path / "no", OutputKind.IMAGE, tmp_path / "thumb.webp") is False
    Image.new("RGB", (8, 8)).save(tmp_path / "x", "PNG")
    assert make_thumbnail(tmp_path / "x", OutputKind.IMAGE, tmp_path / "no" / "thumb.webp") is False
    assert probe(tmp_path / "no").width is None
