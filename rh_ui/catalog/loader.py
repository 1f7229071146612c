"""Reads the table's files into a Catalog. One bad entry is set aside with a notice, never the whole table."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from pydantic import ValidationError

from rh_ui.catalog.entries import CorrectionEntry, EndpointEntry
from rh_ui.catalog.schema import Catalog, Endpoint
from rh_ui.errors import TableFault

DATA_FOLDER: Final = Path(__file__).parent / "data"
CORRECTIONS: Final = "corrections"

Raw: TypeAlias = dict[str, object]


def load_catalog(folder: Path | None = None) -> Catalog:
    """The table in `folder` (the package's own by default), corrections applied.

    A file that is no TOML, and an entry that breaks the schema, is left out and named in `notices`. Raises
    TableFault when no endpoint is left.
    """
    folder = DATA_FOLDER if folder is None else folder
    notices: list[str] = []
    corrections = _read_corrections(folder / CORRECTIONS, notices)
    endpoints: dict[str, Endpoint] = {}
    for file in sorted(folder.glob("*.toml")):
        for family, raw in _read_family(file, notices):
            endpoint = _read_entry(file.name, family, raw, corrections, notices)
            if endpoint is None:
                continue
            if endpoint.path in endpoints:
                notices.append(f"{file.name}: {endpoint.path}: stands twice; the first one counts.")
                continue
            endpoints[endpoint.path] = endpoint
    if not endpoints:
        raise TableFault(f"The table in {folder.name} holds no usable endpoint. " + " ".join(notices))
    notices.extend(
        f"{CORRECTIONS}: {path}: corrects an endpoint that is not in the table."
        for path in corrections
        if path not in endpoints and not any(f" {path}:" in notice for notice in notices)
    )
    return Catalog(endpoints=endpoints, notices=tuple(notices))


def _read_toml(file: Path, notices: list[str]) -> Raw:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        notices.append(f"{file.name}: can't be read: {fault}")
        return {}


def _read_family(file: Path, notices: list[str]) -> Iterator[tuple[str, Raw]]:
    document = _read_toml(file, notices)
    family, entries = document.get("family"), document.get("endpoint", [])
    unknown = document.keys() - {"family", "endpoint"}
    if unknown:
        notices.append(f"{file.name}: unknown keys: {', '.join(sorted(unknown))}.")
    if document and not (isinstance(family, str) and family and isinstance(entries, list)):
        notices.append(f"{file.name}: needs a family and a list of endpoints.")
        return
    for raw in entries if isinstance(entries, list) else []:
        if isinstance(raw, dict):
            yield str(family), raw
        else:
            notices.append(f"{file.name}: an endpoint is not a table.")


def _read_corrections(folder: Path, notices: list[str]) -> dict[str, list[CorrectionEntry]]:
    found: dict[str, list[CorrectionEntry]] = {}
    for file in sorted(folder.glob("*.toml")):
        entries = _read_toml(file, notices).get("correction", [])
        for raw in entries if isinstance(entries, list) else []:
            try:
                correction = CorrectionEntry.model_validate(raw)
            except ValidationError as fault:
                paths = raw.get("paths", "?") if isinstance(raw, dict) else "?"
                notices.append(f"{CORRECTIONS}/{file.name}: {paths}: {_first_fault(fault, {})}")
                continue
            for path in correction.paths:
                found.setdefault(path, []).append(correction)
    return found


def _read_entry(
    file: str,
    family: str,
    raw: Raw,
    corrections: Mapping[str, list[CorrectionEntry]],
    notices: list[str],
) -> Endpoint | None:
    path = str(raw.get("path", "?"))
    try:
        for correction in corrections.get(path, ()):
            raw = apply_correction(raw, correction)
        return EndpointEntry.model_validate(raw).build(family)
    except ValidationError as fault:
        notices.append(f"{file}: {path}: {_first_fault(fault, raw)} This endpoint is set aside.")
    except TableFault as fault:
        notices.append(f"{file}: {path}: {fault} This endpoint is set aside.")
    return None


def apply_correction(raw: Raw, correction: CorrectionEntry) -> Raw:
    """A copy of a raw endpoint with the correction applied. Raises TableFault when its field is not there."""
    rules = [rule.model_dump(exclude_none=True) for rule in correction.rules]
    existing = raw.get("rules", [])
    if rules and isinstance(existing, list):
        raw = {**raw, "rules": [*existing, *rules]}
    if not correction.field:
        return _changed(raw, correction)
    fields = raw.get("fields")
    found = False
    changed: list[object] = []
    for field in fields if isinstance(fields, list) else []:
        if isinstance(field, dict) and field.get("key") == correction.field:
            found = True
            changed.append(_changed(field, correction))
        else:
            changed.append(field)
    if not found:
        raise TableFault(f"field {correction.field}: a correction names it, but it is not there.")
    return {**raw, "fields": changed}


def _changed(raw: Raw, correction: CorrectionEntry) -> Raw:
    return {key: value for key, value in {**raw, **correction.set}.items() if key not in correction.drop}


def _first_fault(fault: ValidationError, raw: Raw) -> str:
    """One sentence from pydantic's list: the field by its key where there is one, and what is wrong."""
    first = fault.errors(include_url=False, include_input=False, include_context=False)[0]
    place = [str(part) for part in first["loc"]]
    fields = raw.get("fields")
    if len(place) > 1 and place[0] == "fields" and place[1].isdigit() and isinstance(fields, list):
        field = fields[int(place[1])]
        key = field.get("key", place[1]) if isinstance(field, dict) else place[1]
        place = [f"field {key}", *place[2:]]
    message = first["msg"].removeprefix("Value error, ").rstrip(".")
    return f"{': '.join([*place, message])}."
