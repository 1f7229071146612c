"""The Account tab's questions: what the account holds, its keys, and the tries of key, ways and proxy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import urlsplit

from rh_ui.config import SITES
from rh_ui.engine.diagnosis import KEYLESS, finding_of
from rh_ui.errors import ServiceFault, StudioError
from rh_ui.i18n import Words, format
from rh_ui.services.account_service import AccountView
from rh_ui.services.connection_checks import WELL
from rh_ui.web.arguments import Flag, Language
from rh_ui.web.serializers.messages import finding_said
from rh_ui.web.services import PageServices

SITE_NAMES: Final = dict(zip(SITES, ("ai", "cn"), strict=True))
MASK: Final = "•" * 8


Try: TypeAlias = Literal["key", "api", "upload", "storage", "native"]


class AccountDesk:
    """Bound to the services. A try costs nothing; its answer is a sentence in the page's language."""

    def __init__(self, services: PageServices) -> None:
        self._services = services
        self.questions: dict[str, Callable[..., dict[str, Any]]] = {
            "account": self.account,
            "keys": self.keys,
            "check": self.check,
            "native": self.native,
        }

    def account(self, language: Language, again: Flag = False) -> dict[str, Any]:
        """Rows of the Account tab, names and values in words, and where to top up (`link`; empty for a site
        that is not RunningHub's own); `again` asks the service anew."""
        words = self._services.language(language)
        account = self._services.account.view(wait=8.0 if again else 1.0)
        kind = words.get(f"account.kind_{account.key_kind}", words("account.kind_unknown"))
        rows = [
            ["mode", words("account.mode_demo" if account.demo else "account.mode_live")],
            ["site", _site(account, words)],
            ["key", words("account.key_demo" if account.demo else "account.key_set")],
            ["kind", kind],
            ["balance", _wallet(account, words)],
            ["coins", _coins(account, words)],
            ["places", _places(account, words)],
            ["queue", str(account.queued)],
        ]
        trouble = account.trouble
        return {
            "rows": [[words(f"account.{name}"), value] for name, value in rows],
            "problem": finding_said(trouble, words, account.site) if trouble else "",
            "link": account.site if account.site in SITE_NAMES else "",
        }

    def keys(self, language: Language) -> dict[str, Any]:
        """The account's keys, masked: what each is called and how it stands."""
        words = self._services.language(language)
        try:
            found = self._services.checks.list_keys()
        except ServiceFault as fault:
            why = finding_said(finding_of(fault), words)
            return {"keys": [], "problem": words("account.keys_untold", why=why)}
        rows = []
        for entry in found:
            states = [words("account.key_on" if entry.enabled else "account.key_off")]
            if entry.expires:
                states.append(words("account.key_until", day=entry.expires[:10]))
            rows.append({"key": entry.masked, "name": entry.name, "state": words("about.comma").join(states)})
        return {"keys": rows, "problem": "" if rows else words("account.keys_none")}

    def check(self, what: Try, language: Language) -> dict[str, Any]:
        """Try key, api, upload, storage or native: what was done, how long it took, how it went (`well`; null
        where there was nothing to try)."""
        words = self._services.language(language)
        verdict = self._services.checks.run(what)
        finding, site = verdict.finding, self._services.account.view().site
        if verdict.is_well:
            kind = f"check.well_{what}_{finding.where}"
            said = words.get(kind, words(f"check.{WELL}_{what}"))
        else:
            said = finding_said(finding, words, site)
        if finding.word == KEYLESS:  # demo mode: nothing was asked, and nothing is wrong
            return {"well": None, "took": "", "said": said}
        took = words("check.took", tried=words(f"check.tried_{what}"), seconds=f"{verdict.seconds:.2f}")
        return {"well": verdict.is_well, "took": took, "said": said}

    def native(self) -> dict[str, Any]:
        """The addresses for tools of ComfyUI, without the key (`web/routes/key.py` gives that); none where
        others reach the page, too."""
        if not self._services.address.local:
            return {"places": []}
        places = []
        for plus in (False, True):
            try:
                address = self._services.checks.native_address(plus=plus)
            except StudioError:
                return {"places": []}
            places.append({"plus": plus, "hidden": f"{address.rpartition('/')[0]}/{MASK}"})
        return {"places": places}


def _site(account: AccountView, words: Words) -> str:
    if account.demo:
        return words("account.site_demo")
    name = SITE_NAMES.get(account.site, "")
    host = urlsplit(account.site).netloc
    return words(f"account.site_{name}", host=host) if name else words("account.site_other", host=host)


def _wallet(account: AccountView, words: Words) -> str:
    """Money with its currency, marked where it is none."""
    if account.money is None:
        return words("account.wallet_none" if account.coins else "account.unknown")
    told = f"{format.whole_cents(account.money)} {account.money.currency}"
    return f"{told} ({words('account.demo_balance')})" if account.demo else told


def holdings(account: AccountView, words: Words) -> str:
    """What a key pays with, for the top line: money, or coins where it has no wallet."""
    if account.money is not None:
        return format.whole_cents(account.money)
    return words("account.coins_of", count=account.coins) if account.coins else ""


def _coins(account: AccountView, words: Words) -> str:
    return words("account.coins_of", count=account.coins) if account.coins else words("account.unknown")


def _places(account: AccountView, words: Words) -> str:
    if account.limit:
        return words("account.places_of", running=account.running, limit=account.limit)
    return words("account.places_unknown", running=account.running)
