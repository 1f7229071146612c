"""The part of an interrupted download, and the note beside it that identifies its content.

`<target>.part` holds the bytes; `<target>.part.note` holds the store's validator and how many bytes are
synced to the disk. The link itself is not noted: a new link to the same content can resume too.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO, Final

SYNC_EVERY: Final = 64 * 1024 * 1024
"""The most bytes that a power cut may lose."""
_NOTE_LIMIT: Final = 4096
_STRONG: Final = re.compile(r'"[\x21\x23-\x7e]{1,200}"')
_RANGE: Final = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})")
_LENGTH: Final = re.compile("[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Content:
    """The headers of a store that identify a content."""

    validator: str
    """A strong ETag, otherwise a Last-Modified; the value for If-Range."""
    length: int
    """Bytes in total."""


@dataclass(frozen=True, slots=True)
class ReceivedPart:
    """The first bytes of a content, synced to our disk."""

    content: Content
    size: int

    @property
    def request(self) -> dict[str, str]:
        """Headers that ask for the rest, or for all of it if the content has changed."""
        return {"Range": f"bytes={self.size}-", "If-Range": self.content.validator}

    def is_continued_by(self, headers: Mapping[str, str]) -> bool:
        """Whether the body of a 206 answer is exactly the rest of this content."""
        told = _RANGE.fullmatch(headers.get("Content-Range", "").strip())
        rest = (self.size, self.content.length - 1, self.content.length)
        return (
            told is not None
            and tuple(map(int, told.groups())) == rest
            and announced(headers) in (None, self.content.length - self.size)
            and not _is_packed(headers)
            and _validator(headers) == self.content.validator
        )


def content_of(headers: Mapping[str, str]) -> Content | None:
    """The content of a full answer; None if its download can't be resumed."""
    length, validator = announced(headers), _validator(headers)
    return Content(validator, length) if validator and length and not _is_packed(headers) else None


def announced(headers: Mapping[str, str]) -> int | None:
    """The announced length of the body in bytes, if the store sent one."""
    length = headers.get("Content-Length", "")
    chunked = "chunked" in headers.get("Transfer-Encoding", "").lower()
    return int(length) if _LENGTH.fullmatch(length) and not chunked else None


def _is_packed(headers: Mapping[str, str]) -> bool:
    """Whether the body is compressed."""
    return headers.get("Content-Encoding", "").strip().lower() not in ("", "identity")


def _validator(headers: Mapping[str, str]) -> str:
    """The ETag if it is strong; otherwise the time of the last change, unless it is too recent to be
    reliable."""
    tag = headers.get("ETag", "").strip()
    if tag:
        return tag if _STRONG.fullmatch(tag) else ""
    changed = headers.get("Last-Modified", "").strip()
    try:
        age = parsedate_to_datetime(headers.get("Date", "")) - parsedate_to_datetime(changed)
    except (TypeError, ValueError):
        return ""
    # Within one second a file can change and keep its time (RFC 9110, 8.8.2.2).
    return changed if age.total_seconds() >= 1 else ""


class Partial:
    """The files of a download in progress. One at a time for each target."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self.path = target.with_name(f"{target.name}.part")
        self._note = target.with_name(f"{target.name}.part.note")

    def kept(self) -> ReceivedPart | None:
        """The part of an earlier try that can be resumed; at least its last byte is still missing."""
        try:
            with self._note.open("rb") as file:
                note = json.loads(file.read(_NOTE_LIMIT))
            content = Content(str(note["validator"]), int(note["length"]))
            here = self.path.stat().st_size
            size = min(int(note["size"]), here, content.length - 1) if here <= content.length else 0
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return ReceivedPart(content, size) if size > 0 else None

    def open(self, kept: ReceivedPart | None) -> BinaryIO:
        """Open for writing after the kept part; without one, empty. Raises OSError."""
        if kept is None:
            self._note.unlink(missing_ok=True)
            return self.path.open("wb")
        file = self.path.open("r+b")
        file.seek(kept.size)
        return file

    def note(self, file: BinaryIO, content: Content | None) -> None:
        """Sync what was written, and note it if it can be resumed. Raises OSError."""
        file.flush()
        os.fsync(file.fileno())
        if content is None:
            return
        fresh = self._note.with_name(f"{self._note.name}.new")
        told = {"validator": content.validator, "length": content.length, "size": file.tell()}
        fresh.write_text(json.dumps(told), encoding="utf-8")
        fresh.replace(self._note)

    def finish(self) -> None:
        """Move the complete file to the target. Raises OSError."""
        self.path.replace(self._target)
        self._note.unlink(missing_ok=True)

    def tidy(self) -> None:
        """Remove the part if it can't be resumed."""
        if not self._note.exists():
            self.drop()

    def drop(self) -> None:
        """Remove part and note."""
        for path in (self._note, self.path):
            try:
                path.unlink(missing_ok=True)
            except OSError:
                continue
