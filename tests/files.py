"""Small real files of every kind that a field may take, made when needed."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from PIL import Image

from rh_ui.domain import FieldKind

SIDES: Final = (1280, 720)
"""Pixels that every model's media limits allow; with three seconds, so do all clips and sounds."""


def make_file(path: Path, kind: FieldKind) -> Path:
    """A file of the kind and of the format its name says."""
    if kind is FieldKind.IMAGE:
        Image.new("RGB", SIDES, "teal").save(path)
    elif kind is FieldKind.VIDEO:
        make_clip(path)
    else:
        make_sound(path)
    return path


def make_clip(path: Path, seconds: int = 3, sides: tuple[int, int] = SIDES, rate: int = 10) -> Path:
    """`rate`: pictures per second."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate, options={"preset": "ultrafast"})
        stream.width, stream.height = sides
        stream.pix_fmt = "yuv420p"
        for number in range(seconds * rate):
            pixels = np.full((*reversed(sides), 3), number * 8 % 256, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    return path


def make_sound(path: Path, seconds: int = 3) -> Path:
    codec = {"mp3": "libmp3lame", "wav": "pcm_s16le", "flac": "flac", "m4a": "aac", "aac": "aac"}
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec[path.suffix[1:]], rate=44100, layout="mono")
        assert isinstance(stream, av.AudioStream)
        wave = (np.sin(np.arange(44100 * seconds) / 20) * 8000).astype(np.int16).reshape(1, -1)
        resampler = av.AudioResampler(stream.format, stream.layout, stream.rate, frame_size=1152)
        frame = av.AudioFrame.from_ndarray(wave, format="s16", layout="mono")
        frame.sample_rate, frame.time_base, frame.pts = 44100, Fraction(1, 44100), 0
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


def make_weights(path: Path, size: int = 4096, parts: int = 2) -> Path:
    """A .safetensors file whose parts have `size` bytes together."""
    each = size // parts
    table = {"__metadata__": {"made": path.name}} | {
        f"lora_{number}": {
            "dtype": "U8",
            "shape": [each],
            "data_offsets": [number * each, (number + 1) * each],
        }
        for number in range(parts)
    }
    told = json.dumps(table).encode()
    path.write_bytes(len(told).to_bytes(8, "little") + told + bytes(each * parts))
    return path
