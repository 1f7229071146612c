"""Checks the structure of a .safetensors file: a header that lists the tensors, then their bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

PREFIX: Final = 8
"""Bytes that hold the header's length."""
LONGEST_TABLE: Final = 32 * 1024 * 1024
"""The longest header: thousands of tensors and training metadata take a few megabytes."""


def weights_fault(path: Path) -> str:
    """What is wrong, as a code: `empty`, `content` (another format), `cut` (truncated); an empty text if
    nothing is. Raises OSError."""
    size = path.stat().st_size
    if not size:
        return "empty"
    with path.open("rb") as file:
        length = int.from_bytes(file.read(PREFIX), "little")
        if size < PREFIX or not 2 <= length <= LONGEST_TABLE:
            return "content"
        table = file.read(length)
    if len(table) < length:
        return "cut" if table.startswith(b"{") else "content"
    end = _end(table)
    if end is None or PREFIX + length + end < size:
        return "content"
    return "cut" if PREFIX + length + end > size else ""


def _end(table: bytes) -> int | None:
    """The end of the last tensor, counted from the end of the header; None if the header is not valid."""
    try:
        told = json.loads(table)
        parts = [part for name, part in told.items() if name != "__metadata__"]
        ends = [int(part["data_offsets"][1]) for part in parts if isinstance(part, Mapping)]
    except (ValueError, AttributeError, KeyError, TypeError, IndexError, RecursionError):
        return None
    return max(ends) if ends and len(ends) == len(parts) else None
