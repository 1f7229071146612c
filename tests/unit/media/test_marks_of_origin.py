"""Marks by which others know what a model made: signed manifests, IPTC and XMP."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

import pytest
from PIL import Image

from rh_ui.file_types import sniff
from rh_ui.media.embed.edits import MADE_BY_AI
from rh_ui.media.probe import probe
from rh_ui.media.provenance import note_in, read_note
from tests.corpus.roomy import MADE, picture
from tests.unit.media.test_media_provenance import ORIGIN

FIELD: Final = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"
STORE: Final = bytes.fromhex("63327061 0011 0010 8000 00aa00389b71")
"""The type of a C2PA manifest store (C2PA 2.1, section 11.1.4)."""


def box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def manifest() -> bytes:
    """A JUMBF box of the shape of a manifest store, with one entry."""
    told = box(b"jumd", STORE + b"\x03c2pa\x00")
    return box(b"jumb", told + box(b"jumb", box(b"jumd", STORE[:4] + bytes(12) + b"\x03entry\x00")))


def signed_png(_folder: Path) -> bytes:
    plain, kind = picture("PNG"), b"caBX" + manifest()
    chunk = (len(kind) - 4).to_bytes(4, "big") + kind + zlib.crc32(kind).to_bytes(4, "big")
    return plain[:33] + chunk + plain[33:]


def signed_jpeg(_folder: Path) -> bytes:
    plain, body = picture("JPEG"), b"JP\x00\x01\x00\x00\x00\x01" + manifest()
    return plain[:20] + b"\xff\xeb" + (len(body) + 2).to_bytes(2, "big") + body + plain[20:]


def signed_riff(name: str) -> Callable[[Path], bytes]:
    def signed(folder: Path) -> bytes:
        plain, content = MADE[name](folder), manifest()
        content += b"\x00" * (len(content) % 2)
        whole = plain + b"C2PA" + len(content).to_bytes(4, "little") + content
        return whole[:4] + (len(whole) - 8).to_bytes(4, "little") + whole[8:]

    return signed


def signed_film(folder: Path) -> bytes:
    mark = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
    return MADE["film.mp4"](folder) + box(b"uuid", mark + bytes(4) + b"manifest\x00" + bytes(8) + manifest())


def signed_sound(folder: Path) -> bytes:
    content = b"\x00application/c2pa\x00manifest.c2pa\x00c2pa\x00" + manifest()
    frame = b"GEOB" + len(content).to_bytes(4, "big") + b"\x00\x00" + content
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + frame + MADE["bare.mp3"](folder)


SIGNED: Final[dict[str, Callable[[Path], bytes]]] = {
    "png": signed_png,
    "jpg": signed_jpeg,
    "webp": signed_riff("turned.webp"),
    "wav": signed_riff("24 bit.wav"),
    "mp4": signed_film,
    "mp3": signed_sound,
}


@pytest.mark.parametrize("kind", SIGNED)
def test_a_signed_file_stays_byte_for_byte(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "result"
    path.write_bytes(SIGNED[kind](tmp_path))
    came = path.read_bytes()
    assert sniff(path).extension == kind
    assert not note_in(path, sniff(path), probe(path), ORIGIN)
    assert path.read_bytes() == came
    assert [found.name for found in tmp_path.glob("result*")] == ["result"]


@pytest.mark.parametrize(
    "name",
    ["plain.png", "plain.jpg", "lossy.webp", "film.mp4", "24 bit.wav", "bare.mp3", "sound.flac", "mesh.glb"],
)  # fmt: skip
def test_our_note_says_that_a_model_made_it(name: str, tmp_path: Path) -> None:
    path = tmp_path / "result"
    path.write_bytes(MADE[name](tmp_path))
    assert note_in(path, sniff(path), probe(path), ORIGIN)
    data = path.read_bytes()
    assert getattr(read_note(data[: 2**21], data[-(2**21) :]), "digital_source_type", None) == MADE_BY_AI
    if name in ("bare.mp3", "sound.flac", "mesh.glb"):
        return
    start = data.index(b"<x:xmpmeta")
    packet = ElementTree.fromstring(data[start : data.index(b"</x:xmpmeta>") + 12])
    assert [found.get(FIELD) for found in packet.iter() if found.get(FIELD)] == [MADE_BY_AI]


def test_programs_read_the_field_of_pictures(tmp_path: Path) -> None:
    for name in ("plain.png", "plain.jpg", "lossy.webp"):
        path = tmp_path / "result"
        path.write_bytes(MADE[name](tmp_path))
        note_in(path, sniff(path), probe(path), ORIGIN)
        with Image.open(path) as opened:
            told = opened.info.get("xmp") or opened.info["XML:com.adobe.xmp"]
        assert MADE_BY_AI in str(told), name


def test_marks_that_came_stay(tmp_path: Path) -> None:
    """IPTC in a JPEG, XMP in JPEG and PNG: what came is there, once, and in its place."""
    theirs = b"<x:xmpmeta>theirs</x:xmpmeta>"
    block = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x0a\x1c\x02\x50\x00\x05Maker"
    segment = b"\xff\xed" + (len(block) + 2).to_bytes(2, "big") + block
    plain = picture("JPEG", xmp=theirs)
    words = b"iTXtXML:com.adobe.xmp\x00\x00\x00\x00\x00" + theirs
    chunk = (len(words) - 4).to_bytes(4, "big") + words + zlib.crc32(words).to_bytes(4, "big")
    png = picture("PNG")
    for data, mark in ((plain[:20] + segment + plain[20:], segment), (png[:33] + chunk + png[33:], chunk)):
        path = tmp_path / "result"
        path.write_bytes(data)
        assert note_in(path, sniff(path), probe(path), ORIGIN)
        after = path.read_bytes()
        assert (
            after.count(mark) == 1 and after.count(b"<x:xmpmeta>") == 1 and b"DigitalSourceType=" not in after
        )
        assert len(after) > len(data)
