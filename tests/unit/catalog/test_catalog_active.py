"""The table in use: a registry is previewed, used, stored, removed, and survives an update of the program."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from rh_ui.catalog.importer.active_catalog import RECORD, REGISTRY, UNFINISHED, ActiveCatalog, open_table
from rh_ui.catalog.loader import load_catalog, read_entries
from rh_ui.domain import Modality
from rh_ui.errors import TableFault
from rh_ui.i18n import translate
from tests.registries import model, newcomer, write_registry

TABLE = """family = "Maker"

[[endpoint]]
path = "maker/painter-1.0/text-to-image"
title = "Painter 1 — text to image"
modality = "image"
task = "text-to-image"
fields = [{key = "prompt", kind = "text", required = true, max_length = 80}]

[endpoint.price]
unit = "call"
currency = "CNY"
date = 2029-05-01
amount = "0.1"
"""
PAINTER, NEW = "maker/painter-1.0/text-to-image", "novel/brush/text-to-image"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    data.mkdir()
    (data / "maker.toml").write_text(TABLE, encoding="utf-8")
    return data


@pytest.fixture
def extra(tmp_path: Path) -> Path:
    return tmp_path / "home" / "table"


@pytest.fixture
def file(folder: Path) -> Path:
    """The table's own registry of 2030-01-02 with one more model."""
    models = [model(entry) for entry in read_entries(folder, [])]
    return write_registry(folder.parent / "upload", [*models, newcomer(NEW)])


def loaded(folder: Path, extra: Path, *files: Path) -> ActiveCatalog:
    keeper = open_table(extra, folder)
    keeper.use(keeper.preview([(file, f"C:\\my files\\{file.name}.json") for file in files]).token)
    return keeper


def file_of(keeper: ActiveCatalog) -> str:
    return keeper.origin.file if keeper.origin else ""


def test_looking_changes_nothing_and_using_reaches_everybody_who_keeps_the_catalog(
    folder: Path, extra: Path, file: Path
) -> None:
    keeper = open_table(extra, folder)
    kept, called = keeper.catalog, []
    keeper.follow(lambda: called.append(keeper.edition))
    look = keeper.preview([(file, "new list.json")])
    assert (look.file, look.day, look.proposal.total) == ("new list.json", date(2030, 1, 2), 2)
    assert NEW not in kept.endpoints and called == [] and not extra.exists()
    keeper.use(look.token)
    assert kept.get(NEW).path == NEW and len(kept.of(Modality.IMAGE)) == 2
    assert called == [1]
    assert file_of(keeper) == "new list.json"
    again = open_table(extra, folder)
    assert again.catalog.endpoints.keys() == kept.endpoints.keys()
    assert (again.origin, again.notice, again.packaged_day) == (keeper.origin, None, date(2029, 5, 1))
    keeper.go_back()
    assert list(kept.endpoints) == [PAINTER] and file_of(keeper) == "" and called == [1, 2]
    assert list(extra.iterdir()) == [] and open_table(extra, folder).origin is None


def test_what_was_looked_at_goes_stale(folder: Path, extra: Path, file: Path) -> None:
    keeper = open_table(extra, folder)
    look = keeper.preview([(file, "a.json")])
    with pytest.raises(TableFault, match="once more"):
        keeper.use("another")
    keeper.use(look.token)
    for token in (look.token, ""):
        with pytest.raises(TableFault, match="once more"):
            keeper.use(token)


def test_a_price_list_is_known_by_what_is_in_it(folder: Path, extra: Path, file: Path) -> None:
    price = {"endpoint": NEW, "currency": "CNY", "unit": "/次", "price": 0.7}
    prices = folder.parent / "prices"
    for content in ({"pricing": [price]}, [price]):
        prices.write_text(json.dumps(content), encoding="utf-8")
        keeper = loaded(folder, extra, prices, file)
        assert keeper.origin is not None and keeper.origin.file == "upload.json"
        for table in (keeper.catalog, open_table(extra, folder).catalog):
            found = table.get(NEW).price
            assert found is not None and str(found.amount) == "0.7"
        keeper.go_back()
    for files in ([(prices, "p.json")], [(prices, "p.json")] * 2, [(file, "r.json")] * 2):
        with pytest.raises(TableFault) as refused:
            keeper.preview(files)
        assert "Choose" in str(refused.value) and "请" in translate(refused.value.text, "zh")


@pytest.mark.parametrize(
    ("content", "english", "chinese"),
    [
        (b"", "is empty", "文件是空的"),
        (b"\n <html>", "is a web page", "网页"),
        (b'{"models": [', "is not JSON", "不是 JSON"),
        (b"[" * 100_000, "is not JSON", "不是 JSON"),
        (b"\xff\xfe\x00", "not text in UTF-8", "UTF-8"),
        (b"7", "is not a registry", "不是模型列表文件"),
        (b'{"models": [{}]}', "holds no endpoint", "没有可用的模型"),
    ],
)
def test_a_bad_file_is_refused_in_both_languages_and_nothing_is_kept(
    folder: Path, extra: Path, content: bytes, english: str, chinese: str
) -> None:
    bad = folder.parent / "bad"
    bad.write_bytes(content)
    keeper = open_table(extra, folder)
    with pytest.raises(TableFault) as refused:
        keeper.preview([(bad, "../../etc/bad.json")])
    assert english in str(refused.value) and str(refused.value).startswith("bad.json")
    assert chinese in translate(refused.value.text, "zh")
    assert not extra.exists() and keeper.edition == 0


def test_a_file_of_100_mb_is_not_even_read(folder: Path, extra: Path) -> None:
    huge = folder.parent / "huge"
    with huge.open("wb") as sparse:
        sparse.truncate(100_000_000)
    with pytest.raises(TableFault, match="100 MB"):
        open_table(extra, folder).preview([(huge, "huge.json")])


def test_a_table_that_can_not_be_kept_is_not_used(folder: Path, extra: Path, file: Path) -> None:
    extra.parent.mkdir()
    extra.write_text("in the way", encoding="utf-8")
    keeper = open_table(extra, folder)
    with pytest.raises(TableFault, match="can't be kept"):
        keeper.use(keeper.preview([(file, "a.json")]).token)
    assert list(keeper.catalog.endpoints) == [PAINTER] and keeper.origin is None


def update(folder: Path, day: str) -> None:
    """An update of the program: prices of that day, a longer prompt and a better title."""
    text = TABLE.replace("2029-05-01", day).replace("max_length = 80", "max_length = 90")
    text = text.replace("Painter 1 —", "Painter One —")
    (folder / "maker.toml").write_text(text, encoding="utf-8")


def test_after_an_update_a_newer_registry_is_read_in_again(folder: Path, extra: Path) -> None:
    models = [model(entry) for entry in read_entries(folder, [])]
    models[0]["params"][0]["maxLength"] = 70
    loaded(folder, extra, write_registry(folder.parent / "upload", [*models, newcomer(NEW)]))
    update(folder, "2029-12-31")
    keeper = open_table(extra, folder)
    assert keeper.notice is not None and "read in again" in keeper.notice
    assert "重新读入" in translate(keeper.notice, "zh")
    assert keeper.origin is not None and keeper.catalog.get(NEW).path == NEW
    painter = keeper.catalog.get(PAINTER)
    prompt = painter.field("prompt")
    assert prompt is not None and prompt.max_length == 70, "the registry is newer than the update"
    assert painter.title == "Painter One — text to image", "and the update newer than what was laid over"
    assert open_table(extra, folder).notice is None


def test_after_an_update_the_overlay_does_not_shadow_what_came_with_it(folder: Path, extra: Path) -> None:
    models = [model(entry) for entry in read_entries(folder, [])]
    models[0]["params"][0]["maxLength"] = 70
    keeper = loaded(folder, extra, write_registry(folder.parent / "upload", models))
    update(folder, "2031-01-01")
    prompt = load_catalog(folder, extra).get(PAINTER).field("prompt")
    assert prompt is not None and prompt.max_length == 70, "the overlay still lies there"
    keeper = open_table(extra, folder)
    prompt = keeper.catalog.get(PAINTER).field("prompt")
    assert prompt is not None and prompt.max_length == 90
    assert keeper.notice is not None and "newer table (2031-01-01)" in keeper.notice
    assert keeper.origin is None and list(extra.iterdir()) == []


def test_what_only_the_overlay_knows_of_the_past_is_kept_for_history(
    folder: Path, extra: Path, file: Path
) -> None:
    keeper = loaded(folder, extra, file)
    own = [model(entry) for entry in read_entries(folder, [])]
    second = write_registry(folder.parent / "second", own)
    keeper.use(keeper.preview([(second, "second.json")]).token)
    assert keeper.catalog.get(NEW).deprecated
    update(folder, "2029-12-31")
    again = open_table(extra, folder)
    assert again.catalog.get(NEW).deprecated and "no longer offered" in again.catalog.get(NEW).title
    prompt = again.catalog.get(PAINTER).field("prompt")
    assert prompt is not None and prompt.max_length == 80


def test_a_crash_while_writing_is_made_good_at_the_next_start(folder: Path, extra: Path, file: Path) -> None:
    keeper = loaded(folder, extra, file)
    record = json.loads((extra / RECORD).read_text(encoding="utf-8"))
    (extra / RECORD).write_text(json.dumps(record | {"base": UNFINISHED}), encoding="utf-8")
    for family in extra.glob("*.toml"):
        family.unlink()
    again = open_table(extra, folder)
    assert again.catalog.endpoints == dict(keeper.catalog.endpoints) and again.notice is None
    (extra / RECORD).unlink()
    assert open_table(extra, folder).origin is None and not list(extra.glob("*.toml"))


def test_a_kept_registry_that_can_not_be_read_any_more_is_left_off_and_said(
    folder: Path, extra: Path, file: Path
) -> None:
    loaded(folder, extra, file)
    (extra / REGISTRY).write_text("{", encoding="utf-8")
    update(folder, "2029-12-31")
    keeper = open_table(extra, folder)
    assert keeper.origin is None and list(keeper.catalog.endpoints) == [PAINTER]
    assert keeper.notice is not None and "could not be read in again" in keeper.notice


def test_a_loaded_table_is_dropped_only_where_the_shipped_one_holds_all_of_it(
    folder: Path, extra: Path, file: Path
) -> None:
    """However much newer the shipped one says that it is: what counts is what stands in it."""
    loaded(folder, extra, file)
    update(folder, "2035-01-01")
    keeper = open_table(extra, folder)
    assert keeper.origin is not None and keeper.catalog.get(NEW).offered
    prompt = keeper.catalog.get(PAINTER).field("prompt")
    assert prompt is not None and prompt.max_length == 90, "of what it holds, the newer shipped one is right"
    assert keeper.notice is not None and "read in again" in keeper.notice
    newcomer_too = (folder / "maker.toml").read_text(encoding="utf-8") + (
        f'[[endpoint]]\npath = "{NEW}"\ntitle = "Brush — text to image"\nmodality = "image"\n'
        'task = "text-to-image"\n'
        'fields = [{key = "prompt", kind = "text", required = true, max_length = 500}]\n'
    )
    (folder / "maker.toml").write_text(newcomer_too, encoding="utf-8")
    keeper = open_table(extra, folder)
    assert keeper.origin is None and keeper.catalog.get(NEW).title == "Brush — text to image"
    assert keeper.notice is not None and "holds all that" in keeper.notice
    assert list(extra.iterdir()) == [] and open_table(extra, folder).notice is None


def test_an_older_registry_marks_nothing_of_a_newer_table_as_gone(
    folder: Path, extra: Path, file: Path
) -> None:
    """What the vendor brought in between stands in the shipped table, and not in what was loaded."""
    loaded(folder, extra, file)
    update(folder, "2035-01-01")
    later = TABLE.partition("\n\n")[2].replace("painter-1.0", "painter-9.0").replace("Painter 1", "Painter 9")
    (folder / "later.toml").write_text(f'family = "Maker"\n\n{later}', encoding="utf-8")
    keeper = open_table(extra, folder)
    assert [endpoint.deprecated for endpoint in keeper.catalog.endpoints.values()] == [False] * 3


def test_the_vendor_s_unchanging_day_is_none(folder: Path, extra: Path) -> None:
    """The file says 2026-04-29 in every edition; the day that it came is told, and stands at its prices."""
    models = [model(entry) for entry in read_entries(folder, [])]
    said = {"version": "public-2026-04-29", "models": [*models, newcomer(NEW)]}
    price = {
        "endpoint": NEW, "currency": "CNY", "unit": "/次", "price": 0.7, "updated_at": "2026-04-29",
    }  # fmt: skip
    file = folder.parent / "upload"
    file.write_text(json.dumps(said | {"pricing": [price]}), encoding="utf-8")
    came = datetime.fromtimestamp(file.stat().st_mtime, UTC).date()
    keeper = loaded(folder, extra, file)
    found = keeper.catalog.get(NEW).price
    assert keeper.origin is not None and keeper.origin.day == came
    assert found is not None and found.date == came
    update(folder, "2020-01-01")
    os.utime(extra / REGISTRY, (0, 0))  # as a copy of the data folder may leave it
    found = open_table(extra, folder).catalog.get(NEW).price
    assert found is not None and found.date == came


def test_a_record_of_an_earlier_version_is_read(folder: Path, extra: Path, file: Path) -> None:
    loaded(folder, extra, file)
    record = json.loads((extra / RECORD).read_text(encoding="utf-8"))
    del record["host"], record["content"]
    (extra / RECORD).write_text(json.dumps(record), encoding="utf-8")
    keeper = open_table(extra, folder)
    assert keeper.origin is not None and (keeper.origin.host, keeper.origin.content) == ("", "")
    assert not keeper.preview([(file, "a.json")]).in_use
