"""Money, sizes and counts as a person reads them.

`assets/js/core/format.js` does the same in the browser, and `tests/material/formats.json` holds both to the
same answers. Moments go to the browser as ISO text: only it knows the reader's clock.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import Final

from rh_ui.domain import Money
from rh_ui.i18n.loader import has_sentence, sentence

_CENT: Final = Decimal("0.01")


def money(value: Money) -> str:
    """`¥0.46`: at least two decimals, and as many more as the amount has."""
    key = f"currency.{value.currency}"
    shown = sentence(key if has_sentence(key) else "currency.other", "en")
    return shown.format(amount=amount(value.amount), currency=value.currency)


def amount(value: Decimal) -> str:
    """At least two decimals, and never fewer than the amount has."""
    whole, _, part = f"{value:f}".partition(".")
    return f"{whole}.{part.rstrip('0').ljust(2, '0')}"


def whole_cents(value: Money) -> str:
    """`¥996.04`: what is left of a balance, never more than there is."""
    return money(Money(value.amount.quantize(_CENT, rounding=ROUND_DOWN), value.currency))


def digits(value: Decimal) -> str:
    """All its digits and no needless ones."""
    return format(value.normalize(), "f")


def count(number: float) -> str:
    """`12,000`."""
    return f"{number:,}"


def ordinal(number: int, language: str) -> str:
    """`3rd`; in Chinese the bare number, whose sentence has the word for it."""
    if language != "en":
        return str(number)
    teens = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def size(number: int) -> str:
    """`34.5 MB`, in the steps that file managers use."""
    value = float(number)
    for unit in ("B", "KB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            break
        value /= 1024
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:,.1f} {unit}"
