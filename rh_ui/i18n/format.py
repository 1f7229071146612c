"""Money, sizes and counts as text for people.

`assets/js/core/format.js` does the same in the browser, and `tests/material/formats.json` checks both. Times
go to the browser as ISO text: only it knows the user's time zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_DOWN, Decimal
from typing import Final

from rh_ui.domain import Money
from rh_ui.i18n.loader import has_sentence, sentence

_DECIMALS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("CLP", "ISK", "JPY", "KRW", "VND"), 0),
    **dict.fromkeys(("BHD", "JOD", "KWD", "OMR", "TND"), 3),
}
"""Of currencies that have other than two decimals (ISO 4217), those that people pay services with."""
_FULL: Final = "。！？；：，"


def money(value: Money) -> str:
    """`¥0.46`: with the decimals of its currency at least, and more if the amount has more."""
    key = f"currency.{value.currency}"
    shown = sentence(key if has_sentence(key) else "currency.other", "en")
    return shown.format(amount=amount(value.amount, decimals(value.currency)), currency=value.currency)


def decimals(currency: str) -> int:
    return _DECIMALS.get(currency, 2)


def amount(value: Decimal, least: int = 2) -> str:
    """At least so many decimals, and more if the amount has more."""
    whole, _, part = f"{value:f}".partition(".")
    part = part.rstrip("0").ljust(least, "0")
    return f"{whole}.{part}" if part else whole


def whole_cents(value: Money) -> str:
    """`¥996.04`: a balance, rounded down."""
    cent = Decimal(1).scaleb(-decimals(value.currency))
    return money(Money(value.amount.quantize(cent, rounding=ROUND_DOWN), value.currency))


def digits(value: Decimal) -> str:
    """All digits of the number, without trailing zeros."""
    return format(value.normalize(), "f")


def count(number: float) -> str:
    """`12,000`."""
    return f"{number:,}"


def ordinal(number: int, language: str) -> str:
    """`3rd`; in Chinese only the number, as the sentence has the word."""
    if language != "en":
        return str(number)
    teens = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def size(number: int) -> str:
    """`34.5 MB`: steps of 1024, the next unit from 1000 on."""
    value = float(number)
    for unit in ("B", "KB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            break
        value /= 1024
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:,.1f} {unit}"


def sentences(said: Iterable[str]) -> str:
    """Sentences after each other, with a space between but after a Chinese stop."""
    text = ""
    for each in filter(None, said):
        text += each if not text or text[-1] in _FULL else f" {each}"
    return text
