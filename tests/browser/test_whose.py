"""Two people with a project, each in a browser of their own: what each sees of the other, and what not."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program
from tests.browser.conftest import (
    RUN_SECONDS,
    choose_model,
    last_of,
    open_tab,
    part,
    reload,
    sent,
    shot,
    write_prompt,
)
from tests.browser.teamwork import DESK, MODEL, PHONE, enter, fits, invited, section, visit

PATIENCE: Final = RUN_SECONDS * 1000


def run(page: Page, prompt: str, project: str = "Private") -> str:
    """Start a run there; the id of its result."""
    open_tab(page, "image")
    choose_model(page, "image", MODEL)
    write_prompt(page, prompt)
    chooser = page.get_by_role("combobox", name="Where the next runs go").locator("visible=true")
    if project != "Private" or chooser.count():
        chooser.select_option(label=project)
    results = part(page, "image-results").locator("[data-output]")
    before = {each.get_attribute("data-output") for each in results.all()}
    part(page, "image-generate").click()
    expect(results).to_have_count(len(before) + 1, timeout=PATIENCE)
    (new,) = {each.get_attribute("data-output") for each in results.all()} - before
    return str(new)


def tiles(page: Page) -> Locator:
    return page.locator("#gallery-grid [data-output]")


def join(browser_page: Page, link: str, name: str) -> None:
    browser_page.goto(link)
    enter(browser_page, name)


@pytest.mark.slow
def test_a_project_shows_its_work_to_its_people_and_private_work_to_nobody(
    browser: Browser, studio: Program, emulator: RunningEmulator, quiet: int
) -> None:
    with visit(browser, **DESK) as ada, visit(browser, **{**DESK, "color_scheme": "dark"}) as ben:
        ada.goto(studio.url)
        enter(ada, "Ada")
        join(ben, invited(ada, "member"), "Ben")
        reload(ada)
        projects = section(ada, "projects")
        projects.get_by_role("textbox", name="Name of the new project").fill("Kites of spring")
        projects.get_by_role("button", name="Make a project").click()
        mine = projects.locator("[data-project]")
        mine.get_by_role("combobox", name="Add a person").select_option(label="Ben")
        expect(mine).to_contain_text("Ben")
        shot(ada, "whose-projects")

        since = last_of(emulator)
        shared = run(ada, "a red kite over the sea", "Kites of spring")
        private = run(ada, "a secret boat")
        assert len(sent(emulator, since)) == 2
        tile = part(ada, "image-results").locator(f"[data-output='{shared}']")
        expect(tile).to_contain_text("Kites of spring")
        shot(ada, "whose-studio")

        reload(ben)
        open_tab(ben, "image")
        his = part(ben, "image-results").locator("[data-output]")
        expect(his).to_have_count(1)
        expect(his).to_contain_text("Kites of spring · Ada")
        for address in (f"rh/files/{private}/x.png", f"rh/thumbs/{private}", f"rh/api/results/{private}"):
            assert ben.request.get(f"{studio.url}/{address}").status == 404
            assert ada.request.get(f"{studio.url}/{address}").ok
        his.click()
        expect(ben.locator("dialog[open]")).to_contain_text("Kites of spring")
        shot(ben, "whose-large-dark")
        ben.keyboard.press("Escape")

        own = run(ben, "a green kite")
        open_tab(ben, "gallery")
        expect(tiles(ben)).to_have_count(2)
        ben.locator("#gallery-project").select_option(label="Kites of spring")
        expect(tiles(ben)).to_have_count(1)
        shot(ben, "whose-gallery-dark")
        open_tab(ben, "history")
        rows = ben.locator("#history-table tbody tr")
        expect(rows).to_have_count(2)
        ben.locator("#history-person").select_option(label="Ada")
        expect(rows).to_have_count(1)
        expect(rows.locator(".is-whose")).to_have_text("Kites of spring · Ada")
        shot(ben, "whose-history-dark")

        open_tab(ada, "gallery")
        expect(tiles(ada)).to_have_count(2)
        look_at_ben(ada, ben, own)


def look_at_ben(ada: Page, ben: Page, own: str) -> None:
    """The admin looks at private work, and its owner sees that."""
    team = section(ada, "people")
    team.get_by_role("button", name="Look at their work: Ben").click()
    banner = ada.locator(".rh-banner.is-look")
    expect(banner).to_contain_text("You see the private work of Ben.")
    open_tab(ada, "gallery")
    ada.locator(f"#gallery-grid [data-output='{own}']").click()
    expect(ada.locator("dialog[open]")).to_contain_text("a green kite")
    shot(ada, "whose-look")
    ada.keyboard.press("Escape")
    banner.get_by_role("button", name="Back to my own").click()
    expect(banner).to_have_count(0)
    expect(ada.locator(f"#gallery-grid [data-output='{own}']")).to_have_count(0)
    you = section(ben, "you")
    expect(you).to_contain_text("Began to look at private work")
    expect(you).to_contain_text("Opened a private result")
    shot(ben, "whose-looks-dark")


def test_a_phone_in_chinese_has_room_for_all_of_it(browser: Browser, studio: Program) -> None:
    with visit(browser, **PHONE) as page:
        page.goto(studio.url)
        enter(page, "Ada")
        section(page, "projects")
        page.locator("#projects input").first.fill("春天的风筝与一个很长很长的项目名称")
        page.locator("#projects form button").last.click()
        expect(page.locator("[data-project]").last).to_contain_text("春天的风筝")
        fits(page)
        shot(page, "whose-projects-phone")
        for tab in ("image", "gallery", "history"):
            page.goto(f"{studio.url}/#{tab}")
            reload(page)
            part(
                page, {"gallery": "gallery-grid", "history": "history-table"}.get(tab, "image-generate")
            ).wait_for()
            fits(page)
            shot(page, f"whose-{tab}-phone")
