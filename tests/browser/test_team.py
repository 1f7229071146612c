"""The way of docs/team.md: from nothing to a team, on a desk and on a phone, in both languages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Any, Final

import pytest
import requests
from playwright.sync_api import Browser, Locator, Page, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import ROOT, Program, start_app
from tests.browser.conftest import (
    RUN_SECONDS,
    choose_model,
    last_of,
    open_tab,
    part,
    reload,
    sent,
    shot,
    with_key,
    write_prompt,
)
from tests.browser.teamwork import DESK, MODEL, PHONE, enter, invited, section, visit, well_made
from tests.team import WORD

GUIDE: Final = (ROOT / "docs" / "team.md").read_text("utf-8")


def in_guide(kind: str, app: Program) -> str:
    """The example of the guide, at this page's address."""
    found = re.findall(rf"^```{kind}\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    text = next(each for each in found if "http://studio:7860" in each)
    return str(text).replace("http://studio:7860", app.url)


def run_example(command: list[str], token: str) -> str:
    done = subprocess.run(
        command, env={**os.environ, "RHUI_TOKEN": token}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def budgeted(page: Page, amount: str) -> Locator:
    """Everybody may spend this much a day."""
    money = section(page, "money")
    form = money.get_by_role("group", name="Set a budget")
    form.get_by_role("combobox", name="For", exact=True).select_option("person:")
    form.get_by_role("combobox", name="For each").select_option("day")
    form.get_by_role("textbox", name="Amount").fill(amount)
    form.get_by_role("button", name="Set", exact=True).click()
    expect(money.locator("[data-budget]")).to_contain_text(f"¥{amount} a day")
    return money


def run_until_the_budget_stops(page: Page, emulator: RunningEmulator) -> None:
    since = last_of(emulator)
    choose_model(page, "image", MODEL)
    write_prompt(page, "a red kite for the team")
    part(page, "image-generate").click()
    result = part(page, "image-results").locator("[data-output]")
    expect(result).to_have_count(1, timeout=RUN_SECONDS * 1000)
    part(page, "image-generate").click()
    expect(part(page, "image-estimate").locator(".rh-too-little")).to_contain_text("你的预算不够")
    expect(part(page, "image-estimate").locator(".rh-status")).to_contain_text("没有发送，也没有扣费")
    assert len(sent(emulator, since)) == 1


def read_audit(page: Page) -> None:
    audit = section(page, "audit")
    joined = audit.locator("[data-action=invitation-accepted]").first
    expect(joined).to_contain_text("王小明")
    expect(joined.locator("time")).to_have_attribute("datetime", re.compile("T"))
    audit.get_by_role("combobox", name="What", exact=True).select_option("invitation-accepted")
    expect(audit.locator("[data-entry]")).to_have_count(1)
    with page.expect_download() as saved:
        audit.get_by_role("link", name="Save as CSV").click()
    rows = saved.value.path().read_text("utf-8-sig").splitlines()
    assert len(rows) == 2 and "王小明" in rows[1]
    shot(page, "team-audit")


def use_a_token(page: Page, app: Program) -> str:
    """Run both examples of the guide with a new token."""
    page.goto(f"{app.url}/#account")
    you = section(page, "you")
    you.locator(".rh-invite-form input").fill("每晚")
    you.locator(".rh-invite-form button").click()
    token = you.locator(".rh-secret code").inner_text()
    shot(page, "team-you-phone")
    assert "a red kite for the team" in run_example(["bash", "-c", in_guide("", app)], token)
    said = run_example([sys.executable, "-c", in_guide("python", app)], token)
    assert re.search(r"(?m)^\w+ queued$", said)
    return token


def test_the_guide_leads_from_nothing_to_a_team(
    browser: Browser, studio: Program, emulator: RunningEmulator, quiet: int
) -> None:
    with visit(browser, **DESK) as ada, visit(browser, **PHONE) as ming:
        ada.goto(studio.url)
        expect(ada.get_by_role("heading", name="Sign in")).to_be_visible()
        enter(ada, "Ada")
        link = invited(ada, "member")
        shot(ada, "team-invite")
        money = budgeted(ada, "0.30")

        ming.goto(link)
        expect(ming.get_by_role("heading", name="你已受邀")).to_be_visible()
        shot(ming, "team-join-phone")
        enter(ming, "王小明")
        run_until_the_budget_stops(ming, emulator)

        expect(money.locator(".rh-sums")).to_contain_text("王小明")
        expect(money.locator("[data-line=charge]")).to_contain_text("王小明")
        shot(ada, "team-money")
        money.get_by_role("button", name="Remove").click()
        expect(money.locator("[data-budget]")).to_have_count(0)
        read_audit(ada)

        token = use_a_token(ming, studio)
        team = section(ada, "people")
        team.get_by_role("button", name="Leaves…: 王小明").click()
        ada.get_by_role("button", name="End their access").click()
        expect(team.locator(".rh-gone summary")).to_have_text("Left (1)")
        call = {"Authorization": f"Bearer {token}"}
        address = f"{studio.url}/gradio_api/run/tasks"
        assert requests.post(address, json={"data": ["", 5]}, headers=call, timeout=20).status_code == 401
        ming.locator(".rh-invite-form input").fill("再一次")
        ming.locator(".rh-invite-form button").click()
        expect(ming.locator(".rh-banner.is-bad:visible")).to_contain_text("你已退出登录")


def test_a_guest_is_offered_what_a_guest_may_do(browser: Browser, studio: Program) -> None:
    with visit(browser, **DESK) as ada, visit(browser, **DESK) as gil:
        ada.goto(studio.url)
        enter(ada, "Ada")
        gil.goto(invited(ada, "guest"))
        enter(gil, "Gil")
        gil.locator("#image-form .rh-field").first.wait_for()
        expect(gil.locator("#image-studio")).to_contain_text(
            "You can look here; an admin can let you run models."
        )
        expect(part(gil, "image-generate")).to_have_count(0)
        section(gil, "service")
        names = gil.locator(".rh-sections button")
        expect(names).to_have_text(["RunningHub", "You", "Projects"])
        for hidden in ("#account-keys", "#checks", "#storage", "#loras", "#native"):
            expect(gil.locator(hidden)).to_have_count(0)
        expect(section(gil, "you")).not_to_contain_text("Tokens for scripts")
        team = section(ada, "people")
        team.get_by_role("combobox", name="Role of Gil").select_option("member")
        expect(ada.locator(".rh-toasts")).to_contain_text("Gil: Member from now on.")
        reload(gil)
        expect(gil.get_by_role("heading", name="Sign in")).to_be_visible()
        enter(gil, "Gil")
        open_tab(gil, "image")
        expect(part(gil, "image-generate")).to_be_visible()


def test_a_page_left_open_does_nothing_for_who_signs_in_elsewhere(
    browser: Browser, studio: Program, emulator: RunningEmulator
) -> None:
    with visit(browser, **DESK) as ada:
        ada.goto(studio.url)
        enter(ada, "Ada")
        link = invited(ada, "member")
        open_tab(ada, "image")
        choose_model(ada, "image", MODEL)
        write_prompt(ada, "by whom")
        other = ada.context.new_page()
        other.goto(link)
        enter(other, "Zoe")
        since = last_of(emulator)
        part(ada, "image-generate").click()
        told = ada.locator(".rh-banner.is-bad:visible")
        expect(told).to_contain_text("somebody else signed in")
        told.get_by_role("link", name="Load the page again").click()
        expect(ada.locator(".rh-person-name")).to_have_text("Zoe")
        expect(part(ada, "image-form").locator("textarea").first).to_have_value("")
        assert sent(emulator, since) == []


@pytest.mark.parametrize("looks", [DESK, PHONE], ids=["desk", "phone"])
def test_every_control_has_a_name_a_size_and_a_place(browser: Browser, studio: Program, looks: Any) -> None:
    with visit(browser, **looks) as page:
        page.goto(studio.url)
        enter(page, "Ada")
        page.goto(f"{studio.url}/#account")
        for name in ("you", "people", "audit", "money"):
            place = section(page, name)
            expect(place.locator(".rh-team")).to_be_visible()
            place.locator(":is(.rh-team-row, .rh-audit li, .rh-budget-forms)").first.wait_for()
            well_made(place)


def test_the_keyboard_alone_invites_somebody(browser: Browser, studio: Program) -> None:
    with visit(browser, **DESK) as page:
        page.goto(studio.url)
        expect(page.locator("#name")).to_be_focused()
        page.keyboard.type("Ada")
        page.keyboard.press("Tab")
        expect(page.locator("#password")).to_be_focused()
        page.keyboard.type(WORD)
        page.keyboard.press("Enter")
        page.locator("#rh-tabs").wait_for()
        page.goto(f"{studio.url}/#account")
        section(page, "service").locator(".rh-account").wait_for()
        page.locator("[data-section=approvals]").focus()
        page.keyboard.press("Tab")
        expect(page.locator("[data-section=people]")).to_be_focused()
        page.keyboard.press("Enter")
        page.get_by_role("combobox", name="Role", exact=True).focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Make a link")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Copy text")).to_be_focused()


def test_whoever_works_alone_becomes_the_first_admin(
    browser: Browser, tmp_path: Any, emulator: RunningEmulator, quiet: int
) -> None:
    app = start_app(tmp_path, environment=with_key(emulator))
    try:
        app.call("submit", MODEL, {"prompt": "made alone", "resolution": "1k"}, "")
        with visit(browser, **DESK) as page:
            page.goto(app.url)
            page.locator("#image-form .rh-field").first.wait_for()
            write_prompt(page, "half a thought")
            page.goto(f"{app.url}/#account")
            page.get_by_role("button", name="Work as a team…").click()
            asked = page.get_by_role("dialog", name="Work as a team…")
            expect(asked).to_contain_text("Everything that is here now becomes yours")
            asked.get_by_label("Name").fill("Ada")
            asked.get_by_label("Password").fill("short")
            asked.get_by_role("button", name="Make me the first admin").click()
            expect(asked.get_by_role("alert")).to_have_text("A password has at least 10 characters.")
            shot(page, "team-start")
            asked.get_by_label("Password").fill(WORD)
            asked.get_by_role("button", name="Make me the first admin").click()
            expect(page.locator(".rh-sections button")).to_have_text(
                ["RunningHub", "You", "Projects", "Money", "Approvals", "Team", "Audit log"]
            )
            expect(page.get_by_role("button", name="Work as a team…")).to_have_count(0)
            page.goto(f"{app.url}/#image")
            reload(page)
            expect(part(page, "image-form").locator("textarea").first).to_have_value("half a thought")
            expect(part(page, "image-results").locator("[data-output]")).to_have_count(1)
    finally:
        assert app.stop() == 0
    assert "Traceback" not in app.said()
