"""The sentences about the account, the top line and the storage, whatever the services answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from rh_ui.domain import Money, Pause
from rh_ui.engine.diagnosis import NO_KEY, Diagnosis
from rh_ui.errors import ArgumentRefused, StorageFault, Unreachable
from rh_ui.quarantine import Notice
from rh_ui.runninghub.replies_runs import KeyEntry
from rh_ui.services.account_service import AccountView
from rh_ui.services.connection_checks import WELL, CheckResult
from rh_ui.services.storage_cleanup import FileTotals, StorageUsage
from rh_ui.services.storage_failover import FailoverStatus
from tests.unit.web.edge import WORDS, Calls, Edge

AI = "https://www.runninghub.ai"
CN = "https://www.runninghub.cn"
LIVE = AccountView(False, AI, True, "SHARED", Money(Decimal("12.345"), "USD"), "", 2, 1, 50)
MEGABYTE = 1024 * 1024
NOTHING = FileTotals()


def rows(view: AccountView, language: str = "en") -> Mapping[str, str]:
    told = Edge(account=Calls(view=view)).get("/account", language=language)
    return dict(told["rows"])


def test_a_live_account_in_words() -> None:
    assert rows(LIVE) == {
        "Mode": "Live",
        "Site": "www.runninghub.ai: for the world, counts in dollars",
        "Key": "set; hidden",
        "Kind of key": "enterprise-shared: runs models, apps and workflows, paid from the wallet",
        "Balance": "$12.34 USD",
        "Coins": "not known",
        "Running now": "2 of 50",
        WORDS["en"]("account.queue"): "1",
    }


@pytest.mark.parametrize(
    ("change", "row", "said"),
    [
        ({"site": CN}, "Site", "www.runninghub.cn: for China, counts in yuan"),
        ({"site": "http://gate.example:80"}, "Site", "gate.example:80: not one of RunningHub's own two"),
        ({"demo": True}, "Site", "built in; nothing is sent to RunningHub"),
        ({"demo": True}, "Mode", "Demo: no key is set, nothing costs money"),
        ({"demo": True}, "Key", "none needed; set RH_API_KEY to use your own"),
        ({"demo": True}, "Balance", "$12.34 USD (play money)"),
        ({"money": None}, "Balance", "not known"),
        ({"money": None, "coins": "7"}, "Balance", WORDS["en"]("account.wallet_none")),
        ({"coins": "7"}, "Coins", WORDS["en"]("account.coins_of", count="7")),
        ({"key_kind": "NEWER"}, "Kind of key", "not known"),
        ({"limit": None}, "Running now", "2, limit not known"),
    ],
)
def test_what_differs_is_said(change: dict[str, Any], row: str, said: str) -> None:
    assert rows(replace(LIVE, **change))[row] == said


def test_only_runninghub_s_own_sites_have_a_link_and_trouble_is_named_with_the_site() -> None:
    known = Edge(account=Calls(view=replace(LIVE, trouble=Diagnosis("key-refused", "802")))).get("/account")
    assert known["link"] == AI
    assert known["problem"].startswith(f"RunningHub does not accept this key at {AI} (802).")
    other = Edge(account=Calls(view=replace(LIVE, site="https://gate.example"))).get("/account")
    assert (other["link"], other["problem"]) == ("", "")


@pytest.mark.parametrize(("asked", "seconds"), [({}, 1.0), ({"again": True}, 8.0)])
def test_a_person_who_asks_again_waits_longer(asked: dict[str, bool], seconds: float) -> None:
    account = Calls(view=LIVE)
    Edge(account=account).get("/account", **asked)
    assert account.heard == [("view", {"wait": seconds})]


def test_keys_say_how_they_stand() -> None:
    found = (KeyEntry("ab…", "mine", True, "2027-03-04 10:00"), KeyEntry("cd…", "", False, ""))
    on, off = WORDS["en"]("account.key_on"), WORDS["en"]("account.key_off")
    until = WORDS["en"]("account.key_until", day="2027-03-04")
    assert Edge(checks=Calls(list_keys=found)).get("/account/keys") == {
        "keys": [
            {"key": "ab…", "name": "mine", "state": WORDS["en"]("about.comma").join([on, until])},
            {"key": "cd…", "name": "", "state": off},
        ],
        "problem": "",
    }


def test_no_keys_and_why() -> None:
    none = Edge(checks=Calls(list_keys=())).get("/account/keys")
    assert none == {"keys": [], "problem": WORDS["en"]("account.keys_none")}
    away = Edge(checks=Calls(list_keys=Unreachable("away", why="slow"))).get("/account/keys")
    why = WORDS["en"]("check.net-slow")
    assert away == {"keys": [], "problem": WORDS["en"]("account.keys_untold", why=why)}


def verdict(what: str, diagnosis: Diagnosis) -> Any:
    checks = Calls(run=CheckResult(what, diagnosis, 1.234))
    told = Edge(checks=checks, account=Calls(view=LIVE)).post("/account/check", what=what)
    assert checks.heard == [("run", what)]
    return told


def test_a_try_that_goes_well_says_what_is_known_of_it() -> None:
    took = "One question about the key: 1.23 s"
    said = WORDS["en"]("check.well_key_NORMAL")
    assert verdict("key", Diagnosis(WELL, where="NORMAL")) == {"well": True, "took": took, "said": said}
    assert verdict("key", Diagnosis(WELL))["said"] == WORDS["en"]("check.well_key")
    assert verdict("api", Diagnosis(WELL))["said"] == "RunningHub answers."


def test_a_try_that_fails_says_why_and_one_without_a_key_judges_nothing() -> None:
    bad = verdict("upload", Diagnosis("key-refused", "802"))
    assert bad["well"] is False and AI in bad["said"] and bad["took"].endswith("back: 1.23 s")
    assert verdict("key", Diagnosis(NO_KEY)) == {
        "well": None, "took": "", "said": WORDS["en"](f"check.{NO_KEY}"),
    }  # fmt: skip


class Places:
    """Addresses that contain a key."""

    def native_address(self, *, plus: bool) -> str:
        return f"https://host/proxy{'-plus' * plus}/secret"


def test_addresses_for_comfyui_hide_the_key_and_are_the_owner_s_alone() -> None:
    assert Edge(checks=Places()).get("/account/native-addresses")["places"] == [
        {"plus": False, "hidden": "https://host/proxy/••••••••"},
        {"plus": True, "hidden": "https://host/proxy-plus/••••••••"},
    ]
    assert Edge(checks=Places(), local=False).get("/account/native-addresses") == {"places": []}
    missing_key = Calls(native_address=ArgumentRefused("no", "no"))
    assert Edge(checks=missing_key).get("/account/native-addresses") == {"places": []}


def test_a_paused_account_tries_again_and_the_others_are_told() -> None:
    pause = Pause(AI, "ffff", "416", datetime(2026, 1, 1, tzinfo=UTC))
    runs = Calls(pauses=[(pause, 3)])
    told = Edge(runs=runs).post("/account/resume", site=CN, account="abcd")
    assert told == {"pauses": [{"site": AI, "account": "ffff", "name": "", "code": "416", "waiting": 3}]}
    assert runs.heard == [("resume", CN, "abcd"), ("pauses",)]


def top_line(*, view: AccountView = LIVE, full: bool = False, **services: Any) -> Any:
    found = Calls(active_count=2, unknown_count=1)
    found.trouble = "odd"  # type: ignore[attr-defined]
    return Edge(
        account=Calls(view=view),
        history=found,
        runs=Calls(pauses=[], has_disk_space=not full),
        failover=Calls(status=FailoverStatus("gone", 3)),
        approvals=Calls(count=4),
        notices=[Notice("history_gone")],
        forms=SimpleNamespace(now=lambda: SimpleNamespace(version="v1")),
        **services,
    ).get("/status")


def test_the_top_line_in_figures() -> None:
    told = top_line()
    assert (told["active"], told["attention"], told["approvals"], told["pauses"]) == (2, 1, 4, [])
    assert (told["demo"], told["table"], told["balance"]) == (False, "v1", "$12.34")
    assert told["key_kind"] == "SHARED"
    storage = told["storage"]
    assert (storage["history"], storage["trouble"], storage["count"]) == ("odd", "gone", 3)
    assert storage["notices"] == [{name: said("notice.history_gone") for name, said in WORDS.items()}]
    assert storage["full"] is False and storage["local"] is True
    assert top_line(full=True)["storage"]["full"] is True


def test_a_key_without_a_wallet_shows_its_coins() -> None:
    assert top_line(view=replace(LIVE, money=None))["balance"] == ""
    coins = WORDS["en"]("account.coins_of", count="7")
    assert top_line(view=replace(LIVE, money=None, coins="7"))["balance"] == coins


@pytest.mark.parametrize(("kind", "told"), [("SHARED", "SHARED"), ("NORMAL", "")])
def test_several_accounts_have_one_top_line(kind: str, told: str) -> None:
    views = {"a": LIVE, "b": replace(LIVE, key_kind=kind, money=Money(Decimal(5), "CNY"))}
    accounts = SimpleNamespace(
        all=tuple(views), several=False, money=lambda name: SimpleNamespace(view=lambda: views[name])
    )
    line = top_line(accounts=accounts)
    assert (line["balance"], line["key_kind"]) == ("$12.34 · ¥5.00", told)
    assert top_line(accounts=accounts, demo=True)["key_kind"] == ""


def test_a_history_that_can_not_be_read_leaves_the_top_line_whole() -> None:
    found = Calls(active_count=StorageFault("away"))
    found.trouble = "away"  # type: ignore[attr-defined]
    told = Edge(
        account=Calls(view=LIVE),
        history=found,
        runs=Calls(has_disk_space=True),
        failover=Calls(status=FailoverStatus("", 0)),
        notices=[],
        forms=SimpleNamespace(now=lambda: SimpleNamespace(version="v1")),
    ).get("/status")
    assert (told["active"], told["attention"], told["pauses"]) == (0, 0, [])
    assert told["storage"]["history"] == "away"


USAGE = StorageUsage(
    FileTotals(2, 3 * MEGABYTE), NOTHING, FileTotals(1, MEGABYTE), NOTHING, NOTHING, NOTHING, MEGABYTE, None
)


def storage_rows(usage: StorageUsage, *, local: bool = True) -> list[tuple[str, str, str]]:
    told = Edge(cleanup=Calls(usage=usage), local=local).get("/storage")
    assert told["problem"] == ""
    return [tuple(row) for row in told["rows"]]


def test_what_files_take_and_what_may_go() -> None:
    assert storage_rows(USAGE) == [
        ("Results", "2 files, 3.0 MB", ""),
        ("Files you chose", "1 file, 1.0 MB", "inputs"),
        ("Small pictures, unpacked 3D models", "none", "pictures"),
        ("Unfinished downloads", "none", "parts"),
        ("Uploads not in use yet", "none", "uploads"),
        ("Database", "1.0 MB", ""),
    ]
    assert {what for _, _, what in storage_rows(USAGE, local=False)} == {""}


def test_the_fallback_folder_and_the_disk_are_told_where_there_is_something_to_tell() -> None:
    told = storage_rows(replace(USAGE, spare=FileTotals(1, MEGABYTE), free=0))
    assert told[1] == ("Results in the spare folder", "1 file, 1.0 MB", "")
    assert told[-1][0] == "Free on the disk" and len(told) == 8


def test_a_place_that_does_not_answer_has_no_rows() -> None:
    told = Edge(cleanup=Calls(usage=StorageFault("The disk is away."))).get("/storage")
    assert told == {"rows": [], "problem": "The disk is away."}


@pytest.mark.parametrize(
    ("what", "asked"),
    [
        ("inputs", ("clear_inputs", ["a.png", "b.png"])),
        ("pictures", ("clear_thumbnails",)),
        ("uploads", ("clear_uploads",)),
        ("parts", ("clear_partial_downloads",)),
    ],
)
def test_the_owner_clears_one_thing_at_a_time(what: str, asked: tuple[Any, ...]) -> None:
    call = {"what": what, "keep": ["input:a.png", "b.png"]}
    cleanup = Calls(**{asked[0]: FileTotals(2, MEGABYTE)})
    assert Edge(cleanup=cleanup).post("/storage/clear", **call) == {"said": "Cleared 2 files, 1.0 MB."}
    assert cleanup.heard == [asked]
    empty = Edge(cleanup=Calls(**{asked[0]: NOTHING})).post("/storage/clear", **call)
    assert empty == {"said": WORDS["en"](f"storage.nothing_{what}")}
    others = Calls()
    told = Edge(cleanup=others, local=False).post("/storage/clear", **call)
    assert told == {"said": WORDS["en"]("storage.not_here")} and others.heard == []


@pytest.mark.parametrize(
    ("anew", "local", "heard"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_only_the_owner_takes_another_folder_for_the_one_there_was(
    anew: bool, local: bool, heard: bool
) -> None:
    failover = Calls(status=FailoverStatus("", 0))
    Edge(
        failover=failover,
        local=local,
        notices=[],
        history=SimpleNamespace(trouble=""),
        runs=Calls(has_disk_space=True),
    ).post("/storage/return", anew=anew)
    assert failover.heard[0] == ("run", {"anew": heard})
