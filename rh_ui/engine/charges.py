"""What a finished task cost at the service, as far as its usage says. Pure."""

from __future__ import annotations

from decimal import Decimal

from rh_ui.domain import Charged, Money
from rh_ui.runninghub.replies import Usage


def charge(
    usage: Usage | None, currency: str, *, failed: bool = False, one_purse: bool = False
) -> tuple[Charged, Money | None]:
    """Whether the task was charged, and how much; None: the amount is not known.

    A zero in every purse means that nothing was charged. `one_purse`: only one purse counts for this task (a
    model that succeeded), so a zero in it is enough. A zero in one purse while the other is not named proves
    nothing: perhaps charged. A failure with a usage that names no amount was not charged (API news §9: 1501);
    a failure without a usage may have been.
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
    """The RH coins that the task cost, perhaps in addition to money; None: not named."""
    return usage.coins if usage is not None and usage.coins else None
