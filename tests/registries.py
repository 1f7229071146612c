"""The table as the vendor's registry would write it, so that reading it can be tested without theirs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from rh_ui.catalog.importer.overlay import Proposal, keep, propose
from rh_ui.catalog.loader import TableEntry

TYPES: Final = {
    "text": "STRING",
    "integer": "INT",
    "decimal": "FLOAT",
    "flag": "BOOLEAN",
    "choice": "LIST",
    "image": "IMAGE",
    "video": "VIDEO",
    "audio": "AUDIO",
}
Model = dict[str, Any]


def model(entry: TableEntry, **changed: object) -> Model:
    """One entry of `models`, before corrections; `changed` keys replace its own."""
    raw: dict[str, Any] = entry.raw
    return {
        "internal_name": raw["path"].replace("/", "_"),
        "endpoint": raw["path"],
        "name_en": raw["path"],
        "output_type": "string" if raw["modality"] == "text" else raw["modality"],
        "category": f"RunningHub/{entry.family}",
        "params": [param(field) for field in raw["fields"]],
        **changed,
    }


def param(field: dict[str, Any]) -> dict[str, Any]:
    """One of its `params`, without empty keys."""
    accept = [extension.upper() for extension in field.get("accept", [])]
    written = {
        "fieldKey": field["key"],
        "type": TYPES[field["kind"]],
        "required": field.get("required", False),
        "defaultValue": field.get("default"),
        "options": [{"value": value, "descriptionEn": "?"} for value in field.get("options", [])],
        "min": field.get("min"),
        "max": field.get("max"),
        "step": field.get("step"),
        "maxLength": field.get("max_length"),
        "multipleInputs": field.get("many"),
        "maxInputNum": field.get("max_items"),
        "accept": json.dumps(accept) if accept else None,
        "maxSize": field.get("max_mb"),
    }
    return {key: value for key, value in written.items() if value not in (None, [])}


def write_registry(file: Path, models: Iterable[object], **more: object) -> Path:
    """A registry file with these entries."""
    file.write_text(json.dumps({"version": "2030-01-02", "models": list(models), **more}), encoding="utf-8")
    return file


def load_registry(
    registry: Path, extra: Path, *, prices: Path | None = None, folder: Path | None = None
) -> Proposal:
    """Load a registry over the table, permanently."""
    proposal = propose(registry, prices=prices, folder=folder, extra=extra)
    keep(extra, proposal)
    return proposal


def newcomer(path: str, *params: dict[str, Any]) -> Model:
    """An entry for a model that the table does not have: it makes a picture from a prompt."""
    prompt = {"fieldKey": "prompt", "type": "STRING", "required": True, "maxLength": 500}
    return {"endpoint": path, "name_en": path, "output_type": "image", "params": [prompt, *params]}
