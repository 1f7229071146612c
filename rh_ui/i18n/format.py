"""Money, sizes and counts as text for people.

`assets/js/core/format.js` does the same in the browser, and `tests/material/formats.json` checks both. Times
go to the browser as ISO text: only it knows the user's time zone.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import Final

from rh_ui.domain import Money
from rh_ui.i18n.loader import has_sentence, sentence

_CENT: Final = Decimal("0.01")


def money(value: Money) -> str:
    """`¥0.46`: at least two decimals, and more if the amount has more."""
    key = f"currency.{value.currency}"
    shown = sentence(key if has_sentence(key) else "currency.other", "en")
    return shown.format(amount=amount(value.amount), currency=value.currency)


def amount(value: Decimal) -> str:
    """At least two decimals, and more if the amount has more."""
    whole, _, part = f"{value:f}".partition(".")
    return f"{whole}.{part.rstrip('0').ljust(2, '0')}"


def whole_cents(value: Money) -> str:
    """`¥996.04`: a balance, rounded down."""
    return money(Money(value.amount.quantize(_CENT, rounding=ROUND_DOWN), value.currency))


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
