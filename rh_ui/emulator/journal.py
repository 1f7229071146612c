"""Every request to the emulator, in order, without secrets; for tests and for reading."""

from __future__ import annotations

import hashlib
import re
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from rh_ui.emulator.accounts import fingerprint

_KEPT_HEADERS: Final = (
    "host", "content-type", "content-length", "connection", "user-agent", "range", "origin",
    "transfer-encoding",
)  # fmt: skip
_SECRET_KEYS: Final = ("apikey", "accesspassword")
_KEY_IN_PATH: Final = re.compile(r"^(/proxy(?:-plus)?/)[^/]+")
_LONGEST: Final = 200
_MOST: Final = 20_000


@dataclass(slots=True)
class Entry:
    """One request and its answer; filled while it is handled."""

    n: int
    time: float
    method: str
    path: str
    operation: str
    endpoint: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    authorization: bool = False
    cookie: bool = False
    key_fingerprint: str = ""
    account: str = ""
    """Name of a built-in key; empty for others."""
    body: Any = None
    file: dict[str, Any] | None = None
    status: int = 0
    code: str = ""
    task_id: str = ""
    fault: str = ""


class Journal:
    """Keeps the last 20,000 entries; their numbers keep rising."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=_MOST)
        self._number = 0

    def open(
        self, method: str, path: str, operation: str, endpoint: str, headers: Mapping[str, str]
    ) -> Entry:
        """A new entry, visible at once."""
        self._number += 1
        entry = Entry(self._number, time.time(), method, shown_path(path), operation, endpoint)
        entry.headers = {name: headers[name] for name in _KEPT_HEADERS if name in headers}
        entry.authorization = "authorization" in headers
        entry.cookie = "cookie" in headers
        key = bearer(headers.get("authorization", ""))
        entry.key_fingerprint = fingerprint(key) if key else ""
        self._entries.append(entry)
        return entry

    @property
    def last(self) -> int:
        return self._number

    def since(self, number: int) -> list[dict[str, Any]]:
        """Entries with a number above this one."""
        return [asdict(entry) for entry in self._entries if entry.n > number]


def shown_path(path: str) -> str:
    """A path for the journal: the key in a path of the ComfyUI proxy is hidden."""
    return _KEY_IN_PATH.sub(r"\1***", path)


def bearer(header: str) -> str:
    """The key in an Authorization header; empty when there is none."""
    scheme, _, key = header.partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def shown(value: Any, name: str = "") -> Any:
    """A body for the journal: keys are hidden, data URIs replaced by their hash."""
    if name.lower() in _SECRET_KEYS and value:
        return "***"
    if isinstance(value, dict):
        return {key: shown(item, str(key)) for key, item in value.items()}
    if isinstance(value, list):
        return [shown(item) for item in value]
    if isinstance(value, str) and value.startswith("data:") and len(value) > _LONGEST:
        digest = hashlib.sha256(value.encode()).hexdigest()
        return f"{value[:40]}… ({len(value)} characters, sha256 {digest})"
    return value
