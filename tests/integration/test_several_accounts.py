"""Several accounts at the real program: who sees and chooses them, whose key is shown, and that no key is
written or told anywhere else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import requests

from rh_ui.emulator.runner import RunningEmulator, start_emulator
from tests.signed import ADMIN, GUEST, KEY, MEMBER, TeamPage, team_page
from tests.team import WORD

SHOP, FILMS, FORMER, OLD_SHOP = (
    f"rh_TESTKEY_of_{name}_0123" for name in ("the_shop", "films", "before", "the_old_shop")
)
KEYS: Final = (KEY, SHOP, FILMS, FORMER, OLD_SHOP)
MODEL: Final = "rhart-image-n-pro/text-to-image"
FORM: Final[dict[str, Any]] = {"prompt": "a red kite", "resolution": "1k"}
PRESS: Final = {"copy": 0, "fresh": [], "seen": [], "keeps": True}
PATIENCE: Final = 60


@pytest.fixture(scope="module")
def other_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    running = start_emulator(tmp_path_factory.mktemp("other-site"), "--fast", "--small")
    accounts = {SHOP: {"kind": "SHARED", "limit": 7, "balance": "12.5"}, OLD_SHOP: {"kind": "SHARED"}}
    requests.post(f"{running.url}/_emulator/script", json={"accounts": accounts}, timeout=10)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, other_site: RunningEmulator) -> Iterator[TeamPage]:
    folder = tmp_path_factory.mktemp("settings")
    named = {
        "accounts.toml": f"""
        [account.shop]
        host = "{other_site.url}"
        key_file = "shop.key"
        former_keys = ["{OLD_SHOP}"]
        limit = 2
        kinds = ["video"]
        [account.films]
        host = "{other_site.url}"
        key_variable = "KEY_OF_FILMS"
    """,
        "shop.key": SHOP,
    }
    for name, content in named.items():
        (folder / name).write_text(content)
        (folder / name).chmod(0o600)
    environment = {
        "RH_UI_ACCOUNTS": str(folder / "accounts.toml"), "KEY_OF_FILMS": FILMS, "RH_API_FORMER_KEY": FORMER,
    }  # fmt: skip
    with team_page(tmp_path_factory.mktemp("team"), environment=environment) as found:
        yield found
        said = found.app.said()
    assert [key for key in KEYS if key in said] == []


class Caller:
    """A browser in which somebody is signed in."""

    def __init__(self, page: TeamPage, name: str) -> None:
        self.page, self.session = page, page.browser(name)

    def get(self, path: str, **given: Any) -> Any:
        answer = self.session.get(f"{self.page.app.url}/rh/api{path}", params=given, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def post(self, path: str, wanted: int = 200, **given: Any) -> Any:
        answer = self.session.post(f"{self.page.app.url}/rh/api{path}", json=given, timeout=30)
        assert answer.status_code == wanted, answer.text
        return answer.json()


def known(caller: Caller) -> dict[str, dict[str, Any]]:
    """The accounts by name, once the service has told of each."""
    end = time.monotonic() + PATIENCE
    while True:
        told = caller.get("/account", again=True)["accounts"]
        if all(line["balance"] != "not known" or line["problem"] for line in told):
            return {line["name"]: line for line in told}
        assert time.monotonic() < end, told


def test_admins_and_members_see_what_each_account_has_and_guests_do_not(page: TeamPage) -> None:
    for name in (ADMIN, MEMBER):
        lines = known(Caller(page, name))
        assert list(lines) == ["main", "shop", "films"]
        assert "12.5" in lines["shop"]["balance"] and "2 runs" in lines["shop"]["limit"]
        assert "Video" in lines["shop"]["kinds"] and "taken out" in lines["shop"]["former"]
        assert "taken out" in lines["main"]["former"] and lines["films"]["former"] == ""
        assert "does not accept this key" in lines["films"]["problem"]
        assert Caller(page, name).get("/status")["balance"]
    guest = Caller(page, GUEST)
    told = guest.get("/account", again=True)
    assert told["accounts"] == [] and told["former"] == "" and len(told["rows"]) == 2
    assert guest.get("/status")["balance"] == ""
    answer = guest.session.get(f"{page.app.url}/rh/api/account", params={"name": "shop"}, timeout=30)
    assert "12.5" not in answer.text


def test_an_admin_chooses_the_account_of_a_project_and_its_runs_go_there(page: TeamPage) -> None:
    admin, member = Caller(page, ADMIN), Caller(page, MEMBER)
    known(admin)
    project = member.post("/projects", name="Kites")["id"]
    assert admin.get("/projects")["accounts"] == ["main", "shop", "films"]
    assert member.get("/projects")["accounts"] == []
    assert member.post(f"/projects/{project}", 403, account="shop")["code"] == "not-yours"
    admin.post(f"/projects/{project}", 404, account="nobody's")
    assert admin.post(f"/projects/{project}", account="shop")["account"] == "shop"
    asked: dict[str, Any] = {"endpoint": MODEL, "params": FORM}
    assert member.post("/models/estimate", **asked)["account"] == "main"
    assert member.post("/models/estimate", **asked, project=project)["account"] == "shop"
    press: dict[str, Any] = {**PRESS, "id": "kites"}
    changed = member.post("/runs", 409, **asked, press=press, project=project, account="main")
    assert changed["code"] == "account-changed" and changed["charged"] == "no"
    run = member.post("/runs", **asked, press=press, project=project, account="shop")
    again = member.post("/runs", **asked, press=press, project=project, account="main")
    assert (again["id"], again["already_sent"]) == (run["id"], True)
    end = time.monotonic() + PATIENCE
    while member.get(f"/runs/{run['id']}")["state"] != "done":
        assert time.monotonic() < end
    (row,) = [row for row in admin.get("/audit")["entries"] if row["action"] == "project-changed"]
    assert "account: shop" in row["about"]


def test_the_key_that_is_shown_is_that_of_the_chosen_account(page: TeamPage) -> None:
    admin = page.browser(ADMIN)
    token = admin.get(page.app.url, timeout=20).text.partition('"token": "')[2].partition('"')[0]
    shown = []
    for account, key in (("shop", SHOP), ("", KEY), ("films", FILMS)):
        asked = {"plus": False, "token": token, "password": WORD, "account": account}
        told = admin.post(f"{page.app.url}/rh/native", json=asked, timeout=20).json()
        assert [one for one in KEYS if one in told["address"]] == [key]
        token = told["token"]
        shown.append(account or "main")
    asked = {"plus": False, "token": token, "password": WORD, "account": "nobody's"}
    assert admin.post(f"{page.app.url}/rh/native", json=asked, timeout=20).status_code == 409
    rows = [row for row in Caller(page, ADMIN).get("/audit")["entries"] if row["action"] == "key-shown"]
    assert [row["about"] for row in reversed(rows)] == shown


def test_no_key_is_told_or_written_anywhere(page: TeamPage) -> None:
    paths = (
        "/", "/config", "/rh/api/status", "/rh/api/account?name=shop", "/rh/api/account/keys?account=shop",
        "/rh/api/account/native-addresses?account=shop", "/rh/api/history", "/rh/api/runs/tray",
        "/rh/api/projects", "/rh/api/loras", "/rh/api/audit", "/rh/audit.csv", "/rh/spending.csv",
        "/rh/api/money/spending", "/rh/api/storage",
    )  # fmt: skip
    for name in (ADMIN, MEMBER, GUEST, ""):
        browser = page.browser(name)
        for path in paths:
            answer = browser.get(page.app.url + path, timeout=30)
            told = answer.text + str(answer.headers)
            assert [key for key in KEYS if key in told] == [], path
        for what in ("key", "api", "native"):
            body = {"what": what, "account": "films"}
            said = browser.post(f"{page.app.url}/rh/api/account/check", json=body, timeout=60).text
            assert [key for key in KEYS if key in said] == []
    written = [file for file in page.data.rglob("*") if file.is_file()]
    assert written
    for file in written:
        content = file.read_bytes()
        assert [key for key in KEYS if key.encode() in content] == [], file


def test_a_program_without_people_shows_one_account_as_before(page: TeamPage, tmp_path: Path) -> None:
    """What the answers of several accounts add is not there."""
    with team_page(tmp_path / "one") as single:
        admin = Caller(single, ADMIN)
        told = admin.get("/account", again=True)
        assert told["accounts"] == [] and told["former"] == ""
        assert admin.post("/models/estimate", endpoint=MODEL, params=FORM)["account"] == ""
        assert admin.get("/projects")["accounts"] == [] and admin.get("/loras")["accounts"] == []
