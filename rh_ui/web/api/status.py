"""/status: the top line of the page."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from fastapi import APIRouter
from typing_extensions import TypedDict

from rh_ui.domain import Money
from rh_ui.errors import StorageFault
from rh_ui.i18n import Words, format
from rh_ui.services.account_service import AccountView
from rh_ui.web.api.routing import ApiRoute, Reader, Services
from rh_ui.web.api.storage import StorageNotice, storage_notice
from rh_ui.web.services import PageServices

router: Final = APIRouter(prefix="/status", tags=["status"], route_class=ApiRoute)


class Pause(TypedDict):
    """An account that sends nothing for want of money, and the number of its waiting runs. `name`: empty
    where there is one account."""

    site: str
    account: str
    name: str
    code: str
    waiting: int


class RunCounts(TypedDict):
    """The number of active runs, of runs that need the user, and of runs that wait for the user's yes."""

    active: int
    attention: int
    approvals: int
    pauses: list[Pause]


class Status(RunCounts):
    """The top line. `balance`: of all accounts, each unit for itself; empty for guests. `key_kind`: SHARED,
    NORMAL or EXCLUSIVE; empty in demo mode, where it is not known, and where keys of several kinds are used.
    `table` is the version of the table in use, so that an open page loads a new one."""

    demo: bool
    table: str
    balance: str
    key_kind: str
    storage: StorageNotice


@router.get("")
def status(services: Services, words: Reader) -> Status:
    """The present state: runs, balance as far as it is known, storage."""
    accounts = services.accounts
    views = [accounts.money(one).view() for one in accounts.all] or [services.account.view()]
    kinds = {view.key_kind for view in views}
    return {
        **_counts(services),
        "demo": services.demo,
        "table": services.forms.now().version,
        "balance": holdings(views, words) if services.sees_money else "",
        "key_kind": "" if services.demo or len(kinds) > 1 else kinds.pop(),
        "storage": storage_notice(services),
    }


def _counts(services: PageServices) -> RunCounts:
    """Zeros where the history can't be read; the storage notice says why."""
    history = services.history
    try:
        return {
            "active": history.active_count(),
            "attention": history.unknown_count(),
            "approvals": services.approvals.count(services.caller),
            "pauses": pauses(services),
        }
    except StorageFault:
        return {"active": 0, "attention": 0, "approvals": 0, "pauses": []}


def pauses(services: PageServices) -> list[Pause]:
    """Every account that is paused for want of money."""
    accounts = services.accounts
    names = {account.key: account.name for account in accounts.all} if accounts.several else {}
    return [
        {
            "site": pause.site,
            "account": pause.account,
            "name": names.get((pause.site, pause.account), ""),
            "code": pause.code,
            "waiting": waiting,
        }
        for pause, waiting in services.runs.pauses()
    ]


def holdings(accounts: Sequence[AccountView], words: Words) -> str:
    """What the keys pay with: money, or coins where one has no wallet; units are never converted."""
    money: dict[str, Decimal] = {}
    coins: list[str] = []
    for account in accounts:
        if account.money is not None:
            currency, amount = account.money.currency, account.money.amount
            money[currency] = money.get(currency, Decimal(0)) + amount
        elif account.coins:
            coins.append(account.coins)
    told = [format.whole_cents(Money(amount, currency)) for currency, amount in money.items()]
    # One account's coins as the service wrote them.
    count = coins[0] if len(coins) == 1 else str(sum(map(_number, coins)))
    return " · ".join([*told, *([words("account.coins_of", count=count)] if coins else [])])


def _number(coins: str) -> Decimal:
    try:
        return Decimal(coins)
    except InvalidOperation:
        return Decimal(0)
