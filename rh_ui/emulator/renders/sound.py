"""Sound files: speech-like melodies and music as WAV, MP3 or FLAC."""

from __future__ import annotations

import wave
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np

from rh_ui.emulator.render_request import RenderOutput, RenderRequest
from rh_ui.emulator.renders import tones

MUSIC_SECONDS: Final = 20.0
_CODECS: Final = {"mp3": "libmp3lame", "flac": "flac"}
_SPEECH: Final = ("text", "previewText")


def render_sound(request: RenderRequest, folder: Path) -> list[RenderOutput]:
    """One sound file: for an endpoint that speaks, a melody by the syllables of the text; else music."""
    rate = int(request.number("sampleRate", "sample_rate") or 44100)
    spoken = any(request.endpoint.field(key) for key in _SPEECH)
    if spoken:
        samples = tones.speak(
            request.words, request.seed, rate=rate,
            speed=request.number("speed", "voiceSpeed") or 1.0, pitch=request.number("pitch") or 0.0,
        )  # fmt: skip
    else:
        samples = tones.music(request.seed, 3.0 if request.small else MUSIC_SECONDS, rate)
    extension = _format(request)
    name = f"demo_00001.{extension}"
    write(folder / name, samples, rate, title=request.words, bits=int(request.number("bitrate") or 128_000))
    return [RenderOutput(name, extension)]


def _format(request: RenderRequest) -> str:
    asked = request.text("format", "audioFormat", "outputFormat", "audio_format").lower()
    if asked in ("wav", "mp3", "flac"):
        return asked
    return "wav" if request.endpoint.task in ("voice-clone", "voice-design") else "mp3"


def write(path: Path, samples: tones.Samples, rate: int, *, title: str = "", bits: int = 128_000) -> None:
    """Write samples of shape (channels, n); the file type is the path's."""
    if path.suffix == ".wav":
        with wave.open(str(path), "wb") as target:
            target.setnchannels(samples.shape[0])
            target.setsampwidth(2)
            target.setframerate(rate)
            target.writeframes((samples.T * 32767).astype("<i2").tobytes())
        return
    with av.open(str(path), "w") as container:
        container.metadata.update({"title": title[:200], "comment": "DEMO"})
        stream = container.add_stream(_CODECS[path.suffix[1:]], rate=rate)
        assert isinstance(stream, av.AudioStream)
        stream.layout = "stereo" if samples.shape[0] == 2 else "mono"
        stream.bit_rate = bits
        encode(container, stream, samples, rate)


def encode(
    container: av.container.OutputContainer, stream: av.AudioStream, samples: tones.Samples, rate: int
) -> None:
    """Feed samples to an open audio stream and flush it."""
    whole = np.clip(samples.T, -1, 1)
    packed = np.ascontiguousarray((whole * 32767).astype(np.int16).reshape(1, -1))
    frame = av.AudioFrame.from_ndarray(packed, format="s16", layout=stream.layout.name)
    frame.sample_rate = rate
    frame.time_base = Fraction(1, rate)
    frame.pts = 0
    resampler = av.AudioResampler(
        format=stream.format.name, layout=stream.layout.name, rate=rate, frame_size=stream.frame_size or 1024
    )
    for piece in [*resampler.resample(frame), *resampler.resample(None)]:
        container.mux(stream.encode(piece))
    container.mux(stream.encode(None))


def read(path: Path, rate: int, seconds: float) -> tones.Samples | None:
    """The beginning of a sound file as stereo of exactly this length; None when it can't be read."""
    total = round(rate * seconds)
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=rate)
    pieces: list[tones.Samples] = []
    try:
        with av.open(str(path)) as source:
            for frame in source.decode(audio=0):
                pieces += [_array(piece) for piece in resampler.resample(frame)]
                if sum(piece.shape[1] for piece in pieces) >= total:
                    break
    except (av.FFmpegError, OSError, IndexError, ValueError):
        return None
    heard = np.concatenate(pieces, axis=1)[:, :total] if pieces else np.zeros((2, 0), dtype=np.float32)
    return np.pad(heard, ((0, 0), (0, total - heard.shape[1])))


def _array(frame: av.AudioFrame) -> tones.Samples:
    return np.asarray(frame.to_ndarray(), dtype=np.float32)
