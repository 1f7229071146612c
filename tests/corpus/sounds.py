"""Sounds: deep, tiny, with a cover picture, in containers that videos use too."""

from __future__ import annotations

import io
import struct
import wave

import av

from tests.corpus.films import encode_sound, tone
from tests.corpus.pictures import halves, saved


def sound(container: str, codec: str, seconds: float = 1.0, rate: int = 48_000) -> bytes:
    target = io.BytesIO()
    with av.open(target, "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate, layout="mono")
        assert isinstance(stream, av.AudioStream)
        encode_sound(out, stream, tone(seconds, rate))
    return target.getvalue()


def with_cover() -> bytes:
    """An MP3 with a picture in its tag, which a decoder reports as a video stream."""
    picture = saved(halves(), "JPEG")
    frame = b"\x00image/jpeg\x00\x03\x00" + picture
    tag = b"APIC" + struct.pack(">I", len(frame)) + b"\x00\x00" + frame
    size = len(tag)
    packed = bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + packed + tag + sound("mp3", "libmp3lame")


def tagged(container: str, codec: str, tags: int = 1) -> bytes:
    """After ID3 tags with a large picture and padding, as some tools write them."""
    body = b"APIC" + struct.pack(">I", 90_000) + b"\x00\x00" + bytes(90_000) + bytes(2000)
    size = bytes((len(body) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return (
        (b"ID3\x04\x00\x00" + size + body) * tags
        + bytes(300 if codec == "aac" else 0)
        + sound(container, codec)
    )


def of_one_sample() -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(44_100)
        out.writeframes(b"\x00\x10")
    return target.getvalue()


def of_no_sample() -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(44_100)
    return target.getvalue()
