"""The accounts that new runs may go to, what is known of each, and which one a run goes to."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, Self

from rh_ui.catalog.schema import Endpoint
from rh_ui.domain import JsonValue, Params, Pause
from rh_ui.engine.diagnosis import NO_KEY, missing_key
from rh_ui.engine.own_tasks import AccountKey
from rh_ui.errors import MoveRefused, NotFound
from rh_ui.people import OWNER, Caller
from rh_ui.runninghub.client import Client
from rh_ui.services.account_choice import Candidate, Wanted, fitting
from rh_ui.services.account_service import AccountService

WEIGHTS: Final = ".safetensors"
KEY_TROUBLES: Final = frozenset({"key-refused", "other-site", "odd-key", NO_KEY})
"""Diagnoses with which a key runs nothing."""

WITHOUT_MODELS: Final = frozenset({"NORMAL", "EXCLUSIVE"})
"""Kinds of keys that run apps and workflows only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(Candidate):
    """An account at RunningHub, with the key that is used now."""

    client: Client
    limit: int | None = None
    """The most runs at once that the settings allow; None: as many as the service allows."""
    former: tuple[AccountKey, ...] = ()
    """The same account with the keys that it had before."""


class Pauses(Protocol):
    """Knows which accounts are paused; the engine does."""

    def pauses(self) -> list[tuple[Pause, int]]: ...


class Accounts:
    """Thread-safe."""

    def __init__(
        self,
        accounts: Sequence[Account],
        money: Mapping[AccountKey, AccountService],
        pauses: Pauses,
        *,
        of_project: Callable[[str], str],
        holders: Callable[[Collection[str]], Mapping[str, set[AccountKey]]],
        still_used: Callable[[AccountKey], int],
    ) -> None:
        """`of_project`: the name of a project's account; `holders`: by LoRA, the accounts that have it;
        `still_used`: the number of runs of a key that are not over."""
        self.all: Final = tuple(accounts)
        self._money = money
        self._pauses = pauses
        self._of_project = of_project
        self._holders = holders
        self._still_used = still_used
        self._caller = OWNER

    def of(self, caller: Caller) -> Self:
        """The same for a caller: only a project that they belong to decides about an account."""
        bound = copy.copy(self)
        bound._caller = caller
        return bound

    @property
    def several(self) -> bool:
        return len(self.all) > 1

    @property
    def sites(self) -> list[str]:
        """The sites of the accounts, each once, in their order."""
        return list(dict.fromkeys(account.key[0] for account in self.all))

    def get(self, name: str) -> Account:
        """The account of this name; of an empty one, the first. Raises NotFound, KeyRefused (no key)."""
        if not self.all:
            raise missing_key()
        found = [account for account in self.all if account.name == name] if name else self.all[:1]
        if not found:
            raise NotFound("There is no account of this name.")
        return found[0]

    def with_key(self, key: AccountKey) -> Account | None:
        """The account that has this key now, or had it before."""
        return next((one for one in self.all if key == one.key or key in one.former), None)

    def money(self, account: Account) -> AccountService:
        return self._money[account.key]

    def answers(self, account: Account) -> bool:
        """Whether the service answered the last question about the account, as far as is known."""
        return self.money(account).view().trouble is None

    def following(self, account: Account) -> int:
        """The number of runs of a former key of the account that are not over. Raises StorageFault."""
        return sum(self._still_used(key) for key in account.former)

    def fitting(self, endpoint: Endpoint, body: Params, project: str) -> list[Account]:
        """The accounts that a run of this body may go to; the price decides between them. Raises MoveRefused
        if there is none, KeyRefused if no key is set, StorageFault."""
        if not self.all:
            raise missing_key()
        fixed = self._of_project(project) if self._belongs(project) else ""
        if not self.several and fixed in ("", self.all[0].name):
            return list(self.all)
        wanted = Wanted(endpoint.modality, fixed, endpoint.site, self._holding(body))
        found = fitting(self.all, wanted, () if fixed else self._ailing(models=not endpoint.site))
        if not found:
            raise _unfit(fixed, {account.name for account in self.all})
        return found

    def choose(self, endpoint: Endpoint, body: Params, project: str, shown: str = "") -> Account:
        """The account of a new run. `shown`: the account that the page named with the price; only that one is
        taken then. Raises as `fitting`, and MoveRefused where a run would not go there any more."""
        found = self.fitting(endpoint, body, project)
        if not shown:
            return found[0]
        named = next((account for account in found if account.name == shown), None)
        if named is None:
            raise MoveRefused(
                "The account for this run has changed since its price was shown. Nothing was sent and "
                "nothing was charged; look at the price again, then press once more.",
                "account-changed",
            )
        return named

    def _holding(self, body: Params) -> frozenset[AccountKey] | None:
        """The accounts that have all LoRAs of a body; None: it has none that is in our lists."""
        files = _weights(body)
        told = self._holders(files).values() if files else ()
        owners = [{one.key for one in self.all if keys & {one.key, *one.former}} for keys in told]
        ours = [frozenset(keys) for keys in owners if keys]
        return frozenset.intersection(*ours) if ours else None

    def _belongs(self, project: str) -> bool:
        return bool(project) and self._caller.belongs_to(project)

    def _ailing(self, *, models: bool) -> set[AccountKey]:
        """The accounts that would refuse a run of a model, or of an app or workflow, as far as is known."""
        paused = {(pause.site, pause.account) for pause, _ in self._pauses.pauses()}
        views = {account.key: self._money[account.key].view() for account in self.all}
        refused = {key for key, view in views.items() if view.trouble and view.trouble.word in KEY_TROUBLES}
        unable = {key for key, view in views.items() if models and view.key_kind in WITHOUT_MODELS}
        return paused | refused | unable


def _weights(value: JsonValue | Params) -> set[str]:
    """The names of LoRAs in a body."""
    if isinstance(value, str):
        return {value} if value.endswith(WEIGHTS) else set()
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return {name for part in parts for name in _weights(part)}


def _unfit(fixed: str, names: set[str]) -> MoveRefused:
    if fixed and fixed not in names:
        return MoveRefused(
            "This project's account is not set up here any more. Nothing was sent and nothing was charged; "
            "an admin chooses another one for the project.",
            "account-gone",
        )
    if fixed:
        return MoveRefused(
            "This project's account can't run this: the app, the workflow or the LoRA belongs to another. "
            "Nothing was sent and nothing was charged.",
            "account-unfit",
        )
    return MoveRefused(
        "No account that is set up here can run this: the app, the workflow or the LoRA belongs to another. "
        "Nothing was sent and nothing was charged.",
        "account-none",
    )
