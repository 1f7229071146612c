"""Problems in words: what is wrong, the limit and the given value, what to do. English and Chinese.

The sentences stand in words/problems.toml; here they are chosen and filled in.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

from rh_ui.catalog.rules import MediaLimits
from rh_ui.catalog.schema import Endpoint, Sentinel
from rh_ui.catalog.wording import field_words, option_label
from rh_ui.catalog.wording_entries import LANGUAGES as LANGUAGES
from rh_ui.domain import FieldKind
from rh_ui.errors import Problem

_WORDS: Final = Path(__file__).parent / "words" / "problems.toml"


_Texts: TypeAlias = Mapping[str, Mapping[str, str]]
"""By name, then by language."""
_CHOICES: Final = frozenset({"value", "options", "values"})
"""Details that may name choices of the problem's field."""


def sentence(problem: Problem, endpoint: Endpoint, language: str = "en") -> str:
    """One sentence for a person; `language` is `en` or `zh` (anything else: `en`)."""
    language = language if language in LANGUAGES else "en"
    texts, expected, parts, _ = _words()
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
    for detail in _CHOICES & details.keys():
        filled[detail] = _choices(endpoint, problem.field, details[detail], language, parts)
    return texts[problem.code][language].format_map(filled)


def meaning(sentinel: Sentinel, language: str = "en") -> str:
    """What a sentinel stands for, in a word or two; `language` as in `sentence`."""
    return _words()[3][sentinel.means.value][language if language in LANGUAGES else "en"]


def limits_in_words(limits: MediaLimits, language: str = "en") -> str:
    """What a file must be like, for beside its field: “3 to 30 s; sides of 340 to 3,850 px”."""
    language = language if language in LANGUAGES else "en"
    parts = _words()[2]
    ranges = (
        ("seconds", limits.min_seconds, limits.max_seconds),
        ("total", None, limits.max_total_seconds),
        ("sides", limits.min_side, limits.max_side),
        ("short_side", limits.min_short_side, limits.max_short_side),
        ("ratio", limits.min_ratio, limits.max_ratio),
    )
    said = []
    for name, low, high in ranges:
        bounds = {key: _shown(bound) for key, bound in (("low", low), ("high", high)) if bound is not None}
        if bounds:
            said.append(parts[f"media_{name}"][language].format(range=_range(bounds, language, parts)))
    if limits.sizes:
        sizes = ", ".join(f"{width} × {height}" for width, height in limits.sizes)
        said.append(parts["media_sizes"][language].format(sizes=sizes))
    return parts["semicolon"][language].join(said)


@cache
def _words() -> tuple[_Texts, _Texts, _Texts, _Texts]:
    """Sentences by code, the words for what a field takes, the parts sentences are put together from, and the
    meanings of sentinels."""
    texts = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    return texts, texts.pop("expected"), texts.pop("parts"), texts.pop("meanings")


def _condition(problem: Problem, endpoint: Endpoint, language: str, parts: _Texts) -> str:
    key = str(problem.details.get("when_field", ""))
    if not key:
        return ""
    values = str(problem.details.get("when_values", ""))
    names = ("when_is", "when_is_not") if values else ("when_given", "when_missing")
    part = parts[names[0 if problem.details.get("when_given") else 1]][language]
    named = _choices(endpoint, key, values, language, parts)
    return part.format(when_label=_label(endpoint, key, language), when_values=named)


def _choices(endpoint: Endpoint, key: str, values: str, language: str, parts: _Texts) -> str:
    """Choices and flags as the form calls them; what is neither stays as it is."""
    field = endpoint.field(key)
    if field is None:
        return values
    named = values.split(", ")
    if field.kind is FieldKind.FLAG:
        called = {"true": parts["on"][language], "false": parts["off"][language]}
    else:
        called = {
            value: option_label(endpoint, field, value, language) for value in named if value in field.values
        }
    if not called:
        return values
    shown = [called.get(value, value) for value in named]
    separator = parts["listed"][language]
    return (parts["semicolon"][language] if any(separator in name for name in shown) else separator).join(
        shown
    )


def _range(details: Mapping[str, str], language: str, parts: _Texts) -> str:
    known = ("low" in details, "high" in details)
    name = {(True, True): "between", (True, False): "at_least", (False, True): "at_most"}.get(known)
    return parts[name][language].format_map(details) if name else ""


def _label(endpoint: Endpoint, key: str, language: str) -> str:
    field = endpoint.field(key)
    return field_words(endpoint, field, language).label if field is not None else key


def _shown(value: str | int | float) -> str:
    return value if isinstance(value, str) else f"{value:,}"
