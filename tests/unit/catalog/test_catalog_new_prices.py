"""Prices that count more than one thing, and tables of prices as the service shows them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rh_ui.catalog.importer.fact_files import PriceFact
from rh_ui.catalog.importer.prices import newest, price_entry
from rh_ui.catalog.importer.refresh import overwritten
from rh_ui.catalog.importer.writer import family_file, is_as_made
from rh_ui.catalog.pricing import estimate, typical_run, unit_price
from rh_ui.catalog.schema import Endpoint, Field, Price, PriceExtra, PriceUnit
from rh_ui.domain import FieldKind, Modality, Params
from rh_ui.emulator.charges import charge
from rh_ui.i18n import load_words, translate
from tests.corpus.films import film as encoded_film
from tests.packaged import packaged_catalog

CATALOG = packaged_catalog()
LINK = "https://a.example/1"
FIELDS: dict[str, dict[str, object]] = {
    "resolution": {"kind": "choice", "options": ["720P", "native1080p"]},
    "duration": {"kind": "choice", "role": "duration", "options": ["4", "5"]},
    "videoUrls": {"kind": "video", "many": True},
}
SIZES = [{"when": {"resolution": "720p"}, "price": 0.44}]
STAR = [["720p · 无参考视频", "¥1.32/秒"], ["720p · 有参考视频", "¥0.88/秒"]]


def read(
    fields: Mapping[str, dict[str, object]] = FIELDS, makes: Modality = Modality.VIDEO, **price: Any
) -> dict[str, object] | None:
    fact = PriceFact.model_validate({"currency": "CNY", "unit": "/秒", **price})
    return price_entry("a/b", fact, fields, makes, date(2026, 9, 21), [])


@pytest.mark.parametrize(
    ("path", "values", "amount", "is_from"),
    [
        ("alibaba/qwen-image-3.0/image-edit", {"imageUrls": [LINK] * 3, "imageNum": "2"}, "0.38", False),
        ("seedream-v5-pro/image-to-image", {"imageUrls": [LINK] * 3, "resolution": "1k"}, "0.306", False),
        ("seedream-v5-pro/text-to-image", {"resolution": "empty"}, "0.27", True),
        ("rhart-video/video-upscaler", {"targetResolution": "720p"}, "0.70", True),
        (
            "rhart-video/sparkvideo-2.0/multimodal-video",
            {"duration": "5", "resolution": "1080p", "videoUrls": [LINK]},
            "8.60",  # 9 seconds of 0.80 at least, and 5 of 0.28
            True,
        ),
        (
            "rhart-video/sparkvideo-2.0/multimodal-video",
            {"duration": "5", "resolution": "1080p"},
            "7.40",
            False,
        ),
        ("rhart-audio/extract-vocal", {}, "0.1", True),
        ("rhart-imagine-image-quality/edit", {"numImages": "4", "resolution": "1k"}, "1.76", False),
        ("rhart-imagine-image-quality/edit", {"numImages": "1", "resolution": "2k"}, "0.57", False),
        (
            "rhart-video/sparkvideo-2.0/multimodal-video-star",
            {"duration": "5", "resolution": "720p"},
            "6.60",
            True,
        ),
        ("rhart-image/f-2-dev/text-to-image", {}, "0.2", True),
    ],
)
def test_every_way_to_price_is_reckoned_and_charged_alike(
    path: str, values: Params, amount: str, is_from: bool
) -> None:
    endpoint = CATALOG.get(path)
    told = estimate(endpoint, values)
    assert told.money is not None
    assert (told.money.amount, told.from_) == (Decimal(amount), is_from)
    sent = {key: value for key, value in values.items() if value != "empty"}
    assert charge(endpoint, sent) == Decimal(amount)


def test_work_that_nothing_tells_has_a_unit_and_no_amount() -> None:
    endpoint = CATALOG.get("bytedance/seedance-2.5-token/text-to-video")
    told = estimate(endpoint, {"resolution": "1080p"})
    assert told.money is None and charge(endpoint, {}) is None
    assert "million tokens" in told.how and "¥0.32" in told.how


def test_a_table_by_choice_becomes_rules_with_and_without_a_video() -> None:
    price = read(
        pricing_type="table",
        price_type="MULTI_DIMENSION",
        rows=[
            ["720p · 无参考视频", "¥1.2/秒"],
            ["1080p原生 · 有参考视频", "基础: ¥0.8/秒\n附加: ¥0.28/秒"],
        ],
        floor_table={"header": ["?", "4", "5"], "row": ["?", "7", "9"]},
    )
    assert price is not None and price["least"] == {"4": 7, "5": 9}
    assert price["rules"] == [
        {"when": {"resolution": "720P"}, "absent": ["videoUrls"], "amount": "1.2"},
        {"when": {"resolution": "native1080p"}, "given": ["videoUrls"], "amount": "0.8", "extra": "0.28"},
    ]


@pytest.mark.parametrize("figure", [0, 0.01, 9999])
def test_a_figure_that_stands_in_for_a_price_is_unknown(figure: float) -> None:
    assert read(price=figure) is None


def test_a_price_that_is_only_rounded_stays_and_another_one_is_taken() -> None:
    ours, rounded, other = read(price=0.725), read(price=0.73), read(price=0.74)
    assert newest(ours, rounded) == ours and newest(ours, other) == other and newest(None, other) == other


def test_a_newer_price_without_a_usable_figure_makes_the_older_one_unknown() -> None:
    assert newest(read(price=0.725), read(price=9999)) is None


def test_more_digits_do_not_hide_that_the_list_says_from() -> None:
    told = newest(read(price=0.725), read(price=0.73, pricing_type="from_or_fixed"))
    assert told is not None and (told["amount"], told["floor"]) == ("0.725", True)


def test_another_extra_is_another_price() -> None:
    def row(extra: str) -> dict[str, object] | None:
        rows = [["720p · 有参考视频", f"基础: ¥0.8/秒\n附加: ¥{extra}/秒"]]
        return read(pricing_type="table", price_type="MULTI_DIMENSION", rows=rows)

    assert newest(row("0.28"), row("0.42")) == row("0.42") != row("0.28")


@pytest.mark.parametrize(
    ("makes", "key", "unit"),
    [(Modality.IMAGE, "numImages", "image"), (Modality.IMAGE, "n", "image"), (Modality.AUDIO, "n", "result")],
)
def test_a_count_that_no_rule_names_multiplies_the_price(makes: Modality, key: str, unit: str) -> None:
    fields = FIELDS | {key: {"kind": "integer", "role": "count"}}
    ruled = read(fields, makes, unit="/次", depends_on=["resolution", key], rules=SIZES)
    assert ruled is not None
    assert (ruled["unit"], ruled["quantity"], "floor" in ruled) == (unit, key, False)
    assert ruled["rules"] == [{"when": {"resolution": "720P"}, "amount": "0.44"}]
    alone = read(fields, makes, unit="/次", depends_on=[key], rules=[{"when": {key: ""}, "price": 0.28}])
    assert alone is not None
    assert (alone["unit"], alone["quantity"], alone["amount"]) == (unit, key, "0.28")


def test_another_setting_that_no_rule_names_makes_it_a_price_from() -> None:
    told = read(unit="/次", depends_on=["resolution", "sound"], rules=SIZES)
    assert told is not None and (told["unit"], told["floor"]) == ("call", True)
    plain = read(depends_on=["resolution", "duration"], rules=SIZES)
    assert plain is not None and plain["quantity"] == "duration" and "floor" not in plain


def test_without_a_field_for_a_video_a_table_is_read_without_one_and_from() -> None:
    fields = {key: field for key, field in FIELDS.items() if key != "videoUrls"}
    least = {"header": ["?", "5"], "row": ["?", "9"]}
    told = read(fields, pricing_type="table", price_type="MULTI_DIMENSION", rows=STAR, floor_table=least)
    assert told is not None and told["floor"] is True and "least" not in told
    assert told["rules"] == [{"when": {"resolution": "720P"}, "amount": "1.32"}]


@pytest.mark.parametrize(
    ("kind", "required", "unit"),
    [
        ("video", True, "input second"),
        ("audio", True, "input second"),
        ("audio", False, "second"),
        ("video", False, "second"),
        ("image", True, "second"),
    ],
)
def test_seconds_are_those_of_a_file_only_where_every_run_has_one(
    kind: str, required: bool, unit: str
) -> None:
    told = read({"file": {"kind": kind, "required": required}}, price=0.5)
    assert told is not None and told["unit"] == unit


def test_a_second_of_a_result_of_unknown_length_has_a_price_and_no_sum() -> None:
    endpoint = CATALOG.get("bytedance/doubao-seed-audio-1.0")
    values: Params = {"text_prompt": "Rain", "audio_url": [LINK]}
    told = estimate(endpoint, values, {"audio_url": 30.0})
    assert told.money is None and "for each second of the result" in told.how
    assert typical_run(endpoint) is None and charge(endpoint, values) is None


def made_up(unit: PriceUnit, **more: Any) -> Endpoint:
    fields = (
        Field("duration", FieldKind.INTEGER, default=5),
        Field("n", FieldKind.INTEGER, default=3),
        Field("text", FieldKind.TEXT, default="x" * 1000),
        Field("films", FieldKind.VIDEO, many=True),
        Field("base", FieldKind.VIDEO),
        Field("pictures", FieldKind.IMAGE, many=True),
    )
    price = Price(unit, "CNY", date(2026, 9, 21), **{"amount": Decimal("0.3"), **more})
    plain = CATALOG.get("bytedance/doubao-seed-audio-1.0")
    return dataclasses.replace(plain, fields=fields, rules=(), price=price)


@pytest.mark.parametrize(
    ("unit", "quantity", "amount"),
    [
        (PriceUnit.CALL, "", "0.3"),
        (PriceUnit.SECOND, "duration", "1.5"),
        (PriceUnit.INPUT_SECOND, "", "1.5"),
        (PriceUnit.IMAGE, "n", "0.9"),
        (PriceUnit.RESULT, "n", "0.9"),
        (PriceUnit.THOUSAND_CHARACTERS, "text", "0.3"),
    ],
)
def test_what_files_cost_comes_on_top_by_every_unit(
    tmp_path: Path, unit: PriceUnit, quantity: str, amount: str
) -> None:
    extras = (PriceExtra("pictures", Decimal("0.15"), free=5),)
    endpoint = made_up(unit, quantity=quantity, extras=extras)
    values: Params = {"pictures": [LINK] * 9, "base": LINK}
    told = estimate(endpoint, values, {"base": 5.0})
    assert told.money is not None and told.money.amount == Decimal(amount) + Decimal("0.60")
    film = tmp_path / "film.mp4"
    film.write_bytes(encoded_film(frames=50))
    assert charge(endpoint, values, [("base", "video", str(film))]) == told.money.amount


def test_every_unit_that_has_a_sum_is_tested_with_extras() -> None:
    (marks,) = (mark for mark in test_what_files_cost_comes_on_top_by_every_unit.pytestmark)  # type: ignore[attr-defined]
    assert {case[0] for case in marks.args[1]} == {*PriceUnit} - {PriceUnit.MILLION_TOKENS}


SPARK = "rhart-video/sparkvideo-2.0/multimodal-video"
HAILUO = "minimax/hailuo-h3/multimodal-to-video"


@pytest.mark.parametrize(
    ("path", "resolution", "seconds", "amount"),
    [
        (SPARK, "720p", 14, "15.20"),  # (14 + 5) × 0.80
        (SPARK, "720p", 2, "7.20"),  # 9 at least
        (SPARK, "1080p", 14, "16.60"),  # and 5 × 0.28
        (HAILUO, "768P", 14, "9.12"),  # (14 + 5) × 0.48
    ],
)
def test_the_seconds_of_a_reference_video_count_where_they_are_known(
    tmp_path: Path, path: str, resolution: str, seconds: int, amount: str
) -> None:
    endpoint = CATALOG.get(path)
    values: Params = {"resolution": resolution, "duration": "5", "videoUrls": [LINK, LINK]}
    told = estimate(endpoint, values, {"videoUrls": float(seconds)})
    assert told.money is not None
    assert (told.money.amount, told.from_) == (Decimal(amount), False)
    film = tmp_path / "film.mp4"
    film.write_bytes(encoded_film(frames=5 * seconds))
    media = [("videoUrls", "video", str(film))] * 2
    assert charge(endpoint, values, media) == told.money.amount
    unknown = estimate(endpoint, values)
    assert unknown.money is not None and unknown.from_ and unknown.money.amount <= told.money.amount
    elsewhere = [media[0], ("videoUrls", "video", "")]
    assert charge(endpoint, values, elsewhere) == unknown.money.amount


def test_seconds_left_to_the_model_stay_a_price_from_with_a_known_film() -> None:
    endpoint = CATALOG.get(SPARK)
    values: Params = {"resolution": "720p", "duration": "-1", "videoUrls": [LINK]}
    told = estimate(endpoint, values, {"videoUrls": 14.0})
    assert told.money is not None and told.from_
    assert told.money.amount == Decimal("0.8") * 18, "four seconds at least"


def test_songs_are_sold_as_results_in_both_languages() -> None:
    endpoint = CATALOG.get("mureka-ai/mureka-v9/generate-song")
    told = estimate(endpoint, {"n": 2})
    assert told.how == "¥0.28 × 2 results"
    assert translate(told.how, "zh") == "¥0.28 × 2 个结果"
    assert estimate(endpoint, {"n": 1}).how == "¥0.28 × 1 result"
    assert endpoint.price is not None
    assert unit_price(endpoint.price) == "¥0.28 for each result"
    for language in ("en", "zh"):
        assert all(load_words(language)(f"unit.{unit.value}") for unit in PriceUnit)


def test_a_generated_file_that_a_person_changed_is_named_before_it_is_lost(tmp_path: Path) -> None:
    entry: dict[str, object] = {"path": "a/b", "title": "A"}
    text = family_file("A", [entry])
    changed = text.replace('"A"', '"B"')
    assert is_as_made(text) and not is_as_made(changed)
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    assert overwritten(tmp_path, {"a.toml": family_file("A", [])}) == ()
    (tmp_path / "a.toml").write_text(changed, encoding="utf-8")
    for replaced_by in (text, ""):
        (told,) = overwritten(tmp_path, {"a.toml": replaced_by})
        assert told.startswith("a.toml: it was changed by hand")
    (tmp_path / "a.toml").write_text(text.replace("# Content: ", "# Once: "), encoding="utf-8")
    (told,) = overwritten(tmp_path, {"a.toml": text})
    assert told.startswith("a.toml: it was written by hand, or made before")
