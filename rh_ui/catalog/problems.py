"""Problems in words: what is wrong, the limit and the given value, what to do. In English and Chinese.

The sentences are in i18n/words/problem.toml; here they are chosen and filled in.
"""

from __future__ import annotations

from collections.abc import Mapping

from rh_ui.catalog.glossary import field_words, option_label
from rh_ui.catalog.rules import MediaLimits
from rh_ui.catalog.schema import Endpoint, Sentinel
from rh_ui.domain import FieldKind
from rh_ui.errors import Choices, Problem
from rh_ui.i18n import fill, loader
from rh_ui.i18n.format import count
from rh_ui.i18n.loader import known


def sentence(problem: Problem, endpoint: Endpoint, language: str = "en") -> str:
    """One sentence for the user; `language` is `en` or `zh` (anything else: `en`)."""
    language = known(language)
    if not loader.has_sentence(f"problem.{problem.code}"):
        return problem.code
    details = {
        key: _choices(value, endpoint, language) if isinstance(value, Choices) else _shown(value)
        for key, value in problem.details.items()
    }
    keys = str(problem.details.get("fields") or problem.field).split(",")
    expected = f"problem.expected.{details.get('expected', '')}"
    filled = {
        **details,
        "key": problem.field,
        "label": _label(endpoint, problem.field, language),
        "labels": _part("and", language).join(_label(endpoint, key, language) for key in keys),
        "expected": loader.sentence(expected, language) if "expected" in details else "",
        "when": _condition(details, endpoint, language),
        "range": _range(details, language),
    }
    return fill(loader.sentence(f"problem.{problem.code}", language), filled, language)


def not_offered(endpoint: Endpoint) -> tuple[Problem, ...]:
    """Why a model of the table can't be run; empty for one that can."""
    why = endpoint.not_offered
    return () if why is None else (Problem("", f"not_offered_{why.value}"),)


def meaning(sentinel: Sentinel, language: str = "en") -> str:
    """The meaning of a sentinel, in a word or two; `language` as in `sentence`."""
    return loader.sentence(f"problem.meanings.{sentinel.means.value}", language)


def limits_in_words(limits: MediaLimits, language: str = "en") -> str:
    """The limits on a file, as a text beside its field: “length 3 to 30 s; each side at least 340 px”."""
    language = known(language)
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
            said.append(_part(f"media_{name}", language).format(range=_range(bounds, language, "bare_")))
    if limits.sizes:
        sizes = ", ".join(f"{width} × {height}" for width, height in limits.sizes)
        said.append(_part("media_sizes", language).format(sizes=sizes))
    return _semicolon(language).join(said)


def _semicolon(language: str) -> str:
    return loader.sentence("about.semicolon", language)


def _part(name: str, language: str) -> str:
    """The parts of sentences."""
    return loader.sentence(f"problem.parts.{name}", language)


def _condition(details: Mapping[str, str], endpoint: Endpoint, language: str, name: str = "when") -> str:
    key = details.get(f"{name}_field")
    if not key:
        return ""
    values = details[f"{name}_values"]
    names = ("when_is", "when_is_not") if values else ("when_given", "when_missing")
    part = _part(names[details[f"{name}_given"] == "0"], language)
    said = fill(part, {"when_label": _label(endpoint, key, language), "when_values": values}, language)
    also = _condition(details, endpoint, language, f"also{name.removeprefix('when')}")
    return _part("both", language).format(one=said, other=also) if also else said


def _choices(choices: Choices, endpoint: Endpoint, language: str) -> str:
    """Options with their labels in the form; other values as they are."""
    field = endpoint.field(choices.field)
    names: list[str] = []
    for value in choices.values:
        if field is not None and field.kind is FieldKind.FLAG:
            names.append(_part("on" if value == "true" else "off", language))
        elif field is not None and value in field.values:
            names.append(option_label(endpoint, field, value, language))
        else:
            names.append(value)
    listed = _part("listed", language)
    separator = _semicolon(language) if any(listed in name for name in names) else listed
    return separator.join(names)


def _range(details: Mapping[str, str], language: str, manner: str = "") -> str:
    known = ("low" in details, "high" in details)
    name = {(True, True): "between", (True, False): "at_least", (False, True): "at_most"}.get(known)
    return fill(_part(manner + name, language), details, language) if name else ""


def _label(endpoint: Endpoint, key: str, language: str) -> str:
    field = endpoint.field(key)
    return field_words(endpoint, field, language).label if field is not None else key


def _shown(value: str | int | float) -> str:
    return value if isinstance(value, str) else count(value)
