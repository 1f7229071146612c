"""A member asks for a run above a price; an admin says yes or no on a phone, in Chinese."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from playwright.sync_api import Browser, Locator, Page, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program
from tests.browser.conftest import RUN_SECONDS, last_of, part, reload, sent, shot
from tests.browser.teamwork import DARK, DESK, PHONE, enter, invited, section, visit, well_made
from tests.browser.test_budgets import price_of

SECONDS: Final = RUN_SECONDS * 1000
ABOVE: Final = Decimal("0.10")


def ask_above(page: Page, whose: str, amount: Decimal) -> None:
    form = section(page, "money").get_by_role("group", name="Set a budget")
    form.get_by_role("combobox", name="For", exact=True).select_option(label=whose)
    form.get_by_role("combobox", name="In", exact=True).select_option("CNY")
    form.get_by_label("Amount", exact=True).fill("100")
    form.get_by_label("Ask above").fill(str(amount))
    form.get_by_role("button", name="Set", exact=True).click()
    row = page.locator("[data-budget]").filter(has_text=whose)
    expect(row).to_contain_text(f"a run above ¥{amount} asks an admin")


def asked(page: Page) -> Locator:
    """The card of the run that the member just asked for."""
    generate = part(page, "image-generate")
    expect(generate).to_have_text("Ask to run")
    generate.click()
    card = page.locator("#image-tasks [data-state=asking]")
    expect(card).to_have_count(1)
    expect(card).to_contain_text(
        re.compile(r"Above ¥[0-9.]+: waits for a yes of an admin, ends unsent tomorrow \d")
    )
    return card


def answered(page: Page, words: str) -> None:
    """The admin presses this at the only run that waits."""
    waits = page.locator("[data-approval]")
    expect(waits).to_have_count(1)
    waits.get_by_role("button", name=words).click()
    expect(waits).to_have_count(0)
    expect(page.locator(".rh-to-approve")).to_have_count(0)


def seen_on_a_phone(ada: Page, price: Decimal) -> None:
    """The top line says that a run waits; the list says what a decision needs, and nothing of its content."""
    note = ada.locator(".rh-to-approve")
    expect(note).to_contain_text("1 个待同意")
    shot(ada, "asks-note-phone")
    note.click()
    waits = ada.locator("[data-approval]")
    expect(waits).to_contain_text("Ming")
    expect(waits).to_contain_text(f"¥{price:.2f}")
    expect(waits).to_contain_text("私有内容：这里不显示它要做什么。")
    expect(waits).to_contain_text(re.compile("明天.* 仍未同意则不发送"))
    assert "kite" not in ada.content(), "what a private run says is not told"
    approvals = ada.locator(".rh-approvals")
    well_made(approvals)
    assert ada.url.endswith("#account/approvals")
    shot(ada, "asks-answer-phone")
    reload(ada)
    expect(waits).to_be_visible()


def seen_on_a_desk(browser: Browser, url: str) -> None:
    for looks, name in ((DESK, "desk"), (DARK, "dark")):
        with visit(browser, **looks) as page:
            page.goto(url)
            enter(page, "Ada")
            page.goto(f"{url}/#account/approvals")
            expect(page.locator("[data-approval]")).to_have_count(1)
            shot(page, f"asks-answer-{name}")


def test_a_member_asks_and_an_admin_answers_on_a_phone(
    browser: Browser, studio: Program, emulator: RunningEmulator, quiet: int
) -> None:
    with visit(browser, **DESK) as desk, visit(browser, **DESK) as ming, visit(browser, **PHONE) as ada:
        desk.goto(studio.url)
        enter(desk, "Ada")
        ming.goto(invited(desk, "member"))
        enter(ming, "Ming")
        price = price_of(ming)
        assert price > ABOVE
        expect(part(ming, "image-generate")).to_have_text("Generate")
        ask_above(desk, "Ming", ABOVE)
        shot(desk, "asks-budget")
        expect(ming.locator(".rh-too-little")).to_have_text(f"Above ¥{ABOVE}: an admin is asked first.")
        shot(ming, "asks-before")
        ada.goto(studio.url)
        enter(ada, "Ada")
        expect(ada.locator(".rh-to-approve")).to_have_count(0)

        since = last_of(emulator)
        asked(ming)
        shot(ming, "asks-tile")
        reload(ming)
        expect(ming.locator("#image-tasks [data-state=asking]")).to_be_visible()
        seen_on_a_phone(ada, price)
        assert sent(emulator, since) == []
        answered(ada, "同意并发送")
        results = part(ming, "image-results").locator("[data-output]")
        expect(results).to_have_count(1, timeout=SECONDS)
        assert len(sent(emulator, since)) == 1

        asked(ming)
        answered(ada, "不同意")
        ended = ming.locator("#image-results [data-state=cancelled]")
        expect(ended).to_contain_text("An admin said no. It was not sent.")
        expect(ended).to_contain_text("Nothing was charged.")
        shot(ming, "asks-declined")

        card = asked(ming)
        seen_on_a_desk(browser, studio.url)
        card.get_by_role("button", name="Take back").click()
        card.get_by_role("button", name="Take it back").click()
        expect(card).to_have_count(0)
        expect(ada.locator("[data-approval]")).to_have_count(0)
        assert len(sent(emulator, since)) == 1

        you = section(ming, "you")
        expect(you.locator("[data-action=approved]")).to_contain_text("Ada")
        expect(you.locator("[data-action=declined]")).to_contain_text("Ada")
        shot(ming, "asks-told")
