"""Which account a new run goes to. A pure rule: what is sent is decided here, and nowhere else.

1. The account of the run's project, if it has one.
2. Accounts that work (the key is not refused, and they are not paused for want of money), if any does.
3. Of these, the ones that are preferred for this kind of work, if any is.
4. Of these, the cheapest, where the price of each is known in one currency: units are never converted.
5. The first of those that are left, in the order of the settings.

An app, a workflow and a LoRA are at one site or account only: the others do not come into question.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from rh_ui.domain import Modality, Money

Key: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An account that new runs may go to."""

    name: str
    key: Key
    """Its site, and the fingerprint of its key."""
    kinds: frozenset[Modality] = frozenset()
    """The kinds of work that it is preferred for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What decides about the account of a run."""

    kind: Modality
    account: str = ""
    """The account of its project; empty: none is set."""
    site: str = ""
    """The site of its app or workflow; empty: every site has the model."""
    holders: frozenset[Key] | None = None
    """The accounts that have its LoRAs; None: it has none of ours."""


Chosen = TypeVar("Chosen", bound=Candidate)


def fitting(accounts: Sequence[Chosen], wanted: Wanted, ailing: Collection[Key]) -> list[Chosen]:
    """The accounts that the run may go to, best first; all are equally good but for the price. `ailing`: the
    accounts that do not work now."""
    found = [one for one in accounts if not wanted.site or one.key[0] == wanted.site]
    if wanted.holders is not None:
        found = [one for one in found if one.key in wanted.holders]
    if wanted.account:
        return [one for one in found if one.name == wanted.account]
    found = [one for one in found if one.key not in ailing] or found
    return [one for one in found if wanted.kind in one.kinds] or found


def cheapest(accounts: Sequence[Chosen], prices: Mapping[Key, Money]) -> Chosen:
    """The first of the cheapest, where the price of each is known in one currency; otherwise the first."""
    known = [prices[one.key] for one in accounts if one.key in prices]
    if len(known) < len(accounts) or len({price.currency for price in known}) > 1:
        return accounts[0]
    return min(accounts, key=lambda one: prices[one.key].amount)
