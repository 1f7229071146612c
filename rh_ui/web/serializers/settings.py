"""What a run sent, under the words of its form. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pydantic import JsonValue
from typing_extensions import TypedDict

from rh_ui.catalog.glossary import field_words, key_label, option_label
from rh_ui.catalog.schema import Endpoint, Field
from rh_ui.domain import INPUT_PREFIX, Task
from rh_ui.file_types.claims import ending_of
from rh_ui.file_types.table import of_extension
from rh_ui.i18n import Words

MOST_SHOWN: Final = 2000
"""Characters of one value."""


class SettingValue(TypedDict):
    """A value as text, with all its digits; of a file that is kept here its address and what it is."""

    text: str
    url: str
    kind: str


class Setting(TypedDict):
    """One field with its values."""

    key: str
    label: str
    values: list[SettingValue]


def settings(task: Task, endpoint: Endpoint | None, words: Words) -> list[Setting]:
    """In the order of the form, without the prompt."""
    fields = {field.key: field for field in endpoint.fields} if endpoint else {}
    shown = [key for key in fields if key in task.params]
    order = [*shown, *(key for key in task.params if key not in fields)]
    found: list[Setting] = []
    for key in order:
        sent = task.params[key]
        if sent in (None, "", []) or sent == task.words:
            continue
        field = fields.get(key)
        label = field_words(endpoint, field, words.language).label if endpoint and field else ""
        values = list(_values(sent, endpoint, field, words))
        found.append({"key": key, "label": label or key_label(key, words.language), "values": values})
    return found


def _values(
    sent: JsonValue, endpoint: Endpoint | None, field: Field | None, words: Words
) -> Iterator[SettingValue]:
    if isinstance(sent, list):
        for each in sent:
            yield from _values(each, endpoint, field, words)
    elif isinstance(sent, dict):
        texts = [str(each) for each in sent.values() if not _is_file(each)]
        for each in sent.values():
            if _is_file(each):
                yield from _values(each, endpoint, field, words)
        yield {"text": " · ".join(texts)[:MOST_SHOWN], "url": "", "kind": ""}
    elif isinstance(sent, str) and _is_file(sent):
        name = sent.removeprefix(INPUT_PREFIX)
        known = of_extension(ending_of(name))
        yield {"text": name, "url": f"rh/inputs/{name}", "kind": known.kind.value if known else ""}
    elif isinstance(sent, bool):
        yield {"text": words("setting.on" if sent else "setting.off"), "url": "", "kind": ""}
    else:
        text = str(sent)
        if endpoint and field and field.options:
            text = option_label(endpoint, field, text, words.language)
        yield {"text": text[:MOST_SHOWN], "url": "", "kind": ""}


def _is_file(sent: object) -> bool:
    return isinstance(sent, str) and sent.startswith(INPUT_PREFIX)
