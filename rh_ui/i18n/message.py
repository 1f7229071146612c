"""Sentences about the table that are put together where something is found, and read in either language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

from rh_ui.catalog.glossary_entries import LANGUAGES

_WORDS: Final = Path(__file__).parent / "words" / "lines.toml"
Detail: TypeAlias = str | int | float | Sequence[str]
"""A sequence stands for its parts between semicolons."""


class Message(str):
    """Text in English, as it stands, that `read` also gives in Chinese (words/lines.toml);
    `code` is its name there."""

    __slots__ = ("code", "details")
    code: str
    details: Mapping[str, Detail]

    def __new__(cls, code: str, /, **details: Detail) -> Message:
        line = super().__new__(cls, _filled(code, details, "en"))
        line.code = code
        line.details = details
        return line


def read(text: str, language: str) -> str:
    """The text in one language (anything but `zh`: English); plain text, such as a path, is said as it is."""
    if not isinstance(text, Message) or language not in LANGUAGES:
        return str(text)
    return _filled(text.code, text.details, language)


def _filled(code: str, details: Mapping[str, Detail], language: str) -> str:
    words = _words()
    parts: dict[str, object] = {}
    for name, value in details.items():
        if isinstance(value, str):
            parts[name] = read(value, language)
        elif isinstance(value, int | float):
            parts[name] = value
        else:
            parts[name] = words["semicolon"][language].join(read(each, language) for each in value)
    return words[code][language].format_map(parts)


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))
