"""What a finished task at the service cost, as far as its usage tells. Pure."""

from __future__ import annotations

from decimal import Decimal

from rh_ui.domain import Charged, Money
from rh_ui.runninghub.replies import Usage


def charge(usage: Usage | None, currency: str, *, failed: bool) -> tuple[Charged, Money | None]:
    """Whether it was charged, and how much (None: not known).

    Nothing was charged where both purses, money and coins, say zero. Where one says nothing the other's zero
    proves nothing: perhaps charged, but for a failure with a usage, which then was not (API news §9: 1501).
    A success, a cancel and a failure without any usage may have been.
    """
    if usage is None:
        return Charged.MAYBE, None
    if usage.money:
        return Charged.YES, Money(usage.money, currency)
    if usage.coins:
        return Charged.YES, None
    if usage.money is not None and usage.coins is not None:
        return Charged.NO, Money(usage.money, currency)
    return (Charged.NO if failed else Charged.MAYBE), None


def coins(usage: Usage | None) -> Decimal | None:
    """RH coins that it cost, which may come on top of money; None where none are told."""
    return usage.coins if usage is not None and usage.coins else None
