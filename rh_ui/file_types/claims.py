"""Detects a file's type: by its content first, then by its declared type, then by its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote

from rh_ui.domain import OutputKind
from rh_ui.file_types import table
from rh_ui.file_types.content import HEAD, is_splat, sniff
from rh_ui.file_types.table import BIN, FileType, of_extension, of_mime, word_in

_ENDING: Final = re.compile(r"[a-z0-9]{1,8}")
_MIME: Final = re.compile(r"(image|video|audio|model|font|application)/[a-z0-9][a-z0-9.+-]{0,100}")
_RUN: Final = frozenset(
    {
        "app", "bat", "cmd", "com", "command", "cpl", "dll", "exe", "hta", "jar", "js", "jse", "lnk", "msi",
        "msp", "pif", "ps1", "py", "reg", "scr", "sh", "url", "vb", "vbe", "vbs", "ws", "wsf", "xhtml",
    }
)  # fmt: skip
"""Extensions that a double click runs: no result gets one because somebody else declared it."""
_NO_WORD: Final = frozenset({BIN.mime, "application/x-download", "application/force-download"})
"""Media types that mean nothing in particular."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What others declare about a file, the most reliable first."""

    word: str = ""
    """The service's word: an extension, or a media type made of one (`table.announced`)."""
    mime: str = ""
    """The Content-Type of the answer that it came in."""
    name: str = ""
    """A file name, or the link to it."""

    def types(self) -> list[FileType]:
        """The types that the claims name, in their order; unknown extensions come last."""
        mime = self.mime.partition(";")[0].strip().lower()
        word = word_in(self.word) if "/" in self.word else self.word.lower().removeprefix(".")
        endings = [word, ending_of(self.name)]
        known = [of_extension(endings[0]), of_mime(mime), of_extension(endings[1])]
        other = [
            FileType(_own_mime(mime), each, OutputKind.FILE, marked=False)
            for each in endings
            if _ENDING.fullmatch(each) and each not in _NEVER and of_extension(each) is None
        ]
        return [each for each in known if each is not None] + other


def _own_mime(mime: str) -> str:
    """A media type that is not in the table and says nothing wrong about the file."""
    return mime if _MIME.fullmatch(mime) and mime not in _NO_WORD and of_mime(mime) is None else BIN.mime


_NO_ENDINGS: Final = {
    "image", "video", "audio", "model", "3d", "file", "files", "unknown", "other", "binary",
    "result", "output",
}  # fmt: skip
_NEVER: Final = _RUN | _NO_ENDINGS


def ending_of(name: str) -> str:
    """The extension of a file name or of a link's path; empty if there is none."""
    path = unquote(re.split("[?#]", name)[0]) if "://" in name else name
    return PurePosixPath(path.replace("\\", "/")).suffix.lower().removeprefix(".")


def tell(source: bytes | Path, claims: Claims) -> FileType:
    """The type of a file, or of its first bytes. Content with an unmistakable format decides; for other
    content a claim does, if the content does not contradict it. Raises OSError if a path can't be read."""
    found = sniff(source)
    fitting = (each for each in claims.types() if _fits(each, found, source))
    return next(fitting, found)


def _fits(claimed: FileType, found: FileType, source: bytes | Path) -> bool:
    """Whether the content may be what is claimed."""
    if claimed.within:
        return claimed.within == found.extension
    if found not in (BIN, table.GZIP) or claimed.marked:
        return False
    return claimed is not table.SPLAT or (found is BIN and is_splat(source))


__all__ = ["HEAD", "Claims", "ending_of", "tell"]
