"""Cover pictures of apps in lists. A browser never gets their addresses: they are fetched here, by a token,
and only from addresses that the service named."""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Final

from rh_ui.domain import OutputKind
from rh_ui.errors import FileFault, NotFound, Unreachable
from rh_ui.file_types import sniff
from rh_ui.runninghub.address_guard import AddressGuard
from rh_ui.runninghub.download import Bounds, download

REMEMBERED: Final = 4000
LARGEST: Final = 6 * 1024 * 1024
PATIENCE: Final = 5.0
"""Seconds without data. A browser makes six requests at a time, and the page's own calls are among them."""
LONGEST: Final = 10.0
"""Seconds for a whole picture."""


class CoverProxy:
    """Thread-safe."""

    def __init__(self, gate: AddressGuard) -> None:
        """`gate`: which addresses may be requested."""
        self._gate = gate
        self._lock = threading.Lock()
        self._known: OrderedDict[str, str] = OrderedDict()

    def token(self, url: str) -> str:
        """The token for an address; empty for an empty address."""
        if not url.startswith(("https://", "http://")):
            return ""
        token = hashlib.sha256(url.encode()).hexdigest()[:24]
        with self._lock:
            self._known[token] = url
            self._known.move_to_end(token)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return token

    def fetch(self, token: str) -> tuple[bytes, str]:
        """The picture and its media type. Raises NotFound where there is none or it can't be fetched."""
        with self._lock:
            url = self._known.get(token)
        if url is None:
            raise NotFound("There is no such picture.")
        try:
            with tempfile.TemporaryDirectory(prefix="rh-cover-") as room:
                target = Path(room) / "cover"
                bounds = Bounds(connect=PATIENCE, silence=PATIENCE, longest=LONGEST, largest=LARGEST)
                download(url, target, gate=self._gate, expected=OutputKind.IMAGE, bounds=bounds)
                content = target.read_bytes()
        except (FileFault, Unreachable) as fault:
            raise NotFound(f"The picture can't be had: {fault}") from None
        found = sniff(content)
        if found.kind is not OutputKind.IMAGE or found.mime == "image/svg+xml":
            raise NotFound("What is there is no picture.")
        return content, found.mime
