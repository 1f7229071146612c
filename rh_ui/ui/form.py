"""From an endpoint of the table to the form the browser draws. Pure: the drawing is assets/js/form.js."""

from __future__ import annotations

from typing import Final

from rh_ui.catalog.schema import TASKS, Catalog, Endpoint, Field, Price
from rh_ui.domain import FieldKind, JsonValue, Modality

# Settings most people look for at once; other optional settings fold away under Advanced.
USUAL: Final = frozenset(
    {
        "aspectRatio",
        "ratio",
        "resolution",
        "size",
        "duration",
        "quality",
        "targetResolution",
        "style",
        "styleName",
        "voice_id",
        "voiceId",
        "emotion",
        "n",
        "imageNum",
        "sound",
        "generateAudio",
        "audio",
        "mode",
        "effect",
        "width",
        "height",
        "customWidth",
        "customHeight",
        "customHight",
    }
)
LEADING_TEXT: Final = ("prompt", "text", "textPrompt", "descriptionPrompt", "lyrics", "title")
FIRST: Final = frozenset(
    {
        "rhart-image-n-g31-flash/text-to-image",
        "alibaba/wan-2.6/text-to-video",
        "rhart-audio/text-to-audio/speech-2.8-hd",
        "hunyuan3d-v3.1/text-to-3d",
        "rhart-text-g-3-flash-preview/text-to-text",
    }
)
"""What a tab shows to a person who has never been here: quick, cheap, and needs nothing but words."""
TASK_PLACE: Final = {task: place for place, task in enumerate(TASKS)}
EXACT_IN_BROWSER: Final = 2**53 - 1
"""Beyond this a number in the browser is no longer exact, so limits travel as text."""


def field_order(field: Field) -> tuple[int, int]:
    """Text to write first, then media, then what must be chosen, then the usual choices, then the rest."""
    if field.kind is FieldKind.TEXT and field.key in LEADING_TEXT:
        return (0, LEADING_TEXT.index(field.key))
    if field.kind.is_media:
        return (1, 0 if field.required else 1)
    if field.required:
        return (2, 0)
    return (3, 0) if field.key in USUAL else (4, 0)


def is_advanced(field: Field) -> bool:
    return not (
        field.required
        or field.kind.is_media
        or field.key in USUAL
        or (field.kind is FieldKind.TEXT and field.key in LEADING_TEXT)
    )


def _number(value: int | float | None) -> JsonValue:
    if isinstance(value, int) and abs(value) > EXACT_IN_BROWSER:
        return str(value)
    return value


def _says_nothing(value: JsonValue) -> bool:
    return value is None or value is False or value == []


def field_spec(field: Field) -> dict[str, JsonValue]:
    """What the browser needs to draw and limit one field; absent means none."""
    spec: dict[str, JsonValue] = {
        "key": field.key,
        "label": field.label,
        "kind": field.kind.value,
        "required": field.required,
        "many": field.many,
        "default": _number(field.default) if isinstance(field.default, int | float) else field.default,
        "options": [option.value for option in field.options],
        "min": _number(field.min),
        "max": _number(field.max),
        "step": _number(field.step),
        "minLength": field.min_length,
        "maxLength": field.max_length,
        "maxItems": field.max_items,
        "accept": list(field.accept),
        "maxMb": field.max_mb,
        "advanced": is_advanced(field),
    }
    return {key: value for key, value in spec.items() if key == "default" or not _says_nothing(value)}


def price_spec(price: Price | None) -> JsonValue:
    """The span of unit prices for the picker, amounts as exact text; None where nothing is known."""
    if price is None:
        return None
    amounts = [rule.amount for rule in price.rules]
    if price.amount is not None:
        amounts.append(price.amount)
    if not amounts:
        return None
    return {
        "low": f"{min(amounts):f}",
        "high": f"{max(amounts):f}",
        "currency": price.currency,
        "unit": price.unit.value,
        "size": price.unit_size,
        "from": price.floor,
    }


def endpoint_spec(endpoint: Endpoint) -> dict[str, JsonValue]:
    """One model: its card in the picker and its form, fields in the order they are drawn."""
    kinds = sorted({field.kind.value for field in endpoint.fields if field.kind.is_media and field.required})
    return {
        "path": endpoint.path,
        "title": endpoint.title,
        "task": endpoint.task,
        "family": endpoint.family,
        "channel": endpoint.channel.value,
        "deprecated": endpoint.deprecated,
        "price": price_spec(endpoint.price),
        "needs": list[JsonValue](kinds),
        "fields": [field_spec(field) for field in sorted(endpoint.fields, key=field_order)],
    }


def modality_spec(catalog: Catalog, modality: Modality) -> list[JsonValue]:
    """All models of one tab: the one for newcomers, then by task in the table's order, those being retired
    last."""
    endpoints = sorted(
        catalog.of(modality),
        key=lambda found: (found.path not in FIRST, found.deprecated, TASK_PLACE[found.task]),
    )
    return [endpoint_spec(endpoint) for endpoint in endpoints]
