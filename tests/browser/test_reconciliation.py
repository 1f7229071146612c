"""Reconciliation on the page: an admin sees which charges agree, which differ and which nobody knows; on a
desk and on a phone, in both languages, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from rh_ui.budget_rules import Window, window_of
from rh_ui.emulator.runner import RunningEmulator
from rh_ui.people import Period
from rh_ui.persistence.database import open_database
from rh_ui.persistence.database_clock import utc_now
from rh_ui.persistence.repositories.balances import BalanceRepository
from rh_ui.reconciliation import Reading
from scripts.processes import Program, start_app
from tests.browser.conftest import (
    RUN_SECONDS,
    choose_model,
    part,
    reload,
    script,
    shot,
    with_key,
    write_prompt,
)
from tests.browser.teamwork import DARK, DESK, MODEL, PHONE, enter, invited, section, visit, well_made
from tests.integration.emulator.caller import Caller
from tests.team import WORD

KEY: Final = "rh_TESTKEY_reconciliation"
_AT: Final = utc_now().hour
ZONE: Final = f"Etc/GMT{_AT - 12:+d}" if _AT != 12 else "Etc/GMT"
"""Where it is about noon, so that no test runs over midnight."""
TODAY: Final = window_of(Period.DAY, ZONE, utc_now())
LOOKS: Final[dict[str, dict[str, Any]]] = {
    "desk": DESK,
    "dark": {**DARK, "locale": "zh-CN"},
    "phone": PHONE,
}


class Books:
    """The readings that the program has, and those that a test adds."""

    def __init__(self, folder: Path, emulator: RunningEmulator) -> None:
        self._database = open_database(f"sqlite:///{folder}/data/studio.db")
        self.store = BalanceRepository(self._database)
        self.emulator = Caller(emulator.url, KEY)

    def read(self, at: datetime, more: str = "0") -> None:
        """The balance that there is now, and more, as if it had been read then."""
        (first, *_) = self.store.readings(Window(TODAY.start - timedelta(days=2), utc_now()))
        held = {"CNY": Decimal(self.emulator.balance()) + Decimal(more)}
        self.store.add(Reading(first.site, first.account, at, held))

    def close(self) -> None:
        self._database.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("books")


@pytest.fixture(scope="module")
def studio(folder: Path, emulator: RunningEmulator) -> Iterator[Program]:
    named = {"RH_UI_ADMIN_NAME": "Ada", "RH_UI_ADMIN_PASSWORD": WORD}
    script(emulator, accounts={KEY: {"kind": "SHARED", "limit": 30, "balance": "1000"}})
    app = start_app(folder, environment={**with_key(emulator, KEY), **named})
    yield app
    assert app.stop() == 0
    assert "Traceback" not in app.said()


@pytest.fixture(scope="module")
def books(studio: Program, folder: Path, emulator: RunningEmulator) -> Iterator[Books]:
    found = Books(folder, emulator)
    yield found
    found.close()


def reconciliation(page: Page) -> Locator:
    return section(page, "money").locator(".rh-reconciliation")


def run(page: Page, number: int) -> None:
    """One more result."""
    if number == 1:
        choose_model(page, "image", MODEL)
        write_prompt(page, "a red kite")
    part(page, "image-generate").click()
    expect(part(page, "image-results").locator("[data-output]")).to_have_count(
        number, timeout=RUN_SECONDS * 1000
    )


def usage(emulator: RunningEmulator, value: dict[str, Any] | None) -> None:
    """What the service says that the next run cost."""
    change = {"on": "query", "do": "set", "when": "SUCCESS", "value": {"usage": value}, "times": -1}
    script(emulator, clear=True, faults=[change])


def test_an_admin_sees_what_agrees_what_differs_and_what_is_not_known(
    browser: Browser, studio: Program, books: Books, emulator: RunningEmulator, quiet: int
) -> None:
    place = {"timezone_id": ZONE}
    with visit(browser, **DESK, **place) as ada, visit(browser, **PHONE, **place) as ben:
        ada.goto(studio.url)
        enter(ada, "Ada")
        books.read(TODAY.start)
        ben.goto(invited(ada, "member"))
        enter(ben, "Ben")
        expect(section(ben, "money").locator(".rh-reconciliation")).to_have_count(0)
        ben.goto(f"{studio.url}#image")

        reload(ben)
        run(ben, 1)
        books.read(utc_now())
        found = reconciliation(ada)
        day = found.locator("[data-day]")
        expect(day).to_have_count(1)
        expect(day.locator("[data-verdict=agreed]")).to_contain_text("balance fell by ¥")
        expect(day).to_contain_text("Runs that agreed: 1")
        shot(ada, "reconciliation-agreed")

        usage(emulator, {"thirdPartyConsumeMoney": "9.5", "consumeMoney": None, "consumeCoins": None})
        run(ben, 2)
        usage(emulator, None)
        run(ben, 3)
        script(emulator, clear=True)
        books.read(utc_now(), more="100")
        reload(ada)
        found = reconciliation(ada)
        expect(day).to_contain_text("balance rose by ¥")
        expect(day).to_contain_text("A charge is not known.")
        day.locator("summary").click()
        differs = day.locator("[data-run][data-verdict=differs]")
        unknown = day.locator("[data-run][data-verdict=unknown]")
        expect(differs).to_contain_text("more than expected")
        expect(differs).to_contain_text("¥9.50")
        expect(unknown).to_contain_text("A charge is not known.")
        expect(differs.get_by_role("button", name="Open")).to_have_count(0)
        shot(ada, "reconciliation-differs")
        with ada.expect_download() as saved:
            found.get_by_role("link", name="Save as CSV").click()
        rows = saved.value.path().read_text("utf-8-sig").splitlines()
        assert rows[0].startswith("day,about,at,account,person")
        assert sum(",Run," in row for row in rows) == 3 and sum(",Account," in row for row in rows) == 1

        own = section(ben, "money").locator("[data-line=charge]")
        expect(own.filter(has_text="9.50")).to_contain_text("预计 ¥")
        expect(own.filter(has_text="预计")).to_have_count(1)
        shot(ben, "reconciliation-own-phone")


@pytest.mark.parametrize("looks", LOOKS)
def test_reconciliation_has_names_sizes_and_a_place_everywhere(
    browser: Browser, studio: Program, books: Books, looks: str
) -> None:
    with visit(browser, **LOOKS[looks], timezone_id=ZONE) as page:
        page.goto(studio.url)
        enter(page, "Ada")
        found = reconciliation(page)
        found.locator("summary").first.click()
        expect(found.locator("[data-run]")).to_have_count(2)
        well_made(found)
        found.scroll_into_view_if_needed()
        shot(page, f"reconciliation-{looks}")
