"""Types by content, with files as real libraries write them, and by what is said about a file."""

from __future__ import annotations

import gzip
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
from rh_ui.file_types import Claims, sniff, tell
from rh_ui.file_types.table import announced, of_extension, word_in


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
def test_videos_and_sounds(
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


def tag(size: int, *, footer: bool = False) -> bytes:
    """An ID3v2.4 tag of this many bytes; its size uses the seven low bits of each byte."""
    length = bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))
    head = b"\x04\x00" + (b"\x10" if footer else b"\x00") + length
    return b"ID3" + head + bytes(size) + (b"3DI" + head if footer else b"")


APE = b"APETAGEX" + (2000).to_bytes(4, "little") + (32).to_bytes(4, "little") + bytes(48)
FRONTS = [
    tag(20),
    tag(300),
    tag(200_000),
    tag(20, footer=True),
    tag(20) + tag(70_000),
    APE,
    tag(20) + bytes(64),
]


@pytest.mark.parametrize("front", FRONTS)
@pytest.mark.parametrize(
    ("container", "codec", "extension"),
    [
        ("flac", "flac", "flac"),
        ("adts", "aac", "aac"),
        ("mp3", "libmp3lame", "mp3"),
        ("ogg", "libopus", "ogg"),
    ],
)
def test_a_tag_is_skipped_before_the_type_is_told(
    tmp_path: Path, front: bytes, container: str, codec: str, extension: str
) -> None:
    (tmp_path / "x").write_bytes(front + film(tmp_path / "y", container, None, codec))
    assert sniff(tmp_path / "x").extension == extension


@pytest.mark.parametrize(
    ("content", "word", "mime", "name", "extension", "kind"),
    [
        (bytes(64), "", "", "https://x/y/world.splat?sign=a.png", "splat", OutputKind.MODEL),
        (bytes(64), "splat", "application/octet-stream", "https://x/y", "splat", OutputKind.MODEL),
        (bytes(63), "splat", "", "", "bin", OutputKind.FILE),
        (b"\x00\x00\xc0\x7f" * 16, "splat", "", "", "bin", OutputKind.FILE),
        (b"\x00\x01\x02", "exr", "image/x-exr", "", "exr", OutputKind.FILE),
        (b"\x00\x01\x02", announced("exr"), "", "", "exr", OutputKind.FILE),
        (b"\x00\x01\x02", "result", "", "C:\\a\\B.EXR", "exr", OutputKind.FILE),
        (b"\x00\x01\x02", "png", "image/png", "a.png", "bin", OutputKind.FILE),
        (b"\x00\x01\x02", "exe", "", "a.bat", "bin", OutputKind.FILE),
        (b"a,b\n1,2\n", "csv", "", "", "csv", OutputKind.TEXT),
        (b"a,b\n1,2\n", "", "text/csv; charset=utf-8", "", "csv", OutputKind.TEXT),
        (b"a,b\n1,2\n", "html", "text/html", "a.html", "txt", OutputKind.TEXT),
        (b"\x89PNG\r\n\x1a\n", "splat", "", "a.csv", "png", OutputKind.IMAGE),
        (b"\x1f\x8b\x07\x00\x00\x00\x00\x00", "", "", "", "bin", OutputKind.FILE),
        (gzip.compress(b"x", mtime=0), "", "", "", "gz", OutputKind.FILE),
        (gzip.compress(b"NGSP" + bytes(40), mtime=0), "png", "", "", "spz", OutputKind.MODEL),
        (zipped("meta.json"), "sog", "", "", "sog", OutputKind.MODEL),
        (zipped("meta.json"), "ksplat", "", "", "zip", OutputKind.ARCHIVE),
        (b"", "", "", "https://[::1", "bin", OutputKind.FILE),
    ],
)
def test_content_comes_first_then_what_was_said_then_the_name(
    content: bytes, word: str, mime: str, name: str, extension: str, kind: OutputKind
) -> None:
    found = tell(content, Claims(word, mime, name))
    assert (found.extension, found.kind) == (extension, kind)


@pytest.mark.parametrize("word", ["png", "jpeg", "spz", "exr", "html"])
def test_a_word_of_the_service_is_read_again_from_what_is_kept_of_it(word: str) -> None:
    kept = announced(word)
    assert "/" in kept
    assert word_in(kept) == (known.extension if (known := of_extension(word)) else word)
