"""A row of the table: a file, how it is made, and what is right for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from rh_ui.domain import OutputKind

Colour: TypeAlias = tuple[int, int, int]
RED: Final[Colour] = (200, 40, 40)
BLUE: Final[Colour] = (40, 40, 200)

MIMES: Final = {
    "png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp", "avif": "image/avif",
    "heic": "image/heic", "bmp": "image/bmp", "tiff": "image/tiff", "svg": "image/svg+xml",
    "mp4": "video/mp4", "mov": "video/quicktime", "mkv": "video/x-matroska", "webm": "video/webm",
    "avi": "video/x-msvideo", "mp3": "audio/mpeg", "wav": "audio/wav", "flac": "audio/flac",
    "ogg": "audio/ogg", "m4a": "audio/mp4", "aac": "audio/aac", "glb": "model/gltf-binary",
    "spz": "model/x-spz", "splat": "model/x-splat", "ksplat": "model/x-ksplat", "csv": "text/csv",
    "srt": "application/x-subrip", "dat": "application/octet-stream",
    "gltf": "model/gltf+json", "obj": "model/obj", "stl": "model/stl", "ply": "model/ply",
    "fbx": "model/vnd.fbx", "usdz": "model/vnd.usdz+zip", "zip": "application/zip",
    "pdf": "application/pdf", "xml": "application/xml", "json": "application/json", "txt": "text/plain",
    "html": "text/html", "bin": "application/octet-stream",
}  # fmt: skip


class Small(StrEnum):
    """What a list shows for the file."""

    PICTURE = "picture"
    """What it shows, in the colours of `shows`."""
    CARD = "card"
    """Drawn by us: a waveform, a model with its counts, the first lines of a text, a word on its size."""
    NONE = "none"


class Fetched(StrEnum):
    """What comes of a link to it, announced with the type of its row."""

    KEPT = "kept"
    REFUSED = "refused"
    """It is no result: nothing at all, or a page or note in place of the file."""


@dataclass(frozen=True, slots=True)
class Row:
    """One awkward file."""

    name: str
    """As the person's file is called; its extension may be wrong."""
    make: Callable[[], bytes]
    kind: OutputKind
    extension: str
    """The true one."""
    small: Small
    sides: tuple[int, int] | None = None
    """As shown."""
    seconds: float | None = None
    animated: bool = False
    shows: tuple[Colour, Colour] | None = (RED, BLUE)
    """The small picture's left and right half, where it is a PICTURE."""
    faces: int | None = None
    announced: OutputKind | None = None
    """What the service says it is, where that is not its kind."""
    fetched: Fetched = Fetched.KEPT
    upload: Fetched = Fetched.KEPT

    @property
    def mime(self) -> str:
        """A video container with sound only keeps its extension and has an audio type."""
        mime = MIMES[self.extension]
        return mime.replace("video/", "audio/") if self.kind is OutputKind.AUDIO else mime
