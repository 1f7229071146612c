"""Copies for a field that does not take a file as it is: upright, and every loss is reported."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image, ImageCms

from rh_ui.domain import FieldKind
from rh_ui.file_types import sniff
from rh_ui.media import convert, decode
from rh_ui.media.convert import Copy, Loss, NoCopy, TooLarge, copy_film, copy_picture, copy_sound
from rh_ui.media.probe import probe
from tests.corpus.films import heic
from tests.corpus.pictures import deep_colour
from tests.files import make_file, make_sound
from tests.priority import usual_priority

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip
RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)
P3 = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def scene(mode: str = "RGB", size: tuple[int, int] = (64, 48)) -> Image.Image:
    """Red in the upper left quarter, blue in the lower right one: no two rotations look the same."""
    picture = Image.new("RGB", size, "white")
    picture.paste(RED, (0, 0, size[0] // 2, size[1] // 2))
    picture.paste(BLUE, (size[0] // 2, size[1] // 2, *size))
    return picture.convert(mode)


def written(path: Path, picture: Image.Image, form: str, **how: Any) -> Path:
    picture.save(path, form, **how)
    return path


def lying(turn: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112], exif[0x0110] = turn, "Camera 1"
    exif.get_ifd(0x8825)[1] = "N"
    return exif


def far(one: Image.Image, other: Image.Image) -> float:
    """The root of the mean square difference, of 255."""
    return float(
        np.sqrt(np.mean((np.asarray(one, dtype=np.float32) - np.asarray(other, dtype=np.float32)) ** 2))
    )


@pytest.mark.parametrize("turn", range(2, 9))
@pytest.mark.parametrize(
    ("form", "how"), [("JPEG", {"quality": 90, "subsampling": 1}), ("PNG", {}), ("WEBP", {"quality": 90})]
)
def test_pixels_stand_as_the_person_saw_them(
    tmp_path: Path, turn: int, form: str, how: dict[str, Any]
) -> None:
    source = written(tmp_path / "a", scene(), form, exif=lying(turn), icc_profile=P3, **how)
    extension = {"JPEG": "jpg"}.get(form, form.lower())
    made = copy_picture(source, tmp_path / "b", (extension,))
    assert made == Copy(extension)
    with Image.open(source) as before, Image.open(tmp_path / "b") as after:
        seen = before.transpose(UPRIGHT[turn])
        assert after.size == seen.size == (probe(source).width, probe(source).height)
        assert far(after, seen) < 4
        assert after.info["icc_profile"] == P3
        assert dict(after.getexif()) == {}, "no place, no camera, no turn that is already made"


def test_a_turned_photo_keeps_the_quality_its_camera_gave_it(tmp_path: Path) -> None:
    light = np.random.default_rng(1).integers(0, 255, (96, 128), dtype=np.uint8)
    photo = Image.merge("RGB", [Image.fromarray(light)] * 3).resize((512, 384), Image.Resampling.BICUBIC)
    source = written(tmp_path / "a", photo, "JPEG", quality=85, exif=lying(6))
    copy_picture(source, tmp_path / "b", ("jpg",))
    copy_picture(source, tmp_path / "c", ("png",))
    with Image.open(tmp_path / "b") as turned, Image.open(tmp_path / "c") as exact:
        assert far(turned, exact) < 1.2
    assert 0.9 < (tmp_path / "b").stat().st_size / source.stat().st_size < 1.1


def test_grey_and_print_photos_are_turned_as_they_are(tmp_path: Path) -> None:
    for mode in ("L", "CMYK"):
        source = written(tmp_path / mode, scene(mode), "JPEG", quality=95, exif=lying(8))
        assert copy_picture(source, tmp_path / "b", ("jpg", "png")) == Copy("jpg")
        with Image.open(source) as before, Image.open(tmp_path / "b") as after:
            assert after.mode == mode
            assert far(after, before.transpose(UPRIGHT[8])) < 4


def test_a_photo_of_a_phone(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(heic(quarters=3))
    found = probe(tmp_path / "a")
    assert (found.width, found.height) == (200, 320)
    assert copy_picture(tmp_path / "a", tmp_path / "b", ("jpg", "png")) == Copy("jpg")
    with Image.open(tmp_path / "b") as after:
        assert after.size == (200, 320)
        upper, lower = after.getpixel((100, 20)), after.getpixel((100, 300))
    assert isinstance(upper, tuple) and upper[0] > 150 > upper[2], "red was on the left, and is above now"
    assert isinstance(lower, tuple) and lower[2] > 150 > lower[0]


def deep(shape: tuple[int, ...] = (40, 60)) -> np.ndarray[Any, np.dtype[np.uint16]]:
    return np.linspace(0, 65535, int(np.prod(shape)), dtype=np.uint16).reshape(shape)


def animation(path: Path, form: str) -> Path:
    frames = [scene(), scene().transpose(Image.Transpose.ROTATE_180)]
    return written(path, frames[0], form, save_all=True, append_images=frames[1:])


def test_what_a_copy_loses_is_told(tmp_path: Path) -> None:
    clear = scene("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))
    full = scene("RGBA")
    printed = written(tmp_path / "print.tiff", scene("CMYK"), "TIFF")
    cases: list[tuple[Path, tuple[str, ...], Copy]] = [
        (written(tmp_path / "clear.webp", clear, "WEBP"), ("jpg", "png"), Copy("png")),
        (written(tmp_path / "clear2.webp", clear, "WEBP"), ("jpg",), Copy("jpg", (Loss.ALPHA,))),
        (written(tmp_path / "full.tiff", full, "TIFF"), ("jpg",), Copy("jpg")),
        (written(tmp_path / "key.gif", clear, "GIF", transparency=0), ("jpg",), Copy("jpg", (Loss.ALPHA,))),
        (written(tmp_path / "plain.webp", scene(), "WEBP"), ("jpg", "png"), Copy("jpg")),
        (written(tmp_path / "exact.webp", scene(), "WEBP", lossless=True), ("jpg", "png"), Copy("png")),
        (written(tmp_path / "plain.avif", scene(), "AVIF"), ("jpg", "png"), Copy("jpg")),
        (written(tmp_path / "plain.bmp", scene(), "BMP"), ("jpg", "png", "webp"), Copy("png")),
        (printed, ("jpg", "png"), Copy("png", (Loss.COLOURS,))),
        (animation(tmp_path / "move.gif", "GIF"), ("jpg", "png"), Copy("png", (Loss.MOTION,))),
        (animation(tmp_path / "move.webp", "WEBP"), ("png",), Copy("png", (Loss.MOTION,))),
    ]  # fmt: skip
    for source, takes, expected in cases:
        assert copy_picture(source, tmp_path / "out", takes) == expected, source.name
        assert sniff(tmp_path / "out").extension == expected.extension
        with Image.open(tmp_path / "out") as after:
            shown = after.convert("RGBA")
            assert shown.size == (64, 48)
        if expected.extension == "jpg" and Loss.ALPHA in expected.losses and "clear" in source.name:
            assert shown.getpixel((40, 2)) == pytest.approx((255, 255, 255, 255), abs=6), "white, not black"


def test_deep_pictures(tmp_path: Path) -> None:
    grey = tmp_path / "grey.tiff"
    Image.fromarray(deep()).save(grey, "TIFF")
    assert copy_picture(grey, tmp_path / "out", ("jpg", "png")) == Copy("png")
    with Image.open(tmp_path / "out") as after:
        assert np.array_equal(np.asarray(after), deep()), "a grey PNG holds all sixteen bits"
    assert copy_picture(grey, tmp_path / "out", ("jpg",)) == Copy("jpg", (Loss.DEPTH,))
    with Image.open(tmp_path / "out") as after:
        low, high = after.getextrema()
        assert isinstance(high, int | float) and isinstance(low, int | float)
        assert high > 240 and low < 15, "scaled, not cut off at 255"


@pytest.mark.parametrize("form", ["png", "avif"])
def test_deep_colours(tmp_path: Path, form: str) -> None:
    source = tmp_path / f"a.{form}"
    if form == "png":
        source.write_bytes(deep_colour())
    else:
        with usual_priority(), av.open(str(source), "w", format="avif") as out:
            stream = out.add_stream("libsvtav1", rate=1)
            assert isinstance(stream, av.VideoStream)
            stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p10le"
            out.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p10le")))
            out.mux(stream.encode())
    assert copy_picture(source, tmp_path / "b", ("jpg",)) == Copy("jpg", (Loss.DEPTH,))


def test_the_smallest_step_below_the_limit(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (400, 400, 3), dtype=np.uint8)
    source = written(tmp_path / "a.bmp", Image.fromarray(noise), "BMP")
    sizes = []
    for takes, most in ((("png",), None), (("jpg",), None), (("png", "jpg"), 400_000), (("png", "jpg"), 1)):
        made = copy_picture(source, tmp_path / "b", takes, most)
        sizes.append((made.extension, (tmp_path / "b").stat().st_size))
    assert [extension for extension, _ in sizes] == ["png", "jpg", "jpg", "jpg"]
    assert sizes[0][1] > 400_000 > sizes[1][1] > sizes[3][1] > 1, "the last step stands where none is enough"
    assert sizes[2] == sizes[1]


def test_too_many_pixels_are_never_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = written(tmp_path / "a.webp", scene(), "WEBP")
    monkeypatch.setattr(convert, "MOST_PIXELS", 64 * 48 - 1)
    with pytest.raises(TooLarge) as refusal:
        copy_picture(source, tmp_path / "b", ("png",))
    assert refusal.value.args == (64 * 48, 64 * 48 - 1)
    cut = tmp_path / "cut.webp"
    cut.write_bytes(source.read_bytes()[:60])
    with pytest.raises(decode.UNREADABLE):
        copy_picture(cut, tmp_path / "b", ("png",))


@pytest.mark.parametrize(("source", "takes", "expected"), [("a.m4a", "mp3", "mp3"), ("a.flac", "wav", "wav")])
def test_sounds(
    tmp_path: Path, source: str, takes: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_file(tmp_path / source, FieldKind.AUDIO)
    assert copy_sound(path, tmp_path / "b", (takes,)) == Copy(expected)
    found = probe(tmp_path / "b")
    assert sniff(tmp_path / "b").extension == expected
    assert found.has_audio and found.seconds == pytest.approx(3, abs=0.1)
    monkeypatch.setattr(convert, "LONGEST_SOUND", 2.0)
    with pytest.raises(TooLarge):
        copy_sound(path, tmp_path / "b", (takes,))


def test_a_sound_too_heavy_in_one_format_goes_in_the_next(tmp_path: Path) -> None:
    path = make_sound(tmp_path / "a.flac")
    assert copy_sound(path, tmp_path / "b", ("wav", "mp3"), 100_000) == Copy("mp3")
    assert (tmp_path / "b").stat().st_size < 100_000


def streams(path: Path) -> list[tuple[str, int, int]]:
    """Codec, number of packets and their bytes."""
    found = []
    with av.open(str(path)) as film:
        for stream in film.streams:
            sizes = [packet.size for packet in film.demux(stream) if packet.dts is not None]
            found.append((stream.codec_context.name, len(sizes), sum(sizes)))
            film.seek(0)
    return found


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_a_video_of_a_phone_changes_its_boxes_only(tmp_path: Path, codec: str) -> None:
    source = tmp_path / "IMG.mov"
    with av.open(str(source), "w", format="mov") as out:
        picture = out.add_stream(codec, rate=10, options={"preset": "ultrafast"})
        sound = out.add_stream("aac", rate=44100, layout="mono")
        assert isinstance(picture, av.VideoStream) and isinstance(sound, av.AudioStream)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        for number in range(10):
            pixels = np.full((48, 64, 3), number * 20, dtype=np.uint8)
            out.mux(picture.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        out.mux(picture.encode())
        quiet = av.AudioFrame.from_ndarray(
            np.zeros((1, 44100), dtype=np.float32), format="fltp", layout="mono"
        )
        quiet.sample_rate = 44100
        for piece in av.AudioResampler("fltp", "mono", 44100, frame_size=1024).resample(quiet):
            out.mux(sound.encode(piece))
        out.mux(sound.encode(None))
    turn = bytearray(source.read_bytes())
    at = turn.index(b"tkhd") + 44
    turn[at : at + 36] = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 48 << 16, 0, 1 << 30)
    source.write_bytes(turn)
    assert (sniff(source).extension, probe(source).width, probe(source).height) == ("mov", 48, 64)
    assert copy_film(source, tmp_path / "b", ("mp4",)) == Copy("mp4")
    found = probe(tmp_path / "b")
    assert sniff(tmp_path / "b").extension == "mp4"
    assert (found.width, found.height) == (48, 64), "still upright"
    assert found.has_audio and found.seconds == pytest.approx(1, abs=0.15)
    assert streams(tmp_path / "b") == streams(source), "every packet, byte for byte"
    assert (b"hvc1" in (tmp_path / "b").read_bytes()) is (codec == "libx265")


def test_videos_that_are_not_for_mp4_stay_what_they_are(tmp_path: Path) -> None:
    source = tmp_path / "a.mkv"
    with av.open(str(source), "w") as out:
        stream = out.add_stream("mpeg4", rate=10)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        out.mux(stream.encode(av.VideoFrame(64, 48, "yuv420p")))
        out.mux(stream.encode())
    with pytest.raises(NoCopy):
        copy_film(source, tmp_path / "b", ("mp4",))
