"""What every answer can carry. Pure."""

from __future__ import annotations

from typing import Any, Final

LARGEST: Final = 2**64 - 1
SMALLEST: Final = -(2**63)
"""Whole numbers beyond these fit into no JSON that Gradio writes."""


def writable(value: Any) -> Any:
    """The same as JSON can say it: a number beyond 64 bits as its digits, half a character as a mark.

    Whatever an older version or a file has left behind, a list that holds it is still told."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {writable(key): writable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [writable(inner) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool) and not SMALLEST <= value <= LARGEST:
        return str(value)
    return value
