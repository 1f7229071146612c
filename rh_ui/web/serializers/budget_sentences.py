"""Why a budget does not allow a run, in the reader's language. Pure."""

from __future__ import annotations

from decimal import Decimal

from rh_ui.domain import Money
from rh_ui.errors import BudgetStop
from rh_ui.i18n import Message
from rh_ui.i18n.format import digits, money
from rh_ui.people import COINS


def stop_sentence(stop: BudgetStop) -> Message:
    """Whose budget it is, what the run would cost, what is left and when it renews; and that nothing was
    sent."""
    whose = Message(f"budget.whose_{stop.holder}", name=stop.name or stop.holder_id)
    if stop.needed is None:
        unit = Message("budget.in_coins") if stop.unit == COINS else stop.unit
        return Message("budget.stop_unpriced", whose=whose, unit=unit)
    return Message(
        "budget.stop",
        whose=whose,
        period=Message(f"budget.period_{stop.period}"),
        cost=amount_words(stop.needed, stop.unit),
        limit=amount_words(stop.limit, stop.unit),
        left=amount_words(stop.left, stop.unit),
        renews=f"{stop.renews:%Y-%m-%d %H:%M} ({stop.zone})",
    )


def amount_words(amount: Decimal, unit: str) -> str:
    """`¥12.40`, `−¥0.50`, `25 RH coins`."""
    if amount < 0:
        return f"\N{MINUS SIGN}{amount_words(-amount, unit)}"
    if unit == COINS:
        return Message("account.coins_of", count=digits(amount))
    return money(Money(amount, unit))
