"""The table as the vendor's registry would write it, so that reading it back can be tested without theirs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from rh_ui.catalog.schema import Endpoint, Field
from rh_ui.domain import FieldKind, Modality

TYPES: Final = {
    FieldKind.TEXT: "STRING",
    FieldKind.INTEGER: "INT",
    FieldKind.DECIMAL: "FLOAT",
    FieldKind.FLAG: "BOOLEAN",
    FieldKind.CHOICE: "LIST",
    FieldKind.IMAGE: "IMAGE",
    FieldKind.VIDEO: "VIDEO",
    FieldKind.AUDIO: "AUDIO",
}
Model = dict[str, Any]


def model(endpoint: Endpoint, **changed: object) -> Model:
    """One entry of `models`; `changed` keys stand in for its own."""
    return {
        "internal_name": endpoint.path.replace("/", "_"),
        "endpoint": endpoint.path,
        "name_en": endpoint.path,
        "output_type": "string" if endpoint.modality is Modality.TEXT else endpoint.modality.value,
        "category": f"RunningHub/{endpoint.family}",
        "params": [param(field) for field in endpoint.fields],
        **changed,
    }


def param(field: Field) -> dict[str, Any]:
    """One of its `params`, without the keys that say nothing."""
    written = {
        "fieldKey": field.key,
        "type": TYPES[field.kind],
        "required": field.required,
        "defaultValue": field.default,
        "options": [{"value": value, "descriptionEn": "?"} for value in field.values],
        "min": field.min,
        "max": field.max,
        "step": field.step,
        "maxLength": field.max_length,
        "multipleInputs": field.many or None,
        "maxInputNum": field.max_items,
        "accept": json.dumps([extension.upper() for extension in field.accept]) if field.accept else None,
        "maxSize": field.max_mb,
    }
    return {key: value for key, value in written.items() if value not in (None, [])}


def write_registry(file: Path, models: Iterable[object], **more: object) -> Path:
    """A registry file with these entries."""
    file.write_text(json.dumps({"version": "2030-01-02", "models": list(models), **more}), encoding="utf-8")
    return file
