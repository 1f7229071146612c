"""Converts facts files to the table's generated files. Hand-made files (`changes/`, `corrections/`,
`naming/`) are read, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rh_ui.catalog.importer.fact_files import EndpointFact, ListedPrice, PriceFact, Raw, read_lines
from rh_ui.catalog.importer.facts import entry
from rh_ui.catalog.importer.naming import Names
from rh_ui.catalog.importer.writer import MARK, family_file, is_as_made
from rh_ui.catalog.loader import (
    DATA_FOLDER,
    Corrections,
    read_corrections,
    read_entries,
)
from rh_ui.errors import TableFault

CHANGES: Final = "changes"
"""What the vendor changed since the facts were recorded, as corrections whose reason is a source."""

CHANGED: Final = (
    "it was changed by hand since it was made, and that would be lost; move the change to corrections/ or "
    "changes/ first."
)
UNSIGNED: Final = (
    "it was written by hand, or made before files said what is in them; its entries that the facts name "
    "would be replaced."
)

Files = dict[str, tuple[str, list[Raw]]]
"""By file name: the family and its entries."""


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a refresh: files by name, omitted endpoints, facts that could not be carried over, and
    hand-made changes that it would overwrite."""

    endpoints: int
    files: tuple[str, ...]
    left_out: tuple[str, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def convert(
    facts: Path | Sequence[Path], folder: Path | None = None, prices: Path | None = None
) -> tuple[dict[str, str], Report]:
    """The generated files' texts by name, nothing written. An endpoint that no file of facts names stays as
    it is in `folder`. Raises TableFault for facts that can't be read."""
    folder = DATA_FOLDER if folder is None else folder
    naming = folder / "naming"
    names = Names(naming if naming.is_dir() else DATA_FOLDER / "naming")
    listed = {} if prices is None else {each.endpoint: each for each in read_lines(prices, ListedPrice)}
    notices: list[str] = []
    changes = read_corrections(folder, notices, CHANGES)
    if notices:
        raise TableFault(" ".join(notices))
    known = read_entries(folder, notices)
    files: Files = {}
    for each in known:
        files.setdefault(each.file, (each.family, []))[1].append(each.raw)
    left_out: list[str] = []
    notes: list[str] = []
    for fact in _facts([facts] if isinstance(facts, Path) else facts):
        if not fact.params:
            left_out.append(fact.endpoint)
            continue
        _take(fact, names, listed, changes, files, notes)
    files = {file: found for file, found in sorted(files.items()) if found[1]}
    texts = {file: family_file(family, raws) for file, (family, raws) in files.items()}
    count = sum(len(raws) for _, raws in files.values())
    deleted = {file.name: "" for file in folder.glob("*.toml")}
    warnings = overwritten(folder, deleted | texts)
    return texts, Report(count, tuple(texts), tuple(left_out), tuple(notes), warnings)


def refresh(
    facts: Path | Sequence[Path],
    folder: Path | None = None,
    prices: Path | None = None,
    force: bool = False,
) -> Report:
    """Writes the generated files into `folder` (by default the packaged one); a family without endpoints
    loses its file. Raises TableFault before anything is written when the facts can't be read, or when
    hand-made changes would be lost, unless `force`."""
    folder = DATA_FOLDER if folder is None else folder
    texts, report = convert(facts, folder, prices)
    if report.warnings and not force:
        raise TableFault(" ".join([*report.warnings, "Nothing was written; --force writes all the same."]))
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.toml"):
        if file.name not in texts:
            file.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return report


def overwritten(folder: Path, texts: Mapping[str, str]) -> tuple[str, ...]:
    """A sentence for each file in which hand-made changes may be lost: it is not as it was generated, and
    another text replaces it (an empty one where it would be deleted)."""
    return tuple(
        f"{file.name}: {CHANGED if MARK in text else UNSIGNED}"
        for file in sorted(folder.glob("*.toml"))
        if "[[endpoint]]" in (text := file.read_text(encoding="utf-8"))
        and not is_as_made(text)
        and texts.get(file.name, text) != text
    )


def _facts(files: Sequence[Path]) -> Iterable[EndpointFact]:
    """Documented ones first, in the documentation's order; then the others by path."""
    found: dict[str, EndpointFact] = {}
    for file in files:
        for fact in read_lines(file, EndpointFact):
            if fact.endpoint in found:
                raise TableFault(f"{file.name}: {fact.endpoint} stands twice.")
            found[fact.endpoint] = fact
    return sorted(found.values(), key=lambda fact: (not fact.in_seed, fact.doc_order or 0, fact.endpoint))


def _take(
    fact: EndpointFact,
    names: Names,
    listed: Mapping[str, PriceFact],
    changes: Corrections,
    files: Files,
    notes: list[str],
) -> None:
    """Puts the facts of an endpoint in its place in `files`, or at its family's end."""
    name = names.of(fact.endpoint, fact.channel, fact.deprecated)
    later = changes.get(fact.endpoint, ())
    raw = entry(fact, name.title, name.task, notes, listed.get(fact.endpoint), later)
    known = files.setdefault(f"{name.file}.toml", (name.family, []))[1]
    for file, (_, raws) in files.items():
        at = next((at for at, each in enumerate(raws) if each.get("path") == fact.endpoint), None)
        if at is None:
            continue
        if file == f"{name.file}.toml":
            raws[at] = raw
            return
        del raws[at]
    known.append(raw)
