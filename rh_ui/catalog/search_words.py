"""What there is to find of an endpoint (its names, what it does, what is said of it) as words to compare."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rh_ui.catalog.glossary import describe, doings, field_words, known_as, model_names, names, option_label
from rh_ui.catalog.schema import Endpoint
from rh_ui.i18n import LANGUAGES
from rh_ui.i18n.aliases import aliases
from rh_ui.i18n.labels import label

GLUED: Final = re.compile(r"[a-z0-9]+(?:\.\d+)*|[^\x00-\x7f\W_]+")
PARTS: Final = re.compile(r"[a-z]+|\d+(?:\.\d+)*|[^\x00-\x7f\W_]+")
_SMALL: Final = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of a text as they stand (`o3`), and the parts of glued ones (`o`, `3`)."""

    glued: frozenset[str]
    parts: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        return self.glued | self.parts


@dataclass(frozen=True, slots=True)
class Entry:
    """What there is to find of one endpoint."""

    endpoint: Endpoint
    names: Tokens
    joined: str
    """Its title, written together."""
    known_as: Tokens
    does: Tokens
    rest: Tokens
    faint: frozenset[str]
    words: frozenset[str]
    """All words of all these."""
    chinese_names: str
    chinese_doings: str
    chinese: str
    """All that is said of it in Chinese."""
    own: frozenset[str]
    """Its names and paths, each whole and in words: what means it and hardly any other."""
    phrases: frozenset[str]
    """The same, and what its model, its makers and what it does are called."""


def plain(text: str) -> str:
    """In one spelling: small letters, half width."""
    return unicodedata.normalize("NFKC", text).casefold()


def phrase(text: str) -> str:
    """The words of a text with single spaces."""
    return " ".join(PARTS.findall(plain(text)))


def entry(endpoint: Endpoint) -> Entry:
    named, also, does = names(endpoint), known_as(endpoint), doings(endpoint)
    channel = [endpoint.channel.value, *aliases().channels.get(endpoint.channel.value, ())]
    said = [describe(endpoint, language) for language in LANGUAGES]
    for field in endpoint.fields:
        said += [label(field.key), *field.values, *aliases().fields.get(field.key, ())]
        for language in LANGUAGES:
            said.append(field_words(endpoint, field, language).label)
            said += [option_label(endpoint, field, value, language) for value in field.named_values]
    heading = plain(f"{endpoint.title} {endpoint.family}")
    own = frozenset(map(phrase, (*named, endpoint.path, *endpoint.formerly)))
    called, known, able = _tokens([*named, endpoint.family]), _tokens(also), _tokens(does)
    rest = _tokens([endpoint.path, *endpoint.formerly, *channel])
    faint = frozenset(_SMALL.findall(plain(" ".join(said))))
    return Entry(
        endpoint,
        names=called,
        joined=re.sub(r"[^a-z0-9.]", "", heading),
        known_as=known,
        does=able,
        rest=rest,
        faint=faint,
        words=faint.union(*(tokens.all for tokens in (called, known, able, rest))),
        chinese_names=plain(" ".join([*named, *also])),
        chinese_doings=plain(" ".join([*does, *channel])),
        chinese=plain(" ".join([*named, *also, *does, *channel, *said])),
        own=own,
        phrases=own | set(map(phrase, (endpoint.family, *model_names(endpoint), *also, *does))),
    )


def _tokens(texts: Iterable[str]) -> Tokens:
    text = plain(" ".join(texts))
    glued = frozenset(word for word in GLUED.findall(text) if word.isascii())
    return Tokens(glued, frozenset(part for part in PARTS.findall(text) if part.isascii()) - glued)
