"""Problems in words: what is wrong, the limit and the given value, what to do. English and Chinese.

The sentences stand in words/problems.toml; here they are chosen and filled in.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

from rh_ui.catalog.glossary import field_words, option_label
from rh_ui.catalog.glossary_entries import LANGUAGES as LANGUAGES
from rh_ui.catalog.rules import MediaLimits
from rh_ui.catalog.schema import Endpoint, Sentinel
from rh_ui.domain import FieldKind
from rh_ui.errors import Choices, Problem

_WORDS: Final = Path(__file__).parent / "words" / "problems.toml"


_Texts: TypeAlias = Mapping[str, Mapping[str, str]]
"""By name, then by language."""


def sentence(problem: Problem, endpoint: Endpoint, language: str = "en") -> str:
    """One sentence for a person; `language` is `en` or `zh` (anything else: `en`)."""
    language = language if language in LANGUAGES else "en"
    texts, expected, parts, _ = _words()
    if problem.code not in texts:
        return problem.code
    details = {
        key: _choices(value, endpoint, language) if isinstance(value, Choices) else _shown(value)
        for key, value in problem.details.items()
    }
    keys = str(problem.details.get("fields") or problem.field).split(",")
    filled = {
        **details,
        "key": problem.field,
        "label": _label(endpoint, problem.field, language),
        "labels": parts["and"][language].join(_label(endpoint, key, language) for key in keys),
        "expected": expected.get(details.get("expected", ""), {}).get(language, ""),
        "when": _condition(details, endpoint, language),
        "range": _range(details, language, parts),
    }
    return texts[problem.code][language].format_map(filled)


def template(code: str, language: str) -> str:
    """The sentence of a problem with its names in braces, for whoever can tell it without asking."""
    return _words()[0][code][language if language in LANGUAGES else "en"]


def meaning(sentinel: Sentinel, language: str = "en") -> str:
    """What a sentinel stands for, in a word or two; `language` as in `sentence`."""
    return _words()[3][sentinel.means.value][language if language in LANGUAGES else "en"]


def limits_in_words(limits: MediaLimits, language: str = "en") -> str:
    """What a file must be like, for beside its field: “length 3 to 30 s; each side at least 340 px”."""
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
            said.append(
                parts[f"media_{name}"][language].format(range=_range(bounds, language, parts, "bare_"))
            )
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


def _condition(details: Mapping[str, str], endpoint: Endpoint, language: str) -> str:
    key = details.get("when_field")
    if not key:
        return ""
    names = ("when_is", "when_is_not") if details["when_values"] else ("when_given", "when_missing")
    part = _words()[2][names[details["when_given"] == "0"]][language]
    return part.format(when_label=_label(endpoint, key, language), when_values=details["when_values"])


def _choices(choices: Choices, endpoint: Endpoint, language: str) -> str:
    """Choices and flags as the form calls them; what is neither stays as it is."""
    parts, field = _words()[2], endpoint.field(choices.field)
    names: list[str] = []
    for value in choices.values:
        if field is not None and field.kind is FieldKind.FLAG:
            names.append(parts["on" if value == "true" else "off"][language])
        elif field is not None and value in field.values:
            names.append(option_label(endpoint, field, value, language))
        else:
            names.append(value)
    listed = parts["listed"][language]
    separator = parts["semicolon"][language] if any(listed in name for name in names) else listed
    return separator.join(names)


def _range(details: Mapping[str, str], language: str, parts: _Texts, manner: str = "") -> str:
    known = ("low" in details, "high" in details)
    name = {(True, True): "between", (True, False): "at_least", (False, True): "at_most"}.get(known)
    return parts[manner + name][language].format_map(details) if name else ""


def _label(endpoint: Endpoint, key: str, language: str) -> str:
    field = endpoint.field(key)
    return field_words(endpoint, field, language).label if field is not None else key


def _shown(value: str | int | float) -> str:
    return value if isinstance(value, str) else f"{value:,}"
