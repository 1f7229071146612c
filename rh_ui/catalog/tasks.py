"""The vocabulary of tasks (`text-to-image` …), read once from data/vocabulary."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Constraint

from rh_ui.domain import Modality

FILE: Final = Path(__file__).parent / "data" / "vocabulary" / "tasks.toml"


class _Task(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    name: Annotated[str, Constraint(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    makes: Annotated[frozenset[Modality], Constraint(min_length=1)]
    default: Annotated[list[str], Constraint(min_length=1)]
    ratio: Annotated[str, Constraint(pattern=r"^\d+:\d+$")] | None = None


class _Tasks(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    tasks: list[_Task]


@cache
def _entries() -> tuple[_Task, ...]:
    return tuple(_Tasks.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8"))).tasks)


@cache
def tasks() -> Mapping[str, frozenset[Modality]]:
    """The kinds of result of each task, in the order in which the page shows them."""
    return {task.name: task.makes for task in _entries()}


@cache
def default_models() -> frozenset[str]:
    """The paths of the models that a task begins with, one for each thing that it makes."""
    return frozenset(path for task in _entries() for path in task.default)


@cache
def default_ratios() -> Mapping[str, str]:
    """The ratio that a task's forms open with, by task."""
    return {task.name: task.ratio for task in _entries() if task.ratio is not None}
