"""Request bodies that are read while they are sent: a file as multipart, and one that knows whether sending
began."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from rh_ui.errors import InputRefused
from rh_ui.file_types.claims import ending_of
from rh_ui.file_types.table import BIN, of_extension

_REPORT_EVERY: Final = 256 * 1024
_BLOCK: Final = 64 * 1024


class WitnessedBody(io.BytesIO):
    """A body that remembers whether sending began.

    The libraries connect, do the TLS handshake and send the headers before they read the body. If the body
    was not read, the service can't have got the request, whatever went wrong: a proof without a list of
    exceptions.
    """

    touched = False

    def read(self, size: int | None = -1, /) -> bytes:
        self.touched = True
        return super().read(size)

    def __iter__(self) -> Iterator[bytes]:
        self.touched = True
        return super().__iter__()


class RawBody:
    """A file's bytes, read from disk in chunks, with a progress callback."""

    def __init__(
        self,
        source: BinaryIO,
        size: int,
        progress: Callable[[int, int], None] | None,
        head: bytes = b"",
        tail: bytes = b"",
    ) -> None:
        self._head, self._tail = io.BytesIO(head), io.BytesIO(tail)
        self._source = source
        self._size = size
        self._left = size
        self._progress = progress
        self._reported = 0
        self._length = len(head) + size + len(tail)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        while block := self.read(_BLOCK):
            yield block

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, none at the end. Raises InputRefused if the file got shorter."""
        wanted = size if size and size > 0 else _BLOCK
        if block := self._head.read(wanted):
            return block
        if self._left > 0:
            block = self._source.read(min(max(wanted, _BLOCK), self._left))
            if not block:
                raise InputRefused("The file became shorter while it was being uploaded. Choose it again.")
            self._left -= len(block)
            self._report()
            return block
        return self._tail.read(wanted)

    def _report(self) -> None:
        done = self._size - self._left
        if self._progress and (done - self._reported >= _REPORT_EVERY or not self._left):
            self._reported = done
            self._progress(done, self._size)


class FileBody(RawBody):
    """A multipart form with one part `file` (API sheet §3.1)."""

    def __init__(
        self, source: BinaryIO, name: str, size: int, progress: Callable[[int, int], None] | None
    ) -> None:
        boundary = uuid.uuid4().hex
        part = safe_name(name)
        known = of_extension(ending_of(part))
        mime = (known or BIN).mime
        self.content_type = f"multipart/form-data; boundary={boundary}"
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{part}"\r\n'
            f"Content-Type: {mime}\r\n\r\n"
        )
        tail = f"\r\n--{boundary}--\r\n"
        super().__init__(source, size, progress, head.encode("ascii"), tail.encode("ascii"))


def safe_name(name: str) -> str:
    """An ASCII name with the same extension: the service breaks other names (psf/requests#4652)."""
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    extension = re.sub(r"[^a-z0-9]", "", suffix)[:10]
    return f"upload.{extension}" if extension else "upload"
