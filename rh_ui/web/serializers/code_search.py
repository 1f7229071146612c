"""Search for error codes by number or by words of their sentences. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from rh_ui import error_codes

_PARTS: Final = re.compile(r"[0-9]+|[a-z_]{3,}|[\u4e00-\u9fff]+")


def find(query: str) -> list[str]:
    """Codes whose number begins with the query, or else those with most of its words, in either language; all
    for an empty query."""
    parts = _PARTS.findall(query.lower())
    numbers = [part for part in parts if part.isdigit()]
    every = list(error_codes.table())
    if numbers:
        exact = [code for code in every if code in numbers]
        return exact + [code for code in every if code not in exact and code.startswith(tuple(numbers))]
    wanted = [piece for part in parts for piece in _pieces(part)]
    if not wanted:
        return [] if query.strip() and not parts else every
    score = {code: sum(_has(text, piece) for piece in wanted) for code, text in _texts().items()}
    best = max(score.values())
    return [code for code in every if best and score[code] == best]


def _pieces(part: str) -> list[str]:
    """A word; for Chinese, which has no spaces, each pair of neighbouring characters."""
    if part[0].isascii():
        return [part]
    return [part[at : at + 2] for at in range(len(part) - 1)] or [part]


def _has(text: str, piece: str) -> bool:
    return piece in text if not piece[0].isascii() else re.search(rf"\b{piece}", text) is not None


@cache
def _texts() -> Mapping[str, str]:
    """All sentences about a code."""
    texts = {}
    for code, known in error_codes.table().items():
        kinds = [line for kind in known.kinds.values() for said in kind.values() for line in said]
        said = [known.name, known.name.replace("_", " "), *known.said["en"], *known.said["zh"], *kinds]
        texts[code] = " ".join(said).lower()
    return texts
