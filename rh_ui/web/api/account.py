"""/account: money and limits, keys, checks of the key and the connection, and the end of a pause."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias
from urllib.parse import urlsplit

from fastapi import APIRouter
from pydantic import BaseModel
from typing_extensions import TypedDict

from rh_ui.config import SITES
from rh_ui.domain import Modality
from rh_ui.engine.diagnosis import NO_KEY, diagnose
from rh_ui.errors import ServiceFault, StudioError
from rh_ui.i18n import Words, format
from rh_ui.services.account_service import AccountView
from rh_ui.services.accounts import Account as KnownAccount
from rh_ui.services.connection_checks import WELL
from rh_ui.web.api.routing import ApiRoute, Reader, Services, asks_service
from rh_ui.web.api.status import Pause, pauses
from rh_ui.web.arguments import SOUND, Flag, Id, ShortText
from rh_ui.web.serializers.messages import diagnosis_sentence
from rh_ui.web.services import PageServices

SITE_NAMES: Final = dict(zip(SITES, ("ai", "cn"), strict=True))
MASK: Final = "•" * 8

Try: TypeAlias = Literal["key", "api", "upload", "storage", "native"]

router: Final = APIRouter(prefix="/account", tags=["account"], route_class=ApiRoute)


class AccountLine(TypedDict):
    """One of several accounts, in words. `limit`: what the settings allow at once; `kinds`: what it is
    preferred for; `problem`: why nothing newer is known; `former`: the runs that a former key is still needed
    for, empty where it has none."""

    name: str
    site: str
    kind: str
    balance: str
    places: str
    limit: str
    kinds: str
    paused: bool
    problem: str
    former: str


class Account(TypedDict):
    """Rows of the Account tab, names and values in words. `link`: where to top up; empty for a site that is
    not RunningHub's own; `former`: what is said of a former key, empty where there is none; `accounts`: all,
    where there are several."""

    rows: list[tuple[str, str]]
    problem: str
    link: str
    former: str
    accounts: list[AccountLine]


class Key(TypedDict):
    """A key, masked: its name and its state."""

    key: str
    name: str
    state: str


class Keys(TypedDict):
    """The account's keys, or why none can be shown."""

    keys: list[Key]
    problem: str


class Check(BaseModel):
    """What to check."""

    model_config = SOUND

    what: Try
    account: ShortText = ""


class CheckResult(TypedDict):
    """What was checked, how long it took, and the result; `well` is null where there was nothing to check."""

    well: bool | None
    took: str
    said: str


class NativePlace(TypedDict):
    """An address for ComfyUI tools, without the key."""

    plus: bool
    hidden: str


class NativePlaces(TypedDict):
    """Both addresses; none where other people can reach the page too."""

    places: list[NativePlace]


class PausedAccount(BaseModel):
    """An account that is paused for want of money."""

    model_config = SOUND

    site: ShortText
    account: Id


class Pauses(TypedDict):
    """The accounts that are still paused."""

    pauses: list[Pause]


@router.get("")
@asks_service
def account(services: Services, words: Reader, again: Flag = False, name: ShortText = "") -> Account:
    """The money and limits of an account (the first, without a name); `again` asks RunningHub anew."""
    named = services.accounts.get(name) if services.accounts.all else None
    money = services.account if named is None else services.accounts.money(named)
    view = money.view(wait=8.0 if again else 1.0)
    kind = words.get(f"account.kind_{view.key_kind}", words("account.kind_unknown"))
    rows = [
        ("mode", words("account.mode_demo" if view.demo else "account.mode_live")),
        ("site", _site(view, words)),
        ("key", words("account.key_demo" if view.demo else "account.key_set")),
        ("kind", kind),
        ("balance", _wallet(view, words)),
        ("coins", _coins(view, words)),
        ("places", _places(view, words)),
        ("queue", str(view.queued)),
    ]
    shown = rows if services.sees_money else rows[:2]
    former = _former(services, named, words) if named and services.sees_money else ""
    return {
        "rows": [(words(f"account.{name}"), value) for name, value in shown],
        "problem": diagnosis_sentence(view.trouble, words, view.site) if view.trouble else "",
        "link": view.site if view.site in SITE_NAMES else "",
        "former": former,
        "accounts": _lines(services, words) if services.accounts.several and services.sees_money else [],
    }


@router.get("/keys")
@asks_service
def keys(services: Services, words: Reader, account: ShortText = "") -> Keys:
    """The account's keys."""
    try:
        found = services.checks_of(account).list_keys()
    except ServiceFault as fault:
        why = diagnosis_sentence(diagnose(fault), words)
        return {"keys": [], "problem": words("account.keys_untold", why=why)}
    rows: list[Key] = []
    for entry in found:
        states = [words("account.key_on" if entry.enabled else "account.key_off")]
        if entry.expires:
            states.append(words("account.key_until", day=entry.expires[:10]))
        rows.append({"key": entry.masked, "name": entry.name, "state": words("about.comma").join(states)})
    return {"keys": rows, "problem": "" if rows else words("account.keys_none")}


@router.post("/check")
@asks_service
def check(services: Services, words: Reader, asked: Check) -> CheckResult:
    """Check the key, the API, an upload, the storage or the address for ComfyUI; it costs nothing."""
    what = asked.what
    verdict = services.checks_of(asked.account).run(what)
    of_first = services.account.view().site
    site = services.accounts.get(asked.account).key[0] if asked.account else of_first
    diagnosis = verdict.diagnosis
    if verdict.is_well:
        said = words.get(f"check.well_{what}_{diagnosis.where}", words(f"check.{WELL}_{what}"))
    else:
        said = diagnosis_sentence(diagnosis, words, site)
    if diagnosis.word == NO_KEY:  # demo mode: nothing was asked, and nothing is wrong
        return {"well": None, "took": "", "said": said}
    took = words("check.took", tried=words(f"check.tried_{what}"), seconds=f"{verdict.seconds:.2f}")
    return {"well": verdict.is_well, "took": took, "said": said}


@router.get("/native-addresses")
def native_addresses(services: Services, account: ShortText = "") -> NativePlaces:
    """The addresses for ComfyUI tools, without the key; only web/routes/key.py returns that."""
    if not services.manages:
        return {"places": []}
    places: list[NativePlace] = []
    for plus in (False, True):
        try:
            address = services.checks_of(account).native_address(plus=plus)
        except StudioError:
            return {"places": []}
        places.append({"plus": plus, "hidden": f"{address.rpartition('/')[0]}/{MASK}"})
    return {"places": places}


@router.post("/resume")
def resume(services: Services, paused: PausedAccount) -> Pauses:
    """Let a paused account try again."""
    services.runs.resume(paused.site, paused.account)
    return {"pauses": pauses(services)}


def _lines(services: PageServices, words: Words) -> list[AccountLine]:
    paused = {(pause["site"], pause["account"]) for pause in pauses(services)}
    lines: list[AccountLine] = []
    for each in services.accounts.all:
        view = services.accounts.money(each).view()
        kinds = [words(f"tab.{kind}") for kind in Modality if kind in each.kinds]
        purses = (
            _wallet(view, words) if view.money else "",
            _coins(view, words) if view.coins.strip("0.") else "",
        )
        lines.append(
            {
                "name": each.name,
                "site": _site(view, words),
                "kind": words.get(f"account.kind_{view.key_kind}", ""),
                "balance": " · ".join(filter(None, purses)) or words("account.unknown"),
                "places": _places(view, words),
                "limit": words("account.limit_of", limit=each.limit) if each.limit else "",
                "kinds": words("account.preferred", kinds=words("about.comma").join(kinds)) if kinds else "",
                "paused": each.key in paused,
                "problem": diagnosis_sentence(view.trouble, words, view.site) if view.trouble else "",
                "former": _former(services, each, words),
            }
        )
    return lines


def _former(services: PageServices, account: KnownAccount, words: Words) -> str:
    """The runs that the former keys of an account are still needed for, and when these may be taken out."""
    if not account.former:
        return ""
    count = services.accounts.following(account)
    if not count:
        return words("account.former_over")
    return words("account.former_used_one" if count == 1 else "account.former_used", count=count)


def _site(account: AccountView, words: Words) -> str:
    if account.demo:
        return words("account.site_demo")
    name = SITE_NAMES.get(account.site, "")
    host = urlsplit(account.site).netloc
    return words(f"account.site_{name}", host=host) if name else words("account.site_other", host=host)


def _wallet(account: AccountView, words: Words) -> str:
    """The money with its currency."""
    if account.money is None:
        return words("account.wallet_none" if account.coins else "account.unknown")
    told = f"{format.whole_cents(account.money)} {account.money.currency}"
    return f"{told} ({words('account.demo_balance')})" if account.demo else told


def _coins(account: AccountView, words: Words) -> str:
    return words("account.coins_of", count=account.coins) if account.coins else words("account.unknown")


def _places(account: AccountView, words: Words) -> str:
    if account.limit:
        return words("account.places_of", running=account.running, limit=account.limit)
    return words("account.places_unknown", running=account.running)
