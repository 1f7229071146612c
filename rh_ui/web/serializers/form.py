"""Converts an endpoint of the table to the form that the browser draws. Pure; features/studio/form.js draws
it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, cast

from rh_ui.catalog.glossary import describe, field_words, option_label, summary, title
from rh_ui.catalog.media_limits import media_limits
from rh_ui.catalog.pricing import typical_run
from rh_ui.catalog.problems import meaning
from rh_ui.catalog.roles import NAMING
from rh_ui.catalog.rules import AtLeastOneOf, ExactlyOneOf, SumOf
from rh_ui.catalog.schema import Catalog, Endpoint, Field
from rh_ui.catalog.tasks import default_models, tasks
from rh_ui.domain import JsonValue, Modality
from rh_ui.i18n import format
from rh_ui.web.serializers.form_state import limit_words, number, ruled_keys, state_specs
from rh_ui.web.serializers.specs import FieldSpec, FormSpec, PriceSpan


def field_order(field: Field) -> tuple[int, int]:
    """Main text first, then media, then required choices, then usual choices, then the rest."""
    if field.role in NAMING and not is_advanced(field):
        return (0, NAMING.index(field.role))
    if field.file_kind:
        return (1, 0 if field.required else 1)
    if field.required:
        return (2, 0)
    return (3, 0) if field.usual else (4, 0)


def alternatives(endpoint: Endpoint, field: Field) -> list[Field]:
    """The fields of which one must be given, this one first; only this one if it has no alternatives."""
    groups = (
        rule.fields
        for rule in endpoint.rules
        if isinstance(rule, ExactlyOneOf | AtLeastOneOf) and field.key in rule.fields
    )
    keys = next(groups, ())
    return [field, *(other for other in endpoint.fields if other.key in keys and other is not field)]


def is_advanced(field: Field) -> bool:
    return not (field.required or field.file_kind or field.usual)


def _says_nothing(value: JsonValue) -> bool:
    return value is None or value is False or value in ("", [], {})


def option_labels(endpoint: Endpoint, field: Field, language: str) -> dict[str, JsonValue]:
    """By value, for choices whose label is not the value."""
    named = [*field.named_values, *([field.default] if field.suggested and field.default else ())]
    labels = {str(value): option_label(endpoint, field, str(value), language) for value in named}
    return {value: label for value, label in labels.items() if label != value}


def field_spec(endpoint: Endpoint, field: Field, language: str = "en") -> FieldSpec:
    """What the browser needs to draw, explain and limit one field; an absent key means none."""
    words = field_words(endpoint, field, language)
    spec: dict[str, JsonValue] = {
        "key": field.key,
        "label": words.label,
        "help": words.help,
        "placeholder": words.placeholder,
        "kind": field.kind.value,
        "role": None if field.role is None else field.role.value,
        "required": field.required,
        "many": field.many,
        "default": number(field.opening) if isinstance(field.opening, int | float) else field.opening,
        "options": [*field.named_values],
        "labels": option_labels(endpoint, field, language),
        "min": number(field.min),
        "max": number(field.max),
        "step": number(field.step),
        "minLength": field.min_length,
        "maxLength": field.max_length,
        "maxItems": field.max_items,
        "accept": list(field.accept),
        "maxMb": field.max_mb,
        "limits": limit_words(media_limits(endpoint, field.key, None), language),
        "sentinels": [
            {"value": special.value, "means": meaning(special, language)}
            for special in field.sentinels
            if not field.options
        ],
        "blank": field.blank,
        "secret": field.secret,
        "withheld": field.withheld,
        "parts": None if field.parts is None else asdict(field.parts),
        "total": next(
            (rule.total for rule in endpoint.rules if isinstance(rule, SumOf) and rule.field == field.key), ""
        ),
        "advanced": all(is_advanced(one) for one in alternatives(endpoint, field)),
    }
    told = {key: value for key, value in spec.items() if key == "default" or not _says_nothing(value)}
    return cast("FieldSpec", told)


def price_spec(endpoint: Endpoint) -> PriceSpan | None:
    """The span of unit prices for the picker, amounts as exact text, and the cost of a usual run (`run`);
    None where no price is known."""
    price = endpoint.price
    run = typical_run(endpoint)
    if price is None:
        return None
    return {
        "low": format.amount(min(price.amounts)),
        "high": format.amount(max(price.amounts)),
        "currency": price.currency,
        "unit": price.unit.value,
        "size": price.unit_size,
        "from": price.floor,
        "run": None if run is None else format.amount(run),
    }


def _needs_file(endpoint: Endpoint, media: list[Field]) -> bool:
    """Whether text alone is not enough: a medium is required, or one of several is."""
    keys = {field.key for field in media}
    return any(field.required for field in media) or any(
        isinstance(rule, ExactlyOneOf) and keys.intersection(rule.fields) for rule in endpoint.rules
    )


def endpoint_spec(endpoint: Endpoint, language: str = "en") -> FormSpec:
    """One model: its card in the picker and its form, fields in the order in which they are drawn. `start`:
    the field states when the form opens, valid until a field of `ruled` changes."""
    media = [field for field in endpoint.fields if field.file_kind]
    # Alternatives stand together.
    drawn = sorted(endpoint.fields, key=field_order)
    drawn.sort(key=lambda field: min(map(field_order, alternatives(endpoint, field))))
    spec: FormSpec = {
        "path": endpoint.path,
        "title": title(endpoint, language),
        "description": describe(endpoint, language),
        "summary": summary(endpoint, language),
        "task": endpoint.task,
        "family": endpoint.family,
        "channel": endpoint.channel.value,
        "deprecated": endpoint.deprecated,
        "price": price_spec(endpoint),
        "takes": sorted({field.file_kind.value for field in media if field.file_kind}),
        "wordsOnly": not _needs_file(endpoint, media),
        "fields": [field_spec(endpoint, field, language) for field in drawn],
    }
    ruled = ruled_keys(endpoint)
    if ruled or any(field.withheld for field in endpoint.fields):
        spec["ruled"] = ruled
        spec["start"] = state_specs(endpoint, endpoint.opening, (language,))
    if endpoint.formerly:
        spec["formerly"] = list(endpoint.formerly)
    return spec


def packed(models: Sequence[FormSpec]) -> dict[str, Any]:
    """The same with every distinct field stored once: `fields`, and each model's fields as indexes into it.
    Half the bytes."""
    fields: list[FieldSpec] = []
    places: dict[str, int] = {}

    def place(field: FieldSpec) -> int:
        print_ = json.dumps(field, sort_keys=True)
        if print_ not in places:
            places[print_] = len(fields)
            fields.append(field)
        return places[print_]

    return {
        "models": [{**model, "fields": [place(field) for field in model["fields"]]} for model in models],
        "fields": fields,
    }


def modality_spec(catalog: Catalog, modality: Modality, language: str = "en") -> list[FormSpec]:
    """All models that a tab offers: the default of its first task, then by task in the table's order, each
    task's default first; those that are being retired come last."""
    places = {task: place for place, task in enumerate(tasks())}
    first = next((task for task, makes in tasks().items() if modality in makes), "")

    def rank(found: Endpoint) -> tuple[bool, bool, int, bool]:
        other = default_models().isdisjoint((found.path, *found.formerly))
        return (other or found.task != first, found.deprecated, places[found.task], other)

    endpoints = sorted((endpoint for endpoint in catalog.of(modality) if endpoint.offered), key=rank)
    return [endpoint_spec(endpoint, language) for endpoint in endpoints]
