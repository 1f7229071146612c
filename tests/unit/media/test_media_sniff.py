"""Types by content, with files as real libraries write them."""

from __future__ import annotations

import io
import json
import wave
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import trimesh
from PIL import Image

from rh_ui.domain import OutputKind
from rh_ui.media.sniff import sniff


def picture(kind: str, mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (8, 6), 1).save(out, kind)
    return out.getvalue()


def film(path: Path, container: str, video: str | None, audio: str | None) -> bytes:
    """Three grey frames, a second of silence, or both."""
    with av.open(str(path), "w", format=container) as out:
        stream = out.add_stream(video, rate=10) if video else None
        sound = out.add_stream(audio, rate=48000) if audio else None
        assert stream is None or isinstance(stream, av.VideoStream)
        assert sound is None or isinstance(sound, av.AudioStream)
        if stream:
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        if sound:
            sound.layout = "mono"
        if stream:
            for _ in range(3):
                frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 128, np.uint8), format="rgb24")
                out.mux(stream.encode(frame))
            out.mux(stream.encode())
        if sound:
            zeros = np.zeros((1, 48000), np.float32)
            silence = av.AudioFrame.from_ndarray(zeros, format="flt", layout="mono")
            silence.rate, silence.pts, silence.time_base = 48000, 0, Fraction(1, 48000)
            out.mux(sound.encode(silence))
            out.mux(sound.encode())
    return path.read_bytes()


@pytest.mark.parametrize(
    ("kind", "extension", "mime"),
    [("PNG", "png", "image/png"), ("JPEG", "jpg", "image/jpeg"), ("GIF", "gif", "image/gif"),
     ("WEBP", "webp", "image/webp"), ("AVIF", "avif", "image/avif"), ("BMP", "bmp", "image/bmp"),
     ("TIFF", "tiff", "image/tiff")],
)  # fmt: skip
def test_pictures(kind: str, extension: str, mime: str) -> None:
    found = sniff(picture(kind))
    assert (found.extension, found.mime, found.kind) == (extension, mime, OutputKind.IMAGE)


@pytest.mark.parametrize(
    ("container", "video", "audio", "extension", "kind"),
    [("mp4", "libx264", "aac", "mp4", OutputKind.VIDEO), ("mov", "libx264", None, "mov", OutputKind.VIDEO),
     ("matroska", "libx264", None, "mkv", OutputKind.VIDEO),
     ("webm", "libvpx", None, "webm", OutputKind.VIDEO), ("avi", "mpeg4", None, "avi", OutputKind.VIDEO),
     ("mp3", None, "libmp3lame", "mp3", OutputKind.AUDIO),
     ("flac", None, "flac", "flac", OutputKind.AUDIO), ("ogg", None, "libopus", "ogg", OutputKind.AUDIO),
     ("ipod", None, "aac", "m4a", OutputKind.AUDIO), ("adts", None, "aac", "aac", OutputKind.AUDIO),
     ("wav", None, "pcm_s16le", "wav", OutputKind.AUDIO)],
)  # fmt: skip
def test_films_and_sounds(
    tmp_path: Path, container: str, video: str | None, audio: str | None, extension: str, kind: OutputKind
) -> None:
    data = film(tmp_path / "x", container, video, audio)
    assert (sniff(data).extension, sniff(data).kind) == (extension, kind)
    assert sniff(tmp_path / "x") == sniff(data[:4096])


def test_bare_mp3_frames(tmp_path: Path) -> None:
    data = film(tmp_path / "x", "mp3", None, "libmp3lame")
    frames = data[10 + int.from_bytes(bytes(data[6:10]), "big") :] if data.startswith(b"ID3") else data
    at = frames.find(b"\xff\xfb")
    assert sniff(frames[at:]).extension == "mp3"


def test_old_wave_module() -> None:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(100))
    assert sniff(out.getvalue()).extension == "wav"


@pytest.mark.parametrize("kind", ["glb", "gltf", "obj", "stl", "stl_ascii", "ply"])
def test_meshes(tmp_path: Path, kind: str) -> None:
    mesh = trimesh.creation.icosphere(subdivisions=2)
    scene: Any = trimesh.Scene(mesh)  # trimesh leaves its export untyped
    exported = scene.export(file_type="gltf")["model.gltf"] if kind == "gltf" else None
    data = exported or mesh.export(file_type=kind)
    raw = data.encode() if isinstance(data, str) else data
    (tmp_path / "x").write_bytes(raw)
    found = sniff(tmp_path / "x")
    assert (found.extension, found.kind) == (kind.removesuffix("_ascii"), OutputKind.MODEL)


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, b"x")
    return out.getvalue()


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
MIF_AVIF = b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf"
OTHERS = [
    (HEIC, "heic"), (MIF_AVIF, "avif"), (b"\x00\x00\x00\x08wide\x00\x00\x00\x00mdat", "mov"),
    (b"Kaydara FBX Binary  \x00\x1a\x00", "fbx"), (b"; FBX 7.4.0 project file\n", "fbx"),
    (zipped("scene.usdc", "t.png"), "usdz"), (zipped("a.png"), "zip"), (zipped(), "zip"),
    (zipped("[Content_Types].xml", "3D/3dmodel.model"), "3mf"), (b"%PDF-1.7\n", "pdf"),
    (b"<!DOCTYPE html><p>", "html"), (b"\n <HTML>", "html"), (b"<?xml version='1.0'?><Error/>", "xml"),
    (b"<?xml version='1.0'?>\n<svg xmlns='x'/>", "svg"), (b"<svg/>", "svg"), (b'{"a": 1}', "json"),
    (b'[{"a": 1}]', "json"), (b"[1, 2]", "json"), ("猫 says\nhello".encode(), "txt"),
    (b"\xef\xbb\xbfwords", "txt"),
    ("words".encode("utf-16"), "txt"), (b"[note] remember", "txt"), (b"{curly} words", "txt"),
    (b"v is a letter\n", "txt"), (b"solid advice\nis rare\n", "txt"), (b"plywood", "txt"), (b"ID", "txt"),
    (b"", "bin"), (b"\x00\x01\x02", "bin"), (b"\xff\xfe\x00\xd8", "bin"), (b"BMW is a car", "txt"),
    (b"\xff\xff\xff\xff", "bin"), (bytes(200), "bin"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "extension"), OTHERS)
def test_other_files(data: bytes, extension: str) -> None:
    assert sniff(data).extension == extension


def test_text_cut_inside_a_character(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes("猫".encode() * 60_000)
    assert sniff(tmp_path / "x").extension == "txt"
    (tmp_path / "y").write_bytes("猫".encode()[:2])
    assert sniff(tmp_path / "y").extension == "bin"


def test_large_gltf_with_late_asset(tmp_path: Path) -> None:
    index = {"meshes": [], "buffers": [{"uri": "data:," + "A" * 100}], "asset": {"version": "2.0"}}
    (tmp_path / "x").write_text(json.dumps(index))
    assert sniff(tmp_path / "x").extension == "gltf"
