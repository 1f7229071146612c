"""Problems in words: what is wrong, the limit and the given value, what to do. English and Chinese.

The sentences stand in words/problems.toml; here they are chosen and filled in.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

from rh_ui.catalog.schema import Endpoint
from rh_ui.catalog.wording import field_words
from rh_ui.catalog.wording_entries import LANGUAGES as LANGUAGES
from rh_ui.errors import Problem

_WORDS: Final = Path(__file__).parent / "words" / "problems.toml"


_Texts: TypeAlias = Mapping[str, Mapping[str, str]]
"""By name, then by language."""


def sentence(problem: Problem, endpoint: Endpoint, language: str = "en") -> str:
    """One sentence for a person; `language` is `en` or `zh` (anything else: `en`)."""
    language = language if language in LANGUAGES else "en"
    texts, expected, parts = _words()
    if problem.code not in texts:
        return problem.code
    details = {key: _shown(value) for key, value in problem.details.items()}
    keys = str(problem.details.get("fields") or problem.field).split(",")
    filled = {
        **details,
        "key": problem.field,
        "label": _label(endpoint, problem.field, language),
        "labels": parts["and"][language].join(_label(endpoint, key, language) for key in keys),
        "expected": expected.get(details.get("expected", ""), {}).get(language, ""),
        "when": _condition(problem, endpoint, language, parts),
        "range": _range(details, language, parts),
    }
    return texts[problem.code][language].format_map(filled)


@cache
def _words() -> tuple[_Texts, _Texts, _Texts]:
    """Sentences by code, the words for what a field takes, and the parts sentences are put together from."""
    texts = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    return texts, texts.pop("expected"), texts.pop("parts")


def _condition(problem: Problem, endpoint: Endpoint, language: str, parts: _Texts) -> str:
    key = str(problem.details.get("when_field", ""))
    if not key:
        return ""
    values = str(problem.details.get("when_values", ""))
    plain = "when_given" if problem.details.get("when_given") else "when_missing"
    part = parts["when_is" if values else plain][language]
    return part.format(when_label=_label(endpoint, key, language), when_values=values)


def _range(details: Mapping[str, str], language: str, parts: _Texts) -> str:
    known = ("low" in details, "high" in details)
    name = {(True, True): "between", (True, False): "at_least", (False, True): "at_most"}.get(known)
    return parts[name][language].format_map(details) if name else ""


def _label(endpoint: Endpoint, key: str, language: str) -> str:
    field = endpoint.field(key)
    return field_words(endpoint, field, language).label if field is not None else key


def _shown(value: str | int | float) -> str:
    return value if isinstance(value, str) else f"{value:,}"
