"""A registry merged into the table's entries: refreshed, added, marked deprecated. Pure; nothing is written.

What the registry does not have is kept from the table: titles, tasks, documented facts, missing prices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from rh_ui.catalog.importer.fact_files import ParamFact, Raw, fields_in
from rh_ui.catalog.importer.facts import KINDS, MODALITIES, entry
from rh_ui.catalog.importer.naming import Called, Names
from rh_ui.catalog.importer.prices import newest
from rh_ui.catalog.importer.registry import Listed, Registry
from rh_ui.catalog.importer.renames import Trait, find_renames
from rh_ui.catalog.importer.role_proposals import with_known_roles
from rh_ui.catalog.loader import Corrections, TableEntry, fitting, said
from rh_ui.domain import Channel, FieldKind
from rh_ui.errors import TableFault
from rh_ui.i18n import Message

OLD_PATH: Final = " (older path)"
NOT_LISTED: Final = " (no longer offered)"
DEPRECATED_PATH: Final = "(deprecated path)"
"""In a title: the documentation itself calls the path deprecated, so a listing does not revive it."""
KEPT: Final = ("title", "name_zh", "task", "channel", "documented", "formerly", "unconfirmed")
TABLES: Final = ("fields", "rules", "price")
KEPT_OF_FIELDS: Final = ("min_length", "takes_id", "unconfirmed")
"""What the vendor's format can't express."""
PART_OF: Final = 0.5
SMALL: Final = 20
"""A registry that omits more than PART_OF a table of at least SMALL counts as a part: nothing that it omits
counts as removed."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The whole table after a registry, in its order, new endpoints last."""

    entries: tuple[TableEntry, ...]
    renamed: Mapping[str, str]
    """Old path → new path."""
    part: tuple[str, ...]
    """A sentence when the registry counts as a part."""
    notes: tuple[str, ...]
    """What could not be carried over, one sentence each."""


def merge(base: Sequence[TableEntry], corrections: Corrections, registry: Registry, names: Names) -> Merged:
    """The table with the registry's facts. An entry that would not fit the schema is reported to `registry`
    and left as it was."""
    listed = {each.fact.endpoint: each for each in registry.listed}
    known = {each.path: each for each in base}
    notes = list(registry.notes)
    part: list[str] = []
    absent = _absent(base, registry, names, part)
    new = [each for path, each in listed.items() if path not in known]
    renamed = find_renames(map(_trait, absent), [_fresh_trait(each, names) for each in new])
    gone = {each.path for each in absent}
    entries: list[TableEntry] = []
    for old in base:
        if old.path in gone:
            entries.append(_retired(old, renamed=old.path in renamed))
        elif old.path in listed:
            raw = _refreshed(old.raw, listed[old.path], notes)
            entries.append(
                _usable(TableEntry(old.file, old.family, raw), corrections, registry, notes, old) or old
            )
        else:
            entries.append(old)
    ancestors = {new_path: known[old_path] for old_path, new_path in renamed.items()}
    titles = {str(each.raw.get("title")) for each in entries}
    for each in new:
        ancestor = ancestors.get(each.fact.endpoint)
        made = _added(each, names, notes) if ancestor is None else _moved(each, ancestor, notes)
        if made.raw["title"] in titles:
            made.raw["title"] = f"{made.raw['title']} ({made.path})"
        usable = _usable(made, corrections, registry, notes)
        if usable is not None:
            titles.add(str(made.raw["title"]))
            entries.append(usable)
    return Merged(tuple(entries), renamed, tuple(part), tuple(notes))


def _absent(
    base: Iterable[TableEntry], registry: Registry, names: Names, part: list[str]
) -> list[TableEntry]:
    """Entries that were listed and no longer are."""
    if not registry.is_whole:
        return []
    expected = [each for each in base if each.path not in names.unlisted and not each.raw.get("deprecated")]
    absent = [each for each in expected if each.path not in registry.paths]
    if len(expected) >= SMALL and len(absent) > PART_OF * len(expected):
        there = len(expected) - len(absent)
        part.append(Message("catalog.part", file=registry.file, there=there, expected=len(expected)))
        return []
    return absent


def _usable(
    made: TableEntry,
    corrections: Corrections,
    registry: Registry,
    notes: list[str],
    old: TableEntry | None = None,
) -> TableEntry | None:
    """The entry if it fits the schema, without its price if only that does not fit; `old` when nothing
    changed; None when it is unusable."""
    without = TableEntry(
        made.file, made.family, {key: each for key, each in made.raw.items() if key != "price"}
    )
    try:
        try:
            read = fitting(made, corrections, [])
        except ValidationError:
            read = fitting(without, corrections, [])
            notes.append(
                Message("catalog.untold", path=made.path, what=Message("catalog.untold_price_field"))
            )
            made = without
    except (ValidationError, TableFault) as fault:
        why = Message("catalog.other_words", why=said(fault, made.raw).rstrip("."))
        registry.say(made.path, Message("catalog.set_aside" if old is None else "catalog.stays", why=why))
        return None
    if old is not None:
        try:
            if fitting(old, corrections, []) == read:
                return old
        except (ValidationError, TableFault):
            return made
    return made


def _refreshed(old: Raw, listed: Listed, notes: list[str]) -> Raw:
    """The old entry with the registry's fields and limits, and its price where it has one."""
    params = [_with_text_default(param, old) for param in listed.fact.params]
    fact = listed.fact.model_copy(update={"params": params})
    raw = entry(fact, str(old.get("title")), str(old.get("task")), notes)
    raw = {key: raw[key] for key in raw if key not in KEPT} | {key: old[key] for key in KEPT if key in old}
    raw["title"] = str(raw["title"]).replace(OLD_PATH, "").replace(NOT_LISTED, "")
    if DEPRECATED_PATH in str(raw["title"]):
        raw["deprecated"] = True
    before = {str(field.get("key")): field for field in fields_in(old)}
    raw["fields"] = with_known_roles(fields_in(raw), before)
    for field in fields_in(raw):
        was = before.get(str(field["key"]), {})
        if was.get("kind") == field["kind"]:
            field |= {key: was[key] for key in KEPT_OF_FIELDS if key in was and key not in field}
    names = [*_texts(raw.get("names")), *_texts(old.get("names"))]
    if names:
        raw["names"] = list(dict.fromkeys(names))
    if "rules" in old:
        raw["rules"] = old["rules"]
    known = old.get("price")
    if isinstance(known, dict):
        now = raw.get("price")
        if isinstance(now, dict):
            raw["price"] = newest(known, now)
        elif fact.price is None and not listed.price_unreadable:
            raw["price"] = known
    return _ordered(raw)


def _added(listed: Listed, names: Names, notes: list[str]) -> TableEntry:
    """A new endpoint with the name in the tables, or with one made from its path."""
    fact = listed.fact
    fact = fact.model_copy(update={"params": [_with_text_default(param, {}) for param in fact.params]})
    modality = MODALITIES[fact.output_type]
    try:
        name = names.of(fact.endpoint, fact.channel, fact.deprecated)
    except TableFault:
        kinds = frozenset(KINDS[param.type] for param in fact.params)
        called = Called(fact.endpoint, fact.name_en, fact.name_cn, fact.channel)
        name = names.guess(called, modality, kinds, listed.category)
        if name.untold:
            notes.append(Message("catalog.untold", path=fact.endpoint, what=list(name.untold)))
    raw = entry(fact, name.title, name.task, notes)
    if name.chinese:
        raw = _ordered({**raw, "name_zh": name.chinese})
    return TableEntry(f"{name.file}.toml", name.family, raw)


def _moved(listed: Listed, old: TableEntry, notes: list[str]) -> TableEntry:
    """A known endpoint under its new path, with the hand-made corrections of the old one."""
    raw = _refreshed(old.raw, listed, notes)
    formerly = [old.path, *_texts(old.raw.get("formerly"))]
    return TableEntry(old.file, old.family, _ordered({**raw, "formerly": formerly}))


def _ordered(raw: Raw) -> Raw:
    """Plain keys before the tables, as TOML requires."""
    plain = {key: raw[key] for key in raw if key not in TABLES}
    return plain | {key: raw[key] for key in TABLES if key in raw}


def _retired(old: TableEntry, renamed: bool) -> TableEntry:
    raw = _ordered({**old.raw, "deprecated": True})
    name, source, channel = str(raw.get("title")).partition(" · ")
    raw["title"] = f"{name}{OLD_PATH if renamed else NOT_LISTED}{source}{channel}"
    return TableEntry(old.file, old.family, raw)


def _with_text_default(param: ParamFact, old: Raw) -> ParamFact:
    """A text's default is kept when it is a technical name: the table has one there, or it names a model
    file. Any other is a sample, which entry() drops."""
    known = any(field.get("key") == param.key and "default" in field for field in fields_in(old))
    technical = known or str(param.default).endswith(".safetensors")
    return param.model_copy(update={"source_type": "MODEL"}) if technical else param


def _texts(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _trait(old: TableEntry) -> Trait:
    title = str(old.raw.get("title"))
    return Trait(
        path=old.path,
        titles=frozenset({title.casefold()}),
        modality=str(old.raw.get("modality")),
        channel=str(old.raw.get("channel", Channel.NONE.value)),
        params=frozenset((str(field.get("key")), str(field.get("kind"))) for field in fields_in(old.raw)),
    )


def _fresh_trait(new: Listed, names: Names) -> Trait:
    fact = new.fact
    titles = {fact.name_en.casefold()} - {""}
    with suppress(TableFault):
        titles.add(names.of(fact.endpoint, fact.channel, fact.deprecated).title.casefold())
    kinds: list[tuple[str, FieldKind]] = [(param.key, KINDS[param.type]) for param in fact.params]
    return Trait(
        path=fact.endpoint,
        titles=frozenset(titles),
        modality=MODALITIES[fact.output_type].value,
        channel=fact.channel.value,
        params=frozenset((key, kind.value) for key, kind in kinds),
    )
