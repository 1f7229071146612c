"""Converts pictures, sounds and films into copies of an accepted format. The original is never changed.

A copy has pixels and their colour profile, or sound, and no other metadata (location, camera, cover). A film
is never encoded again: its streams are copied into another container.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

import av
from PIL import Image, ImageCms, JpegImagePlugin, TiffImagePlugin

from rh_ui.file_types import HEAD, sniff
from rh_ui.media.decode import MOST_PIXELS, SIDEWAYS, eight_bit, open_picture, orientation_of, upright

PICTURES: Final = ("jpg", "png", "webp")
"""Formats that pictures can be converted to."""
SOUNDS: Final = ("mp3", "wav")
READ_PICTURES: Final = frozenset({"jpg", "png", "webp", "heic", "avif", "tiff", "bmp", "gif"})
"""Formats that pictures can be converted from."""
READ_SOUNDS: Final = frozenset({"mp3", "wav", "flac", "ogg", "webm", "m4a", "aac"})
FILMS: Final = ("mp4",)
READ_FILMS: Final = frozenset({"mov", "mkv"})
LONGEST_SOUND: Final = 3600.0
"""The longest sound that is converted, in seconds."""
_FILM_CODECS: Final = frozenset({"h264", "hevc"})
_FILM_SOUNDS: Final = frozenset({"aac", "mp3"})
_QUALITIES: Final = (95, 88, 80)
"""JPEG qualities: the next one is tried if a copy is too large."""


class Loss(StrEnum):
    """What a conversion loses."""

    ALPHA = "alpha"
    """Transparency: replaced by white."""
    DEPTH = "depth"
    """More than eight bits per channel."""
    COLOURS = "colours"
    """CMYK or another colour space than RGB."""
    MOTION = "motion"
    """All frames but the first."""


class TooLarge(Exception):
    """Too many pixels or seconds to convert; `args`: the file's number and the limit."""


class NoCopy(Exception):
    """It can be read, but not converted into a wanted format."""


@dataclass(frozen=True, slots=True)
class Copy:
    """The result of a conversion."""

    extension: str
    losses: tuple[Loss, ...] = ()


class _Try(NamedTuple):
    extension: str
    quality: int = 0


def copy_picture(source: Path, target: Path, takes: Sequence[str], most: int | None = None) -> Copy:
    """Write the picture upright to `target`, in the best suited of the formats `takes` (some of PICTURES),
    with the highest quality below `most` bytes; larger if no quality is small enough.

    Raises TooLarge, and one of decode.UNREADABLE.
    """
    with open_picture(source) as picture:
        width, height = picture.size
        if width * height > MOST_PIXELS:
            raise TooLarge(width * height, MOST_PIXELS)
        extension = sniff(source).extension
        losses: list[Loss] = [Loss.MOTION] if getattr(picture, "is_animated", False) else []
        turn = orientation_of(picture)
        if extension == "jpg" and turn != 1 and "jpg" in takes:
            target.write_bytes(_turned_jpeg(picture, turn))
            return Copy("jpg")
        is_deep = _bits(picture, source) > 8
        is_photo = extension in ("jpg", "heic", "avif") or (extension == "webp" and _is_lossy_webp(source))
        profile = picture.info.get("icc_profile")
        picture.load()
        plain: Image.Image = upright(picture, turn)
        plain.info.pop("comment", None)
    if plain.mode in ("CMYK", "LAB", "YCbCr"):
        plain, profile = _as_rgb(plain, profile), None
        losses.append(Loss.COLOURS)
    if plain.mode.startswith("I;16") and "png" in takes and extension != "png":
        plain = plain if plain.mode == "I;16" else plain.convert("I;16")
        is_deep, takes = False, ("png",)
    else:
        plain = eight_bit(plain.convert("RGBA") if plain.has_transparency_data else plain)
    if is_deep:
        losses.append(Loss.DEPTH)
    clear = plain.mode == "RGBA" and plain.getchannel("A").getextrema() != (255, 255)
    if plain.mode == "RGBA" and not clear:
        plain = plain.convert("RGB")
    return _smallest_step(plain, profile, target, _tries(takes, is_photo and not clear), most, losses)


def _tries(takes: Sequence[str], is_photo: bool) -> Iterator[_Try]:
    """The formats, best first: those that lose least, then the smaller ones."""
    if not is_photo:
        yield from (_Try(extension) for extension in ("png", "webp") if extension in takes)
    if "jpg" in takes:
        yield from (_Try("jpg", quality) for quality in _QUALITIES)
    elif is_photo:
        yield from (_Try(extension) for extension in ("png", "webp") if extension in takes)


def _smallest_step(
    plain: Image.Image,
    profile: object,
    target: Path,
    tries: Iterator[_Try],
    most: int | None,
    losses: list[Loss],
) -> Copy:
    made: Copy | None = None
    for way in tries:
        picture, lost = plain, list(losses)
        if way.extension == "jpg" and plain.mode == "RGBA":
            picture = Image.new("RGB", plain.size, "white")
            picture.paste(plain, mask=plain.getchannel("A"))
            lost.append(Loss.ALPHA)
        with target.open("wb") as out:
            _save(picture, out, way, profile)
        made = Copy(way.extension, tuple(lost))
        if most is None or target.stat().st_size <= most:
            break
    if made is None:
        raise ValueError("no format to copy to")
    return made


def _save(picture: Image.Image, out: io.BufferedWriter, way: _Try, profile: object) -> None:
    match way.extension:
        case "jpg":
            picture.save(out, "JPEG", quality=way.quality, subsampling=0, icc_profile=profile)
        case "png":
            picture.save(out, "PNG", compress_level=4, icc_profile=profile)
        case _:
            picture.save(out, "WEBP", lossless=True, method=2, icc_profile=profile)


def _turned_jpeg(picture: Image.Image, turn: int) -> bytes:
    """Turn a JPEG with the camera's own quantization tables, so that nothing more is rounded."""
    assert isinstance(picture, JpegImagePlugin.JpegImageFile)
    tables = {number: list(table) for number, table in picture.quantization.items()}
    sampling = JpegImagePlugin.get_sampling(picture)
    if turn in SIDEWAYS:
        # Turning transposes the tables too; horizontal-only chroma subsampling has no transposed form.
        tables = {n: [table[8 * (i % 8) + i // 8] for i in range(64)] for n, table in tables.items()}
        sampling = 0 if sampling == 1 else sampling
    profile = picture.info.get("icc_profile")
    picture.load()
    out = io.BytesIO()
    turned = upright(picture, turn)
    turned.info.pop("comment", None)
    turned.save(out, "JPEG", qtables=tables, subsampling=max(sampling, 0), icc_profile=profile)
    return out.getvalue()


def _as_rgb(picture: Image.Image, profile: object) -> Image.Image:
    """Uses the file's own colour profile if it has a suitable one."""
    if isinstance(profile, bytes) and picture.mode == "CMYK":
        try:
            own, screen = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
            found = ImageCms.profileToProfile(picture, own, screen, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            found = None
        if found is not None:
            return found
    if picture.mode == "LAB":
        lab, screen = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, lab, screen, outputMode="RGB") or picture.convert("RGB")
    return picture.convert("RGB")


def _bits(picture: Image.Image, source: Path) -> int:
    """Bits per channel; Pillow does not report it if it drops some."""
    with source.open("rb") as file:
        head = file.read(HEAD)
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        told = picture.tag_v2.get(TiffImagePlugin.BITSPERSAMPLE, (8,))
        return max(told) if isinstance(told, tuple) else int(told)
    if picture.format == "PNG":
        return head[24]
    at = head.find(b"pixi")  # HEIC and AVIF: version and flags, number of channels, bits of each
    return max(head[at + 9 : at + 9 + head[at + 8]], default=8) if 0 < at < len(head) - 12 else 8


def _is_lossy_webp(source: Path) -> bool:
    with source.open("rb") as file:
        return b"VP8 " in file.read(4096)


def copy_sound(source: Path, target: Path, takes: Sequence[str], most: int | None = None) -> Copy:
    """Write the sound of a file to `target`, in the first of the formats `takes` (some of SOUNDS) that stays
    below `most` bytes, or in the last one if none does. Raises TooLarge, and one of decode.UNREADABLE."""
    for extension in takes:
        _write_sound(source, target, extension)
        if most is None or target.stat().st_size <= most:
            break
    return Copy(extension)


def _write_sound(source: Path, target: Path, extension: str) -> None:
    codec, size = ("libmp3lame", 1152) if extension == "mp3" else ("pcm_s16le", None)
    with av.open(str(source), metadata_errors="replace") as container:
        heard = container.streams.audio[0]
        length = container.duration / av.time_base if container.duration else 0.0
        if length > LONGEST_SOUND:
            raise TooLarge(length, LONGEST_SOUND)
        rate = heard.rate if extension == "wav" or heard.rate in (32000, 44100, 48000) else 44100
        layout = "mono" if heard.channels == 1 else "stereo"
        with av.open(str(target), "w", format=extension) as out:
            stream = out.add_stream(codec, rate=rate, layout=layout)
            assert isinstance(stream, av.AudioStream)
            if extension == "mp3":
                stream.bit_rate = 192_000
            resampler = av.AudioResampler(stream.format, stream.layout, stream.rate, frame_size=size)
            for frame in container.decode(heard):
                if (
                    frame.time is not None and frame.time > LONGEST_SOUND
                ):  # if the file did not state its length
                    raise TooLarge(frame.time, LONGEST_SOUND)
                for piece in resampler.resample(frame):
                    out.mux(stream.encode(piece))
            for piece in resampler.resample(None):
                out.mux(stream.encode(piece))
            out.mux(stream.encode(None))


def copy_film(source: Path, target: Path, takes: Sequence[str], most: int | None = None) -> Copy:
    """Copy the first video and audio stream of a film to `target`, an MP4, without encoding. `takes` and
    `most` as elsewhere, but nothing can be made smaller here.

    Raises NoCopy for streams that MP4 players do not support, and one of decode.UNREADABLE.
    """
    with av.open(str(source), metadata_errors="replace") as film:
        pictures = [s for s in film.streams.video if s.codec_context.name in _FILM_CODECS]
        sounds = [s for s in film.streams.audio if s.codec_context.name in _FILM_SOUNDS]
        if not pictures or (film.streams.audio and not sounds):
            raise NoCopy
        with av.open(str(target), "w", format="mp4", options={"movflags": "faststart"}) as out:
            places: dict[int, av.stream.Stream] = {}
            for found in (*pictures[:1], *sounds[:1]):
                places[found.index] = out.add_stream_from_template(found)
                if found.codec_context.name == "hevc":
                    places[
                        found.index
                    ].codec_context.codec_tag = "hvc1"  # the only tag that Apple's players know
            for packet in film.demux(*pictures[:1], *sounds[:1]):
                if packet.dts is not None:
                    packet.stream = places[packet.stream.index]
                    out.mux(packet)
    return Copy("mp4")
