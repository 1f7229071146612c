"""A result's origin: which model made it, with which settings, when. Written into the file and beside it.

Every format holds the same line of JSON, so one search finds it. Files that are read here are untrusted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from rh_ui.domain import INPUT_PREFIX, Params
from rh_ui.file_types import FileType, sniff
from rh_ui.media.embed import PLANNERS, embed
from rh_ui.media.embed.edits import MADE_BY_AI
from rh_ui.media.probe import Probe, probe

APP: Final = "runninghub-ui"
VERSION: Final = 1
WINDOW: Final = 2 * 1024 * 1024
"""Bytes at the start and at the end of a file that are searched for a note."""
LONGEST: Final = 1024 * 1024
"""The longest note, in characters."""
_MARK: Final = re.compile(r'\{\s*"app"\s*:\s*"runninghub-ui"\s*,')
_OTHERS: Final = {b"parameters": "Stable Diffusion web UI", b"prompt": "ComfyUI", b"workflow": "ComfyUI"}
"""Keywords of PNG text chunks of other programs."""
_MOST_CHUNKS: Final = 64
_BLINK: Final = 0.1
"""Tolerance in seconds: durations are estimates in some formats."""


class Provenance(BaseModel):
    """Where a result came from. Never contains a key or a signed link."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    app: Literal["runninghub-ui"] = "runninghub-ui"
    version: int = Field(default=VERSION, ge=1)
    endpoint: str = Field(min_length=1, max_length=300)
    model: str = Field(default="", max_length=300)
    """The endpoint's display name."""
    payload: dict[str, JsonValue] = Field(max_length=1000)
    """The payload as the form sent it; own files by their hash, links without their signature."""
    inputs: dict[str, str] = Field(default_factory=dict, max_length=1000)
    """The names of its own files, by `input:<sha256>.<ext>`."""
    shortened: list[str] = Field(default_factory=list, max_length=1000)
    """Links in it that lost their signature and may not work without it."""
    run: str = Field(default="", max_length=100)
    task_id: str = Field(default="", max_length=100)
    """RunningHub's id of the run."""
    made_at: str = Field(default="", max_length=40)
    """ISO 8601, UTC."""
    digital_source_type: str = Field(default="", max_length=200)
    """IPTC's word for how it was made; empty in notes from before it was told."""


def origin_of(
    *,
    endpoint: str,
    model: str,
    payload: Params,
    media: Mapping[str, str],
    run: str,
    task_id: str,
    made_at: datetime,
) -> Provenance:
    """The origin of a result. `media`: the media values in the payload, with the names of own files."""
    cut = {value: _without_query(value) for value in media if not value.startswith(INPUT_PREFIX)}
    shortened = {value: short for value, short in cut.items() if short != value}
    return Provenance(
        endpoint=endpoint,
        model=model,
        payload={key: _replaced(value, shortened) for key, value in payload.items()},
        inputs={value: name for value, name in media.items() if value.startswith(INPUT_PREFIX)},
        shortened=sorted(set(shortened.values())),
        run=run,
        task_id=task_id,
        made_at=made_at.isoformat(timespec="seconds"),
        digital_source_type=MADE_BY_AI,
    )


def note_in(path: Path, sniffed: FileType, measured: Probe, origin: Provenance) -> bool:
    """Write the origin into the file, if its format has a place for it. Raises OSError.

    A file that would have other measures afterwards is left unchanged.
    """
    planner, line = PLANNERS.get(sniffed.extension), _line(origin.model_dump())
    if planner is None or len(line) > LONGEST:
        return False
    return embed(path, planner, line, lambda changed: _same(measured, probe(changed, sniff(changed))))


def _same(one: Probe, other: Probe) -> bool:
    seconds = abs((one.seconds or 0) - (other.seconds or 0))
    return seconds < _BLINK and replace(one, seconds=None) == replace(other, seconds=None)


def beside(origin: Provenance, facts: Mapping[str, Any]) -> bytes:
    """The content of the file beside the result: the origin, with facts about the result."""
    told = origin.model_dump() | {"file": dict(facts)}
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")


class Found(StrEnum):
    """What was found in a file."""

    NOTHING = "nothing"
    DAMAGED = "damaged"
    """A note of ours that can't be read."""
    NEWER = "newer"
    """A note of a later version of this program."""


@dataclass(frozen=True, slots=True)
class Other:
    """The name of the program that left a note."""

    program: str


def read_note(head: bytes, tail: bytes = b"") -> Provenance | Found | Other:
    """The origin in a file's first and last bytes (WINDOW bytes of each are enough), or what was found
    instead."""
    found = Found.NOTHING
    for piece in (head, tail):
        text = piece.decode("utf-8", "replace")
        for mark in list(_MARK.finditer(text))[:8]:
            read = _origin(text[mark.start() : mark.start() + LONGEST])
            if isinstance(read, Provenance):
                return read
            found = read
    program = _other_program(head)
    return Other(program) if program and found is Found.NOTHING else found


def _origin(text: str) -> Provenance | Found:
    try:
        told, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return Found.DAMAGED
    if isinstance(told, dict) and isinstance(told.get("version"), int) and told["version"] > VERSION:
        return Found.NEWER
    try:
        return Provenance.model_validate(told)
    except (ValidationError, RecursionError):
        return Found.DAMAGED


def _other_program(head: bytes) -> str:
    """The program, by the keywords of a PNG's text chunks before its pixels."""
    if not head.startswith(b"\x89PNG\r\n\x1a\n"):
        return ""
    place = 8
    for _ in range(_MOST_CHUNKS):
        length, kind = int.from_bytes(head[place : place + 4], "big"), head[place + 4 : place + 8]
        if kind in (b"tEXt", b"iTXt", b"zTXt"):
            keyword = head[place + 8 : place + 88].partition(b"\x00")[0]
            if keyword in _OTHERS:
                return _OTHERS[keyword]
        if kind in (b"IEND", b""):
            break
        place += 12 + length
    return ""


def _line(told: Mapping[str, Any]) -> str:
    """One line of JSON that needs no escaping in XML and comments."""
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    for sign in "&<>":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text.encode("utf-8", "backslashreplace").decode()


def _replaced(value: JsonValue, links: Mapping[str, str]) -> JsonValue:
    if isinstance(value, list):
        return [_replaced(item, links) for item in value]
    if isinstance(value, dict):
        return {key: _replaced(item, links) for key, item in value.items()}
    return links.get(value, value) if isinstance(value, str) else value


def _without_query(url: str) -> str:
    """A link without user, password, query and fragment; a `data:` value is left out."""
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https"):
            return ""
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    except ValueError:
        return ""
