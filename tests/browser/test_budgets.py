"""Budgets on the page: an admin sets and raises one, a member sees what is left, is told when it is too
little, and sees what was spent; on a desk and on a phone, in both languages."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program
from tests.browser.conftest import (
    RUN_SECONDS,
    choose_model,
    last_of,
    part,
    sent,
    shot,
    write_prompt,
)
from tests.browser.teamwork import DARK, DESK, MODEL, PHONE, enter, fits, invited, section, visit, well_made

REFUSED: Final = re.compile("“王小明”的每日预算为 ¥.*还剩 ¥.*00:00 .*没有发送，也没有扣费。")
LEFT: Final = re.compile("今天还剩 ¥.*（Asia/Shanghai） ?重新计算")


def price_of(page: Page) -> Decimal:
    choose_model(page, "image", MODEL)
    write_prompt(page, "a red kite for the team")
    price = part(page, "image-estimate").locator(".rh-price").first
    expect(price).to_have_text(re.compile(r"[¥$][0-9.]+"))
    found = re.search(r"([0-9.]+)", price.inner_text())
    assert found
    return Decimal(found[1])


def set_budget(money: Locator, whose: str, amount: Decimal) -> None:
    form = money.get_by_role("group", name="Set a budget")
    form.get_by_role("combobox", name="For", exact=True).select_option(label=whose)
    form.get_by_role("combobox", name="In", exact=True).select_option("CNY")
    form.get_by_label("Amount", exact=True).fill(str(amount))
    form.get_by_role("combobox", name="Day begins in").select_option("Asia/Shanghai")
    form.get_by_role("button", name="Set", exact=True).click()


def allow_more(money: Locator, whose: str) -> None:
    """Twenty more until this time tomorrow."""
    grant = money.get_by_role("group", name="Allow more for a time")
    grant.get_by_role("combobox", name="For", exact=True).select_option(label=whose)
    grant.get_by_role("combobox", name="In", exact=True).select_option("CNY")
    grant.get_by_label("More").fill("20")
    tomorrow = money.page.evaluate("new Date(Date.now() + 86400000).toISOString().slice(0, 16)")
    grant.get_by_label("Until").fill(tomorrow)
    grant.get_by_role("button", name="Allow", exact=True).click()


def correct_the_newest_charge(money: Locator) -> None:
    charge = money.locator("[data-line=charge]").first
    charge.get_by_role("button", name="Correct this charge").click()
    dialog = money.page.get_by_role("dialog")
    dialog.get_by_label("Amount in CNY").fill("0.01")
    dialog.get_by_label("Why").fill("=1+1")
    dialog.get_by_role("button", name="Add the line").click()
    expect(money.locator("[data-line=correction]")).to_contain_text("−¥0.01")


def saved_rows(money: Locator) -> list[str]:
    with money.page.expect_download() as saved:
        money.locator("a[href*='spending.csv']").click()
    return saved.value.path().read_text("utf-8-sig").splitlines()


def test_a_member_spends_within_a_budget_that_an_admin_sets_and_raises(
    browser: Browser, studio: Program, emulator: RunningEmulator, quiet: int
) -> None:
    with visit(browser, **DESK) as ada, visit(browser, **PHONE) as ming:
        ada.goto(studio.url)
        enter(ada, "Ada")
        ming.goto(invited(ada, "member"))
        enter(ming, "王小明")
        price = price_of(ming)
        limit = price + price / 2

        money = section(ada, "money")
        expect(money).to_contain_text("There is no budget yet, so nobody has a limit.")
        set_budget(money, "王小明", limit)
        expect(money.locator("[data-budget]")).to_have_count(1)
        expect(money.locator("[data-budget]")).to_contain_text(f"left today ¥{limit} of ¥{limit}")

        since = last_of(emulator)
        generate, status = part(ming, "image-generate"), ming.locator("#image-studio .rh-status")
        generate.click()
        results = part(ming, "image-results").locator("[data-output]")
        expect(results).to_have_count(1, timeout=RUN_SECONDS * 1000)
        expect(ming.locator(".rh-too-little")).to_contain_text(
            "你的预算不够：还剩 ¥",
            timeout=RUN_SECONDS * 1000,
        )
        shot(ming, "money-too-little-phone")
        generate.click()
        expect(status).to_contain_text(REFUSED)
        shot(ming, "money-refused-phone")
        assert len(sent(emulator, since)) == 1

        allow_more(money, "王小明")
        expect(money.locator("[data-budget]")).to_contain_text(f"of ¥{limit + 20}")
        generate.click()
        expect(results).to_have_count(2, timeout=RUN_SECONDS * 1000)
        assert len(sent(emulator, since)) == 2

        own = section(ming, "money")
        expect(own.locator(".rh-left").first).to_contain_text(LEFT)
        expect(own.locator("[data-line=charge]")).to_have_count(2)
        expect(own.locator("[data-line=release]")).to_have_count(2)
        expect(own.locator("[data-line=grant]")).to_have_count(1)
        expect(own.locator("[data-line=charge] button, [data-budget]")).to_have_count(0)
        shot(ming, "money-phone")
        fits(ming)

        correct_the_newest_charge(money)
        rows = saved_rows(money)
        assert rows[0].startswith("at,kind,amount,unit,person")
        assert any("Corrected,-0.01,CNY,王小明" in row and "'=1+1" in row for row in rows)
        shot(ada, "money-admin")
        audit = section(ada, "audit")
        for action in ("budget-set", "granted", "corrected"):
            expect(audit.locator(f"[data-action={action}]").first).to_be_visible()


@pytest.mark.parametrize("looks", [DESK, DARK, PHONE], ids=["desk", "dark", "phone"])
def test_every_control_of_the_money_section_has_a_name_a_size_and_a_place(
    browser: Browser, studio: Program, looks: Any
) -> None:
    with visit(browser, **looks) as page:
        page.goto(studio.url)
        enter(page, "Ada")
        money = section(page, "money")
        money.locator(".rh-budget-forms").wait_for()
        well_made(money)
        shot(page, f"money-{'phone' if looks is PHONE else looks.get('color_scheme', 'light')}-admin")
