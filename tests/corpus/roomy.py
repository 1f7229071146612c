"""Ordinary files of every format that can hold settings, and some that only look so."""

from __future__ import annotations

import io
import json
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
import trimesh
from PIL import Image

from tests.files import make_clip, make_sound


def picture(kind: str, **how: Any) -> bytes:
    pixels = np.random.default_rng(1).integers(0, 256, (37, 53, how.pop("bands", 3)), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind, **how)
    return out.getvalue()


def exif() -> bytes:
    found = Image.Exif()
    found[0x0112] = 6
    return found.tobytes()


def film(folder: Path, **options: str) -> bytes:
    path = folder / "film.mp4"
    with av.open(str(path), "w", options=options) as out:
        stream = out.add_stream("libx264", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(12):
            shade = np.full((48, 64, 3), number * 20, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(shade, "rgb24")))
        out.mux(stream.encode())
    return path.read_bytes()


def sound(folder: Path, kind: str) -> bytes:
    return make_sound(folder / f"a.{kind}").read_bytes()


def tagged(folder: Path, version: int) -> bytes:
    path = folder / f"tagged{version}.mp3"
    options = {"id3v2_version": str(version)}
    source = io.BytesIO(sound(folder, "mp3"))
    with av.open(source, "r") as read, av.open(str(path), "w", options=options) as out:
        out.metadata["title"] = "Lied 猫"
        stream = out.add_stream_from_template(read.streams.audio[0])
        for packet in read.demux():
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    assert path.read_bytes()[:4] == b"ID3" + bytes((version,))
    return path.read_bytes()


def bare_mp3(folder: Path) -> bytes:
    data = sound(folder, "mp3")
    length = sum((byte & 0x7F) << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
    return data[10 + length :]


def odd_wave() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 3, 44100, 0, "NONE", ""))
        file.writeframes(bytes(range(240)) * 10)
    return out.getvalue()


def bare_flac(folder: Path) -> bytes:
    """Only the required block, marked as the last."""
    data = sound(folder, "flac")
    place, last = 4, False
    while not last:
        last = bool(data[place] & 0x80)
        place += 4 + int.from_bytes(data[place + 1 : place + 4], "big")
    return data[:4] + b"\x80" + data[5:42] + data[place:]


def mesh(extras: dict[str, Any] | None = None, **more: Any) -> bytes:
    made = trimesh.creation.box()
    data = bytes(made.export(file_type="glb"))
    length = int.from_bytes(data[12:16], "little")
    told = json.loads(data[20 : 20 + length])
    if extras is not None:
        told["asset"]["extras"] = extras
    text = json.dumps({**more, **told}).encode()
    text += b" " * (-len(text) % 4)
    body = len(text).to_bytes(4, "little") + b"JSON" + text + data[20 + length :]
    return b"glTF\x02\x00\x00\x00" + (len(body) + 12).to_bytes(4, "little") + body


MADE: Final[dict[str, Callable[[Path], bytes]]] = {
    "plain.png": lambda _: picture("PNG"),
    "alpha.png": lambda _: picture("PNG", bands=4),
    "plain.jpg": lambda _: picture("JPEG"),
    "progressive.jpg": lambda _: picture("JPEG", progressive=True),
    "turned.jpg": lambda _: picture("JPEG", exif=exif()),
    "noted by another.jpg": lambda _: picture("JPEG", xmp=b"<x:xmpmeta>theirs</x:xmpmeta>"),
    "lossy.webp": lambda _: picture("WEBP"),
    "lossless.webp": lambda _: picture("WEBP", lossless=True),
    "clear.webp": lambda _: picture("WEBP", lossless=True, bands=4),
    "turned.webp": lambda _: picture("WEBP", exif=exif()),
    "film.mp4": film,
    "quick start.mp4": lambda folder: film(folder, movflags="faststart"),
    "fragments.mp4": lambda folder: film(folder, movflags="frag_keyframe+empty_moov"),
    "clip.mov": lambda folder: make_clip(folder / "a.mov", 1, (64, 48)).read_bytes(),
    "sound.m4a": lambda folder: sound(folder, "m4a"),
    "bare.mp3": bare_mp3,
    "tag of 3.mp3": lambda folder: tagged(folder, 3),
    "tag of 4.mp3": lambda folder: tagged(folder, 4),
    "sound.flac": lambda folder: sound(folder, "flac"),
    "bare.flac": bare_flac,
    "sound.wav": lambda folder: sound(folder, "wav"),
    "24 bit.wav": lambda _: odd_wave(),
    "mesh.glb": lambda _: mesh(),
    "with extras.glb": lambda _: mesh({"made": "elsewhere"}),
    "with empty extras.glb": lambda _: mesh({}),
    "misleading.glb": lambda _: mesh(extras={"a": 1}, extensions={"asset": {"asset": {"extras": {}}}}),
}  # fmt: skip


def rf64() -> bytes:
    return b"RF64\xff\xff\xff\xffWAVE" + odd_wave()[12:]


def of_several_pictures() -> bytes:
    data = picture("JPEG")
    return data[:2] + b"\xff\xe2\x00\x0aMPF\x00abcd" + data[2:]


def open_ended(folder: Path) -> bytes:
    """The last box extends to the end of the file."""
    data = film(folder, movflags="faststart")
    place = data.rindex(b"mdat") - 4
    return data[:place] + bytes(4) + data[place + 4 :]


NO_ROOM: Final[dict[str, Callable[[Path], bytes]]] = {
    "long.wav": lambda _: rf64(),
    "stream.wav": lambda _: odd_wave()[:4] + b"\xff\xff\xff\xff" + odd_wave()[8:],
    "longer than it says.wav": lambda _: odd_wave() + b"more",
    "several.jpg": lambda _: of_several_pictures(),
    "cut.jpg": lambda _: picture("JPEG")[:100],
    "noted.webp": lambda _: picture("WEBP", xmp=b"<x:xmpmeta>theirs</x:xmpmeta>"),
    "cut.webp": lambda _: picture("WEBP")[:-10],
    "open.mp4": open_ended,
    "cut.mp4": lambda folder: film(folder)[:-10],
    "cut.glb": lambda _: mesh()[:-4],
    "old.glb": lambda _: b"glTF\x01" + mesh()[5:],
    "picture.gif": lambda _: picture("GIF"),
    "unsynchronised.mp3": lambda folder: b"ID3\x03\x00\x80" + tagged(folder, 3)[6:],
    "oldest.mp3": lambda folder: b"ID3\x02" + tagged(folder, 3)[4:],
}  # fmt: skip
