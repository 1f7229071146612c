"""Finding endpoints by words, forgiving of typing mistakes, and by filters."""

from __future__ import annotations

import re
from typing import Final

from rapidfuzz import fuzz

from rh_ui.catalog.schema import Catalog, Endpoint
from rh_ui.domain import Channel, Modality

GOOD_ENOUGH: Final = 78.0
"""Of 100: every word of a query must fit at least this well. One slip in a word of five still does."""
SHORT: Final = 3
"""Words up to this length must fit exactly or as a beginning; half of every short word is a near miss."""
FAR: Final = 92.0
"""A slip in the first letter is rare: such a near miss has to fit this well (`sora` is not `lora`)."""
ELSEWHERE: Final = 4.0
"""What a word found outside the title loses."""

_GLUED: Final = re.compile(r"[a-z0-9]+(?:\.\d+)*|[^\x00-\x7f]+")
_WORD: Final = re.compile(r"[a-z]+|\d+(?:\.\d+)*|[^\x00-\x7f]+")


def search(
    catalog: Catalog,
    query: str,
    modality: Modality | None = None,
    task: str | None = None,
    family: str | None = None,
    channel: Channel | None = None,
) -> list[Endpoint]:
    """Endpoints that pass every filter and fit `query`, best first; all of them for an empty query.

    Every word of the query has to be found in the title, family, task or path; equals keep the table's order,
    with deprecated ones last.
    """
    words = _WORD.findall(query.lower())
    if query.strip() and not words:
        return []
    ranked: list[tuple[float, bool, int, Endpoint]] = []
    for at, endpoint in enumerate(catalog.endpoints.values()):
        if modality is not None and endpoint.modality is not modality:
            continue
        if (task is not None and endpoint.task != task) or (family is not None and endpoint.family != family):
            continue
        if channel is not None and endpoint.channel is not channel:
            continue
        score = _score(words, endpoint)
        if score >= GOOD_ENOUGH or not words:
            ranked.append((-score, endpoint.deprecated, at, endpoint))
    ranked.sort(key=lambda entry: entry[:3])
    return [endpoint for *_, endpoint in ranked]


def _score(words: list[str], endpoint: Endpoint) -> float:
    """The mean of how well each word fits; zero as soon as one does not fit at all."""
    if not words:
        return 0.0
    title = f"{endpoint.title} {endpoint.family}".lower()
    rest = f"{endpoint.task} {endpoint.path} {endpoint.channel.value}".lower()
    joined = re.sub(r"[^a-z0-9.]", "", title)
    total = 0.0
    for word in words:
        best = max(_best(word, title), _inside(word, joined), _best(word, rest) - ELSEWHERE)
        if best < GOOD_ENOUGH:
            return 0.0
        total += best
    return total / len(words)


def _best(word: str, text: str) -> float:
    """How well the word fits the best word of `text`; parts of a glued one (`o3`) count a little less."""
    glued = _GLUED.findall(text)
    parts = [part for part in _WORD.findall(text) if part not in glued]
    best = max((_fit(word, candidate) for candidate in glued), default=0.0)
    return max(best, max((_fit(word, candidate) - 8 for candidate in parts), default=0.0))


def _fit(word: str, candidate: str) -> float:
    if candidate in (word, f"{word}.0"):
        return 100.0
    if candidate.startswith(word):
        return 92.0
    if len(word) <= SHORT or word[0].isdigit():
        return 0.0
    ratio = fuzz.ratio(word, candidate)
    return ratio if ratio >= FAR or word[0] == candidate[0] else 0.0


def _inside(word: str, joined: str) -> float:
    """How well a word fits titles written together (`nanobanana`)."""
    if len(word) <= SHORT:
        return 0.0
    if word in joined:
        return 96.0
    return fuzz.partial_ratio(word, joined) - 8 if len(word) > 2 * SHORT else 0.0
