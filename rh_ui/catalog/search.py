"""Finding endpoints by English or Chinese words, forgiving of typing mistakes, and by filters."""

from __future__ import annotations

import re
from typing import Final

from rapidfuzz import fuzz

from rh_ui.catalog.schema import Catalog, Endpoint
from rh_ui.catalog.wording import chinese_family, describe, field_words, title
from rh_ui.domain import Channel, Modality

GOOD_ENOUGH: Final = 78.0
"""Of 100: every word of a query must fit at least this well. One slip in a word of five still does."""
SHORT: Final = 3
"""Words up to this length must fit exactly or as a beginning; half of every short word is a near miss."""
FAR: Final = 92.0
"""A slip in the first letter is rare: such a near miss has to fit this well (`sora` is not `lora`)."""
ELSEWHERE: Final = 4.0
"""What a word found outside the title loses."""
FAINT: Final = 14.0
"""What a word loses that is found only in a description or a field's label; there it must be spelt right."""
PAIRED: Final = 0.7
"""So much of a Chinese word's neighbouring pairs of signs must be found: people leave signs out."""

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

    Every word of the query has to be found in the title, family, task, path, description or a field's label,
    in either language; equals keep the table's order, with deprecated ones last.
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
    heading = f"{endpoint.title} {endpoint.family}".lower()
    rest = f"{endpoint.task} {endpoint.path} {endpoint.channel.value}".lower()
    joined = re.sub(r"[^a-z0-9.]", "", heading)
    total = 0.0
    for word in words:
        if word.isascii():
            best = max(_best(word, heading), _inside(word, joined), _best(word, rest) - ELSEWHERE)
        else:
            best = _chinese(word, title(endpoint, "zh") + chinese_family(endpoint.family))
        if best < GOOD_ENOUGH:
            best = _faintly(word, endpoint)
        if best < GOOD_ENOUGH:
            return 0.0
        total += best
    return total / len(words)


def _faintly(word: str, endpoint: Endpoint) -> float:
    """How well a word fits what is said about the endpoint beside its title."""
    language = "en" if word.isascii() else "zh"
    labels = [field_words(endpoint, field, language).label for field in endpoint.fields]
    text = " ".join([describe(endpoint, language), *labels])
    if language == "zh":
        return _chinese(word, text) - FAINT
    if len(word) <= SHORT:
        return 0.0
    return 100.0 - FAINT if word in _WORD.findall(text.lower()) else 0.0


def _chinese(word: str, text: str) -> float:
    """How well Chinese fits `text`, by the pairs of neighbouring signs that are found in it."""
    if word in text:
        return 100.0
    pairs = [word[at : at + 2] for at in range(len(word) - 1)]
    found = sum(pair in text for pair in pairs)
    return 80.0 + 15.0 * found / len(pairs) if pairs and found / len(pairs) >= PAIRED else 0.0


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
