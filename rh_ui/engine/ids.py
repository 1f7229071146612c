"""Ids of our own: text, unique, and in the order in which they were made."""

from __future__ import annotations

import secrets
import time


def new_id() -> str:
    """32 hex digits: nanoseconds since 1970, then chance. Sorts by time."""
    return f"{time.time_ns():016x}{secrets.token_hex(8)}"
