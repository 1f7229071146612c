"""Prices that count more than one thing, and tables of prices as the service shows them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rh_ui.catalog.importer.price_facts import PriceFact
from rh_ui.catalog.importer.prices import newest, price_entry
from rh_ui.catalog.importer.refresh import overwritten
from rh_ui.catalog.importer.writer import family_file, is_as_made
from rh_ui.catalog.loader import load_catalog
from rh_ui.catalog.pricing import estimate
from rh_ui.domain import Params
from rh_ui.emulator.charges import charge

CATALOG = load_catalog()
LINK = "https://a.example/1"
FIELDS: dict[str, dict[str, object]] = {
    "resolution": {"kind": "choice", "options": ["720P", "native1080p"]},
    "duration": {"kind": "choice", "options": ["4", "5"]},
    "videoUrls": {"kind": "video", "many": True},
}


def read(**price: Any) -> dict[str, object] | None:
    fact = PriceFact.model_validate({"currency": "CNY", "unit": "/秒", **price})
    return price_entry("a/b", fact, FIELDS, date(2026, 9, 21), [])


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
    assert newest(ours, rounded) is ours and newest(ours, other) is other and newest(None, other) is other
    assert newest(ours, None) is ours


def test_a_generated_file_that_a_person_changed_is_named_before_it_is_lost(tmp_path: Path) -> None:
    entry: dict[str, object] = {"path": "a/b", "title": "A"}
    text = family_file("A", [entry])
    changed = text.replace('"A"', '"B"')
    assert is_as_made(text) and not is_as_made(changed)
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    assert overwritten(tmp_path, {"a.toml": family_file("A", [])}) == ()
    (tmp_path / "a.toml").write_text(changed, encoding="utf-8")
    (told,) = overwritten(tmp_path, {"a.toml": text})
    assert told.startswith("a.toml: it was changed by hand")
