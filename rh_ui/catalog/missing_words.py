"""Names in the table that no list of words has, for the person who adds words."""

from __future__ import annotations

from collections.abc import Iterator

from rh_ui.catalog.glossary import option_label, without_words
from rh_ui.catalog.schema import Catalog
from rh_ui.catalog.tasks import tasks
from rh_ui.i18n.glossary import glossary
from rh_ui.i18n.loader import has_sentence


def missing_words(catalog: Catalog) -> Iterator[str]:
    """A sentence for each field, choice, model, job and task without words of its own."""
    for task in tasks():
        if not has_sentence(f"task.{task}"):
            yield f"task {task}: has no words in en.toml and zh.toml."
    said: set[str] = set()
    for endpoint in catalog.endpoints.values():
        yield from (f"{endpoint.path}: {what}" for what in without_words(endpoint.title))
        for field in endpoint.fields:
            unnamed = [
                value for value in field.named_values if "_" in option_label(endpoint, field, value, "en")
            ]
            found = [f"field {field.key}: has no words in fields.toml."] * (
                field.key not in glossary().fields
            )
            found += [f"field {field.key}: {value} has no words in options.toml." for value in unnamed]
            yield from (f"{endpoint.path}: {one}" for one in found if one not in said)
            said.update(found)
