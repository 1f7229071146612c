"""A past run as a form again. Pure: values that the table still takes come back exactly; the others are
named."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import NotRequired

from typing_extensions import TypedDict

from rh_ui.catalog import nested
from rh_ui.catalog.glossary import field_words, key_label, option_label
from rh_ui.catalog.schema import Endpoint, Field, ReferenceParts
from rh_ui.catalog.validation import check_field
from rh_ui.domain import FieldKind, JsonValue, Params
from rh_ui.i18n import Words
from rh_ui.web.serializers.form_state import number

KEPT: frozenset[str] = frozenset(
    {"too_long", "too_short", "too_many_items", "shot_too_long", "shot_without_text", "shot_seconds"}
)
"""Invalid, but better shown at the field with its sentence than dropped."""


class FormFile(TypedDict):
    """A link, an input or an id; `called`: the name by which the prompt knows it."""

    value: str
    called: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Reused:
    """A form filled in again."""

    values: dict[str, JsonValue]
    """By key, for every field except media; null where the run left it out, so that no default replaces it;
    absent where its value is lost. Numbers that a browser would round are text."""
    media: dict[str, list[str]]
    """Links, inputs and ids by key, in order."""
    lost: tuple[str, ...]
    """What the model no longer takes, in words: the field, and the value if it can be named."""
    names: dict[str, list[str]]
    """What the prompt calls the references among the media, by key, in the same order."""

    @property
    def files(self) -> dict[str, list[FormFile]]:
        """The media as a form takes them."""
        return {
            key: [
                {"value": ref, "called": name} if name else {"value": ref}
                for ref, name in zip_longest(refs, self.names.get(key, ()), fillvalue="")
            ]
            for key, refs in self.media.items()
        }


def reused(endpoint: Endpoint, params: Params, words: Words) -> Reused:
    """The form of the model with the values that a run of it sent."""
    values: dict[str, JsonValue] = {}
    media: dict[str, list[str]] = {}
    names: dict[str, list[str]] = {}
    lost = [key_label(key, words.language) for key in params if endpoint.field(key) is None]
    for field in endpoint.fields:
        given = params.get(field.key)
        if given == field.left_out:  # runs of older versions sent the vendor's mark for it
            given = None
        fitting = _fitting(field, given)
        if fitting != given:
            lost.append(_told(endpoint, field, given, words))
        if not field.file_kind:
            if given is None or fitting is not None:
                values[field.key] = _for_browser(field.left_out if given is None else fitting)
        elif fitting is not None:
            items = fitting if isinstance(fitting, list) else [fitting]
            found = (nested.file_of(field, item) for item in items)
            media[field.key] = [file for file in found if isinstance(file, str)]
            if isinstance(parts := field.parts, ReferenceParts):
                names[field.key] = [str(item[parts.name]) for item in items if isinstance(item, dict)]
    return Reused(values, media, tuple(lost), names)


def _fitting(field: Field, given: JsonValue) -> JsonValue:
    """The part of the value that the field still takes; null for nothing."""
    if given is None or _fits(field, given):
        return given
    if not field.many or not isinstance(given, list):
        return None
    return [item for item in given if _fits(field, [item])] or None


def _fits(field: Field, value: JsonValue) -> bool:
    return all(problem.code in KEPT for problem in check_field(field, value))


def _for_browser(value: JsonValue) -> JsonValue:
    return number(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _told(endpoint: Endpoint, field: Field, given: JsonValue, words: Words) -> str:
    """“Resolution (8k)”; for a long text or a file only the field."""
    said = field_words(endpoint, field, words.language).label
    if field.file_kind or field.kind is FieldKind.TEXT or isinstance(given, list):
        return said
    return words(
        "form.lost_value", label=said, value=option_label(endpoint, field, str(given), words.language)
    )
