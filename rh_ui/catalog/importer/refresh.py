"""Turns a facts file into the table's generated files. Corrections are never touched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rh_ui.catalog.importer.facts import EndpointFact, Raw, entry, read_facts
from rh_ui.catalog.importer.naming import Names
from rh_ui.catalog.importer.writer import family_file
from rh_ui.catalog.loader import DATA_FOLDER
from rh_ui.errors import TableFault


@dataclass(frozen=True, slots=True)
class Report:
    """What a refresh did: files by name, endpoints left out, and facts that could not be carried over."""

    endpoints: int
    files: tuple[str, ...]
    left_out: tuple[str, ...]
    notes: tuple[str, ...]


def convert(facts: Path, naming: Path | None = None) -> tuple[dict[str, str], Report]:
    """The generated files' texts by name, nothing written. Raises TableFault for facts that can't be read."""
    names = Names(naming or DATA_FOLDER / "naming")
    families: dict[tuple[str, str], list[Raw]] = {}
    left_out: list[str] = []
    notes: list[str] = []
    seen: set[str] = set()
    for fact in sorted(read_facts(facts), key=_order):
        if fact.endpoint in seen:
            raise TableFault(f"{facts.name}: {fact.endpoint} stands twice.")
        seen.add(fact.endpoint)
        if not fact.params:
            left_out.append(fact.endpoint)
            continue
        name = names.of(fact.endpoint, fact.channel, fact.deprecated)
        families.setdefault((name.file, name.family), []).append(entry(fact, name.title, name.task, notes))
    texts = {f"{file}.toml": family_file(family, raws) for (file, family), raws in sorted(families.items())}
    return texts, Report(len(seen) - len(left_out), tuple(texts), tuple(left_out), tuple(notes))


def refresh(facts: Path, folder: Path | None = None) -> Report:
    """Writes the generated files into `folder` (the package's own by default); a family without endpoints
    loses its file. Raises TableFault before anything is written when the facts can't be read."""
    folder = DATA_FOLDER if folder is None else folder
    texts, report = convert(facts)
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.toml"):
        if file.name not in texts:
            file.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return report


def _order(fact: EndpointFact) -> tuple[bool, int, str]:
    """Documented ones first, in the documentation's order; then the others by path."""
    return (not fact.in_seed, fact.doc_order or 0, fact.endpoint)
