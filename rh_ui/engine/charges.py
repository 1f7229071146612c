"""What a finished task at the service cost, as far as its usage tells. Pure."""

from __future__ import annotations

from decimal import Decimal

from rh_ui.domain import Charged, Money
from rh_ui.runninghub.replies import Usage


def charge(
    usage: Usage | None, currency: str, *, failed: bool = False, one_purse: bool = False
) -> tuple[Charged, Money | None]:
    """Whether it was charged, and how much (None: not known).

    Nothing was charged where every purse says zero, or the only one that counts (`one_purse`: a model that
    was made). Beside a purse that says nothing a zero proves nothing: perhaps charged. A failure with a usage
    that names no amount was not (API news §9: 1501); one without any usage may have been.
    """
    if usage is None:
        return Charged.MAYBE, None
    if usage.money:
        return Charged.YES, Money(usage.money, currency)
    if usage.coins:
        return Charged.YES, None
    if usage.money is not None and (usage.whole or one_purse):
        return Charged.NO, Money(usage.money, currency)
    return (Charged.NO if failed else Charged.MAYBE), None


def coins(usage: Usage | None) -> Decimal | None:
    """RH coins that it cost, which may come on top of money; None where none are told."""
    return usage.coins if usage is not None and usage.coins else None
