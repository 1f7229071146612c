"""Makes every answer writable as JSON. Pure."""

from __future__ import annotations

from typing import Any

from rh_ui.domain import LARGEST_WHOLE, SMALLEST_WHOLE


def writable(value: Any) -> Any:
    """The value in a form that JSON can express: a number beyond 64 bits as text, a lone surrogate replaced.

    Older versions or files may have left such values; a list that contains one must still be returned.
    """
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
