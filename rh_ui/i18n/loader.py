"""Reads the words files and finds a sentence by its key. Nothing else reads them.

`en.toml` and `zh.toml` have the page's sentences. `words/*.toml` have both languages side by side: the
sentences of the catalog, of problems and of prices, whose keys begin with the file's name, the lists for
glossary, and the conditions of a run (`runs.toml`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, TypeAlias

LANGUAGES: Final = ("en", "zh")
SENTENCES: Final = ("catalog", "problem", "price")
"""The files of `words/` that contain sentences."""

Texts: TypeAlias = Mapping[str, str]
"""A text in each language."""


def known(language: str) -> str:
    """The language itself if there are words in it; else English."""
    return language if language in LANGUAGES else "en"


def sentence(key: str, language: str) -> str:
    """The sentence with its placeholders (`{name}`) unfilled. Raises KeyError where no file has it."""
    return sentences()[key][known(language)]


def has_sentence(key: str) -> bool:
    return key in sentences()


@cache
def page_sentences(language: str) -> Texts:
    """The page's sentences, by `section.key`."""
    return {
        f"{section}.{key}": str(text)
        for section, texts in _toml(f"{language}.toml").items()
        for key, text in texts.items()
    }


@cache
def word_list(name: str) -> dict[str, Any]:
    """A file of `words/` as it is written."""
    return _toml(f"words/{name}.toml")


@cache
def sentences() -> Mapping[str, Texts]:
    """Every sentence by its key."""
    found: dict[str, Texts] = {}
    for name in SENTENCES:
        found.update(_pairs(name, word_list(name)))
    english, chinese = (page_sentences(language) for language in LANGUAGES)
    return found | {key: {"en": text, "zh": chinese[key]} for key, text in english.items()}


def _pairs(key: str, entry: Mapping[str, Any]) -> Iterator[tuple[str, Texts]]:
    if entry.keys() == set(LANGUAGES):
        yield key, entry
        return
    for name, inner in entry.items():
        yield from _pairs(f"{key}.{name}", inner)


def _toml(name: str) -> dict[str, Any]:
    return read_toml(__package__, name)


def read_toml(package: str, name: str) -> dict[str, Any]:
    """A data file in one of our packages."""
    return tomllib.loads(files(package).joinpath(name).read_text(encoding="utf-8"))
