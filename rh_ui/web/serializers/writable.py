"""What every answer can carry. Pure."""

from __future__ import annotations

from typing import Any

from rh_ui.domain import LARGEST_WHOLE, SMALLEST_WHOLE


def writable(value: Any) -> Any:
    """The same as JSON can say it: a number beyond 64 bits as its digits, half a character as a mark.

    Whatever an older version or a file has left behind, a list that holds it is still told."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {writable(key): writable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [writable(inner) for inner in value]
    if (
        isinstance(value, int)
        and not isinstance(value, bool)
        and not SMALLEST_WHOLE <= value <= LARGEST_WHOLE
    ):
        return str(value)
    return value
