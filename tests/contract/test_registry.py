"""C26: the vendor's catalogue changes its shape, and the models stay. The registry is made from our own
table."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rh_ui.catalog.importer.naming import Names
from rh_ui.catalog.importer.overlay import Proposal, propose
from rh_ui.catalog.loader import DATA_FOLDER, load_catalog, read_entries
from rh_ui.catalog.schema import Catalog
from rh_ui.domain import FieldKind
from tests.packaged import packaged_catalog
from tests.registries import Model, load_registry, model, write_registry

GOOD = 430


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return packaged_catalog()


@pytest.fixture(scope="module")
def good(catalog: Catalog) -> list[Model]:
    """430 plain entries: all that the vendor's registry lists, and some that it may list one day."""
    unlisted = Names(DATA_FOLDER / "naming").unlisted
    assert unlisted <= set(catalog.endpoints)
    found = sorted(read_entries(DATA_FOLDER, []), key=lambda entry: entry.path in unlisted)
    return [model(entry) for entry in found[:GOOD]]


def odd(name: str, **param: object) -> Model:
    prompt = {"fieldKey": "prompt", "type": "STRING", "required": True}
    field = [{"fieldKey": "tone", "required": False, **param}] if param else []
    return {
        "internal_name": f"odd_{name}",
        "endpoint": f"odd-maker/{name}/text-to-image",
        "name_en": name,
        "output_type": "image",
        "params": [prompt, *field],
    }


def eight(good: list[Model]) -> dict[str, Any]:
    """The invalid entries of C26, one of each; `good[0]` is in the registry a second time."""
    nameless = odd("nameless", type="LIST", options=[{"value": "a", "label": "A"}], defaultValue=None)
    del nameless["internal_name"]
    return {
        "nameless": nameless | {"hue": 1, "billing": {"adapter": []}},
        "color": odd("color", type="COLOR"),
        "empty": odd("empty", type="LIST", options=[]),
        "default": odd("default", type="LIST", options=["a", "b"], defaultValue="c"),
        "limits": odd("limits", type="INT", min=9, max=1),
        "shapeless": odd("shapeless", type="STRUCT", required=True, defaultValue={"a": 1}),
        "keyless": {**odd("keyless"), "endpoint": None},
        "twin": {**good[0], "params": []},
    }


@pytest.fixture(scope="module")
def proposal(good: list[Model], tmp_path_factory: pytest.TempPathFactory) -> Proposal:
    folder = tmp_path_factory.mktemp("registry")
    entries = [*good, *eight(good).values()]
    prices = folder / "prices.json"
    price = {"endpoint": "elsewhere/model", "currency": "CNY", "unit": "/次", "price": 1}
    prices.write_text(json.dumps({"pricing": [price]}), encoding="utf-8")
    assert len(entries) == GOOD + 8
    return load_registry(write_registry(folder / "registry.json", entries), folder / "table", prices=prices)


def test_the_good_ones_are_all_there_as_they_were(
    catalog: Catalog, good: list[Model], proposal: Proposal
) -> None:
    for entry in good:
        assert proposal.catalog.get(entry["endpoint"]) == catalog.get(entry["endpoint"])
    assert set(catalog.endpoints) <= set(proposal.catalog.endpoints)
    assert not any(line.startswith(("changed", "removed", "renamed")) for line in proposal.changes)


def test_one_notice_names_the_odd_ones(good: list[Model], proposal: Proposal) -> None:
    (notice,) = proposal.notices
    assert notice.startswith("registry.json: 7 entries are odd")
    for name in ("color", "empty", "default", "limits", "shapeless"):
        assert f"odd-maker/{name}/text-to-image (" in notice
    assert "keyless (" in notice and f"{good[0]['endpoint']} (stands twice" in notice
    assert "nameless" not in notice
    assert "\n" not in notice and str(good[1]["endpoint"]) not in notice


def test_the_odd_ones_are_mended_or_hidden(proposal: Proposal) -> None:
    tones = {}
    for path, endpoint in proposal.catalog.endpoints.items():
        if path.startswith("odd-maker/"):
            tone = endpoint.field("tone")
            assert tone is not None and tone.default is None
            tones[path.split("/")[1]] = (tone.kind, tone.values, tone.min, tone.max)
    assert tones == {
        "nameless": (FieldKind.CHOICE, ("a",), None, None),
        "color": (FieldKind.TEXT, (), None, None),
        "empty": (FieldKind.TEXT, (), None, None),
        "default": (FieldKind.CHOICE, ("a", "b"), None, None),
        "limits": (FieldKind.INTEGER, (), None, None),
    }


def test_the_program_starts_with_what_was_loaded(
    good: list[Model], proposal: Proposal, tmp_path: Path
) -> None:
    file = write_registry(tmp_path / "registry.json", [*good, *eight(good).values()])
    load_registry(file, tmp_path / "table")
    started = load_catalog(extra=tmp_path / "table")
    assert started.endpoints == proposal.catalog.endpoints and started.notices == ()
    assert load_registry(file, tmp_path / "table").changes == ()


def test_the_tables_own_registry_changes_nothing(catalog: Catalog, tmp_path: Path) -> None:
    """Every endpoint, written as the vendor would and read back, equals the one in the table."""
    everything = [model(entry) for entry in read_entries(DATA_FOLDER, [])]
    assert len(everything) == len(catalog.endpoints)
    proposal = propose(write_registry(tmp_path / "registry.json", everything))
    assert (proposal.changes, proposal.notices, proposal.texts) == ((), (), {})


def test_one_less_is_one_line_and_what_was_never_listed_is_let_be(
    catalog: Catalog, good: list[Model], tmp_path: Path
) -> None:
    gone = good[7]["endpoint"]
    proposal = propose(write_registry(tmp_path / "registry.json", [*good[:7], *good[8:]]))
    assert proposal.changes == (
        f"removed: {gone} is no longer listed; it is marked deprecated and kept for history.",
    )
    assert proposal.catalog.get(gone).deprecated and not catalog.get(gone).deprecated


STRANGE: tuple[Any, ...] = (
    None, "", 0, -1, 1e308, float("nan"), True, [], {}, [None], [{}], {"a": None}, {"value": {}}, "[1",
    10**30, "\ud800", "\x00\x07\n\r\x7f\x85\u2028", "\'\'\'\'", '""""', "\\",
)  # fmt: skip


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container in a JSON value, with each of its keys."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in list(pairs):
        yield value, key
        yield from places(each)


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_stands_in_an_entry_is_survived(
    catalog: Catalog, good: list[Model], tmp_path: Path, seed: int
) -> None:
    """Every entry and price gets something strange in one place; what is loaded is still there at the next
    start."""
    chance = random.Random(seed)
    models = copy.deepcopy(good)
    prices = [
        {"endpoint": path, "currency": "CNY", "unit": "/次", "rules": [{"when": {"size": "1"}, "price": 0.3}]}
        for path in catalog.endpoints
    ]
    for entry in [*models, *prices]:
        container, key = chance.choice(list(places(entry)))
        container[key] = copy.deepcopy(chance.choice(STRANGE))
    loaded = load_registry(
        write_registry(tmp_path / "registry.json", models, pricing=prices), tmp_path / "table"
    )
    assert set(catalog.endpoints) <= set(loaded.catalog.endpoints)
    started = load_catalog(extra=tmp_path / "table")
    assert started.endpoints == loaded.catalog.endpoints
    assert sum("entries are odd" in notice for notice in loaded.notices) == 1
