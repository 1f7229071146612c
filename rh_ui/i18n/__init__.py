"""The page's sentences in English and Chinese, one TOML file a language; logic lives elsewhere."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from rh_ui import error_codes
from rh_ui.catalog.problems import template
from rh_ui.errors import NoBalance

LANGUAGES: Final = ("en", "zh")
TOLD_BY_THE_PAGE: Final = ("required",)
"""Problems that the page tells without asking, in the table's own sentence."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language: `words("picker.search")`, with `{name}` places filled from keyword arguments."""

    language: str
    entries: dict[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The sentence under `key`; raises KeyError for a key that stands in no file."""
        return self.entries[key].format_map(values) if values else self.entries[key]

    def get(self, key: str, default: str) -> str:
        return self.entries.get(key, default)


def load_words(language: str) -> Words:
    """Read one language from the package's data."""
    text = files(__package__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    flat = {
        f"{section}.{key}": str(sentence)
        for section, sentences in tomllib.loads(text).items()
        for key, sentence in sentences.items()
    }
    said = {f"problem.{code}": template(code, language) for code in TOLD_BY_THE_PAGE}
    for code, known in error_codes.table().items():
        if known.raises is NoBalance:  # told wherever an account is paused, without asking
            why = flat["code.what"].format(what=known.said[language][0], code=code)
            said[f"pause.why_{code}"] = flat["pause.why"].format(why=why)
    return Words(language, flat | said)
