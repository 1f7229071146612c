"""/status: the top line of the page."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from typing_extensions import TypedDict

from rh_ui.errors import StorageFault
from rh_ui.i18n import Words, format
from rh_ui.services.account_service import AccountView
from rh_ui.web.api.routing import ApiRoute, Reader, Services
from rh_ui.web.api.storage import StorageNotice, storage_notice
from rh_ui.web.services import PageServices

router: Final = APIRouter(prefix="/status", tags=["status"], route_class=ApiRoute)


class Pause(TypedDict):
    """An account that sends nothing for want of money, and the number of its waiting runs."""

    site: str
    account: str
    code: str
    waiting: int


class RunCounts(TypedDict):
    """The number of active runs, of runs that need the user, and of runs that wait for the user's yes."""

    active: int
    attention: int
    approvals: int
    pauses: list[Pause]


class Status(RunCounts):
    """The top line. `key_kind`: SHARED, NORMAL or EXCLUSIVE; empty in demo mode and where it is not known.
    `table` is the version of the table in use, so that an open page loads a new one."""

    demo: bool
    table: str
    balance: str
    key_kind: str
    storage: StorageNotice


@router.get("")
def status(services: Services, words: Reader) -> Status:
    """The present state: runs, balance as far as it is known, storage."""
    account = services.account.view()
    return {
        **_counts(services),
        "demo": services.demo,
        "table": services.forms.now().version,
        "balance": holdings(account, words),
        "key_kind": "" if services.demo else account.key_kind,
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
    return [
        {"site": pause.site, "account": pause.account, "code": pause.code, "waiting": waiting}
        for pause, waiting in services.runs.pauses()
    ]


def holdings(account: AccountView, words: Words) -> str:
    """What a key pays with: money, or coins if it has no wallet."""
    if account.money is not None:
        return format.whole_cents(account.money)
    return words("account.coins_of", count=account.coins) if account.coins else ""
