"""The details of a model: every model in both languages, and the price as it is calculated."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from rh_ui.catalog.glossary import describe
from rh_ui.catalog.pricing import typical_run
from rh_ui.catalog.schema import Catalog, PriceUnit
from rh_ui.catalog.validation import check
from rh_ui.i18n import LANGUAGES, load_words
from rh_ui.web.serializers.model_details import MOST_PRICES, about
from tests.packaged import packaged_catalog


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return packaged_catalog()


def told(catalog: Catalog, path: str, language: str = "en") -> Any:
    return about(catalog.get(path), load_words(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_model_has_a_price_line_and_all_its_fields(catalog: Catalog, language: str) -> None:
    words = load_words(language)
    for endpoint in catalog.endpoints.values():
        card: Any = about(endpoint, words)
        assert card["price"], endpoint.path
        fields = [*card["inputs"], *card["settings"]]
        assert sorted(field["key"] for field in fields) == sorted(field.key for field in endpoint.fields)
        assert all(field["label"] and field["help"] for field in fields), endpoint.path
        assert len(card["prices"]) <= MOST_PRICES
        said = [*card["price"], *(row[0] for row in card["prices"]), *(field["limits"] for field in fields)]
        assert not [text for text in said if re.search(r"[{}]|None|E[+-]\d", text)], endpoint.path


def test_every_limit_a_field_has_is_named(catalog: Catalog) -> None:
    words = load_words("en")
    for endpoint in catalog.endpoints.values():
        card: Any = about(endpoint, words)
        limits = {field["key"]: field["limits"] for field in [*card["inputs"], *card["settings"]]}
        for field in endpoint.fields:
            if field.max_mb is not None:
                assert f"{field.max_mb:g} MB" in limits[field.key], (endpoint.path, field.key)
            if field.max_length is not None:
                assert f"{field.max_length:,}" in limits[field.key], (endpoint.path, field.key)
            if field.many and field.max_items is not None:
                assert f"up to {field.max_items}" in limits[field.key], (endpoint.path, field.key)
            if field.max is not None:
                assert f"{field.max:,}" in limits[field.key], (endpoint.path, field.key)


def test_a_price_says_what_it_is_for(catalog: Catalog) -> None:
    card = told(catalog, "cinematic-video-generator")
    assert card["price"][:2] == ["¥1.00 for each second of the result", "¥5.00 for a run as the form starts"]
    assert told(catalog, "kling-v3.0-pro/motion-control")["price"][:2] == [
        "¥1.08 for each second of your file",
        "¥5.40 for a file of 5 seconds",
    ]
    assert told(catalog, "kling-lip-sync/lip-sync-video")["price"][0].endswith(
        " for every 5 seconds of your file, rounded up"
    )
    assert told(catalog, "kling-v3.0-pro/motion-control", "zh")["price"][0] == "你的文件每秒 ¥1.08"
    assert (
        told(catalog, "rhart-audio/text-to-audio/speech-2.8-hd")["price"][0] == "¥0.62 for 1,000 characters"
    )


def test_a_price_that_hangs_on_a_setting_is_told_by_it(catalog: Catalog) -> None:
    card = told(catalog, "rhart-image-n-g31-flash/text-to-image")
    assert card["price"][0] == "¥0.19 to ¥0.30 for a run"
    assert ("Resolution: 4k", "¥0.30") in card["prices"]


def test_an_unknown_price_is_called_unknown_and_never_free(catalog: Catalog) -> None:
    unknown = [endpoint for endpoint in catalog.endpoints.values() if endpoint.price is None]
    assert unknown
    for endpoint in unknown:
        (line,) = told(catalog, endpoint.path)["price"]
        assert "names no price" in line and "charged" in line
        assert typical_run(endpoint) is None


def test_a_usual_run_is_never_cheaper_than_one_unit(catalog: Catalog) -> None:
    for endpoint in catalog.endpoints.values():
        price, run = endpoint.price, typical_run(endpoint)
        endless = price and price.unit is PriceUnit.SECOND and not price.quantity
        if price is None or price.unit is PriceUnit.MILLION_TOKENS or endless:
            assert run is None
            continue
        least = min([rule.amount for rule in price.rules] or [price.amount or Decimal(0)])
        assert run is not None and run >= least > 0, endpoint.path
        if price.unit is PriceUnit.INPUT_SECOND and not price.at_least:
            assert run == least * 5 / price.unit_size, endpoint.path


def test_what_is_not_confirmed_says_so(catalog: Catalog) -> None:
    """At the field, and in the model's description; a confirmed model has no such remark."""
    doubtful = catalog.get("rhart-video-flux3/text-to-video")
    card = told(catalog, doubtful.path)
    lines = {field["key"]: field["limits"] for field in [*card["inputs"], *card["settings"]]}
    marked = {field.key for field in doubtful.fields if field.unconfirmed}
    assert marked == {"duration", "safetyTolerance"}
    assert {key for key, limits in lines.items() if "not confirmed" in limits} == marked
    assert "ot confirmed by" in describe(doubtful, "en")
    assert not any(
        "ot confirmed by" in describe(endpoint, "en")
        for endpoint in catalog.endpoints.values()
        if endpoint.documented and not any(field.unconfirmed for field in endpoint.fields)
    )


def test_a_field_whose_limits_are_not_confirmed_is_accepted_widely(catalog: Catalog) -> None:
    endpoint = catalog.get("rhart-video-flux3/text-to-video")
    assert check(endpoint, {"prompt": "A red kite at dawn", "resolution": "hd", "duration": 40}) == []
