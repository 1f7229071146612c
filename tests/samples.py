"""Payloads for any endpoint, made from the table alone: the smallest valid one, and one that is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from rh_ui.catalog.schema import Endpoint, Field, ReferenceParts, ShotParts
from rh_ui.catalog.validation import check
from rh_ui.domain import Channel, FieldKind, JsonValue, Modality, Params

SAMPLE_TEXT: Final = "A red kite over a quiet lake at dawn, seen from the shore in 2024."
MISSING_FIELD: Final = "noSuchField"
SHOT_SECONDS: Final = 5
"""As long as the video of every model with shots, as its form opens."""

Media = Callable[[Field], str]


def made_up(*fields: Field, **told: Any) -> Endpoint:
    """A model that is in no table."""
    return Endpoint(
        "made-up/model", "Made-up", Modality.VIDEO, "text-to-video", "Made-up", Channel.NONE, False, False,
        fields, **told,
    )  # fmt: skip


def link_for(field: Field) -> str:
    """An invented link with an extension that the field accepts, for tests that never fetch it."""
    usual = {FieldKind.IMAGE: "png", FieldKind.VIDEO: "mp4", FieldKind.AUDIO: "mp3"}
    assert field.file_kind is not None
    return f"https://example.com/{field.key}.{field.accept[0] if field.accept else usual[field.file_kind]}"


def valid_value(field: Field, media: Media) -> JsonValue:
    """A value the field accepts: its default where it has one, else the simplest."""
    single = _single(field, media)
    return [single] if field.many and not isinstance(single, list) else single


def valid_params(endpoint: Endpoint, media: Media) -> Params:
    """The smallest payload the endpoint accepts; `media` gives a value for each media field it needs."""
    params: Params = {field.key: valid_value(field, media) for field in endpoint.fields if field.required}
    for _ in endpoint.rules:
        for problem in check(endpoint, params):
            field = endpoint.field(problem.field)
            if field is not None and problem.code in ("at_least_one_of", "requires"):
                params[field.key] = valid_value(field, media)
    return params


def invalid_params(endpoint: Endpoint) -> Params:
    """What both `check` and `build` refuse: a required field is missing, or there is one field too many."""
    params = valid_params(endpoint, link_for)
    needed = next((f.key for f in endpoint.fields if f.required and f.default is None), None)
    if needed is None:
        return {**params, MISSING_FIELD: "1"}
    return {key: value for key, value in params.items() if key != needed}


def _single(field: Field, media: Media) -> JsonValue:
    if field.default is not None:
        return field.default
    match field.kind:
        case FieldKind.FLAG:
            return False
        case FieldKind.CHOICE:
            return field.values[0]
        case FieldKind.INTEGER:
            return int(field.min) if field.min is not None else 1
        case FieldKind.DECIMAL:
            return field.min if field.min is not None else 1.0
        case FieldKind.TEXT:
            return SAMPLE_TEXT[: field.max_length]
        case FieldKind.REFERENCES:
            return reference(field, media(field))
        case FieldKind.SHOTS:
            return shot(field, SHOT_SECONDS)
        case _:
            return media(field)


def reference(field: Field, file: str, number: int = 1) -> JsonValue:
    assert isinstance(field.parts, ReferenceParts)
    kind = field.parts.of.value
    return {field.parts.type: kind, field.parts.name: f"{kind}_{number}", field.parts.file: file}


def shot(field: Field, seconds: int, number: int = 1, text: str = SAMPLE_TEXT) -> JsonValue:
    assert isinstance(field.parts, ShotParts)
    length = str(seconds) if field.parts.as_text else seconds
    return {field.parts.number: number, field.parts.text: text, field.parts.seconds: length}
