"""The names of models, fields and options: the lists in words/ as pydantic models."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Constraint

from rh_ui.domain import FieldKind
from rh_ui.i18n.loader import word_list

Said = Annotated[str, Constraint(min_length=1)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Pair(_Entry):
    en: Said
    zh: Said

    def texts(self) -> dict[str, str]:
        return {"en": self.en, "zh": self.zh}


class _FieldTexts(_Entry):
    label: Said
    help: Said
    placeholder: str = ""


class _FieldEntry(_Entry):
    key: Said
    tasks: list[str] = []
    kinds: list[FieldKind] = []
    paths: list[str] = []
    en: _FieldTexts
    zh: _FieldTexts


class _Fields(_Entry):
    field: list[_FieldEntry]


class _Option(_Pair):
    value: Said


class _OptionGroup(_Entry):
    keys: list[Said]
    values: list[_Option]


class _Options(_Entry):
    options: list[_OptionGroup]
    known: list[_OptionGroup]


class _Job(_Pair):
    what: Said
    title: Said


class _Remark(_Entry):
    what: Said
    title: Said


class _Jobs(_Entry):
    job: list[_Job]
    remark: list[_Remark]
    facts: dict[str, _Pair]
    closing: dict[str, _Pair]


class _Model(_Pair):
    name: Said
    image: _Pair | None = None


class _Family(_Entry):
    name: Said
    zh: Said


class _Models(_Entry):
    models: list[_Model]
    families: list[_Family]


@dataclass(frozen=True, slots=True)
class FieldWords:
    """A field's name, what it does, and an example value (may be empty)."""

    label: str
    help: str = ""
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class FieldEntry:
    """The words for a key where all conditions hold; an empty condition always does."""

    tasks: frozenset[str]
    kinds: frozenset[FieldKind]
    paths: tuple[re.Pattern[str], ...]
    words: Mapping[str, FieldWords]

    def fits(self, path: str, task: str, kind: FieldKind) -> bool:
        return (
            (not self.tasks or task in self.tasks)
            and (not self.kinds or kind in self.kinds)
            and (not self.paths or any(pattern.search(path) for pattern in self.paths))
        )


@dataclass(frozen=True, slots=True)
class Job:
    """What an endpoint does: its Chinese name, and by language a sentence without its full stop."""

    title: str
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Glossary:
    """All words of the glossary files; texts are by language."""

    fields: Mapping[str, tuple[FieldEntry, ...]]
    options: Mapping[tuple[str, str], Mapping[str, str]]
    """By field key and value."""
    known: Mapping[tuple[str, str], Mapping[str, str]]
    """The same for known values of texts that take others too."""
    jobs: Mapping[str, Job]
    """By the `what` of an English title."""
    remarks: Mapping[str, str]
    models: Mapping[str, Mapping[str, str]]
    """By the model's name: what it is good at."""
    image_models: Mapping[str, Mapping[str, str]]
    """The same for making images, for models that mostly make something else."""
    families: Mapping[str, str]
    """Chinese names that stand in a Chinese title, by the beginning of the model's name."""
    facts: Mapping[str, Mapping[str, str]]
    closing: Mapping[str, Mapping[str, str]]


@cache
def glossary() -> Glossary:
    """The package's own words, read once and checked."""
    entries = _Fields.model_validate(word_list("fields"))
    options = _Options.model_validate(word_list("options"))
    jobs = _Jobs.model_validate(word_list("jobs"))
    models = _Models.model_validate(word_list("models"))
    by_key: dict[str, tuple[FieldEntry, ...]] = {}
    for entry in entries.field:
        by_key[entry.key] = (*by_key.get(entry.key, ()), _built(entry))
    return Glossary(
        fields=by_key,
        options=_named(options.options),
        known=_named(options.known),
        jobs={job.what: Job(job.title, job.texts()) for job in jobs.job},
        remarks={remark.what: remark.title for remark in jobs.remark},
        models={model.name: model.texts() for model in models.models},
        image_models={model.name: model.image.texts() for model in models.models if model.image},
        families={family.name: family.zh for family in models.families},
        facts={name: pair.texts() for name, pair in jobs.facts.items()},
        closing={name: pair.texts() for name, pair in jobs.closing.items()},
    )


def _built(entry: _FieldEntry) -> FieldEntry:
    words = {
        language: FieldWords(texts.label, texts.help, texts.placeholder)
        for language, texts in (("en", entry.en), ("zh", entry.zh))
    }
    return FieldEntry(
        frozenset(entry.tasks),
        frozenset(entry.kinds),
        tuple(re.compile(pattern) for pattern in entry.paths),
        words,
    )


def _named(groups: list[_OptionGroup]) -> Mapping[tuple[str, str], Mapping[str, str]]:
    """The names by field key and value."""
    return {
        (key, option.value): option.texts()
        for group in groups
        for key in group.keys
        for option in group.values
    }
