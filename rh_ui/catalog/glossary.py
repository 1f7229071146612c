"""The names of models, fields and options, and what they do, in English and Chinese.

The words are in i18n/words/*.toml; here they are chosen and combined. Any language except Chinese gets
English.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from rh_ui.catalog.roles import Role
from rh_ui.catalog.schema import Endpoint, Field
from rh_ui.domain import FieldKind, Modality
from rh_ui.i18n.aliases import aliases
from rh_ui.i18n.format import count
from rh_ui.i18n.glossary import FieldWords, glossary
from rh_ui.i18n.labels import label
from rh_ui.i18n.loader import LANGUAGES, known, sentence

_SIZE: Final = re.compile(r"(\d{3,5})[*x×](\d{3,5})")
_RATIOS: Final = ("1:1", "4:3", "3:4", "3:2", "2:3", "16:9", "9:16", "21:9")
_NEAR: Final = 0.035
"""The largest difference between a size and a ratio that is named beside it (1696 × 960 is called 16:9)."""
_SHARPNESS: Final = ("480p", "540p", "720p", "768p", "1080p", "1k", "2k", "3k", "4k", "8k")
_REMARK: Final = re.compile(r" \(([^)]+)\)$")
_LORA: Final = "with LoRA"


def field_words(endpoint: Endpoint, field: Field, language: str) -> FieldWords:
    """Label, help and placeholder of a field; for an unknown key the label is the key as words."""
    if endpoint.own is not None and field.key in endpoint.own.labels:
        language = known(language)
        help_ = endpoint.own.helps.get(field.key, {}).get(language, "")
        return FieldWords(endpoint.own.labels[field.key][language], help_)
    return _field_words(endpoint.path, endpoint.task, field.kind, field.key, known(language))


@cache
def _field_words(path: str, task: str, kind: FieldKind, key: str, language: str) -> FieldWords:
    for entry in glossary().fields.get(key, ()):
        if entry.fits(path, task, kind):
            return entry.words[language]
    return FieldWords(label(key))


def key_label(key: str, language: str) -> str:
    """The label of a field that no model has any more."""
    known_as = glossary().fields.get(key)
    return known_as[0].words[known(language)].label if known_as else label(key)


def option_label(endpoint: Endpoint, field: Field, value: str, language: str) -> str:
    """The label of an option; the value itself where it explains itself. The value is sent."""
    if endpoint.own is not None:
        return endpoint.own.options.get(field.key, {}).get(value, {}).get(known(language), value)
    return _option_label(field.key, field.role, value, known(language))


@cache
def _option_label(key: str, role: Role | None, value: str, language: str) -> str:
    named = glossary().options.get((key, value)) or glossary().known.get((key, value))
    if named is not None:
        return named[language]
    if role is Role.DURATION and value.isdigit():
        return f"{value} s" if language == "en" else f"{value} 秒"
    size = _SIZE.fullmatch(value)
    if size is not None:
        wide, high = int(size[1]), int(size[2])
        ratio = next((name for name in _RATIOS if _is_near(name, wide / high)), "")
        return f"{wide} × {high}" + (f" ({ratio})" if ratio else "")
    return value


def _is_near(ratio: str, given: float) -> bool:
    wide, high = ratio.split(":")
    return abs(given * int(high) / int(wide) - 1) < _NEAR


@dataclass(frozen=True, slots=True)
class _Title:
    """An English title split into its parts: “Sora 2 — image to video (older path) · low price”."""

    name: str
    what: str
    remarks: tuple[str, ...]
    source: str


@cache
def _parts(title: str) -> _Title:
    name, _, rest = title.partition(" — ")
    what, _, source = rest.partition(" · ")
    remarks = []
    if name not in glossary().models and (found := _REMARK.search(name)):
        name = name[: found.start()]
        remarks.append(found[1])
    if found := _REMARK.search(what):
        what = what[: found.start()]
        remarks.append(found[1])
    if what.endswith(f", {_LORA}"):
        what = what.removesuffix(f", {_LORA}")
        remarks.append(_LORA)
    return _Title(name, what, tuple(remarks), source)


def without_words(title: str) -> list[str]:
    """The parts of an English title that the lists of models and jobs do not contain."""
    parts, words = _parts(title), glossary()
    model = parts.name in words.models or parts.name in words.image_models
    missing = [] if model else [f"the model {parts.name} has no words in models.toml."]
    return missing + ([] if parts.what in words.jobs else [f"“{parts.what}” has no words in jobs.toml."])


def title(endpoint: Endpoint, language: str) -> str:
    """The model's name and what it does; in English the table's own title."""
    if endpoint.own is not None:
        return endpoint.own.title[known(language)]
    if known(language) == "en":
        return endpoint.title
    words = glossary()
    parts = _parts(endpoint.title)
    job = words.jobs.get(parts.what)
    text = endpoint.name_zh or f"{_chinese_name(parts.name)} — {job.title if job else parts.what}"
    # Other brackets are part of the English name; the registry's Chinese name has its own.
    remarks = [each for each in parts.remarks if each in words.remarks or not endpoint.name_zh]
    text += "".join(f"（{words.remarks.get(remark, remark)}）" for remark in remarks)
    return f"{text} · {words.remarks.get(parts.source, parts.source)}" if parts.source else text


def _chinese_name(name: str) -> str:
    """`可灵 Kling 3.0 Pro`: a model's name after the Chinese one of its family, where it has one."""
    known_as = (zh for family, zh in glossary().families.items() if name.startswith(family))
    return " ".join([*known_as, name])


def names(endpoint: Endpoint) -> list[str]:
    """What the page and the vendor call an endpoint."""
    return [*(title(endpoint, language) for language in LANGUAGES), *endpoint.names]


def model_names(endpoint: Endpoint) -> list[str]:
    """What its model is called, whatever it does."""
    name = _parts(endpoint.title).name
    return [name, _chinese_name(name)]


def known_as(endpoint: Endpoint) -> list[str]:
    """What else people call the model and its makers."""
    others, model = aliases(), _parts(endpoint.title).name
    return [*others.families.get(endpoint.family, ()), *others.models.get(model, ())]


def doings(endpoint: Endpoint) -> list[str]:
    """What people call what it does."""
    others, what = aliases(), _parts(endpoint.title).what
    said = [endpoint.task.replace("-", " "), what]
    said += [sentence(f"task.{endpoint.task}", language) for language in LANGUAGES]
    said += [job.title] if (job := glossary().jobs.get(what)) else []
    return [*said, *others.tasks.get(endpoint.task, ()), *others.jobs.get(what, ())]


def describe(endpoint: Endpoint, language: str) -> str:
    """One line: its inputs and results, its strengths, its limits, and what its channel means."""
    language = known(language)
    if endpoint.own is not None:
        return endpoint.own.description[language]
    words = glossary()
    parts = _parts(endpoint.title)
    job = words.jobs.get(parts.what)
    does = _sentences([job.said[language] if job else parts.what], language)
    closing = [*parts.remarks, endpoint.channel.value, *_doubts(endpoint)]
    ends = [words.closing[name][language] for name in closing if name in words.closing]
    space = " " if language == "en" else ""
    return space.join(said for said in (does, summary(endpoint, language), *ends) if said)


def _doubts(endpoint: Endpoint) -> list[str]:
    """The remarks about facts that the service itself did not confirm."""
    fields = any(field.unconfirmed for field in endpoint.fields)
    return ["unconfirmed"] if endpoint.unconfirmed or fields else []


def summary(endpoint: Endpoint, language: str) -> str:
    """Its strengths and limits, which distinguish it from similar models. May be empty."""
    language = known(language)
    if endpoint.own is not None:
        return ""
    name = _parts(endpoint.title).name
    model = glossary().models.get(name)
    if endpoint.modality is Modality.IMAGE:
        model = glossary().image_models.get(name, model)
    comma = ", " if language == "en" else "，"
    return _sentences([model[language] if model else "", comma.join(_facts(endpoint, language))], language)


def _sentences(texts: list[str], language: str) -> str:
    stop, space = (".", " ") if language == "en" else ("。", "")
    return space.join(text[:1].upper() + text[1:] + stop for text in texts if text)


def _facts(endpoint: Endpoint, language: str) -> list[str]:
    templates = glossary().facts
    found = []
    for field in endpoint.of(Role.DURATION):
        seconds = _seconds(field)
        if seconds:
            name = "length" if len(seconds) > 1 else "one_length"
            found.append(templates[name][language].format(low=seconds[0], high=seconds[-1]))
    for field in endpoint.of(Role.RESOLUTION):
        offered = [name for name in _SHARPNESS if name in {value.lower() for value in field.values}]
        if offered:
            found.append(templates["resolution"][language].format(high=offered[-1]))
    pictures = [field for field in endpoint.of(Role.REFERENCE) if field.kind is FieldKind.IMAGE]
    number = sum(field.max_items or 1 for field in pictures)
    if number > 1:
        found.append(templates["pictures"][language].format(count=number))
    most = [field.max for field in endpoint.of(Role.FACES) if field.max is not None]
    return found + [templates["faces"][language].format(count=count(faces)) for faces in most]


def _seconds(field: Field) -> list[int]:
    """The shortest and the longest duration on offer, or the only one."""
    if field.kind is FieldKind.CHOICE:
        offered = sorted(int(value) for value in field.values if value.isdigit() and value != "0")
    else:
        offered = [int(limit) for limit in (field.min, field.max) if limit is not None and limit > 0]
    return sorted({offered[0], offered[-1]}) if offered else []
