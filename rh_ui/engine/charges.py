"""What a finished task at the service cost, as far as its usage tells. Pure."""

from __future__ import annotations

from decimal import Decimal

from rh_ui.domain import Charged, Money
from rh_ui.runninghub.replies import Usage


def charge(usage: Usage | None, currency: str, *, succeeded: bool) -> tuple[Charged, Money | None]:
    """Whether it was charged, and how much (None: not known).

    A success whose usage tells nothing counts as perhaps charged. A failure with a usage that names no amount
    was not charged; one without any usage may have been.
    """
    if usage is None:
        return Charged.MAYBE, None
    if usage.money is not None and (usage.money > 0 or not usage.coins):
        return (Charged.YES if usage.money > 0 else Charged.NO), Money(usage.money, currency)
    if usage.coins is not None and usage.coins > Decimal(0):
        return Charged.YES, None
    return (Charged.MAYBE if succeeded else Charged.NO), None


def coins(usage: Usage | None) -> Decimal | None:
    """RH coins that it cost, which may come on top of money; None where none are told."""
    return usage.coins if usage is not None and usage.coins else None
