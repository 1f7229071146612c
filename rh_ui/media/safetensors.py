"""Whether a file holds weights as safetensors do: a table of what is in it, then all of that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

PREFIX: Final = 8
"""Bytes that tell how long the table is."""
LONGEST_TABLE: Final = 32 * 1024 * 1024
"""Thousands of parts and what was written about the training take a few megabytes."""


def weights_fault(path: Path) -> str:
    """What is wrong, as a closed word: `empty`, `content` (something else), `cut` (its end is missing); empty
    when nothing is. Raises OSError."""
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
    """Where the last part ends, behind the table; None for what is no such table."""
    try:
        told = json.loads(table)
        parts = [part for name, part in told.items() if name != "__metadata__"]
        ends = [int(part["data_offsets"][1]) for part in parts if isinstance(part, Mapping)]
    except (ValueError, AttributeError, KeyError, TypeError, IndexError, RecursionError):
        return None
    return max(ends) if ends and len(ends) == len(parts) else None
