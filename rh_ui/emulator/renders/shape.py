"""The size, duration and number that a payload asks for. Pure; the renders draw what is decided here."""

from __future__ import annotations

import re
from typing import Final

from rh_ui.catalog.roles import Role
from rh_ui.emulator.render_request import RenderRequest

CUSTOM: Final = "custom"
MAX_SIDE: Final = 4096
"""The largest side of demo pictures (the table has sizes up to 16384)."""
MAX_SECONDS: Final = 30.0
_PAIR: Final = re.compile(r"^\s*(\d+)\s*[x*×:]\s*(\d+)\s*$")
_LONG_SIDES: Final = {"0.5k": 512, "1k": 1024, "2k": 2048, "3k": 3072, "4k": 4096, "8k": 4096}
_CLIP_SIDES: Final = {"360p": 480, "480p": 640, "540p": 640, "720p": 720, "768p": 720}
_SCALES: Final = {"2x": 2.0, "4x": 4.0, "6x": 6.0}
Size = tuple[int, int]


def _pair(text: str) -> Size | None:
    found = _PAIR.match(text)
    if found is None:
        return None
    width, height = int(found[1]), int(found[2])
    return (width, height) if width and height else None


def _fit(width: float, height: float, long_side: float) -> Size:
    scale = long_side / max(width, height)
    return max(16, round(width * scale)), max(16, round(height * scale))


def _within(size: Size, limit: int) -> Size:
    return size if max(size) <= limit else _fit(*size, limit)


def _exact(request: RenderRequest) -> Size | None:
    """A size given in pixels: two number fields, or an option such as `1024*1536`."""
    if _is_own_size(request):
        sides = [request.number(*request.keys(role)) or 0 for role in (Role.WIDTH, Role.HEIGHT)]
        if min(sides) >= 16:
            return int(sides[0]), int(sides[1])
    for key in request.keys(Role.RESOLUTION, Role.RATIO):
        size = _pair(request.text(key))
        if size is not None and min(size) >= 100:
            return size
    long, short = request.number("longEdgeSize"), request.number("shortEdgeSize")
    if long and short and min(long, short) > 0:
        return int(long), int(short)
    return None


def _is_own_size(request: RenderRequest) -> bool:
    """Whether the width and the height count: beside a ratio that can be `custom` only with it."""
    ratios = request.endpoint.of(Role.RATIO)
    chosen = [request.params.get(field.key) for field in ratios]
    given = any(key in request.params for key in request.keys(Role.WIDTH, Role.HEIGHT))
    if any(CUSTOM in field.values for field in ratios):
        return given and all(value in (None, "", CUSTOM) for value in chosen)
    return given or all(value is None for value in chosen)


def ratio(request: RenderRequest, source: Size | None, otherwise: Size) -> Size:
    """The requested ratio; for `auto`, `adaptive` or none, the input's own."""
    for key in request.keys(Role.RATIO):
        told = request.params.get(key) or ("" if source else request.text(key))
        pair = _pair(str(told))
        if pair is not None:
            return pair
    return source or otherwise


def picture_size(request: RenderRequest, source: Size | None = None) -> Size:
    """The requested size of the picture in pixels; `source` is the size of the first input picture."""
    exact = _exact(request)
    if exact is not None:
        return _within(exact, MAX_SIDE)
    scale = _SCALES.get(request.text("scale").lower())
    if scale and source:
        return _within((round(source[0] * scale), round(source[1] * scale)), MAX_SIDE)
    told = request.text(*request.keys(Role.RESOLUTION)).strip().lower()
    long = request.number("longEdgeSize") or 0
    side = min(MAX_SIDE, int(long)) if long >= 16 else _LONG_SIDES.get(told, 1024)
    return _fit(*ratio(request, source, (1, 1)), side)


def clip_size(request: RenderRequest, source: Size | None = None) -> Size:
    """Even width and height of a video: the requested ratio at a demo's size (long side at most 854)."""
    told = request.text(*request.keys(Role.RESOLUTION)).strip().lower()
    side = 160 if request.small else _CLIP_SIDES.get(told, 854 if told else 640)
    shape = _exact(request) or ratio(request, source, (16, 9))
    width, height = _fit(*shape, side)
    return max(32, width // 2 * 2), max(32, height // 2 * 2)


def clip_seconds(request: RenderRequest, source: float | None = None) -> float:
    """The requested duration; else the input's own; else five seconds."""
    keys = request.keys(Role.DURATION)
    asked = request.number(*keys)
    if source and not any(key in request.params for key in keys):
        asked = source
    if asked is None or asked <= 0:
        asked = source or 5.0
    return max(1.0, min(MAX_SECONDS, asked))


def count(request: RenderRequest) -> int:
    """The requested number of pictures."""
    asked = request.number(*request.keys(Role.COUNT)) or 1
    return max(1, min(15, int(asked)))
