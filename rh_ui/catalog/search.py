"""Finding endpoints by English or Chinese words, forgiving of typing mistakes."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

from rh_ui.catalog.glossary import chinese_family, describe, field_words, option_label, other_names, title
from rh_ui.catalog.schema import Catalog, Endpoint
from rh_ui.i18n.labels import label

GOOD_ENOUGH: Final = 78.0
"""Of 100: every word of a query must fit at least this well. One slip in a word of five still does."""
SHORT: Final = 3
"""Words up to this length must fit exactly or as a beginning; half of every short word is a near miss."""
FAR: Final = 92.0
"""A slip in the first letter is rare: such a near miss has to fit this well (`sora` is not `lora`)."""
ELSEWHERE: Final = 4.0
"""What a word found outside the title loses."""
FAINT: Final = 14.0
"""What a word loses that is found only in a description, a field or a choice; one slip in seven letters is
still forgiven there."""
PAIRED: Final = 0.7
"""So much of a Chinese word's neighbouring pairs of signs must be found: people leave signs out."""

_GLUED: Final = re.compile(r"[a-z0-9]+(?:\.\d+)*|[^\x00-\x7f]+")
_WORD: Final = re.compile(r"[a-z]+|\d+(?:\.\d+)*|[^\x00-\x7f]+")
_SMALL: Final = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class _Tokens:
    """The words of a text as they stand (`o3`), and the parts of glued ones (`o`, `3`)."""

    glued: tuple[str, ...]
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """What there is to find of one endpoint."""

    endpoint: Endpoint
    heading: _Tokens
    joined: str
    rest: _Tokens
    faint: frozenset[str]
    chinese_heading: str
    chinese: str


class Finder:
    """Searches one table; what there is to find of an endpoint is put together once, and again when the table
    has taken a newer one in its place. Safe to use from many threads."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._entries: dict[str, _Entry] = {}

    def find(self, query: str) -> list[Endpoint]:
        """Endpoints that fit `query`, best first; all of them for an empty query.

        Every word of the query has to be found in the title, family, task, path or description, or in what a
        field or one of its choices is called, in either language; equals keep the table's order, with
        deprecated ones last.
        """
        words = _asked(query.lower())
        if query.strip() and not words:
            return []
        ranked: list[tuple[float, bool, int, Endpoint]] = []
        for at, endpoint in enumerate(self._catalog.endpoints.values()):
            score = _score(words, self._entry(endpoint)) if words else GOOD_ENOUGH
            if score >= GOOD_ENOUGH:
                ranked.append((-score, endpoint.deprecated, at, endpoint))
        ranked.sort(key=lambda entry: entry[:3])
        return [endpoint for *_, endpoint in ranked]

    def _entry(self, endpoint: Endpoint) -> _Entry:
        known = self._entries.get(endpoint.path)
        if known is None or known.endpoint is not endpoint:
            known = self._entries[endpoint.path] = _entry(endpoint)
        return known


def _asked(query: str) -> list[tuple[str, ...]]:
    """The query's words, each as it stands (`kling3`) and then its parts (`kling`, `3`), which must all fit
    where the whole does not."""
    return [(glued, *_WORD.findall(glued)) for glued in _GLUED.findall(query)]


def _entry(endpoint: Endpoint) -> _Entry:
    heading = f"{endpoint.title} {endpoint.family}".lower()
    said = {"en": [describe(endpoint, "en")], "zh": [describe(endpoint, "zh")]}
    for field in endpoint.fields:
        said["en"].append(label(field.key))
        for language, texts in said.items():
            texts.append(field_words(endpoint, field, language).label)
            texts += [option_label(endpoint, field, value, language) for value in field.values]
            texts += other_names(field.key, language)
        said["en"] += field.values
    chinese_heading = title(endpoint, "zh") + chinese_family(endpoint.family)
    english = " ".join(said["en"]).lower()
    return _Entry(
        endpoint,
        _tokens(heading),
        re.sub(r"[^a-z0-9.]", "", heading),
        _tokens(f"{endpoint.task} {endpoint.path} {endpoint.channel.value}".lower()),
        frozenset(_SMALL.findall(english)),
        chinese_heading,
        " ".join([chinese_heading, *said["zh"]]),
    )


def _tokens(text: str) -> _Tokens:
    glued = _GLUED.findall(text)
    return _Tokens(tuple(glued), tuple(part for part in _WORD.findall(text) if part not in glued))


def _score(words: list[tuple[str, ...]], entry: _Entry) -> float:
    """The mean of how well each word fits; zero as soon as one does not fit at all."""
    total = 0.0
    for whole, *parts in words:
        best = _fits(whole, entry)
        if best < GOOD_ENOUGH and len(parts) > 1 and len(whole) > SHORT:
            best = min(_fits(part, entry) for part in parts)
        if best < GOOD_ENOUGH:
            return 0.0
        total += best
    return total / len(words)


def _fits(word: str, entry: _Entry) -> float:
    if not word.isascii():
        best = _chinese(word, entry.chinese_heading)
        return best if best >= GOOD_ENOUGH else _chinese(word, entry.chinese) - FAINT
    best = max(_best(word, entry.heading), _inside(word, entry.joined), _best(word, entry.rest) - ELSEWHERE)
    return best if best >= GOOD_ENOUGH else _faintly(word, entry.faint) - FAINT


def _faintly(word: str, known: Collection[str]) -> float:
    """How well a word fits what is said about an endpoint beside its title."""
    if word in known:
        return 100.0 if len(word) > SHORT or not (word.isalpha() or word.isdigit()) else 0.0
    return max((_fit(word, candidate) for candidate in known), default=0.0) if len(word) > SHORT else 0.0


def _chinese(word: str, text: str) -> float:
    """How well Chinese fits `text`, by the pairs of neighbouring signs that are found in it."""
    if word in text:
        return 100.0
    pairs = [word[at : at + 2] for at in range(len(word) - 1)]
    found = sum(pair in text for pair in pairs)
    return 80.0 + 15.0 * found / len(pairs) if pairs and found / len(pairs) >= PAIRED else 0.0


def _best(word: str, tokens: _Tokens) -> float:
    """How well the word fits the best one; parts of a glued one (`o3`) count a little less."""
    best = max((_fit(word, candidate) for candidate in tokens.glued), default=0.0)
    return max(best, max((_fit(word, candidate) - 8 for candidate in tokens.parts), default=0.0))


@lru_cache(maxsize=1 << 16)
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
