"""Videos: deep colours, silent, rotated, of one picture, without a duration; and HEIC, a still video in other
boxes."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

import av
import numpy as np

from tests.corpus.pictures import SIDES, halves
from tests.priority import usual_priority

RATE: Final = 10


def film(
    container: str = "mp4",
    codec: str = "libx264",
    pixels: str = "yuv420p",
    frames: int = 10,
    sound: str = "",
    options: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """`frames` pictures at ten per second; `sound`: the codec of its sound track."""
    target = io.BytesIO()
    with usual_priority(), av.open(target, "w", format=container) as out:
        stream = out.add_stream(
            codec, rate=RATE, options={"preset": "ultrafast", **options} if "26" in codec else {}
        )
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = SIDES
        stream.pix_fmt = pixels
        heard = _sound_stream(out, sound) if sound else None
        picture = np.asarray(halves())
        for _ in range(frames):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            out.mux(stream.encode(frame.reformat(format=pixels)))
        out.mux(stream.encode(None))
        if heard is not None:
            encode_sound(out, heard, tone(frames / RATE))
    return target.getvalue()


def _sound_stream(out: Any, codec: str) -> av.AudioStream:
    stream = out.add_stream(codec, rate=48_000, layout="mono")
    assert isinstance(stream, av.AudioStream)
    return stream


def tone(seconds: float, rate: int = 48_000) -> np.ndarray[Any, np.dtype[np.int16]]:
    moments = np.arange(max(1, int(seconds * rate)))
    return (np.sin(moments / 20) * 9000).astype(np.int16).reshape(1, -1)


def encode_sound(out: Any, stream: av.AudioStream, wave: np.ndarray[Any, np.dtype[np.int16]]) -> None:
    frame = av.AudioFrame.from_ndarray(wave, format="s16", layout="mono")
    frame.sample_rate, frame.time_base, frame.pts = stream.rate, Fraction(1, stream.rate), 0
    size = stream.codec_context.frame_size or 1024
    resampler = av.AudioResampler(stream.format, stream.layout, stream.rate, frame_size=size)
    for part in [*resampler.resample(frame), *resampler.resample(None)]:
        out.mux(stream.encode(part))
    out.mux(stream.encode(None))


def turned_film() -> bytes:
    """Stored on its side; the track's matrix rotates it by a quarter."""
    data = bytearray(film())
    at = data.index(b"tkhd") + 44
    turn = (0, 1 << 16, 0, -(1 << 16), 0, 0, SIDES[1] << 16, 0, 1 << 30)
    data[at : at + 36] = struct.pack(">9i", *turn)
    return bytes(data)


def of_no_length() -> bytes:
    """Its header claims a duration of zero."""
    data = bytearray(film(frames=1))
    for name, at in ((b"mvhd", 20), (b"tkhd", 24), (b"mdhd", 20)):
        place = data.index(name) + at
        data[place : place + 4] = bytes(4)
    return bytes(data)


def heic(quarters: int = 0) -> bytes:
    """A still HEVC picture in HEIF boxes, which no available library writes. `quarters`: counter-clockwise
    rotations that it requests."""
    source = film(codec="libx265", frames=1, options={"x265-params": "log-level=none:keyint=1", "crf": "8"})
    at = source.index(b"hvcC")
    config = source[at - 4 : at - 4 + int.from_bytes(source[at - 4 : at], "big")]
    at = source.index(b"mdat")
    coded = source[at + 4 : at - 4 + int.from_bytes(source[at - 4 : at], "big")]
    head = box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")
    size = len(meta(config, 0, len(coded), quarters))
    return head + meta(config, len(head) + size + 8, len(coded), quarters) + box(b"mdat", coded)


def meta(config: bytes, offset: int, length: int, quarters: int) -> bytes:
    handler = full(b"hdlr", bytes(4) + b"pict" + bytes(13))
    primary = full(b"pitm", struct.pack(">H", 1))
    item = full(b"infe", struct.pack(">HH", 1, 0) + b"hvc1\x00", version=2)
    items = full(b"iinf", struct.pack(">H", 1) + item)
    where = full(b"iloc", struct.pack(">BBHHHHII", 0x44, 0, 1, 1, 0, 1, offset, length))
    sides = full(b"ispe", struct.pack(">II", *SIDES))
    turn = box(b"irot", bytes([quarters]))
    uses = full(b"ipma", struct.pack(">IHBBBB", 1, 1, 3, 0x81, 0x02, 0x83))
    properties = box(b"iprp", box(b"ipco", config + sides + turn) + uses)
    return full(b"meta", handler + primary + where + items + properties)


def box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + name + body


def full(name: bytes, body: bytes, version: int = 0) -> bytes:
    return box(name, bytes([version, 0, 0, 0]) + body)
