"""Reads the table's files into a Catalog. An invalid entry is set aside with a notice, never the whole
table."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from pydantic import ValidationError

from rh_ui.catalog.entries import CorrectionEntry, EndpointEntry
from rh_ui.catalog.schema import Catalog, Endpoint
from rh_ui.errors import TableFault
from rh_ui.i18n import Message

DATA_FOLDER: Final = Path(__file__).parent / "data"
CORRECTIONS: Final = "corrections"

Raw: TypeAlias = dict[str, object]
Corrections: TypeAlias = Mapping[str, list[CorrectionEntry]]


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One endpoint as a file has it, before corrections."""

    file: str
    """The file's name, with `.toml`."""
    family: str
    raw: Raw

    @property
    def path(self) -> str:
        return str(self.raw.get("path", "?"))

    def of(self, corrections: Corrections) -> list[CorrectionEntry]:
        """The hand-made corrections for this path and for its earlier ones."""
        formerly = self.raw.get("formerly")
        paths = [self.path, *(formerly if isinstance(formerly, list) else [])]
        return [one for path in paths if isinstance(path, str) for one in corrections.get(path, ())]


def load_catalog(folder: Path | None = None, extra: Path | None = None) -> Catalog:
    """The table in `folder` (by default the packaged one), corrections applied, `extra` laid over it.

    A file that is not TOML, and an entry that breaks the schema, are left out and named in `notices`. An
    entry of `extra` (a loaded registry, see overlay) replaces the one with its path, or comes after all; an
    invalid one, and a missing folder, leave the table as it is. Raises TableFault when no endpoint is left.
    """
    folder = DATA_FOLDER if folder is None else folder
    notices: list[str] = []
    corrections = read_corrections(folder, notices)
    endpoints: dict[str, Endpoint] = {}
    for entry in read_entries(folder, notices):
        endpoint = _read_entry(entry, corrections, notices)
        if endpoint is None:
            continue
        if endpoint.path in endpoints:
            notices.append(f"{entry.file}: {endpoint.path}: stands twice; the first one counts.")
            continue
        endpoints[endpoint.path] = endpoint
    if not endpoints:
        raise TableFault(f"The table in {folder.name} holds no usable endpoint. " + " ".join(notices))
    if extra is not None:
        for path, found in read_corrections(extra, notices).items():
            corrections.setdefault(path, []).extend(found)
        endpoints |= lay_over(read_entries(extra, notices), corrections, notices)
    notices.extend(
        f"{CORRECTIONS}: {path}: corrects an endpoint that is not in the table."
        for path in corrections
        if path not in endpoints and not any(f" {path}:" in notice for notice in notices)
    )
    return Catalog(endpoints=endpoints, notices=tuple(notices))


def read_entries(folder: Path, notices: list[str]) -> list[TableEntry]:
    """Every endpoint of the folder's files as written, in the table's order; an unreadable file goes to
    notices."""
    return [
        TableEntry(file.name, family, raw)
        for file in sorted(folder.glob("*.toml"))
        for family, raw in _read_family(file, notices)
    ]


def lay_over(
    entries: Iterable[TableEntry], corrections: Corrections, notices: list[str]
) -> dict[str, Endpoint]:
    """Endpoints by path from generated entries; corrections that no longer fit are left out and named."""
    endpoints: dict[str, Endpoint] = {}
    for entry in entries:
        try:
            read = fitting(entry, corrections, notices).build(entry.family)
        except (ValidationError, TableFault) as fault:
            notices.append(f"{entry.file}: {entry.path}: {said(fault, entry.raw)} It stays as it was.")
            continue
        endpoints.setdefault(read.path, read)
    return endpoints


def fitting(entry: TableEntry, corrections: Corrections, notices: list[str]) -> EndpointEntry:
    """The entry with every correction that still fits; others are named in notices.

    Raises ValidationError or TableFault when the entry is wrong even without corrections.
    """
    keys = set(field_keys(entry.raw))
    every = [
        one for one in entry.of(corrections) if one.set or one.drop or one.add or one.rules or one.extras
    ]  # no remarks
    kept = [one for one in every if not one.field or one.field in keys]
    tries = [kept, *([two for two in kept if two is not one] for one in kept), []]
    for at, chosen in enumerate(tries):
        try:
            read = _corrected(entry.raw, chosen)
        except (ValidationError, TableFault):
            if at == len(tries) - 1:
                raise
            continue
        notices.extend(
            Message("catalog.correction_misfit", path=entry.path, reason=one.reason)
            for one in every
            if one not in chosen
        )
        return read
    raise AssertionError("the last try returns or raises")


def field_keys(raw: Raw) -> list[str]:
    fields = raw.get("fields")
    found = (
        [field.get("key") for field in fields if isinstance(field, dict)] if isinstance(fields, list) else []
    )
    return [key for key in found if isinstance(key, str)]


def _corrected(raw: Raw, corrections: Iterable[CorrectionEntry]) -> EndpointEntry:
    for correction in corrections:
        raw = apply_correction(raw, correction)
    return EndpointEntry.model_validate(raw)


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


def read_corrections(
    folder: Path, notices: list[str], kind: str = CORRECTIONS
) -> dict[str, list[CorrectionEntry]]:
    """The hand-made corrections beside a table's files, by path; `kind`: their folder."""
    found: dict[str, list[CorrectionEntry]] = {}
    for file in sorted((folder / kind).glob("*.toml")):
        entries = _read_toml(file, notices).get("correction", [])
        for raw in entries if isinstance(entries, list) else []:
            try:
                correction = CorrectionEntry.model_validate(raw)
            except ValidationError as fault:
                paths = raw.get("paths", "?") if isinstance(raw, dict) else "?"
                notices.append(f"{kind}/{file.name}: {paths}: {said(fault, {})}")
                continue
            for path in correction.paths:
                found.setdefault(path, []).append(correction)
    return found


def _read_entry(entry: TableEntry, corrections: Corrections, notices: list[str]) -> Endpoint | None:
    raw = entry.raw
    try:
        for correction in entry.of(corrections):
            raw = apply_correction(raw, correction)
        return EndpointEntry.model_validate(raw).build(entry.family)
    except (ValidationError, TableFault) as fault:
        notices.append(f"{entry.file}: {entry.path}: {said(fault, raw)} This endpoint is set aside.")
    return None


def apply_correction(raw: Raw, correction: CorrectionEntry) -> Raw:
    """A copy of a raw endpoint with the correction applied. Raises TableFault when its field is not there."""
    rules = [rule.model_dump(exclude_none=True) for rule in correction.rules]
    existing = raw.get("rules", [])
    if rules and isinstance(existing, list):
        raw = {**raw, "rules": [*existing, *rules]}
    known = raw.get("fields", [])
    if correction.add and isinstance(known, list):
        raw = {**raw, "fields": [*known, *correction.add]}
    if not correction.field:
        return _with_extras(_changed(raw, correction), correction)
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


def _with_extras(raw: Raw, correction: CorrectionEntry) -> Raw:
    if not correction.extras:
        return raw
    price = raw.get("price")
    if not isinstance(price, dict):
        raise TableFault("price: a correction adds to it, but it is not there.")
    return {**raw, "price": {**price, "extras": [extra.model_dump() for extra in correction.extras]}}


def _changed(raw: Raw, correction: CorrectionEntry) -> Raw:
    return {key: value for key, value in {**raw, **correction.set}.items() if key not in correction.drop}


def said(fault: ValidationError | TableFault, raw: Raw) -> str:
    """One sentence: the field by its key where there is one, and what is wrong with it."""
    if isinstance(fault, TableFault):
        return str(fault)
    first = fault.errors(include_url=False, include_input=False, include_context=False)[0]
    place = [str(part) for part in first["loc"]]
    fields = raw.get("fields")
    if len(place) > 1 and place[0] == "fields" and place[1].isdigit() and isinstance(fields, list):
        field = fields[int(place[1])]
        key = field.get("key", place[1]) if isinstance(field, dict) else place[1]
        place = [f"field {key}", *place[2:]]
    message = first["msg"].removeprefix("Value error, ").rstrip(".")
    return f"{': '.join([*place, message])}."
