"""The emulator's own check of the files in a body, by the table's media limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from rh_ui.catalog.rules import MediaLimits
from rh_ui.catalog.schema import Endpoint
from rh_ui.domain import JsonValue, Params
from rh_ui.emulator.evaluator import BodyValues, Refusal
from rh_ui.emulator.renders.inputs import clip_size, length, picture_size

Media: TypeAlias = Sequence[tuple[str, str, str]]
"""Field key, kind, path of the file; an empty path where it is on another host and not checked."""
_OFF: Final = 0.25
"""Seconds of tolerance: a container's duration is a whole number of frames and sound packets."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The measures of one file; None where one is not known."""

    size: tuple[int, int] | None = None
    """Width and height in pixels."""
    seconds: float | None = None


def measured(kind: str, path: str) -> Measured:
    """The measures of a file; none if it is not here."""
    if not path:
        return Measured()
    file = Path(path)
    if kind == "image":
        return Measured(picture_size(file))
    return Measured(clip_size(file) if kind == "video" else None, length(file))


def file_refusals(endpoint: Endpoint, body: Params, media: Media) -> list[Refusal]:
    """What the table forbids about the files; limits on all files of a field only where each file alone is
    valid."""
    said = BodyValues(endpoint, body)
    limits = [rule for rule in endpoint.rules if isinstance(rule, MediaLimits) and said.meets(rule.when)]
    limited = {limit.field for limit in limits}
    files = [(key, measured(kind, path)) for key, kind, path in media if key in limited]
    found: list[Refusal] = []
    for limit in limits:
        asked = _seconds(said.value(limit.covers)) if limit.covers else None
        for key, file in files:
            if key == limit.field:
                found += [*_of_length(limit, file.seconds, asked), *_of_size(limit, file.size)]
    return found or [one for limit in limits for one in _of_total(limit, files)]


def _of_total(limit: MediaLimits, files: Sequence[tuple[str, Measured]]) -> Iterator[Refusal]:
    lengths = [file.seconds for key, file in files if key == limit.field]
    known = [seconds for seconds in lengths if seconds is not None]
    most = limit.max_total_seconds
    if most is not None and len(known) == len(lengths) and sum(known) - _OFF * len(known) > most:
        yield Refusal("media_total_too_long", (limit.field,), limit=most)


def _of_length(limit: MediaLimits, seconds: float | None, asked: float | None) -> Iterator[Refusal]:
    if seconds is None:
        return
    key = (limit.field,)
    if limit.min_seconds is not None and seconds + _OFF < limit.min_seconds:
        yield Refusal("media_too_short", key, limit=limit.min_seconds)
    elif limit.max_seconds is not None and seconds - _OFF > limit.max_seconds:
        yield Refusal("media_too_long", key, limit=limit.max_seconds)
    if asked is not None and seconds + _OFF < asked:
        yield Refusal("media_shorter_than_asked", key, limit=asked)


def _of_size(limit: MediaLimits, size: tuple[int, int] | None) -> Iterator[Refusal]:
    if size is None:
        return
    wide, high = size
    sides = (
        ("media_side_too_small", limit.min_side, min(size), -1),
        ("media_side_too_big", limit.max_side, max(size), 1),
        ("media_short_side_too_small", limit.min_short_side, min(size), -1),
        ("media_short_side_too_big", limit.max_short_side, min(size), 1),
    )
    broken = [
        (code, bound) for code, bound, side, way in sides if bound is not None and way * (side - bound) > 0
    ]
    for code, bound in broken:
        yield Refusal(code, (limit.field,), limit=bound)
    if broken:
        return
    too_tall = limit.min_ratio is not None and wide < limit.min_ratio * high
    too_wide = limit.max_ratio is not None and wide > limit.max_ratio * high
    shown = f"{wide} × {high}"
    if too_tall or too_wide:
        yield Refusal("media_ratio", (limit.field,), shown)
    if limit.sizes and size not in limit.sizes:
        yield Refusal("media_size", (limit.field,), shown)


def _seconds(value: JsonValue) -> float | None:
    try:
        return float(value) if isinstance(value, str | int | float) else None
    except ValueError:
        return None
