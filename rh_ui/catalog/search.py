"""Finding endpoints by English or Chinese words, forgiving of typing mistakes: the one ranking there is."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from rh_ui.catalog.schema import Catalog, Endpoint
from rh_ui.catalog.search_words import GLUED, PARTS, Entry, Tokens, entry, phrase, plain
from rh_ui.i18n.aliases import aliases

GOOD_ENOUGH: Final = 78.0
"""Of 100: every word of a query must match at least this well. One mistake in a word of five letters still
does."""
SHORT: Final = 3
"""Words up to this length must match exactly or as a beginning; otherwise too many short words would
match."""
BEGINNING: Final = 92.0
"""How well a word fits one that begins with it."""
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


class _Wanted:
    """A word that is looked for, and how well it fits the words of the table that it fits well enough."""

    def __init__(self, text: str, known: Sequence[str]) -> None:
        """`known`: all words of the table, sorted."""
        self.text: Final = text
        self.near: Final = _near(text, known) if text.isascii() else {}


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a query: as it stands (`kling3`) and its parts (`kling`, `3`), which must all fit where the
    whole does not. A filler may be found nowhere."""

    whole: _Wanted
    parts: tuple[_Wanted, ...]
    is_filler: bool


class Finder:
    """Searches one table; the searchable texts are made once, and again when a newer table is in use. Safe to
    use from many threads."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._entries: dict[str, Entry] = {}
        self._known: Sequence[str] = ()
        self._turn = threading.Lock()

    def find(self, query: str) -> list[Endpoint]:
        """Endpoints that match `query`, best first; all of them for an empty query.

        Every word of the query must be found in the title, family, task, path or description, or in the label
        of a field or one of its options, in either language; equals keep the table's order, with deprecated
        ones last.
        """
        entries, known = self._texts()
        words, asked = _words(plain(query), known), phrase(query)
        if query.strip() and not words:
            return []
        ranked: list[tuple[float, bool, bool, int, Endpoint]] = []
        for at, found in enumerate(entries):
            score = _score(words, asked, found) if words else GOOD_ENOUGH
            if score >= GOOD_ENOUGH:
                endpoint = found.endpoint
                ranked.append((-score, endpoint.deprecated, not endpoint.offered, at, endpoint))
        ranked.sort(key=lambda each: each[:4])
        return [endpoint for *_, endpoint in ranked]

    def _texts(self) -> tuple[list[Entry], Sequence[str]]:
        """Those of all endpoints, and every word in them, sorted."""
        with self._turn:
            endpoints = self._catalog.endpoints
            new = [each for each in endpoints.values() if not self._has(each)]
            self._entries.update((endpoint.path, entry(endpoint)) for endpoint in new)
            entries = [self._entries[endpoint.path] for endpoint in endpoints.values()]
            if new:
                self._known = sorted(frozenset[str]().union(*(each.words for each in entries)))
            return entries, self._known

    def _has(self, endpoint: Endpoint) -> bool:
        known = self._entries.get(endpoint.path)
        return known is not None and known.endpoint is endpoint


def _words(query: str, known: Sequence[str]) -> list[_Word]:
    """The query's words; fillers are words like others in a query of nothing else."""
    filler = aliases().filler
    found = [_word(whole, filler, known) for whole in GLUED.findall(query)]
    if any(not word.is_filler for word in found):
        return found
    return [_word(word.whole.text, (), known) for word in found]


def _word(whole: str, filler: Collection[str], known: Sequence[str]) -> _Word:
    wanted = _Wanted(whole, known)
    if whole.isascii():
        return _Word(wanted, tuple(_Wanted(part, known) for part in PARTS.findall(whole)), whole in filler)
    rest = whole
    for each in sorted(filler, key=len, reverse=True):
        rest = rest.replace(each, "") if not each.isascii() else rest
    return _Word(wanted, (_Wanted(rest, known),) if rest and rest != whole else (), not rest)


def _near(word: str, known: Sequence[str]) -> Mapping[str, float]:
    near: dict[str, float] = {}
    if len(word) > SHORT and not word[0].isdigit():
        like = process.extract(word, known, scorer=fuzz.ratio, score_cutoff=GOOD_ENOUGH, limit=None)
        near = {found: ratio for found, ratio, _ in like if ratio >= FAR or found[0] == word[0]}
    for at in range(bisect_left(known, word), len(known)):
        if not known[at].startswith(word):
            break
        near[known[at]] = 100.0 if known[at] in (word, f"{word}.0") else BEGINNING
    return near


def _score(words: list[_Word], asked: str, found: Entry) -> float:
    """The mean of how well each word fits, and what is added for a whole name; zero as soon as a word that
    says something does not fit at all."""
    total, count = 0.0, 0
    for word in words:
        whole = word.whole.text
        best = _fits(word.whole, found)
        if best < GOOD_ENOUGH and word.parts and len(whole) > (SHORT if whole.isascii() else 1):
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
    fit = OWN if asked in found.own else 100.0 if asked in found.phrases else total / count
    return fit + WHOLE * near / 100


def _fits(wanted: _Wanted, found: Entry) -> float:
    word, near = wanted.text, wanted.near
    if not word.isascii():
        named = _chinese(word, found.chinese_names)
        best = max(named, _chinese(word, found.chinese_doings) - DOING)
        return best if best >= GOOD_ENOUGH else _chinese(word, found.chinese) - FAINT
    best = _inside(word, found.joined)
    if found.words.isdisjoint(near):
        return best
    best = max(
        _best(near, found.names),
        best,
        _best(near, found.known_as) - ALIAS,
        _best(near, found.does) - DOING,
        _best(near, found.rest) - ELSEWHERE,
    )
    return best if best >= GOOD_ENOUGH else _faintly(wanted, found.faint) - FAINT


def _faintly(wanted: _Wanted, known: frozenset[str]) -> float:
    """How well a word matches an endpoint's texts except its title."""
    word = wanted.text
    if word in known:
        return 100.0 if len(word) > SHORT or not (word.isalpha() or word.isdigit()) else 0.0
    return _best_of(wanted.near, known) if len(word) > SHORT else 0.0


def _chinese(word: str, text: str) -> float:
    """How well Chinese fits `text`, by the signs that stand there beside a neighbour of theirs."""
    if word in text:
        return 100.0
    found = {at + beside for at in range(len(word) - 1) if word[at : at + 2] in text for beside in (0, 1)}
    covered = len(found) / len(word)
    return 80.0 + 15.0 * covered if covered >= COVERED else 0.0


def _best(near: Mapping[str, float], tokens: Tokens) -> float:
    """How well the word matches the best one; parts of a compound one (`o3`) count a little less."""
    return max(_best_of(near, tokens.glued), _best_of(near, tokens.parts) - 8)


def _best_of(near: Mapping[str, float], words: frozenset[str]) -> float:
    return max((near[word] for word in words.intersection(near)), default=0.0)


def _inside(word: str, joined: str) -> float:
    """How well a word matches titles written together (`nanobanana`)."""
    if len(word) <= SHORT:
        return 0.0
    if word in joined:
        return 96.0
    return fuzz.partial_ratio(word, joined) - 8 if len(word) > 2 * SHORT else 0.0
