"""Reads what the service says of the account: what it holds, how busy it is, what a call would cost.

As tolerant as `replies`; no I/O.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rh_ui.domain import Money
from rh_ui.runninghub.answer_values import amount_of, count_of, decimal_of, id_text, text_of
from rh_ui.runninghub.replies import inner_of


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """How much of the key's capacity is in use."""

    key_kind: str
    limit: int | None
    running: int
    queued: int


@dataclass(frozen=True, slots=True)
class Account:
    """What the account holds."""

    money: Money | None
    coins: str
    running: int
    key_kind: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a call would cost, as far as the service says; an unknown price is None, never 0."""

    price: Money | None
    free: bool = False
    """This one call is free."""
    free_left: int | None = None
    """How many calls are still free; None where nothing is said of that."""


def queue_status_of(reply: Mapping[str, object]) -> QueueStatus:
    """The key's kind and load; a missing count is 0, a missing limit is None."""
    data = inner_of(reply)
    limit = decimal_of(data.get("concurrentLimit"))
    return QueueStatus(
        key_kind=text_of(data.get("apiKeyType")).upper(),
        limit=int(limit) if limit is not None else None,
        running=count_of(data.get("runningCount")),
        queued=count_of(data.get("queuedCount")),
    )


def account_of(reply: Mapping[str, object], site_currency: str) -> Account:
    """The account's balance; `site_currency` is used for an amount without a currency."""
    data = inner_of(reply)
    money = decimal_of(data.get("remainMoney"))  # below zero it is a debt, and as telling
    currency = text_of(data.get("currency")).strip().upper() or site_currency
    return Account(
        money=Money(money, currency) if money is not None else None,
        coins=id_text(data.get("remainCoins")),
        running=count_of(data.get("currentTaskCounts")),
        key_kind=text_of(data.get("apiType")).upper(),
    )


def preview_of(reply: Mapping[str, object], site_currency: str) -> Preview:
    """The previewed price; counts and truth values may be texts (API news §1)."""
    data = inner_of(reply)
    currency = text_of(data.get("currency")).strip().upper() or site_currency
    price = amount_of(data.get("estimatedPrice"))
    free = _is_true(data.get("isFreeThisCall"))
    left = amount_of(data.get("remainingFreeLimitCount")) if _is_true(data.get("freeLimit")) else None
    return Preview(
        Money(price, currency) if price is not None else None,
        free,
        int(left) if left is not None else None,
    )


def _is_true(value: object) -> bool:
    return value is True or text_of(value).strip().lower() in ("true", "1")
