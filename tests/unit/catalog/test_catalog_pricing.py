"""Prices: exact, with their calculation; unknown is never zero."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from decimal import Decimal

import pytest

from rh_ui.catalog.pricing import estimate, unit_price
from rh_ui.catalog.schema import Catalog, Endpoint, Field, Option, Price, PriceRule, PriceUnit
from rh_ui.domain import FieldKind, JsonValue, Money
from rh_ui.i18n import translate
from rh_ui.i18n.loader import sentences
from tests.samples import made_up


def priced(price: Price | None, *fields: Field) -> Endpoint:
    return made_up(*fields, price=price)


def price(unit: PriceUnit, amount: str | None, **more: object) -> Price:
    plain = Price(unit, "CNY", date(2026, 5, 7), None if amount is None else Decimal(amount))
    return dataclasses.replace(plain, **more)  # type: ignore[arg-type]


DURATION = Field(
    "duration", FieldKind.CHOICE, default="5", options=(Option("-1"), Option("4"), Option("5"), Option("15"))
)
SIZE = Field("resolution", FieldKind.CHOICE, options=(Option("720p"), Option("1080p")))
SOUND = Field("sound", FieldKind.FLAG)
COUNT = Field("n", FieldKind.INTEGER, min=1, max=4)
TEXT = Field("text", FieldKind.TEXT)
BY_SIZE = (
    PriceRule({"resolution": "1080p"}, Decimal("0.58")),
    PriceRule({"resolution": "720p"}, Decimal("0.46")),
)
PER_SECOND = price(PriceUnit.SECOND, None, rules=BY_SIZE, quantity="duration")


@pytest.mark.parametrize(
    ("endpoint", "params", "amount", "how", "floor"),
    [
        (priced(price(PriceUnit.CALL, "1.0")), {}, "1.0", "fixed price", False),
        (priced(price(PriceUnit.CALL, "0.567")), {}, "0.567", "fixed price", False),
        (priced(PER_SECOND, DURATION, SIZE), {"resolution": "720p"}, "2.30", "¥0.46 * 5 s", False),
        (
            priced(PER_SECOND, DURATION, SIZE),
            {"resolution": "1080p", "duration": "15"},
            "8.70",
            "¥0.58 * 15 s",
            False,
        ),
        (priced(PER_SECOND, DURATION, SIZE), {}, "2.30", "¥0.46 * 5 s", True),
        (
            priced(PER_SECOND, DURATION, SIZE),
            {"resolution": "720p", "duration": "-1"},
            "1.84",
            "¥0.46 * at least 4 s",
            True,
        ),
        (
            priced(price(PriceUnit.SECOND, "0.5", quantity="duration", floor=True), DURATION),
            {},
            "2.5",
            "¥0.50 * 5 s",
            True,
        ),
        (
            priced(price(PriceUnit.IMAGE, "0.13", quantity="n"), COUNT),
            {"n": 4},
            "0.52",
            "¥0.13 * 4 images",
            False,
        ),
        (priced(price(PriceUnit.IMAGE, "0.13", quantity="n"), COUNT), {}, "0.13", "¥0.13 * 1 image", False),
        (
            priced(price(PriceUnit.THOUSAND_CHARACTERS, "0.62", quantity="text"), TEXT),
            {"text": "x" * 1500},
            "0.93",
            "¥0.62 * 1,500 / 1,000 characters",
            False,
        ),
    ],
)
def test_an_estimate_is_exact(
    endpoint: Endpoint, params: dict[str, JsonValue], amount: str, how: str, floor: bool
) -> None:
    found = estimate(endpoint, params)
    assert found.money == Money(Decimal(amount), "CNY")
    assert (found.how, found.from_) == (how.replace("*", "\N{MULTIPLICATION SIGN}"), floor)


def test_a_price_for_five_seconds_counts_begun_ones_in_full() -> None:
    endpoint = priced(price(PriceUnit.SECOND, "0.35", unit_size=5, quantity="duration"), DURATION)
    found = estimate(endpoint, {"duration": "4"})
    assert found.money == Money(Decimal("0.35"), "CNY")


@pytest.mark.parametrize(
    "endpoint",
    [
        priced(None),
        priced(price(PriceUnit.INPUT_SECOND, "0.21")),
        priced(price(PriceUnit.THOUSAND_CHARACTERS, "0.62", quantity="text"), TEXT),
        priced(
            price(PriceUnit.CALL, None, rules=(PriceRule({"resolution": "4k"}, Decimal(9)),)),
            dataclasses.replace(SIZE, default="720p"),
        ),
    ],
)
def test_what_the_table_cannot_know_is_unknown_and_explained(endpoint: Endpoint) -> None:
    found = estimate(endpoint, {})
    assert found.money is None and found.how


def test_how_a_price_came_about_is_told_in_chinese_too(catalog: Catalog) -> None:
    found = estimate(priced(PER_SECOND, DURATION, SIZE), {"resolution": "720p"})
    assert translate(found.how, "zh").endswith(" 5 秒")
    portion = price(PriceUnit.INPUT_SECOND, "0.35", unit_size=5)
    told = estimate(priced(portion), {}).how
    assert told == "¥0.35 for every 5 seconds of your file, rounded up; its length decides"
    assert (
        translate(told, "zh")
        == "你的文件每 5 秒 ¥0.35\N{FULLWIDTH COMMA}不足部分按整份计\N{FULLWIDTH SEMICOLON}由其时长决定"
    )
    for endpoint in catalog.endpoints.values():
        told = estimate(endpoint, {}).how
        chinese = translate(told, "zh")
        assert not re.search("[{}]", f"{told} {chinese}"), endpoint.path
        assert chinese != told


def test_the_chinese_of_a_price_is_chinese() -> None:
    for phrase, words in sentences().items():
        if not phrase.startswith("price.") or phrase.count(".") < 2:
            continue
        assert not re.search("[A-Za-z]", re.sub("{[a-z]+}", "", words["zh"])), phrase


@pytest.mark.parametrize(
    ("params", "amount", "how", "floor"),
    [
        ({"resolution": "720p", "sound": False}, "1", "720p, fixed price", False),
        ({"resolution": "720p", "sound": True}, "1.5", "720p · Generate audio, fixed price", False),
        ({"sound": False}, "1", "depends on the settings", True),
    ],
)
def test_a_price_for_a_run_names_the_settings_it_hangs_on(
    params: dict[str, JsonValue], amount: str, how: str, floor: bool
) -> None:
    rules = [
        PriceRule({"resolution": size, "sound": sound}, Decimal(cost))
        for size, sound, cost in (("720p", False, "1"), ("720p", True, "1.5"), ("1080p", False, "2"))
    ]
    endpoint = priced(price(PriceUnit.CALL, None, rules=tuple(rules)), SIZE, SOUND)
    found = estimate(endpoint, params)
    assert (found.money, found.how, found.from_) == (Money(Decimal(amount), "CNY"), how, floor)


def test_a_unit_price_reads_for_a_list() -> None:
    assert unit_price(PER_SECOND) == "from ¥0.46 for each second of the result"
    assert unit_price(price(PriceUnit.CALL, "1")) == "¥1.00 for a run"
    assert (
        unit_price(price(PriceUnit.INPUT_SECOND, "0.35", unit_size=5))
        == "¥0.35 for every 5 seconds of your file, rounded up"
    )
    dollars = Price(PriceUnit.CALL, "EUR", date(2026, 5, 7), Decimal("0.5"))
    assert unit_price(dollars) == "EUR 0.50 for a run"


def test_no_estimate_of_the_table_is_zero(catalog: Catalog) -> None:
    for endpoint in catalog.endpoints.values():
        found = estimate(endpoint, {})
        assert found.how
        assert found.money is None or found.money.amount > 0, endpoint.path


@pytest.mark.parametrize(
    ("path", "params", "amount"),
    [
        ("vidu/image-to-video-q3-pro-fast", {"duration": "10", "resolution": "1080p"}, "5.80"),
        ("kling-v3.0-pro/image-to-video", {"sound": False}, "3.45"),
        ("kling-v3.0-pro/image-to-video", {"sound": "false", "duration": 10}, "6.90"),
        ("seedream-v4.5/text-to-image", {"maxImages": 3}, "0.6"),
        ("alibaba/qwen-image-2.0-pro/text-to-image", {"imageNum": "6"}, "1.98"),
        ("rhart-video/wan-2.2/image-to-video", {"duration": "5"}, "0.35"),
    ],
)
def test_recorded_prices(catalog: Catalog, path: str, params: dict[str, JsonValue], amount: str) -> None:
    found = estimate(catalog.get(path), params).money
    assert found == Money(Decimal(amount), "CNY")
