"""Why a body is refused by the table, in the words of the table; with the files behind it measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from rh_ui.catalog.media_limits import Measures, check_media, check_media_total
from rh_ui.catalog.problems import sentence
from rh_ui.catalog.rules import MediaLimits
from rh_ui.catalog.schema import Endpoint
from rh_ui.domain import Params
from rh_ui.emulator.renders.inputs import clip_size, length, picture_size
from rh_ui.errors import Problem

Media: TypeAlias = Sequence[tuple[str, str, str]]
"""Field key, kind, path of the file; an empty path where it is on another host and not looked at."""


def in_words(endpoint: Endpoint, problems: Sequence[Problem]) -> str:
    """The service's way: English, a bar, Chinese."""
    return "|".join(
        " ".join(sentence(problem, endpoint, language) for problem in problems) for language in ("en", "zh")
    )


def file_problems(endpoint: Endpoint, body: Params, media: Media) -> list[Problem]:
    """What the table's media limits forbid about the files of a body."""
    limited = {rule.field for rule in endpoint.rules if isinstance(rule, MediaLimits)}
    files: dict[str, list[Measures]] = {}
    for key, kind, path in media:
        if key in limited:
            files.setdefault(key, []).append(_measured(kind, path))
    found: list[Problem] = []
    for key, measures in files.items():
        for one in measures:
            found.extend(check_media(endpoint, key, one, body))
        found.extend([] if found else check_media_total(endpoint, key, measures, body))
    return found


def _measured(kind: str, path: str) -> Measures:
    if not path:
        return Measures()
    file = Path(path)
    size = {"image": picture_size, "video": clip_size}.get(kind)
    width, height = (size(file) if size else None) or (None, None)
    return Measures(width, height, None if kind == "image" else length(file))
