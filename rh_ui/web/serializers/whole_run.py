"""A run with all that was asked for: the words of its settings, and its chosen files."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from typing_extensions import TypedDict

from rh_ui.catalog.glossary import field_words
from rh_ui.catalog.schema import Endpoint
from rh_ui.catalog.validation import media_values
from rh_ui.domain import INPUT_PREFIX, Task
from rh_ui.errors import NotFound
from rh_ui.storage.library import KeptInput
from rh_ui.web.routes.downloads import is_picture
from rh_ui.web.serializers import answers


class ChosenFile(TypedDict):
    """A kept input: the label of its field, its name, its address, and whether a browser shows it."""

    label: str
    name: str
    url: str
    picture: bool


class WholeRun(TypedDict):
    """A run; `labels`: the names of its settings by key."""

    task: answers.Card
    labels: dict[str, str]
    files: list[ChosenFile]


def labels_of(endpoint: Endpoint | None, language: str) -> dict[str, str]:
    """The form's own labels by key; none of a model that is gone."""
    fields = endpoint.fields if endpoint else ()
    return {field.key: field_words(endpoint, field, language).label for field in fields if endpoint}


def chosen_files(
    endpoint: Endpoint | None, task: Task, info_of: Callable[[str], KeptInput], language: str
) -> list[ChosenFile]:
    """The files of the run that are still there."""
    found: list[ChosenFile] = []
    labels = labels_of(endpoint, language)
    for key, _, value in media_values(endpoint, task.params) if endpoint else ():
        if not value.startswith(INPUT_PREFIX):
            continue
        with suppress(NotFound):
            name = value.removeprefix(INPUT_PREFIX)
            found.append(
                {
                    "label": labels[key],
                    "name": info_of(value).name,
                    "url": f"rh/inputs/{name}",
                    "picture": is_picture(name),
                }
            )
    return found
