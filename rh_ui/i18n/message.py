"""A sentence that is made where a fact is found, and translated where a person reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from rh_ui.i18n.loader import LANGUAGES, Texts, page_sentences, sentence

Value: TypeAlias = str | int | float | Sequence[str]
"""A value in a sentence; a Message is translated with it, a sequence is joined with semicolons."""


_SIGNS: Final = "\u4e00-\u9fff“”‘’《》（）"
_SIGN: Final = re.compile(f"[{_SIGNS}]")
_PLACE: Final = re.compile(rf"((?<=[{_SIGNS}]) )?\{{(\w+)\}}( (?=[{_SIGNS}]))?")


def fill(template: str, values: Mapping[str, object], language: str) -> str:
    """A sentence with its values in their places. Raises KeyError for a place without a value.

    The space that Chinese puts beside Latin letters and figures is left out where the value is Chinese."""
    if language != "zh":
        return template.format_map(values)

    def put(found: re.Match[str]) -> str:
        before, name, after = found.groups(default="")
        value = str(values[name])
        opens, ends = _SIGN.match(value[:1]), _SIGN.match(value[-1:])
        return f"{'' if opens else before}{value}{'' if ends else after}"

    return _PLACE.sub(put, template)


class Message(str):
    """A sentence by its key, with its values. As a str it is in English; `translate` gives it in the reader's
    language."""

    __slots__ = ("key", "values")
    key: str
    values: Mapping[str, Value]

    def __new__(cls, key: str, /, **values: Value) -> Message:
        message = super().__new__(cls, _filled(key, values, "en"))
        message.key, message.values = key, values
        return message


class Spoken(Message):
    """Text that is no sentence of the files, such as a list of names, in each language."""

    __slots__ = ("texts",)
    texts: Texts

    def __new__(cls, texts: Texts) -> Spoken:
        message = str.__new__(cls, texts["en"])
        message.key, message.values, message.texts = "", {}, texts
        return message


def translate(text: str, language: str) -> str:
    """A message in one language (English unless it is `zh`); plain text, such as a path, as it is."""
    if not isinstance(text, Message) or language not in LANGUAGES:
        return str(text)
    return text.texts[language] if isinstance(text, Spoken) else _filled(text.key, text.values, language)


def _filled(key: str, values: Mapping[str, Value], language: str) -> str:
    parts: dict[str, object] = {}
    for name, value in values.items():
        if isinstance(value, str):
            parts[name] = translate(value, language)
        elif isinstance(value, int | float):
            parts[name] = value
        else:
            between = sentence("about.semicolon", language)
            parts[name] = between.join(translate(each, language) for each in value)
    return fill(sentence(key, language), parts, language)


@dataclass(frozen=True, slots=True)
class Words:
    """The page's sentences in one language: `words("picker.search")`; keywords give the values."""

    language: str
    entries: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The sentence under `key`. Raises KeyError for a key that is in no file."""
        return fill(self.entries[key], values, self.language) if values else self.entries[key]

    def get(self, key: str, default: str) -> str:
        return self.entries.get(key, default)


TOLD_BY_THE_PAGE: Final = ("problem.required",)
"""Problems that the page finds itself, with the catalog's sentences."""


def load_words(language: str) -> Words:
    """The page's sentences in one language."""
    told = {key: sentence(key, language) for key in TOLD_BY_THE_PAGE}
    return Words(language, {**page_sentences(language), **told})
