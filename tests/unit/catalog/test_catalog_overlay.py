"""A newer registry over the table: what is new, removed, renamed and changed, and what stays."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from rh_ui.catalog.__main__ import main
from rh_ui.catalog.importer.overlay import Proposal, propose
from rh_ui.catalog.importer.swappable import SwappableMapping
from rh_ui.catalog.loader import DATA_FOLDER, load_catalog, read_entries
from rh_ui.catalog.schema import Catalog
from rh_ui.catalog.validation import check
from rh_ui.domain import FieldKind, Modality
from rh_ui.errors import TableFault
from tests.registries import Model, load_registry, model, write_registry

TABLE = """family = "Maker"

[[endpoint]]
path = "maker/painter-1.0/text-to-image"
title = "Painter 1 — text to image"
modality = "image"
task = "text-to-image"
documented = true
fields = [
  {key = "prompt", kind = "text", required = true, min_length = 2, max_length = 80},
  {key = "size", kind = "choice", default = "1k", options = ["1k", "2k"]},
  {key = "seed", kind = "integer", max = 9},
  {key = "lora", kind = "text", default = "a.safetensors"},
]

[endpoint.price]
unit = "call"
currency = "CNY"
date = 2029-01-01
rules = [
  {when = {size = "1k"}, amount = "0.1"},
  {when = {size = "2k"}, amount = "0.2"},
]

[[endpoint]]
path = "maker/painter-1.0/edit"
title = "Painter 1 — edit"
modality = "image"
task = "image-to-image"
fields = [
  {key = "prompt", kind = "text", required = true},
  {key = "imageUrls", kind = "image", many = true, max_items = 3, accept = ["png"], max_mb = 10},
]
"""
CORRECTIONS = """
[[correction]]
paths = ["maker/painter-1.0/text-to-image"]
reason = "Made by hand: without a size nothing is made."
field = "size"
set = { required = true }

[[correction]]
paths = ["maker/painter-1.0/text-to-image"]
reason = "Made by hand: the seed does not go with 2k."
rules = [{ rule = "forbids", when = { field = "size", values = ["2k"] }, fields = ["seed"] }]
"""
PAINTER, EDIT = "maker/painter-1.0/text-to-image", "maker/painter-1.0/edit"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    (data / "corrections").mkdir(parents=True)
    (data / "maker.toml").write_text(TABLE, encoding="utf-8")
    (data / "corrections" / "mine.toml").write_text(CORRECTIONS, encoding="utf-8")
    return data


@pytest.fixture
def models(folder: Path) -> dict[str, Model]:
    return {entry.path: model(entry) for entry in read_entries(folder, [])}


def proposed(folder: Path, models: dict[str, Model], **more: object) -> Proposal:
    return propose(write_registry(folder.parent / "registry.json", models.values(), **more), folder=folder)


def change(models: dict[str, Model], path: str, key: str, **changed: object) -> None:
    params = models[path]["params"]
    models[path]["params"] = [{**each, **changed} if each["fieldKey"] == key else each for each in params]


def test_the_tables_own_registry_changes_nothing(folder: Path, models: dict[str, Model]) -> None:
    proposal = proposed(folder, models)
    assert (proposal.changes, proposal.notices, proposal.texts) == ((), (), {})
    assert proposal.catalog.endpoints == load_catalog(folder).endpoints


def test_a_new_name_of_the_vendor_finds_its_model_and_the_old_one_still_does(
    folder: Path, models: dict[str, Model]
) -> None:
    models[PAINTER]["name_cn"] = "画师一号"
    first = proposed(folder, models)
    assert first.catalog.get(PAINTER).names == ("画师一号",)
    assert first.changes == ()
    (folder / "maker.toml").write_text(first.texts["maker.toml"], encoding="utf-8")
    models[PAINTER]["name_cn"] = "大画师"
    assert proposed(folder, models).catalog.get(PAINTER).names == ("大画师", "画师一号")


def test_every_kind_of_change_is_a_plain_line(folder: Path, models: dict[str, Model]) -> None:
    change(models, PAINTER, "size", options=["1k", "4k"])
    change(models, PAINTER, "seed", max=99, required=True)
    change(models, EDIT, "imageUrls", accept=["PNG", "WEBP"], maxSize=20)
    models[EDIT]["params"][0] = {"fieldKey": "tone", "type": "BOOLEAN", "defaultValue": False}
    proposal = proposed(folder, models)
    assert proposal.changes == (
        f"changed: {PAINTER}: field size: new option 4k; field size: option 2k gone; "
        "field seed is now required; field seed: greatest value 99, was 9.",
        f"changed: {EDIT}: new field tone (flag, optional); field imageUrls: greatest size in MB 20, was 10; "
        "field imageUrls: takes png, webp, was png; field prompt is gone.",
    )
    assert proposal.notices == ()


def test_hand_made_corrections_and_what_the_format_lacks_survive(
    folder: Path, models: dict[str, Model]
) -> None:
    change(models, PAINTER, "size", required=False, options=["1k", "2k", "4k"])
    endpoint = proposed(folder, models).catalog.get(PAINTER)
    size, prompt, lora = endpoint.field("size"), endpoint.field("prompt"), endpoint.field("lora")
    assert size is not None and size.required and size.values == ("1k", "2k", "4k")
    assert prompt is not None and prompt.min_length == 2
    assert lora is not None and lora.default == "a.safetensors"
    assert endpoint.documented and endpoint.title == "Painter 1 — text to image"
    assert endpoint.price is not None and endpoint.price.date.year == 2029
    problems = check(endpoint, {"prompt": "a kite", "size": "2k", "seed": 3, "lora": "b"})
    assert [problem.field for problem in problems] == ["seed"]


def test_a_correction_that_no_longer_fits_is_named_and_the_others_hold(
    folder: Path, models: dict[str, Model]
) -> None:
    models[PAINTER]["params"] = [each for each in models[PAINTER]["params"] if each["fieldKey"] != "seed"]
    proposal = proposed(folder, models)
    (notice,) = proposal.notices
    assert notice.startswith(f"corrections: {PAINTER}: a correction no longer fits") and "seed" in notice
    endpoint = proposal.catalog.get(PAINTER)
    size = endpoint.field("size")
    assert size is not None and size.required and endpoint.rules == ()


def test_a_removed_endpoint_is_kept_for_history_and_marked(folder: Path, models: dict[str, Model]) -> None:
    old = load_catalog(folder).get(EDIT)
    del models[EDIT]
    proposal = proposed(folder, models)
    assert proposal.changes == (
        f"removed: {EDIT} is no longer listed; it is marked deprecated and kept for history.",
    )
    assert proposal.catalog.get(EDIT) == replace(
        old, deprecated=True, title=f"{old.title} (no longer offered)"
    )


def test_one_that_comes_back_is_no_longer_deprecated(folder: Path, models: dict[str, Model]) -> None:
    extra = folder.parent / "table"
    full = write_registry(folder.parent / "full.json", models.values())
    part = write_registry(folder.parent / "part.json", [models[PAINTER]])
    assert load_registry(part, extra, folder=folder).catalog.get(EDIT).deprecated
    assert load_catalog(folder, extra).get(EDIT).deprecated
    back = load_registry(full, extra, folder=folder)
    assert back.changes == (f"changed: {EDIT}: listed again, no longer deprecated.",)
    assert not load_catalog(folder, extra).get(EDIT).deprecated
    assert list(extra.glob("*.toml")) == []


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("maker/painter-1/text-to-image", "?"),
        ("maker/art-painter-1.0/text-to-image", "?"),
        ("other/brush", "painter 1 — Text to image"),
    ],
)
def test_a_renamed_endpoint_is_known_again(
    folder: Path, models: dict[str, Model], path: str, name: str
) -> None:
    models[PAINTER] |= {"endpoint": path, "name_en": name}
    proposal = proposed(folder, models)
    assert proposal.changes == (f"renamed: {PAINTER} is now {path}; the old path is kept for history.",)
    old, new = proposal.catalog.get(PAINTER), proposal.catalog.get(path)
    assert old.deprecated and not new.deprecated and new.title != old.title
    assert new.title == "Painter 1 — text to image" and new.documented and len(new.rules) == 1
    assert new.price is not None


def test_what_was_corrected_under_an_old_path_holds_for_the_new_one_again_and_again(
    folder: Path, models: dict[str, Model]
) -> None:
    extra = folder.parent / "table"
    file = folder.parent / "registry.json"
    for path in ("maker/the-painter-1.0/text-to-image", "maker/a-painter-1.0/text-to-image"):
        models[PAINTER] |= {"endpoint": path}
        load_registry(write_registry(file, models.values()), extra, folder=folder)
        assert load_registry(file, extra, folder=folder).changes == ()
        table = load_catalog(folder, extra)
        size = table.get(path).field("size")
        assert size is not None and size.required and len(table.get(path).rules) == 1
        assert table.notices == ()
    assert [endpoint.deprecated for endpoint in table.endpoints.values()] == [True, False, True, False]


@pytest.mark.parametrize("path", ["maker/painter-2.0/text-to-image", "other/thing"])
def test_another_version_or_a_stranger_is_no_rename(
    folder: Path, models: dict[str, Model], path: str
) -> None:
    models[PAINTER] |= {"endpoint": path, "name_en": path}
    kinds = [line.partition(":")[0] for line in proposed(folder, models).changes]
    assert kinds == ["removed", "new"]


def test_a_new_endpoint_is_named_after_its_path(folder: Path, models: dict[str, Model]) -> None:
    fresh = "novel-lab/dreamer-3.0-official/image-to-video"
    picture = {"fieldKey": "imageUrl", "type": "IMAGE", "required": True}
    models["x"] = {
        "endpoint": fresh,
        "output_type": "video",
        "category": "RunningHub/Kling",
        "params": [picture],
    }
    models["y"] = {"endpoint": "novel-lab/odd", "output_type": "image", "params": [picture]}
    proposal = proposed(folder, models)
    assert proposal.changes == (
        f"new: {fresh} (video, image-to-video): 1 field, price unknown.",
        "new: novel-lab/odd (image, image-to-image): 1 field, price unknown.",
    )
    first, second = proposal.catalog.get(fresh), proposal.catalog.get("novel-lab/odd")
    assert (first.family, first.title) == (
        "Kling",
        "Novel Lab Dreamer 3.0 Official — image to video · official",
    )
    assert (second.family, second.title) == ("Novel Lab", "Novel Lab Odd — image to image")
    assert first.modality is Modality.VIDEO and len(proposal.notes) == 2


def test_an_entry_that_can_not_be_used_leaves_the_one_in_the_table(
    folder: Path, models: dict[str, Model]
) -> None:
    models[EDIT]["params"] = []
    proposal = proposed(folder, models)
    assert proposal.changes == ()
    (notice,) = proposal.notices
    assert EDIT in notice
    assert proposal.catalog.get(EDIT) == load_catalog(folder).get(EDIT)


def test_prices_change_with_the_price_list_and_stay_without(folder: Path, models: dict[str, Model]) -> None:
    pricing = [{"endpoint": EDIT, "currency": "CNY", "unit": "/次", "price": 0.3, "updated_at": "2030-02-03"}]
    proposal = proposed(folder, models, pricing=pricing)
    (line,) = proposal.changes
    assert line.startswith(f"changed: {EDIT}: price ¥0.3") and line.endswith("was unknown.")
    price = proposal.catalog.get(EDIT).price
    assert price is not None and price.date.isoformat() == "2030-02-03"
    assert proposal.catalog.get(PAINTER).price == load_catalog(folder).get(PAINTER).price


def test_a_price_that_names_a_field_that_went_is_unknown(folder: Path, models: dict[str, Model]) -> None:
    models[PAINTER]["params"] = [each for each in models[PAINTER]["params"] if each["fieldKey"] != "size"]
    proposal = proposed(folder, models)
    assert proposal.catalog.get(PAINTER).price is None
    assert any("price" in note for note in proposal.notes)


def test_a_loaded_registry_is_there_at_the_next_start_and_goes_again(
    folder: Path, models: dict[str, Model]
) -> None:
    extra = folder.parent / "table"
    change(models, PAINTER, "size", options=["1k", "2k", "4k"])
    del models[EDIT]
    prompt = {"fieldKey": "prompt", "type": "STRING", "required": True}
    models["x"] = {"endpoint": "novel/sketcher/edit", "output_type": "image", "params": [prompt]}
    file = write_registry(folder.parent / "registry.json", models.values())
    loaded = load_registry(file, extra, folder=folder)
    assert [line.partition(":")[0] for line in loaded.changes] == ["changed", "removed", "new"]
    again = load_catalog(folder, extra)
    assert again.endpoints == loaded.catalog.endpoints and again.notices == ()
    assert (folder / "maker.toml").read_text(encoding="utf-8") == TABLE
    assert load_registry(file, extra, folder=folder).changes == ()
    assert load_catalog(folder, extra).endpoints == again.endpoints


def test_a_bad_file_changes_nothing_and_says_why(folder: Path, models: dict[str, Model]) -> None:
    extra = folder.parent / "table"
    change(models, PAINTER, "seed", max=99)
    load_registry(write_registry(folder.parent / "registry.json", models.values()), extra, folder=folder)
    kept = {file.name: file.read_bytes() for file in extra.iterdir()}
    bad = folder.parent / "bad.json"
    bad.write_text('{"models": [', encoding="utf-8")
    with pytest.raises(TableFault, match=r"bad\.json can't be read"):
        load_registry(bad, extra, folder=folder)
    assert {file.name: file.read_bytes() for file in extra.iterdir()} == kept


def test_a_broken_file_in_the_extra_folder_costs_only_itself(folder: Path) -> None:
    extra = folder.parent / "table"
    extra.mkdir()
    (extra / "broken.toml").write_text("family = ", encoding="utf-8")
    (extra / "maker.toml").write_text(
        TABLE.replace('kind = "integer", max = 9', 'kind = "integer", min = 10, max = 9'), encoding="utf-8"
    )
    before, after = load_catalog(folder), load_catalog(folder, extra)
    assert after.endpoints == before.endpoints
    assert [notice.partition(":")[0] for notice in after.notices] == ["broken.toml", "maker.toml"]
    assert load_catalog(folder, folder.parent / "nowhere") == before


def test_a_part_of_a_registry_removes_nothing(tmp_path: Path) -> None:
    few = [model(entry) for entry in read_entries(DATA_FOLDER, [])[:5]]
    proposal = propose(write_registry(tmp_path / "registry.json", few))
    assert proposal.changes == ()
    (notice,) = proposal.notices
    assert notice.startswith("registry.json lists ") and "taken for a part" in notice


def test_the_command_line_looks_writes_and_checks(
    folder: Path, models: dict[str, Model], capsys: pytest.CaptureFixture[str]
) -> None:
    file = write_registry(folder.parent / "registry.json", models.values())
    table = ["--data", str(folder)]
    assert main([*table, "diff", str(file)]) == 0
    assert main(["check", str(file)]) == 0
    change(models, PAINTER, "size", options=["1k", "2k", "4k"])
    models[EDIT]["params"].append({"fieldKey": "hue", "type": "COLOR"})
    write_registry(file, models.values())
    prices = folder.parent / "prices.json"
    price = {"endpoint": EDIT, "currency": "CNY", "unit": "/次", "price": 0.3}
    prices.write_text(json.dumps({"pricing": [price]}), encoding="utf-8")
    capsys.readouterr()
    assert main(["check", str(file)]) == 1
    assert "2 entries, 2 of them usable." in capsys.readouterr().out
    assert main([*table, "diff", str(file), "--prices", str(prices)]) == 1
    said = capsys.readouterr().out
    assert "new option 4k" in said and "hue" in said and "price ¥0.3" in said
    assert (folder / "maker.toml").read_text(encoding="utf-8") == TABLE
    assert main([*table, "refresh", str(file), "--prices", str(prices)]) == 1
    assert "maker.toml: it was written by hand" in capsys.readouterr().err
    assert (folder / "maker.toml").read_text(encoding="utf-8") == TABLE
    assert main([*table, "refresh", str(file), "--prices", str(prices), "--force"]) == 0
    assert main([*table, "diff", str(file), "--prices", str(prices)]) == 0
    assert main([*table, "check"]) == 0
    refreshed = load_catalog(folder)
    hue = refreshed.get(EDIT).field("hue")
    assert hue is not None and hue.kind is FieldKind.TEXT
    assert len(refreshed.get(PAINTER).rules) == 1
    assert (folder / "corrections" / "mine.toml").read_text(encoding="utf-8") == CORRECTIONS


def test_a_table_in_use_is_swapped_in_one_step(folder: Path) -> None:
    read = load_catalog(folder)
    live = SwappableMapping(read.endpoints)
    kept = Catalog(live)
    going_through = iter(kept.endpoints.values())
    assert next(going_through).path == PAINTER and dict(kept.endpoints) == dict(read.endpoints)
    live.swap({EDIT: replace(read.get(EDIT), deprecated=True)})
    assert [endpoint.path for endpoint in going_through] == [EDIT]
    assert kept.get(EDIT).deprecated and len(kept.of(Modality.IMAGE)) == len(kept.endpoints) == 1
    assert list(kept.endpoints) == [EDIT] and PAINTER not in kept.endpoints
