"""Detects a file's type by its content alone. No available library knows these types
(docs/decisions/0022)."""

from __future__ import annotations

import codecs
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from rh_ui.file_types.table import (
    AAC,
    AVI,
    AVIF,
    BIN,
    BMP,
    FBX,
    FLAC,
    GIF,
    GLB,
    GLTF,
    GZIP,
    HEIC,
    HTML,
    JPEG,
    JSON,
    M4A,
    MKV,
    MOV,
    MP3,
    MP4,
    OBJ,
    OGG,
    OGV,
    PDF,
    PLY,
    PNG,
    SPZ,
    STL,
    SVG,
    THREE_MF,
    TIFF,
    TXT,
    USDZ,
    WAV,
    WEBM,
    WEBP,
    XML,
    ZIP,
    FileType,
)  # fmt: skip

HEAD: Final = 64 * 1024
"""Bytes that are read."""


class _Sample(NamedTuple):
    head: bytes
    size: int


_MAGIC: Final[tuple[tuple[bytes, FileType], ...]] = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"II+\x00", TIFF),
    (b"MM\x00+", TIFF),
    (b"fLaC", FLAC),
    (b"glTF", GLB),
    (b"ply\n", PLY),
    (b"ply\r", PLY),
    (b"Kaydara FBX Binary", FBX),
    (b"%PDF-", PDF),
    (b"NGSP", SPZ),
)

_RIFF: Final = {b"WEBP": WEBP, b"WAVE": WAV, b"AVI ": AVI}
_BRANDS: Final = {
    b"avif": AVIF, b"avis": AVIF, b"heic": HEIC, b"heix": HEIC, b"heim": HEIC, b"heis": HEIC, b"hevc": HEIC,
    b"hevx": HEIC, b"M4A ": M4A, b"M4B ": M4A, b"M4P ": M4A, b"qt  ": MOV,
}  # fmt: skip


def sniff(source: bytes | Path) -> FileType:
    """The type of a file, or of its first bytes (64 KB identify every type, 4 KB nearly every one).

    `bin` for unknown content and for no bytes. Raises OSError if a path can't be read.
    """
    sample = _sample(source)
    after = _behind_tags(source, sample)
    if after is not None:
        return next((found for look in _SOUNDS if (found := look(after)) is not None), MP3)
    return next((found for look in _LOOKS if (found := look(sample)) is not None), BIN)


def _sample(source: bytes | Path, at: int = 0) -> _Sample:
    if isinstance(source, bytes):
        return _Sample(source[at : at + HEAD], max(0, len(source) - at))
    with source.open("rb") as file:
        file.seek(at)
        return _Sample(file.read(HEAD), max(0, source.stat().st_size - at))


def _behind_tags(source: bytes | Path, sample: _Sample) -> _Sample | None:
    """The audio after the tags at the file's beginning, and after the padding of the last tag; None for a
    file without a tag."""
    at, here = 0, sample
    for _ in range(_MOST_TAGS):
        length = _tag_length(here.head)
        if not length:
            break
        at += length
        here = _sample(source, at)
    if not at:
        return None
    filled = len(here.head) - len(here.head.lstrip(b"\x00"))
    return _sample(source, at + filled) if filled else here


def _tag_length(head: bytes) -> int:
    """Length in bytes of the ID3 or APE tag that begins here; 0 if none does."""
    sizes = head[6:10]
    if head[:3] == b"ID3" and len(sizes) == 4 and 0xFF not in head[3:5] and max(sizes) < 0x80:
        length = sum(byte << shift for byte, shift in zip(sizes, (21, 14, 7, 0), strict=True))
        return 10 + length + (10 if head[5] & 0x10 else 0)
    if head[:8] == b"APETAGEX" and len(head) >= 32:
        return 32 + int.from_bytes(head[12:16], "little")
    return 0


def _magic(sample: _Sample) -> FileType | None:
    return next((found for mark, found in _MAGIC if sample.head.startswith(mark)), None)


def _riff(sample: _Sample) -> FileType | None:
    return _RIFF.get(sample.head[8:12]) if sample.head[:4] in (b"RIFF", b"RF64") else None


def _iso_media(sample: _Sample) -> FileType | None:
    """MP4 and its relatives, distinguished by their brands; old QuickTime files have none."""
    head = sample.head
    while head[4:8] in (b"free", b"skip") and 8 <= int.from_bytes(head[:4], "big") <= len(head):
        head = head[int.from_bytes(head[:4], "big") :]
    if head[4:8] in (b"moov", b"mdat", b"wide"):
        return MOV
    if head[4:8] != b"ftyp":
        return None
    length = min(int.from_bytes(head[:4], "big"), 256)
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, length, 4))]
    if brands[0] in _BRANDS:
        return _BRANDS[brands[0]]
    if brands[0] in (b"mif1", b"msf1"):
        return next((_BRANDS[brand] for brand in brands if brand in _BRANDS), HEIC)
    return MP4


def _ebml(sample: _Sample) -> FileType | None:
    if not sample.head.startswith(b"\x1aE\xdf\xa3"):
        return None
    return WEBM if b"webm" in sample.head[:96] else MKV


def _ogg(sample: _Sample) -> FileType | None:
    if not sample.head.startswith(b"OggS"):
        return None
    return OGV if b"\x80theora" in sample.head[:512] else OGG


def _mpeg_audio(sample: _Sample) -> FileType | None:
    head = sample.head
    if len(head) < 4 or head[0] != 0xFF:
        return None
    if head[1] & 0xF6 == 0xF0:
        return AAC
    is_layer3 = head[1] & 0xE6 == 0xE2 and head[1] & 0x18 != 0x08
    is_sound = head[2] & 0xF0 not in (0x00, 0xF0) and head[2] & 0x0C != 0x0C
    return MP3 if is_layer3 and is_sound else None


def _gzip(sample: _Sample) -> FileType | None:
    """Compressed Gaussian splats have their magic number inside the compressed data."""
    if not sample.head.startswith(b"\x1f\x8b\x08"):
        return None
    try:
        start = zlib.decompressobj(wbits=31).decompress(sample.head, 16)
    except zlib.error:
        return None
    return SPZ if start.startswith(b"NGSP") else GZIP


def is_splat(source: bytes | Path) -> bool:
    """Whether the bytes may be Gaussian splats of 32 bytes each: they have no magic number, but their values
    exclude most other content."""
    sample = _sample(source)
    if not sample.size or sample.size % _SPLAT.size:
        return False
    whole = sample.head[: len(sample.head) // _SPLAT.size * _SPLAT.size]
    return all(
        all(abs(place) < _FAR for place in (x, y, z)) and all(0 <= side < _FAR for side in sides)
        for x, y, z, *sides in _SPLAT.iter_unpack(whole)
    )


_SPLAT: Final = struct.Struct("<6f8x")
_FAR: Final = 1e7


def _bmp(sample: _Sample) -> FileType | None:
    head = sample.head
    return BMP if head[:2] == b"BM" and head[14:18] in _BMP_HEADERS else None


_BMP_HEADERS: Final = frozenset(size.to_bytes(4, "little") for size in (12, 40, 52, 56, 64, 108, 124))


def _zip(sample: _Sample) -> FileType | None:
    if sample.head.startswith(b"PK\x05\x06"):
        return ZIP
    if not sample.head.startswith(b"PK\x03\x04"):
        return None
    first = sample.head[30 : 30 + int.from_bytes(sample.head[26:28], "little")].lower()
    if first.endswith((b".usdc", b".usda", b".usd")):
        return USDZ
    return THREE_MF if b"3D/3dmodel.model" in sample.head else ZIP


def _binary_stl(sample: _Sample) -> FileType | None:
    """A binary STL has no magic number: its triangle count must match its size exactly."""
    if sample.size < 134 or len(sample.head) < 84:
        return None
    triangles = int.from_bytes(sample.head[80:84], "little")
    return STL if sample.size == 84 + 50 * triangles else None


def _text(sample: _Sample) -> FileType | None:
    text = _decoded(sample)
    if text is None or not text:
        return None
    start = text.lstrip()[:4096]
    low = start[:512].lower()
    if re.match(r"(<!--.*?-->\s*)*<(!doctype html|html|head|body)\b", low, re.S):
        return HTML
    if re.match(r"(<\?xml.*?\?>\s*)?(<!--.*?-->\s*|<!doctype svg[^>]*>\s*)*<svg\b", low, re.S):
        return SVG
    if low.startswith("<?xml") or re.match(r"<error>", low):
        return XML
    if start[:1] in ("{", "["):
        return _json(text)
    if start.startswith("; FBX"):
        return FBX
    if re.match(r"solid\b[^\n]*\n\s*(facet|endsolid)\b", start):
        return STL
    return OBJ if _is_obj(start) else TXT


def _json(text: str) -> FileType:
    if not re.match(r'\s*(\{\s*("|\})|\[\s*([\[{"\]\d-]|true|false|null))', text):
        return TXT
    is_gltf = text.lstrip()[:1] == "{" and '"meshes"' in text and re.search(r'"asset"\s*:\s*\{', text)
    return GLTF if is_gltf else JSON


def _is_obj(text: str) -> bool:
    """Wavefront OBJ: every line is one of its statements, and vertices come early."""
    lines = [line for line in text.splitlines()[:-1] or text.splitlines() if line.strip()]
    statement = re.compile(r"\s*(#|(mtllib|usemtl|o|g|s|v|vn|vt|vp|f|l|p)\s)")
    return (
        bool(lines)
        and all(map(statement.match, lines))
        and any(re.match(r"\s*v(\s+-?[\d.]+(e[+-]?\d+)?){3}", line, re.I) for line in lines)
    )


def decoded(raw: bytes, whole: bool = False) -> str:
    """Bytes as text in their likely encoding; `whole`: no character is cut at their end."""
    readings = (_read(raw, encoding, whole) for encoding in _encodings(raw))
    return next((text for text in readings if text is not None), raw.decode("utf-8", "replace"))


def _decoded(sample: _Sample) -> str | None:
    """The head as text; None if it is no text. The last character may be cut."""
    whole = sample.size <= len(sample.head)
    for encoding in _encodings(sample.head):
        text = _read(sample.head, encoding, whole)
        if text is not None:
            return None if _NO_TEXT.search(text) else text
    return None


def _encodings(raw: bytes) -> tuple[str, ...]:
    """Encodings of text files. The older ones accept nearly any bytes, so a few bytes prove nothing."""
    if raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return ("utf-16",)
    return ("utf-8-sig",) if len(raw) < _ENOUGH else ("utf-8-sig", "gb18030", "latin-1")


def _read(raw: bytes, encoding: str, whole: bool) -> str | None:
    try:
        return codecs.getincrementaldecoder(encoding)().decode(raw, final=whole)
    except UnicodeDecodeError:
        return None


_ENOUGH: Final = 32
_NO_TEXT: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f]")
"""Characters that no text contains, and the ones that bytes of no encoding become in Latin-1."""


_MOST_TAGS: Final = 8
_LOOKS: Final[tuple[Callable[[_Sample], FileType | None], ...]] = (
    _magic, _riff, _iso_media, _ebml, _ogg, _mpeg_audio, _bmp, _zip, _gzip, _binary_stl, _text,
)  # fmt: skip
_SOUNDS: Final[tuple[Callable[[_Sample], FileType | None], ...]] = (_magic, _riff, _ogg, _mpeg_audio)
