"""Finding endpoints by English or Chinese words, forgiving of typing mistakes: the one ranking there is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

from rh_ui.catalog.schema import Catalog, Endpoint
from rh_ui.catalog.search_words import GLUED, PARTS, Entry, Tokens, entry, phrase, plain
from rh_ui.i18n.aliases import aliases

GOOD_ENOUGH: Final = 78.0
"""Of 100: every word of a query must match at least this well. One mistake in a word of five letters still
does."""
SHORT: Final = 3
"""Words up to this length must match exactly or as a beginning; otherwise too many short words would
match."""
FAR: Final = 92.0
"""A mistake in the first letter is rare: such a match must be this good (`sora` is not `lora`)."""
ALIAS: Final = 1.0
"""What a word loses that is found in no name that the page shows."""
DOING: Final = 2.0
"""What a word loses that is found only in what a model does."""
ELSEWHERE: Final = 4.0
"""What a word loses that is found only in the path or the channel."""
FAINT: Final = 14.0
"""The penalty of a word found only in a description, a field or an option; one mistake in seven letters is
still tolerated there."""
OWN: Final = 101.0
"""How well an endpoint's own name or path fits that is the whole query."""
WHOLE: Final = 8.0
"""What a name or a doing adds that is the whole query; others add a part of it, by how near they come."""
NEAR: Final = 60.0
"""What comes less near is no nearer than others."""
COVERED: Final = 0.7
"""So much of a Chinese word must be found in pairs of neighbouring signs: people leave signs out."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a query: as it stands (`kling3`) and its parts (`kling`, `3`), which must all fit where the
    whole does not. A filler may be found nowhere."""

    whole: str
    parts: tuple[str, ...]
    is_filler: bool


class Finder:
    """Searches one table; the searchable texts are made once, and again when a newer table is in use. Safe to
    use from many threads."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._entries: dict[str, Entry] = {}

    def find(self, query: str) -> list[Endpoint]:
        """Endpoints that match `query`, best first; all of them for an empty query.

        Every word of the query must be found in the title, family, task, path or description, or in the label
        of a field or one of its options, in either language; equals keep the table's order, with deprecated
        ones last.
        """
        words, asked = _words(plain(query)), phrase(query)
        if query.strip() and not words:
            return []
        ranked: list[tuple[float, bool, bool, int, Endpoint]] = []
        for at, endpoint in enumerate(self._catalog.endpoints.values()):
            score = _score(words, asked, self._entry(endpoint)) if words else GOOD_ENOUGH
            if score >= GOOD_ENOUGH:
                ranked.append((-score, endpoint.deprecated, not endpoint.offered, at, endpoint))
        ranked.sort(key=lambda each: each[:4])
        return [endpoint for *_, endpoint in ranked]

    def _entry(self, endpoint: Endpoint) -> Entry:
        known = self._entries.get(endpoint.path)
        if known is None or known.endpoint is not endpoint:
            known = self._entries[endpoint.path] = entry(endpoint)
        return known


def _words(query: str) -> list[_Word]:
    """The query's words; fillers are words like others in a query of nothing else."""
    filler = aliases().filler
    found = [_word(whole, filler) for whole in GLUED.findall(query)]
    return found if any(not word.is_filler for word in found) else [_word(word.whole, ()) for word in found]


def _word(whole: str, filler: Collection[str]) -> _Word:
    if whole.isascii():
        return _Word(whole, tuple(PARTS.findall(whole)), whole in filler)
    rest = whole
    for each in sorted(filler, key=len, reverse=True):
        rest = rest.replace(each, "") if not each.isascii() else rest
    return _Word(whole, (rest,) if rest and rest != whole else (), not rest)


def _score(words: list[_Word], asked: str, found: Entry) -> float:
    """The mean of how well each word fits, and what is added for a whole name; zero as soon as a word that
    says something does not fit at all."""
    total, count = 0.0, 0
    for word in words:
        best = _fits(word.whole, found)
        if best < GOOD_ENOUGH and word.parts and len(word.whole) > (SHORT if word.whole.isascii() else 1):
            best = min(_fits(part, found) for part in word.parts)
        if best < GOOD_ENOUGH:
            if word.is_filler:
                continue
            return 0.0
        total += best
        count += 1
    if not count:
        return 0.0
    near = max(fuzz.token_sort_ratio(asked, each, score_cutoff=NEAR) for each in found.phrases)
    whole = OWN if asked in found.own else 100.0 if asked in found.phrases else total / count
    return whole + WHOLE * near / 100


def _fits(word: str, found: Entry) -> float:
    if not word.isascii():
        named = _chinese(word, found.chinese_names)
        best = max(named, _chinese(word, found.chinese_doings) - DOING)
        return best if best >= GOOD_ENOUGH else _chinese(word, found.chinese) - FAINT
    best = max(
        _best(word, found.names),
        _inside(word, found.joined),
        _best(word, found.known_as) - ALIAS,
        _best(word, found.does) - DOING,
        _best(word, found.rest) - ELSEWHERE,
    )
    return best if best >= GOOD_ENOUGH else _faintly(word, found.faint) - FAINT


def _faintly(word: str, known: Collection[str]) -> float:
    """How well a word matches an endpoint's texts except its title."""
    if word in known:
        return 100.0 if len(word) > SHORT or not (word.isalpha() or word.isdigit()) else 0.0
    return max((_fit(word, candidate) for candidate in known), default=0.0) if len(word) > SHORT else 0.0


def _chinese(word: str, text: str) -> float:
    """How well Chinese fits `text`, by the signs that stand there beside a neighbour of theirs."""
    if word in text:
        return 100.0
    found = {at + beside for at in range(len(word) - 1) if word[at : at + 2] in text for beside in (0, 1)}
    covered = len(found) / len(word)
    return 80.0 + 15.0 * covered if covered >= COVERED else 0.0


def _best(word: str, tokens: Tokens) -> float:
    """How well the word matches the best one; parts of a compound one (`o3`) count a little less."""
    if word in tokens.glued:
        return 100.0
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
    """How well a word matches titles written together (`nanobanana`)."""
    if len(word) <= SHORT:
        return 0.0
    if word in joined:
        return 96.0
    return fuzz.partial_ratio(word, joined) - 8 if len(word) > 2 * SHORT else 0.0
