"""A newer registry laid over the packaged table, in its own folder: read while the program runs, and stored
for the next start (`load_catalog(extra=folder)`). The packaged files stay unchanged."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from rh_ui.catalog.importer.diff import changes
from rh_ui.catalog.importer.fact_files import Raw, fields_in
from rh_ui.catalog.importer.merge import Merged, merge
from rh_ui.catalog.importer.naming import Names
from rh_ui.catalog.importer.registry import read_registry
from rh_ui.catalog.importer.role_proposals import says_roles, with_known_roles, with_roles
from rh_ui.catalog.importer.writer import family_file
from rh_ui.catalog.loader import (
    DATA_FOLDER,
    TableEntry,
    lay_over,
    load_catalog,
    read_corrections,
    read_entries,
)
from rh_ui.catalog.schema import Catalog
from rh_ui.errors import TableFault
from rh_ui.i18n import Message


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a registry would change in a table; nothing is written yet."""

    catalog: Catalog
    """The table as it would be."""
    changes: tuple[Message, ...]
    """A plain line per endpoint that is new, removed, renamed or changed."""
    notices: tuple[str, ...]
    """At most one about the registry's invalid entries and one when it is only a part of a registry, then the
    hand-made corrections that no longer fit."""
    notes: tuple[str, ...]
    """What could not be carried over or had to be guessed, one sentence each."""
    texts: Mapping[str, str]
    """The generated files of changed families, by name."""
    listed: int
    """Usable endpoints of the registry."""
    total: int
    """All entries of the registry."""


def propose(
    registry: Path,
    *,
    prices: Path | None = None,
    folder: Path | None = None,
    extra: Path | None = None,
    day: date | None = None,
    outdated: bool = False,
    only: Container[str] | None = None,
) -> Proposal:
    """What the registry (and the vendor's price list, if it is a separate file) would change in the table in
    `folder`, by default the packaged one, with `extra` laid over it.

    `texts` are the families' whole files; with `extra`, only those that differ from `folder`. `day`: the day
    of the registry, if known. `outdated`: the table in `folder` is newer than `extra`, so that only endpoints
    of `extra` that the table lacks still count. `only`: it is newer than the registry too, of which only
    these endpoints are taken. Raises TableFault with one sentence when the file is not a registry.
    """
    folder = DATA_FOLDER if folder is None else folder
    read = read_registry(registry, prices, day)
    if only is not None:
        read.take_only(only)
    before = load_catalog(folder, extra)
    packaged = read_entries(folder, [])
    corrections = read_corrections(folder, [])
    base = packaged
    if extra is not None:
        for path, found in read_corrections(extra, []).items():
            corrections.setdefault(path, []).extend(found)
        base = _laid(packaged, read_entries(extra, []), outdated)
    naming = folder / "naming"
    merged = merge(base, corrections, read, Names(naming if naming.is_dir() else DATA_FOLDER / "naming"))
    notices: list[str] = []
    after = Catalog(lay_over(merged.entries, corrections, notices), tuple(notices))
    if not after.endpoints:
        raise TableFault(Message("catalog.nothing_usable", file=registry.name))
    texts = _files(merged, packaged, differing_only=extra is not None)
    said = changes(before, after, merged.renamed)
    odd = read.notices
    fresh = [notice for notice in notices if notice not in before.notices]
    return Proposal(
        after, said, (*odd, *merged.part, *fresh), merged.notes, texts, len(read.listed), read.total
    )


def write_table(folder: Path, texts: Mapping[str, str]) -> None:
    """Replaces these files of a table; the others stay. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        _replace(folder / name, text)


def keep(extra: Path, proposal: Proposal) -> None:
    """Makes `extra` contain what was proposed for it and no other family. Raises OSError."""
    write_table(extra, proposal.texts)
    for file in extra.glob("*.toml"):
        if file.name not in proposal.texts:
            file.unlink()


def _replace(file: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        part.chmod(0o644)
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _laid(packaged: Iterable[TableEntry], extra: Iterable[TableEntry], outdated: bool) -> list[TableEntry]:
    """Packaged entries, each replaced by the one laid over it unless that is outdated; further ones after
    them."""
    found: dict[str, TableEntry] = {}
    for entry in packaged:
        found.setdefault(entry.path, entry)
    over: dict[str, TableEntry] = {}
    for entry in extra:
        over.setdefault(entry.path, _of_today(entry, found.get(entry.path)))
    return list((found | over | (found if outdated else {})).values())


def _of_today(entry: TableEntry, packaged: TableEntry | None) -> TableEntry:
    """An entry of a table that may have been made before the table had roles."""
    fields = fields_in(entry.raw)
    if says_roles(fields):
        return entry
    if packaged is None:
        fields = with_roles(entry.path, str(entry.raw.get("task")), fields)
    else:
        fields = with_known_roles(fields, {str(field.get("key")): field for field in fields_in(packaged.raw)})
    return replace(entry, raw={**entry.raw, "fields": fields})


def _files(merged: Merged, packaged: Iterable[TableEntry], *, differing_only: bool) -> dict[str, str]:
    """Texts of the families in which anything differs from the packaged files."""
    known = {entry.path: entry.raw for entry in packaged}
    families: dict[str, tuple[str, list[Raw]]] = {}
    differing: set[str] = set()
    for entry in merged.entries:
        differs = known.get(entry.path) != entry.raw
        if differs:
            differing.add(entry.file)
        if differs or not differing_only:
            families.setdefault(entry.file, (entry.family, []))[1].append(entry.raw)
    return {
        file: family_file(family, raws)
        for file, (family, raws) in sorted(families.items())
        if file in differing
    }
