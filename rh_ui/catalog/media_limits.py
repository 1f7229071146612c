"""The table's limits on the files of a media field, and the pure check of a file's measures.

The media layer reads the measures from a file; engine/inputs checks type and size in MB.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final, TypeVar

from rh_ui.catalog.rule_check import condition, effective, holds
from rh_ui.catalog.rules import MediaLimits
from rh_ui.catalog.schema import Endpoint
from rh_ui.catalog.validation import converted
from rh_ui.domain import JsonValue
from rh_ui.errors import Detail, Problem

N = TypeVar("N", int, float)
SLACK: Final = 0.25
"""Seconds of tolerance: containers round a duration up to a whole frame or sound packet."""


@dataclass(frozen=True, slots=True)
class Measures:
    """The measures of one file. None: not known, and then not checked."""

    width: int | None = None
    """Pixels, as the picture is shown."""
    height: int | None = None
    seconds: float | None = None


def media_limits(
    endpoint: Endpoint, field: str, values: Mapping[str, JsonValue] | None
) -> tuple[MediaLimits, ...]:
    """The limits on the files of `field` for a form's values.

    None for `values`: only those that always hold.
    """
    ours = [rule for rule in endpoint.rules if isinstance(rule, MediaLimits) and rule.field == field]
    if values is None:
        return tuple(rule for rule in ours if rule.when is None)
    params = converted(endpoint, values)
    return tuple(rule for rule in ours if holds(rule.when, params, endpoint.defaults))


def tightest(limits: Sequence[MediaLimits]) -> MediaLimits | None:
    """Several limits that hold together as one, for describing them; None where there are none."""
    return reduce(_tighter, limits) if limits else None


def _tighter(one: MediaLimits, other: MediaLimits) -> MediaLimits:
    """Where both list sizes, those of the first: no field of the table has two lists."""
    return replace(
        one,
        min_seconds=_stricter(max, one.min_seconds, other.min_seconds),
        max_seconds=_stricter(min, one.max_seconds, other.max_seconds),
        max_total_seconds=_stricter(min, one.max_total_seconds, other.max_total_seconds),
        min_side=_stricter(max, one.min_side, other.min_side),
        max_side=_stricter(min, one.max_side, other.max_side),
        min_short_side=_stricter(max, one.min_short_side, other.min_short_side),
        max_short_side=_stricter(min, one.max_short_side, other.max_short_side),
        min_ratio=_stricter(max, one.min_ratio, other.min_ratio),
        max_ratio=_stricter(min, one.max_ratio, other.max_ratio),
        sizes=one.sizes or other.sizes,
    )


def _stricter(strictest: Callable[[N, N], N], one: N | None, other: N | None) -> N | None:
    return strictest(one, other) if one is not None and other is not None else (other if one is None else one)


def check_media(
    endpoint: Endpoint, field: str, file: Measures, values: Mapping[str, JsonValue] | None = None
) -> list[Problem]:
    """What the table forbids about one file of `field`; `values` as in `media_limits`."""
    params = None if values is None else converted(endpoint, values)
    found: list[Problem] = []
    for limits in media_limits(endpoint, field, values):
        if file.seconds is not None:
            found.extend(_check_seconds(limits, file.seconds))
            asked = None if params is None else effective(limits.covers, params, endpoint.defaults)
            found.extend(_check_cover(limits, file.seconds, asked))
        if file.width and file.height:
            found.extend(_check_sides(limits, file.width, file.height))
    return found


def check_media_total(
    endpoint: Endpoint,
    field: str,
    files: Sequence[Measures],
    values: Mapping[str, JsonValue] | None = None,
) -> list[Problem]:
    """What the table forbids about all files of `field` together; nothing where a duration is not known."""
    seconds = [file.seconds for file in files if file.seconds is not None]
    if len(seconds) < len(files):
        return []
    return [
        _problem(limits, "media_total_too_long", _tidy(sum(seconds)), limits.max_total_seconds)
        for limits in media_limits(endpoint, field, values)
        if limits.max_total_seconds is not None
        and sum(seconds) > limits.max_total_seconds + SLACK * len(seconds)
    ]


def _problem(limits: MediaLimits, code: str, value: float, limit: float, **more: str | float) -> Problem:
    return Problem(limits.field, code, {"value": value, "limit": limit, **more, **condition(limits.when)})


def _tidy(number: float, digits: int = 1) -> int | float:
    """Rounded, without decimals where it is whole."""
    rounded = round(float(number), digits)
    return int(rounded) if rounded.is_integer() else rounded


def _check_seconds(limits: MediaLimits, seconds: float) -> list[Problem]:
    shown = _tidy(seconds)
    if limits.min_seconds is not None and seconds < limits.min_seconds - SLACK:
        return [_problem(limits, "media_too_short", shown, limits.min_seconds)]
    if limits.max_seconds is not None and seconds > limits.max_seconds + SLACK:
        return [_problem(limits, "media_too_long", shown, limits.max_seconds)]
    return []


def _check_cover(limits: MediaLimits, seconds: float, asked: JsonValue) -> list[Problem]:
    try:
        wanted = float(asked) if isinstance(asked, (str, int, float)) else 0.0
    except ValueError:
        return []
    if seconds >= wanted - SLACK:
        return []
    return [_problem(limits, "media_shorter_than_asked", _tidy(seconds), _tidy(wanted), fields=limits.covers)]


def _check_sides(limits: MediaLimits, width: int, height: int) -> list[Problem]:
    short, long = sorted((width, height))
    checks = (
        ("media_side_too_small", limits.min_side, limits.min_side is not None and short < limits.min_side),
        ("media_side_too_big", limits.max_side, limits.max_side is not None and long > limits.max_side),
        (
            "media_short_side_too_small",
            limits.min_short_side,
            limits.min_short_side is not None and short < limits.min_short_side,
        ),
        (
            "media_short_side_too_big",
            limits.max_short_side,
            limits.max_short_side is not None and short > limits.max_short_side,
        ),
    )
    size: dict[str, Detail] = {"width": width, "height": height, **condition(limits.when)}
    found = [
        Problem(limits.field, code, {"limit": limit, **size})
        for code, limit, broken in checks
        if broken and limit is not None
    ]
    return found or [*_check_ratio(limits, width, height, size), *_check_size(limits, width, height, size)]


def _check_ratio(limits: MediaLimits, width: int, height: int, size: Mapping[str, Detail]) -> list[Problem]:
    low_ok = limits.min_ratio is None or width >= limits.min_ratio * height
    high_ok = limits.max_ratio is None or width <= limits.max_ratio * height
    if low_ok and high_ok:
        return []
    details: dict[str, Detail] = {**size, "value": _tidy(width / height, 3)}
    bounds = {"low": limits.min_ratio, "high": limits.max_ratio}
    details.update({name: bound for name, bound in bounds.items() if bound is not None})
    return [Problem(limits.field, "media_ratio", details)]


def _check_size(limits: MediaLimits, width: int, height: int, size: Mapping[str, Detail]) -> list[Problem]:
    if not limits.sizes or (width, height) in limits.sizes:
        return []
    shown = ", ".join(f"{one} × {other}" for one, other in limits.sizes)
    return [Problem(limits.field, "media_size", {**size, "sizes": shown})]
