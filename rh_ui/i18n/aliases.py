"""Other names by which people look for models, their tasks and their fields: words/aliases.toml as models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Constraint

from rh_ui.i18n.loader import word_list

Said = Annotated[str, Constraint(min_length=1)]
ByName: TypeAlias = Mapping[str, tuple[str, ...]]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Named(_Entry):
    name: Said
    also: Annotated[list[Said], Constraint(min_length=1)]


class _Fields(_Entry):
    keys: Annotated[list[Said], Constraint(min_length=1)]
    also: Annotated[list[Said], Constraint(min_length=1)]


class _Aliases(_Entry):
    families: list[_Named]
    models: list[_Named]
    tasks: list[_Named]
    jobs: list[_Named]
    channels: list[_Named]
    fields: list[_Fields]
    filler: list[Said]


@dataclass(frozen=True, slots=True)
class Aliases:
    """What else people call things, in either language, by what the table calls them."""

    families: ByName
    models: ByName
    """By the model's name in its title."""
    tasks: ByName
    jobs: ByName
    """By the `what` of a title."""
    channels: ByName
    fields: ByName
    """By field key."""
    filler: frozenset[str]
    """Words that say nothing of a model."""


@cache
def aliases() -> Aliases:
    """The package's own aliases, read once and checked."""
    read = _Aliases.model_validate(word_list("aliases"))
    return Aliases(
        families=_by_name(read.families),
        models=_by_name(read.models),
        tasks=_by_name(read.tasks),
        jobs=_by_name(read.jobs),
        channels=_by_name(read.channels),
        fields={key: tuple(entry.also) for entry in read.fields for key in entry.keys},
        filler=frozenset(read.filler),
    )


def _by_name(entries: Iterable[_Named]) -> ByName:
    return {entry.name: tuple(entry.also) for entry in entries}
