"""Several accounts on the page: each with what it has, one for a project, and the price that names where the
run goes, on a desk and on a phone, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, expect

from rh_ui.emulator.accounts import fingerprint
from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program, start_app
from tests.browser.conftest import (
    KEY,
    RUN_SECONDS,
    choose_model,
    last_of,
    open_tab,
    part,
    script,
    sent,
    shot,
    with_key,
    write_prompt,
)
from tests.browser.teamwork import BEYOND, DESK, MODEL, PHONE, enter, fits, section, visit
from tests.team import WORD

SHOP: Final = "rh_TESTKEY_of_the_shop_in_the_browser"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, emulator: RunningEmulator) -> Iterator[Program]:
    script(emulator, accounts={SHOP: {"kind": "SHARED", "limit": 9, "balance": "12.5"}})
    file = tmp_path_factory.mktemp("settings") / "accounts.toml"
    file.write_text(
        f'[account.shop]\nhost = "{emulator.url}"\nkey = "{SHOP}"\nlimit = 2\nkinds = ["video"]\n'
    )
    file.chmod(0o600)
    named = {
        "RH_UI_ADMIN_NAME": "Ada", "RH_UI_ADMIN_PASSWORD": WORD, "RH_UI_ACCOUNTS": str(file),
        "RH_API_FORMER_KEY": "rh_TESTKEY_before",
    }  # fmt: skip
    app = start_app(tmp_path_factory.mktemp("studio"), environment={**with_key(emulator), **named})
    yield app
    assert app.stop() == 0
    said = app.said()
    assert "Traceback" not in said and SHOP not in said


def all_fits(page: Page) -> None:
    """Nothing stands beyond the edge of the window."""
    fits(page)
    assert page.locator(".rh-account").evaluate(BEYOND) == []


def kites(page: Page) -> None:
    """A project whose runs go to the shop's account."""
    projects = section(page, "projects").page.locator("#projects")
    projects.get_by_role("textbox").last.fill("Kites")
    projects.get_by_role("button", name="Make").click()
    project = projects.locator(".rh-one-project", has_text="Kites")
    project.get_by_role("combobox", name="Account of its runs").select_option("shop")
    expect(project.get_by_role("combobox", name="Account of its runs")).to_have_value("shop")
    shot(page, "accounts-project")


def test_the_price_names_the_account_and_the_run_goes_there(
    browser: Browser, studio: Program, emulator: RunningEmulator, quiet: int
) -> None:
    with visit(browser, **DESK) as page:
        page.goto(studio.url)
        enter(page, "Ada")
        kites(page)
        open_tab(page, "image")
        choose_model(page, "image", MODEL)
        write_prompt(page, "a red kite for the shop")
        line = part(page, "image-estimate")
        expect(line).to_contain_text("Account: main")
        line.locator(".rh-project").select_option(label="Kites")
        expect(line).to_contain_text("Account: shop")
        shot(page, "accounts-price")
        since = last_of(emulator)
        part(page, "image-generate").click()
        result = part(page, "image-results").locator("[data-output]")
        expect(result).to_have_count(1, timeout=RUN_SECONDS * 1000)
        assert [entry["key_fingerprint"] for entry in sent(emulator, since)] == [fingerprint(SHOP)]
        line.locator(".rh-project").select_option(label="Private")
        expect(line).to_contain_text("Account: main")


@pytest.mark.parametrize(("looks", "name"), [(DESK, "desk"), (PHONE, "phone")])
def test_the_account_tab_shows_each_account_and_the_key_of_the_chosen_one(
    browser: Browser, studio: Program, looks: dict[str, Any], name: str
) -> None:
    with visit(browser, **looks) as page:
        page.goto(studio.url)
        enter(page, "Ada")
        section(page, "service")
        accounts = page.locator("#accounts")
        shop = accounts.locator("[data-account=shop]")
        expect(shop).to_contain_text("¥12")
        expect(accounts.locator("[data-account=main]")).to_contain_text(
            "taken out" if name == "desk" else "旧密钥"
        )
        all_fits(page)
        shot(page, f"accounts-{name}")
        accounts.locator("#account-choice").select_option("shop")
        native = page.locator("#native")
        native.locator("input[type=password]").fill(WORD)
        native.locator("[data-plus=false] button").first.click()
        expect(native.locator("[data-plus=false] code")).to_contain_text(SHOP)
        assert KEY not in native.inner_text()
        page.emulate_media(color_scheme="dark")
        shot(page, f"accounts-{name}-dark")
