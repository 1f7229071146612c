"""What a payload will cost by the table. An unknown price stays unknown; it is never zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from typing import Final

from rh_ui.catalog.payload import converted
from rh_ui.catalog.schema import Endpoint, Price, PriceRule, PriceUnit
from rh_ui.domain import JsonValue, Money, Params

SYMBOLS: Final = {"CNY": "¥", "USD": "$"}
LANGUAGES: Final = ("en", "zh")
EACH: Final = {
    "en": {
        PriceUnit.CALL: "{price} a run",
        PriceUnit.SECOND: "{price} a second",
        PriceUnit.INPUT_SECOND: "{price} a second of the input",
        PriceUnit.IMAGE: "{price} an image",
        PriceUnit.THOUSAND_CHARACTERS: "{price} for 1,000 characters",
    },
    "zh": {
        PriceUnit.CALL: "每次 {price}",
        PriceUnit.SECOND: "每秒 {price}",
        PriceUnit.INPUT_SECOND: "输入素材每秒 {price}",
        PriceUnit.IMAGE: "每张图片 {price}",
        PriceUnit.THOUSAND_CHARACTERS: "每 1,000 个字符 {price}",
    },
}
"""A unit price in words."""
SEVERAL: Final = {
    "en": {
        PriceUnit.SECOND: "{price} for {size} seconds",
        PriceUnit.INPUT_SECOND: "{price} for {size} seconds of the input",
    },
    "zh": {PriceUnit.SECOND: "每 {size} 秒 {price}", PriceUnit.INPUT_SECOND: "输入素材每 {size} 秒 {price}"},
}
"""The same where seconds are charged in portions."""
PHRASES: Final = {
    "en": {
        "unknown": "price unknown",
        "unlisted": "no price recorded for these settings",
        "input": "{each}; its length decides",
        "characters": "{price} \N{MULTIPLICATION SIGN} {count} / 1,000 characters",
        "second": "{price} \N{MULTIPLICATION SIGN} {count} s",
        "least-second": "{price} \N{MULTIPLICATION SIGN} at least {count} s",
        "image": "{price} \N{MULTIPLICATION SIGN} {count} image",
        "images": "{price} \N{MULTIPLICATION SIGN} {count} images",
        "least-images": "{price} \N{MULTIPLICATION SIGN} at least {count} images",
    },
    "zh": {
        "unknown": "价格未知",
        "unlisted": "价目表中没有这组设置的价格",
        "input": "{each}\N{FULLWIDTH COMMA}由其时长决定",
        "characters": "{price} \N{MULTIPLICATION SIGN} {count} / 1,000 个字符",
        "second": "{price} \N{MULTIPLICATION SIGN} {count} 秒",
        "least-second": "{price} \N{MULTIPLICATION SIGN} 至少 {count} 秒",
        "image": "{price} \N{MULTIPLICATION SIGN} {count} 张图片",
        "images": "{price} \N{MULTIPLICATION SIGN} {count} 张图片",
        "least-images": "{price} \N{MULTIPLICATION SIGN} 至少 {count} 张图片",
    },
}
"""How an estimate came about."""
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
    amounts = [rule.amount for rule in price.rules] if price.amount is None else [price.amount]
    portions = USUAL_SECONDS / price.unit_size if price.unit is PriceUnit.INPUT_SECOND else Decimal(1)
    return min(amounts) * portions


def unit_price(price: Price) -> str:
    """The lowest price for one unit in words, for a list of models: `from ¥0.46 a second`."""
    amounts = [rule.amount for rule in price.rules] if price.amount is None else [price.amount]
    floor = price.floor or len(set(amounts)) > 1
    return f"{'from ' if floor else ''}{_per_unit(price, min(amounts))['en']}"


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
    each = _per_unit(price, amount)
    if price.unit is PriceUnit.CALL:
        return Estimate(Money(amount, price.currency), dict.fromkeys(LANGUAGES, shown), floor)
    if price.unit is PriceUnit.INPUT_SECOND:
        told = {language: PHRASES[language]["input"].format(each=each[language]) for language in LANGUAGES}
        return Estimate(None, told, floor)
    if price.unit is PriceUnit.THOUSAND_CHARACTERS:
        text = values.get(price.quantity)
        length = len(text) if isinstance(text, str) else 0
        if not length:
            return Estimate(None, each, floor)
        total = Money(amount * length / 1000, price.currency)
        return Estimate(total, _told("characters", price=shown, count=f"{length:,}"), floor)
    return _counted(endpoint, price, amount, values.get(price.quantity), floor)


def _counted(endpoint: Endpoint, price: Price, amount: Decimal, value: JsonValue, floor: bool) -> Estimate:
    count = _positive(value)
    if price.unit is PriceUnit.IMAGE and value is None:
        count = Decimal(1)
    at_least = count is None
    if count is None:
        count = _smallest(endpoint, price.quantity)
    if count is None:
        return Estimate(None, _per_unit(price, amount), floor)
    portions = (count / price.unit_size).to_integral_value(ROUND_UP) if price.unit_size > 1 else count
    phrase = "second" if price.unit is PriceUnit.SECOND else "image" if count == 1 else "images"
    least = {"second": "least-second", "image": "least-images", "images": "least-images"}
    told = _told(least[phrase] if at_least else phrase, price=_money(price, amount), count=f"{count:f}")
    return Estimate(Money(amount * portions, price.currency), told, floor or at_least)


def _told(phrase: str, **values: str) -> dict[str, str]:
    return {language: PHRASES[language][phrase].format(**values) for language in LANGUAGES}


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


def _per_unit(price: Price, amount: Decimal) -> dict[str, str]:
    shown = _money(price, amount)
    portioned = price.unit_size > 1 and price.unit in SEVERAL["en"]
    return {
        language: (SEVERAL if portioned else EACH)[language][price.unit].format(
            price=shown, size=str(price.unit_size)
        )
        for language in LANGUAGES
    }
