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


class _Tasks(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    tasks: list[_Task]


@cache
def tasks() -> Mapping[str, frozenset[Modality]]:
    """The kinds of result of each task, in the order in which the page shows them."""
    document = _Tasks.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8")))
    return {task.name: task.makes for task in document.tasks}
