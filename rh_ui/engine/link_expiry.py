"""How long RunningHub keeps a result that is not downloaded yet. Pure.

A signed link of an object store contains its end. Every link ends after a day at the latest.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from rh_ui.domain import Output, OutputState

RESULT_LIFE: Final = timedelta(hours=24)
"""After this time the service deletes the file (API sheet §11)."""
AWAY: Final = (OutputState.PENDING, OutputState.UNFETCHED, OutputState.FAILED, OutputState.MISSING)
_UNIX: Final = re.compile(r"[0-9]{9,11}")
_SPAN: Final = re.compile(r"[0-9]{9,11};([0-9]{9,11})")
_SECONDS: Final = re.compile(r"[0-9]{1,7}")
_SIGNERS: Final = ("x-amz", "x-goog", "x-oss", "x-cos", "x-tos")


def link_ends_at(output: Output) -> datetime | None:
    """When the link of a result ends; None: the result is downloaded, or has no link."""
    if output.state not in AWAY or not output.remote_url:
        return None
    day = None if output.told_at is None else output.told_at + RESULT_LIFE
    signed = _signed_until(output.remote_url)
    return min((moment for moment in (day, signed) if moment is not None), default=None)


def _signed_until(url: str) -> datetime | None:
    try:
        query = {name.lower(): value for name, value in parse_qsl(urlsplit(url).query)}
        if _UNIX.fullmatch(moment := query.get("expires", "")):
            return datetime.fromtimestamp(int(moment), UTC)
        if span := _SPAN.fullmatch(query.get("q-key-time", query.get("q-sign-time", ""))):
            return datetime.fromtimestamp(int(span[1]), UTC)
        for signer in _SIGNERS:
            if _SECONDS.fullmatch(seconds := query.get(f"{signer}-expires", "")):
                start = datetime.strptime(query.get(f"{signer}-date", ""), "%Y%m%dT%H%M%S%z")
                return start + timedelta(seconds=int(seconds))
    except (ValueError, OverflowError):
        return None
    return None
