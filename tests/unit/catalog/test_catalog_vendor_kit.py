"""The vendor's registry of 422 and of 383 models, in its own shape: what it changes in our table, and what
happens to models that no list of names has."""

from __future__ import annotations

import json
import shutil
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import tomlkit

from rh_ui.catalog.glossary import describe, title
from rh_ui.catalog.importer.fact_files import PriceFact
from rh_ui.catalog.importer.overlay import Proposal, propose
from rh_ui.catalog.importer.prices import price_entry
from rh_ui.catalog.importer.writer import family_file
from rh_ui.catalog.loader import DATA_FOLDER, read_entries
from rh_ui.catalog.schema import Catalog
from rh_ui.domain import Channel, Modality
from rh_ui.i18n import Message, translate
from tests.packaged import packaged_catalog
from tests.registries import Model
from tests.vendor_kit import NEWEST, listed, plain_prices, price_list, registry, vendor_model

TODAY = datetime.now(UTC).date()


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return packaged_catalog()


@pytest.fixture(scope="module")
def models() -> list[Model]:
    return [vendor_model(entry) for entry in listed(422)]


@pytest.fixture(scope="module")
def august(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our table as it was before the 39 newest models: neither they nor their names are in it."""
    folder = tmp_path_factory.mktemp("august")
    shutil.copytree(DATA_FOLDER, folder, dirs_exist_ok=True)
    families: dict[str, tuple[str, list[Any]]] = {}
    for entry in read_entries(folder, []):
        raws = families.setdefault(entry.file, (entry.family, []))[1]
        if entry.path not in NEWEST:
            raws.append(entry.raw)
    for file, (family, raws) in families.items():
        if raws:
            (folder / file).write_text(family_file(family, raws), encoding="utf-8")
        else:
            (folder / file).unlink()
    names = folder / "naming" / "models.toml"
    known = tomllib.loads(names.read_text(encoding="utf-8"))
    for family in known["family"]:
        family["models"] = [
            each for each in family["models"] if not any(path.startswith(each["prefix"]) for path in NEWEST)
        ]
    names.write_text(tomlkit.dumps(known), encoding="utf-8")
    return folder


def looked(
    room: Path, models: list[Model], prices: dict[str, Model] | None = None, folder: Path | None = None
) -> Proposal:
    (room / "model-registry.public.json").write_text(json.dumps(registry(models)), encoding="utf-8")
    (room / "pricing.public.json").write_text(json.dumps(price_list(prices or {})), encoding="utf-8")
    return propose(room / "model-registry.public.json", prices=room / "pricing.public.json", folder=folder)


def test_the_present_registry_and_its_prices_change_nothing(models: list[Model], tmp_path: Path) -> None:
    proposal = looked(tmp_path, models, plain_prices(listed(422)))
    assert (proposal.changes, proposal.notices, proposal.texts) == ((), (), {})
    assert (proposal.listed, proposal.total) == (422, 422)


def test_an_older_registry_says_which_it_lacks_and_is_no_part(tmp_path: Path) -> None:
    proposal = looked(tmp_path, [vendor_model(entry) for entry in listed(383)])
    assert {str(line.values["path"]) for line in proposal.changes} == set(NEWEST)
    assert {line.key for line in proposal.changes} == {"catalog.removed"} and proposal.notices == ()


@pytest.fixture(scope="module")
def september(august: Path, models: list[Model], tmp_path_factory: pytest.TempPathFactory) -> Proposal:
    """The registry of 422 over a table without the newest models."""
    prices = plain_prices([entry for entry in listed(422) if entry.path in NEWEST])
    return looked(tmp_path_factory.mktemp("september"), models, prices, august)


def test_the_newest_come_in_and_nothing_else_changes(september: Proposal) -> None:
    assert {(line.key, str(line.values["path"])) for line in september.changes} == {
        ("catalog.new", path) for path in NEWEST
    }
    assert september.notices == ()


def test_a_newcomer_is_as_good_as_its_entry_by_hand(september: Proposal, catalog: Catalog) -> None:
    """Its facts are exactly those of the vendor's file; its job is read from its names."""
    alike = 0
    for path in NEWEST:
        ours, theirs = catalog.get(path), september.catalog.get(path)
        assert [field.key for field in theirs.fields] == [field.key for field in ours.fields]
        assert theirs.channel is ours.channel or "稳定版" in NEWEST[path][1]
        alike += (theirs.task, theirs.modality) == (ours.task, ours.modality)
        told = any(note.values["path"] == path for note in september.notes if isinstance(note, Message))
        assert told or (theirs.modality is ours.modality)
        for language in ("en", "zh"):
            assert describe(theirs, language).strip()
    assert alike >= 35


@pytest.mark.parametrize(
    ("path", "family", "english", "chinese"),
    [
        (
            "alibaba/wan-3.0-prime/image-to-video", "Wan",
            "Wan 3.0 Prime — image to video", "万相3.0高速版-图生视频",
        ),
        (
            "google/gemini-omni-1.1-flash/text-to-video", "Gemini Omni",
            "Gemini Omni 1.1 Flash — text to video · official", "Gemini Omni 1.1 Flash 文生视频 · 官方",
        ),
        (
            "rhart-image-g-2.5/flare/text-to-image", "GPT Image",
            "GPT Image 2.5 Flare — text to image · low price", "GPT Image 2.5 Flare — 文生图 · 低价",
        ),
        (
            "minimax/hailuo-h3-max/image-to-video", "Hailuo",
            "MiniMax H3 Max (first/last frame) — image to video", "MiniMax-H3-Max 图生视频（首尾帧）",
        ),
    ],
)  # fmt: skip
def test_a_newcomer_bears_the_names_of_the_registry(
    september: Proposal, path: str, family: str, english: str, chinese: str
) -> None:
    endpoint = september.catalog.get(path)
    assert (endpoint.family, title(endpoint, "en"), title(endpoint, "zh")) == (family, english, chinese)


def test_a_listed_price_is_of_the_day_that_it_came(september: Proposal) -> None:
    """The day in the vendor's files is the same in every edition, and older than the price."""
    prices = [september.catalog.get(path).price for path in NEWEST]
    days = [price.date for price in prices if price is not None]
    assert days.count(TODAY) >= 2 and all(day.isoformat() != "2026-04-29" for day in days)


@pytest.mark.parametrize(("language", "said"), [("en", "taken for"), ("zh", "归为")])
def test_what_is_not_known_is_noted_for_each(september: Proposal, language: str, said: str) -> None:
    notes = {str(note.values["path"]): note for note in september.notes if isinstance(note, Message)}
    assert said in translate(notes["rhart-video-flux3/draft-enhance"], language)
    assert "minimax/hailuo-h3-max/text-to-video" not in notes


@pytest.mark.parametrize(
    ("word", "unit", "size"),
    [
        ("/次", "call", None), ("Call", "call", None), ("/秒起", "second", None),
        ("per second", "second", None),
        ("/5秒", "second", 5), ("/分钟", "second", 60), ("/Image", "image", None), ("/首", "result", None),
        ("/ 1000 characters", "1000 characters", None), ("/万字符", "1000 characters", 10),
        ("/百万 tokens", "million tokens", None), ("/1M tokens", "million tokens", None),
        ("/moon", None, None), ("", None, None),
    ],
)  # fmt: skip
def test_the_words_for_units(word: str, unit: str | None, size: int | None) -> None:
    fact = PriceFact(currency="CNY", unit=word, price=2)
    notes: list[str] = []
    made = price_entry("a/b", fact, {"text": {"kind": "text"}}, Modality.AUDIO, TODAY, notes)
    if unit is None:
        assert made is None and word in notes[0]
    else:
        assert made is not None and notes == []
        assert (made["unit"], made.get("unit_size")) == (unit, size)
        assert made.get("floor") is (True if word.endswith("起") else None)


@pytest.mark.parametrize(
    ("english", "chinese", "channel"),
    [
        ("maker/x/text-to-image/economy", "", Channel.LOW_PRICE),
        ("x/text-to-image-channel-low-price", "", Channel.LOW_PRICE),
        ("maker/x", "某模型-文生图-低价渠道版", Channel.LOW_PRICE),
        ("maker/x/text-to-image/stable", "", Channel.OFFICIAL_STABLE),
        ("maker/x/text-to-image/stable-token", "", Channel.OFFICIAL_STABLE),
        ("maker/x", "某模型-文生图-官方稳定版", Channel.OFFICIAL_STABLE),
        ("maker/stable-diffusion-9/text-to-image", "", Channel.NONE),
    ],
)
def test_the_words_for_channels(tmp_path: Path, english: str, chinese: str, channel: Channel) -> None:
    prompt = {"fieldKey": "prompt", "type": "STRING", "required": True}
    model = {
        "endpoint": "maker/x/text-to-image", "output_type": "image", "params": [prompt],
        "name_en": english, "name_cn": chinese,
        "category": "RunningHub/Maker",
    }  # fmt: skip
    endpoint = looked(tmp_path, [model]).catalog.get("maker/x/text-to-image")
    assert endpoint.channel is channel
    assert all(word not in title(endpoint, "zh").partition(" · ")[0] for word in ("低价", "稳定版"))
    assert ("low price" in title(endpoint, "en"), "official" in title(endpoint, "en")) == (
        channel is Channel.LOW_PRICE, channel is Channel.OFFICIAL_STABLE,
    )  # fmt: skip
