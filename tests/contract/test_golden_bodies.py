"""The bodies of the endpoints stay the same, byte for byte, except for listed changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from rh_ui.catalog.entries import CorrectionEntry
from rh_ui.catalog.importer.refresh import CHANGES
from rh_ui.catalog.loader import DATA_FOLDER, read_corrections
from rh_ui.domain import JsonValue
from tests.contract import golden_bodies
from tests.packaged import packaged_catalog

REPAIRS: Final = {
    "rhart-image-g-2/": {"aspectRatio"},  # `empty` is the vendor's mark for sending nothing
    "kling-v": {"multiShot", "shotType"},  # several shots go with a list of them only
}
"""Beginning of a path → the fields whose bodies were wrong before."""


def _listed() -> dict[str, set[str]]:
    """By path, the fields that the vendor changed, each with its source."""
    notices: list[str] = []
    found = read_corrections(DATA_FOLDER, notices, CHANGES)
    assert notices == [] and found
    return {path: {key for change in changes for key in _keys(change)} for path, changes in found.items()}


def _keys(change: CorrectionEntry) -> set[str]:
    return {change.field} - {""} | {str(field["key"]) for field in change.add}


def _now() -> dict[str, dict[str, JsonValue]]:
    catalog = packaged_catalog()
    return golden_bodies.lines(catalog.get(path) for path in golden_bodies.read())


def _differences(before: JsonValue, now: JsonValue) -> Iterator[str]:
    assert isinstance(before, dict) and isinstance(now, dict)
    for form in ("typical", "full"):
        old, new = before[form], now[form]
        assert isinstance(old, dict) and isinstance(new, dict)
        same = {key for key in old if json.dumps(old[key]) == json.dumps(new.get(key))}
        yield from (old.keys() | new.keys()) - same


def test_every_body_is_what_it_was_but_for_what_is_named() -> None:
    """The stored bodies are those of the table before it was updated."""
    golden, listed = golden_bodies.read(), _listed()
    assert len(golden) == 355
    now, catalog = _now(), packaged_catalog()
    other = {}
    for path, before in golden.items():
        repaired = (keys for start, keys in REPAIRS.items() if path.startswith(start))
        # What a form of this task opens with, in place of the vendor's own sample.
        chosen = {field.key for field in catalog.get(path).fields if field.opens_with is not None}
        allowed = listed.get(path, set()).union(chosen, *repaired)
        if changed := set(_differences(before, now[path])) - allowed:
            other[path] = changed
    assert other == {}


def test_every_repair_shows_in_a_body() -> None:
    golden, now = golden_bodies.read(), _now()
    for start, keys in REPAIRS.items():
        paths = [path for path in golden if path.startswith(start)]
        found = {key for path in paths for key in _differences(golden[path], now[path])}
        assert keys <= found, start


def test_every_listed_change_is_in_the_table() -> None:
    catalog = packaged_catalog()
    for path, keys in _listed().items():
        endpoint = catalog.get(path)
        assert keys and all(endpoint.field(key) is not None for key in keys), path
