"""How money, sizes and counts are shown; tests/frontend/formats.test.js checks the browser's side."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from rh_ui.domain import Money
from rh_ui.i18n import fill, format

CASES: Final[dict[str, list[list[Any]]]] = json.loads(
    (Path(__file__).parents[2] / "material" / "formats.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(("language", "template", "values", "sentence"), CASES["places"])
def test_a_chinese_value_has_no_space_beside_it(
    language: str, template: str, values: dict[str, str], sentence: str
) -> None:
    assert fill(template, values, language) == sentence


@pytest.mark.parametrize(("amount", "currency", "shown"), CASES["money"])
def test_money_keeps_every_digit_and_at_least_two(amount: str, currency: str, shown: str) -> None:
    assert format.money(Money(Decimal(amount), currency)) == shown


@pytest.mark.parametrize(("amount", "count", "product"), CASES["times"])
def test_so_many_times_an_amount_is_exact(amount: str, count: int, product: str) -> None:
    assert format.amount(Decimal(amount) * count) == product


@pytest.mark.parametrize(("number", "shown"), CASES["size"])
def test_a_size_is_told_in_the_steps_of_file_managers(number: int, shown: str) -> None:
    assert format.size(number) == shown


@pytest.mark.parametrize(("number", "shown"), CASES["count"])
def test_thousands_are_parted(number: int, shown: str) -> None:
    assert format.count(number) == shown


@pytest.mark.parametrize(("amount", "shown"), [("996.04892", "¥996.04"), ("0.009", "¥0.00"), ("5", "¥5.00")])
def test_a_balance_is_never_rounded_up(amount: str, shown: str) -> None:
    assert format.whole_cents(Money(Decimal(amount), "CNY")) == shown


def test_a_place_in_a_queue_is_told_as_people_say_it() -> None:
    told = [format.ordinal(number, "en") for number in (1, 2, 3, 4, 11, 12, 13, 21, 102, 113)]
    assert told == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "113th"]
    assert format.ordinal(3, "zh") == "3"


@pytest.mark.parametrize(("said", "shown"), CASES["sentences"])
def test_sentences_stand_apart_but_after_a_chinese_stop(said: list[str], shown: str) -> None:
    assert format.sentences(said) == shown


def test_a_balance_has_the_decimals_of_its_currency() -> None:
    assert format.whole_cents(Money(Decimal("996.9"), "JPY")) == "JPY 996"
    assert format.whole_cents(Money(Decimal("1.23456"), "KWD")) == "KWD 1.234"
