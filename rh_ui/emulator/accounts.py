"""The emulator's keys: what each may do, and how much money and coins it has."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final

MICRO: Final = 1_000_000
"""Money is stored as whole millionths, so that a sum in the database is exact."""


class KeyKind(StrEnum):
    """The kind of a key (API sheet §11); a free account's key can't run anything."""

    NORMAL = "NORMAL"
    SHARED = "SHARED"
    EXCLUSIVE = "EXCLUSIVE"
    FREE = "FREE"


@dataclass(frozen=True, slots=True)
class Account:
    """One key: `limit` tasks at once; `purse` in millionths of the currency before today's charges."""

    key: str
    kind: KeyKind
    limit: int
    purse: int
    coins: int = 0
    builtin: bool = False
    expired: bool = False
    """The exclusive plan has ended (436)."""

    @property
    def shown_kind(self) -> str:
        return KeyKind.NORMAL if self.kind is KeyKind.FREE else self.kind

    @property
    def masked(self) -> str:
        return f"{self.key[:5]}****{self.key[-4:]}"


def fingerprint(key: str) -> str:
    """Identifies a key without revealing it: the first 12 hex digits of its SHA-256."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:12]


def micro(amount: Decimal) -> int:
    return int((amount * MICRO).to_integral_value())


def amount(micros: int) -> Decimal:
    return Decimal(micros) / MICRO


_BUILTIN: Final = (
    Account("demo-shared", KeyKind.SHARED, 30, 1000 * MICRO, builtin=True),
    Account("demo-consumer", KeyKind.NORMAL, 3, 0, coins=500, builtin=True),
    Account("demo-exclusive", KeyKind.EXCLUSIVE, 2, 200 * MICRO, builtin=True),
    Account("demo-expired", KeyKind.EXCLUSIVE, 2, 0, builtin=True, expired=True),
    Account("demo-free", KeyKind.FREE, 1, 0, builtin=True),
    Account("demo-poor", KeyKind.SHARED, 30, 0, builtin=True),
)


class Accounts:
    """All known keys. `spent(key)` returns what a key was charged in the last day: a purse is refilled
    daily."""

    def __init__(self, spent: Callable[[str], int]) -> None:
        self._spent = spent
        self._known: dict[str, Account] = {}
        self.reset()

    def reset(self) -> None:
        self._known = {account.key: account for account in _BUILTIN}

    def find(self, key: str) -> Account | None:
        return self._known.get(key)

    def left(self, account: Account) -> int:
        """Remaining money, in millionths."""
        return account.purse - self._spent(account.key)

    def coins_left(self, account: Account) -> int:
        """Remaining coins, in millionths: a consumer's key pays only with coins."""
        return account.coins * MICRO - self._spent(account.key)

    def change(
        self,
        key: str,
        *,
        kind: str | None = None,
        limit: int | None = None,
        balance: str | None = None,
        coins: int | None = None,
    ) -> Account:
        """Add or change a key; `balance` is the remaining money from now on. Raises ValueError."""
        account = self._known.get(key) or Account(key, KeyKind.SHARED, 30, 100 * MICRO)
        if kind is not None:
            account = replace(account, kind=KeyKind(kind))
        if limit is not None:
            account = replace(account, limit=int(limit))
        if balance is not None:
            account = replace(account, purse=micro(Decimal(balance)) + self._spent(key))
        if coins is not None:
            account = replace(account, coins=int(coins))
        self._known[key] = account
        return account
