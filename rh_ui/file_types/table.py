"""The known file types: by media type, by extension, and which format is built on which."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from rh_ui.domain import OutputKind

_IMAGE, _VIDEO, _AUDIO = OutputKind.IMAGE, OutputKind.VIDEO, OutputKind.AUDIO
_MODEL, _TEXT, _FILE, _ARCHIVE = OutputKind.MODEL, OutputKind.TEXT, OutputKind.FILE, OutputKind.ARCHIVE


@dataclass(frozen=True, slots=True)
class FileType:
    mime: str
    extension: str
    """Lower case, no dot; `bin` for an unknown type."""
    kind: OutputKind
    marked: bool = True
    """Whether its content can be distinguished from all other content."""
    within: str = ""
    """For a type known by its name only: the extension of the type that its content looks like."""


PNG: Final = FileType("image/png", "png", _IMAGE)
JPEG: Final = FileType("image/jpeg", "jpg", _IMAGE)
GIF: Final = FileType("image/gif", "gif", _IMAGE)
WEBP: Final = FileType("image/webp", "webp", _IMAGE)
AVIF: Final = FileType("image/avif", "avif", _IMAGE)
HEIC: Final = FileType("image/heic", "heic", _IMAGE)
BMP: Final = FileType("image/bmp", "bmp", _IMAGE)
TIFF: Final = FileType("image/tiff", "tiff", _IMAGE)
SVG: Final = FileType("image/svg+xml", "svg", _IMAGE)
MP4: Final = FileType("video/mp4", "mp4", _VIDEO)
MOV: Final = FileType("video/quicktime", "mov", _VIDEO)
MKV: Final = FileType("video/x-matroska", "mkv", _VIDEO)
WEBM: Final = FileType("video/webm", "webm", _VIDEO)
AVI: Final = FileType("video/x-msvideo", "avi", _VIDEO)
OGV: Final = FileType("video/ogg", "ogv", _VIDEO)
MP3: Final = FileType("audio/mpeg", "mp3", _AUDIO)
WAV: Final = FileType("audio/wav", "wav", _AUDIO)
FLAC: Final = FileType("audio/flac", "flac", _AUDIO)
OGG: Final = FileType("audio/ogg", "ogg", _AUDIO)
M4A: Final = FileType("audio/mp4", "m4a", _AUDIO)
AAC: Final = FileType("audio/aac", "aac", _AUDIO)
GLB: Final = FileType("model/gltf-binary", "glb", _MODEL)
GLTF: Final = FileType("model/gltf+json", "gltf", _MODEL)
OBJ: Final = FileType("model/obj", "obj", _MODEL)
STL: Final = FileType("model/stl", "stl", _MODEL)
PLY: Final = FileType("model/ply", "ply", _MODEL)
FBX: Final = FileType("model/vnd.fbx", "fbx", _MODEL)
USDZ: Final = FileType("model/vnd.usdz+zip", "usdz", _MODEL)
THREE_MF: Final = FileType("model/3mf", "3mf", _MODEL)
SPZ: Final = FileType("model/x-spz", "spz", _MODEL)
SPLAT: Final = FileType("model/x-splat", "splat", _MODEL, marked=False)
KSPLAT: Final = FileType("model/x-ksplat", "ksplat", _MODEL, marked=False)
SOG: Final = FileType("model/x-sog", "sog", _MODEL, within="zip")
ZIP: Final = FileType("application/zip", "zip", _ARCHIVE)
NPZ: Final = FileType("application/x-npz", "npz", _FILE, within="zip")
DOCX: Final = FileType(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx", _FILE, within="zip"
)
XLSX: Final = FileType(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", _FILE, within="zip"
)
GZIP: Final = FileType("application/gzip", "gz", _FILE)
PDF: Final = FileType("application/pdf", "pdf", _FILE)
JSON: Final = FileType("application/json", "json", _TEXT)
TXT: Final = FileType("text/plain", "txt", _TEXT)
MARKDOWN: Final = FileType("text/markdown", "md", _TEXT, within="txt")
CSV: Final = FileType("text/csv", "csv", _TEXT, within="txt")
TSV: Final = FileType("text/tab-separated-values", "tsv", _TEXT, within="txt")
SRT: Final = FileType("application/x-subrip", "srt", _TEXT, within="txt")
VTT: Final = FileType("text/vtt", "vtt", _TEXT, within="txt")
ASS: Final = FileType("text/x-ssa", "ass", _TEXT, within="txt")
LRC: Final = FileType("text/x-lrc", "lrc", _TEXT, within="txt")
YAML: Final = FileType("application/yaml", "yaml", _TEXT, within="txt")
MTL: Final = FileType("model/mtl", "mtl", _TEXT, within="txt")
CUBE: Final = FileType("text/x-cube", "cube", _TEXT, within="txt")
HTML: Final = FileType("text/html", "html", _FILE)
XML: Final = FileType("application/xml", "xml", _FILE)
BIN: Final = FileType("application/octet-stream", "bin", _FILE)

TYPES: Final = (
    PNG, JPEG, GIF, WEBP, AVIF, HEIC, BMP, TIFF, SVG, MP4, MOV, MKV, WEBM, AVI, OGV, MP3, WAV, FLAC, OGG, M4A,
    AAC, GLB, GLTF, OBJ, STL, PLY, FBX, USDZ, THREE_MF, SPZ, SPLAT, KSPLAT, SOG, ZIP, NPZ, DOCX,
    XLSX, GZIP, PDF, JSON, TXT, MARKDOWN, CSV, TSV, SRT, VTT, ASS, LRC, YAML, MTL, CUBE, HTML, XML, BIN,
)  # fmt: skip
_ALSO: Final = {
    "jpeg": JPEG, "jpe": JPEG, "jfif": JPEG, "tif": TIFF, "heif": HEIC, "m4v": MP4, "qt": MOV, "oga": OGG,
    "opus": OGG, "wave": WAV, "htm": HTML, "yml": YAML, "markdown": MARKDOWN, "text": TXT,
}  # fmt: skip
_ALSO_MIME: Final = {
    "image/jpg": JPEG, "image/pjpeg": JPEG, "image/x-png": PNG, "image/heif": HEIC, "image/x-ms-bmp": BMP,
    "audio/mp3": MP3, "audio/x-wav": WAV, "audio/wave": WAV, "audio/vnd.wave": WAV, "audio/x-flac": FLAC,
    "audio/x-m4a": M4A, "audio/opus": OGG, "application/ogg": OGG, "audio/x-aac": AAC, "video/x-m4v": MP4,
    "video/avi": AVI, "application/x-zip-compressed": ZIP, "application/x-gzip": GZIP, "text/xml": XML,
    "model/spz": SPZ, "model/splat": SPLAT, "text/x-markdown": MARKDOWN,
}  # fmt: skip
OTHER_SPELLINGS: Final = {ending: each.extension for ending, each in _ALSO.items()}
"""Other extensions in use, and the one that is used here."""
_BY_EXTENSION: Final = {each.extension: each for each in TYPES} | _ALSO
_BY_MIME: Final = {each.mime: each for each in TYPES} | _ALSO_MIME
_WORD: Final = "application/x-"
_WORDS: Final = {
    "image": _IMAGE, "video": _VIDEO, "audio": _AUDIO, "3d": _MODEL, "text": _TEXT,
}  # fmt: skip
"""What the service sometimes sends instead of an extension."""


def of_extension(extension: str) -> FileType | None:
    """The type with this extension, in any spelling (`.JPEG`)."""
    return _BY_EXTENSION.get(extension.lower().removeprefix("."))


def of_mime(mime: str) -> FileType | None:
    """The type with this media type; parameters are ignored."""
    return _BY_MIME.get(mime.partition(";")[0].strip().lower())


def announced(word: str) -> str:
    """The service's word as a media type, from which `Claims` reads it again; empty if there is none."""
    known = of_extension(word)
    bare = re.sub("[^a-z0-9]", "", word.lower())[:20]
    return known.mime if known is not None else f"{_WORD}{bare}" if bare else ""


def word_in(mime: str) -> str:
    """The extension in such a media type."""
    known = of_mime(mime)
    if known is not None:
        return known.extension
    return mime.removeprefix(_WORD) if mime.startswith(_WORD) else ""


def kind_called(word: str) -> OutputKind | None:
    """The kind that the service means by an extension or by the name of a kind."""
    known = of_extension(word)
    return _WORDS.get(word.lower()) or (known.kind if known is not None else None)
