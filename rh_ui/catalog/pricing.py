"""What a payload will cost by the table. An unknown price stays unknown; it is never zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from typing import Final

from rh_ui.catalog.glossary import field_words, option_label
from rh_ui.catalog.glossary_entries import LANGUAGES, glossary
from rh_ui.catalog.schema import Endpoint, Price, PriceRule, PriceUnit
from rh_ui.catalog.validation import converted
from rh_ui.domain import FieldKind, JsonValue, Money, Params

SYMBOLS: Final = {"CNY": "¥", "USD": "$"}
USUAL_SECONDS: Final = Decimal(5)
"""How long a file of the person's is taken to be where its length decides what a run costs."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """`money` is None where the table can't know it; `told` says in each language how it came about
    (`¥0.46` times `5 s`)."""

    money: Money | None
    told: Mapping[str, str]
    from_: bool = False
    """A floor: the real price may be higher."""

    @property
    def how(self) -> str:
        """How it came about, in English."""
        return self.told["en"]


def estimate(endpoint: Endpoint, params: Params) -> Estimate:
    """The table's estimate for `params`, complete or not, also as a form holds them.

    What is missing counts as its default.
    """
    price = endpoint.price
    if price is None:
        return Estimate(None, _told("unknown"))
    values = {**endpoint.defaults, **converted(endpoint, params)}
    amounts = [price.amount] if price.amount is not None else _amounts(price.rules, values)
    if not amounts:
        return Estimate(None, _told("unlisted"))
    amount, open_rule = min(amounts), len(set(amounts)) > 1
    return _total(endpoint, price, amount, values, price.floor or open_rule)


def typical_run(endpoint: Endpoint) -> Decimal | None:
    """What a run costs at least with the settings the form starts with, to compare models by.

    Where the person's own file or text decides, USUAL_SECONDS or a thousand characters are counted. None: the
    price is not known.
    """
    price = endpoint.price
    if price is None:
        return None
    money = estimate(endpoint, {}).money
    if money is not None:
        return money.amount
    portions = USUAL_SECONDS / price.unit_size if price.unit is PriceUnit.INPUT_SECOND else Decimal(1)
    return min(price.amounts) * portions


def unit_price(price: Price, language: str) -> str:
    """The lowest price for one unit in words, for a list of models: `from ¥0.46 for a run`."""
    each = per_unit(price, _money(price, min(price.amounts)), language)
    floor = price.floor or len(set(price.amounts)) > 1
    return glossary().prices["how.floor"][language].format(each=each) if floor else each


def per_unit(price: Price, shown: str, language: str) -> str:
    """What `shown`, an amount or a span of them, is paid for; `language` is `en` or `zh`."""
    group = "portion" if price.unit_size > 1 else "each"
    words = glossary().prices[f"{group}.{price.unit.name.lower()}"]
    return words[language].format(price=shown, size=price.unit_size)


def _amounts(rules: Iterable[PriceRule], values: Mapping[str, JsonValue]) -> list[Decimal]:
    """The amounts of the rules that fit what is known; one when everything they look at is known."""
    return [
        rule.amount
        for rule in rules
        if all(key not in values or values[key] == wanted for key, wanted in rule.when.items())
    ]


def _total(
    endpoint: Endpoint, price: Price, amount: Decimal, values: Mapping[str, JsonValue], floor: bool
) -> Estimate:
    shown = _money(price, amount)
    each = {language: per_unit(price, shown, language) for language in LANGUAGES}
    if price.unit is PriceUnit.CALL:
        return Estimate(Money(amount, price.currency), _fixed(endpoint, price, values, floor), floor)
    if price.unit is PriceUnit.INPUT_SECOND:
        words = glossary().prices["how.length_decides"]
        told = {language: words[language].format(each=each[language]) for language in LANGUAGES}
        return Estimate(None, told, floor)
    if price.unit is PriceUnit.THOUSAND_CHARACTERS:
        text = values.get(price.quantity)
        length = len(text) if isinstance(text, str) else 0
        if not length:
            return Estimate(None, each, floor)
        total = Money(amount * length / 1000, price.currency)
        return Estimate(total, _told("characters", price=shown, count=f"{length:,}"), floor)
    return _counted(endpoint, price, amount, values.get(price.quantity), floor) or Estimate(None, each, floor)


def _fixed(endpoint: Endpoint, price: Price, values: Mapping[str, JsonValue], floor: bool) -> dict[str, str]:
    """Which settings a price for a whole run hangs on, as far as they are chosen (`1k · 5 s`)."""
    deciding = dict.fromkeys(key for rule in price.rules for key in rule.when)
    told = {}
    for language in LANGUAGES:
        said = [
            _setting(endpoint, key, values[key], language) for key in deciding if values.get(key) is not None
        ]
        phrase = "depends" if floor else "fixed_for" if any(said) else "fixed"
        told[language] = _told(phrase, settings=" · ".join(filter(None, said)))[language]
    return told


def _setting(endpoint: Endpoint, key: str, value: JsonValue, language: str) -> str:
    """A choice by its name, a switch by what it switches; empty when it is off."""
    field = endpoint.field(key)
    if field is None or value is False or value == "false":
        return ""
    if field.kind is FieldKind.FLAG or value == "true":
        return field_words(endpoint, field, language).label
    return option_label(endpoint, field, str(value), language)


def _counted(
    endpoint: Endpoint, price: Price, amount: Decimal, value: JsonValue, floor: bool
) -> Estimate | None:
    """None where nothing says how many."""
    count = _positive(value)
    if price.unit is PriceUnit.IMAGE and value is None:
        count = Decimal(1)
    at_least = count is None
    if count is None:
        count = _smallest(endpoint, price.quantity)
    if count is None:
        return None
    portions = (count / price.unit_size).to_integral_value(ROUND_UP) if price.unit_size > 1 else count
    units = "seconds" if price.unit is PriceUnit.SECOND else "images"
    phrase = f"{units}_at_least" if at_least else "image" if units == "images" and count == 1 else units
    told = _told(phrase, price=_money(price, amount), count=f"{count:f}")
    return Estimate(Money(amount * portions, price.currency), told, floor or at_least)


def _told(phrase: str, **values: str) -> dict[str, str]:
    """How an estimate came about, by language."""
    return {
        language: words.format(**values) for language, words in glossary().prices[f"how.{phrase}"].items()
    }


def _positive(value: JsonValue) -> Decimal | None:
    """A count as a number; None for what names none (`auto`, -1, 0, nothing)."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    text = str(value).strip()
    if not text.replace(".", "", 1).isdecimal():
        return None
    number = Decimal(text)
    return number if number > 0 else None


def _smallest(endpoint: Endpoint, key: str) -> Decimal | None:
    """The least the field can ask for: what a length left to the model costs at least."""
    field = endpoint.field(key)
    if field is None:
        return None
    counts = [_positive(value) for value in field.values] or [_positive(field.min)]
    return min((count for count in counts if count is not None), default=None)


def _money(price: Price, amount: Decimal) -> str:
    symbol = SYMBOLS.get(price.currency)
    text = f"{amount.normalize():f}"
    whole, _, cents = text.partition(".")
    shown = f"{whole}.{cents.ljust(2, '0')}"
    return f"{symbol}{shown}" if symbol else f"{shown} {price.currency}"
