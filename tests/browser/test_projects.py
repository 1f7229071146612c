"""A project in its first minutes: start values, a run that is moved into it, a kept form; desk and phone."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program
from tests.browser.conftest import choose_model, last_of, open_tab, part, reload, sent, shot, write_prompt
from tests.browser.teamwork import DARK, DESK, MODEL, PHONE, enter, fits, invited, section, visit
from tests.browser.test_apps import PHOTO, open_app
from tests.browser.test_whose import join, run, tiles

PROJECT: Final = "Film"


def make_project(page: Page, *others: str) -> None:
    projects = section(page, "projects")
    projects.get_by_role("textbox", name="Name of the new project").fill(PROJECT)
    projects.get_by_role("button", name="Make a project").click()
    mine = projects.locator("[data-project]")
    for other in others:
        mine.get_by_role("combobox", name="Add a person").select_option(label=other)
        expect(mine).to_contain_text(other)


def goes_to(page: Page, project: str) -> None:
    page.get_by_role("combobox", name="Where the next runs go").locator("visible=true").select_option(
        label=project
    )


@pytest.mark.slow
def test_the_first_minutes_with_a_project(
    browser: Browser, studio: Program, emulator: RunningEmulator, quiet: int
) -> None:
    with visit(browser, **DESK) as ada, visit(browser, **DARK) as ben:
        ada.goto(studio.url)
        enter(ada, "Ada")
        join(ben, invited(ada, "member"), "Ben")
        reload(ada)
        before = run(ada, "a lighthouse before there was a project")
        make_project(ada, "Ben")
        move_a_run(ada, ben, before)
        save_start_values(ada)
        take_start_values(ben, emulator)
        share_a_form(ada, ben)


def move_a_run(ada: Page, ben: Page, result: str) -> None:
    open_tab(ben, "gallery")
    expect(tiles(ben)).to_have_count(0)
    open_tab(ada, "gallery")
    ada.locator(f"#gallery-grid [data-output='{result}']").click()
    view = ada.locator("dialog[open]")
    place = view.locator(".rh-project-of > span")
    expect(place).to_have_text("Private")
    view.get_by_role("combobox", name="Move to a project…").select_option(label=PROJECT)
    expect(place).to_have_text(PROJECT)
    shot(ada, "project-moved")
    ada.keyboard.press("Escape")
    expect(ada.locator("#gallery-grid [data-output]")).to_contain_text(PROJECT)
    expect(tiles(ben)).to_have_count(1)
    log = section(ada, "audit")
    expect(log).to_contain_text("Put a run into a project")


def save_start_values(ada: Page) -> None:
    open_tab(ada, "image")
    choose_model(ada, "image", MODEL)
    form = part(ada, "image-form")
    form.get_by_role("button", name="Start over").click()
    goes_to(ada, PROJECT)
    write_prompt(ada, "in the style of a woodcut, ")
    menu = form.locator(".rh-start-menu")
    menu.locator("summary").click()
    shot(ada, "project-start-menu")
    menu.get_by_role("button", name="Save what is set here").click()
    expect(ada.locator(".rh-toasts")).to_contain_text("now starts like this in Film")
    menu.get_by_label("In Film this tab begins with this model").check()
    expect(menu.get_by_role("button", name="Forget them")).to_be_visible()
    shot(ada, "project-start-saved")


def take_start_values(ben: Page, emulator: RunningEmulator) -> None:
    reload(ben)
    open_tab(ben, "image")
    prompt = part(ben, "image-form").locator("[data-key=prompt] textarea")
    expect(prompt).to_have_value("")
    goes_to(ben, PROJECT)
    expect(prompt).to_have_value("in the style of a woodcut, ")
    expect(part(ben, "image-form").locator("form")).to_have_attribute("data-endpoint", MODEL)
    shot(ben, "project-start-taken-dark")
    goes_to(ben, "Private")
    expect(prompt).to_have_value("")
    write_prompt(ben, "my own words")
    goes_to(ben, PROJECT)
    offer = part(ben, "image-form").locator(".rh-start-offer")
    expect(offer).to_contain_text("Film has start values for this form.")
    expect(prompt).to_have_value("my own words")
    shot(ben, "project-start-offered-dark")
    offer.get_by_role("button", name="Use them").click()
    expect(prompt).to_have_value("in the style of a woodcut, ")
    ben.locator(".rh-toast-action").last.click()
    expect(prompt).to_have_value("my own words")
    offer.get_by_role("button", name="Use them").click()
    expect(prompt).to_have_value("in the style of a woodcut, ")
    since = last_of(emulator)
    results = part(ben, "image-results").locator("[data-output]")
    count = results.count()
    part(ben, "image-generate").click()
    expect(results).to_have_count(count + 1, timeout=60_000)
    (order,) = sent(emulator, since)
    assert "in the style of a woodcut" in str(order), "what is seen is what is sent"
    expect(results.first).to_contain_text(PROJECT)


def share_a_form(ada: Page, ben: Page) -> None:
    open_tab(ada, "apps")
    open_app(ada, PHOTO)
    chosen = ada.locator(".rh-run-chosen")
    chosen.get_by_role("combobox", name="Put into a project…").select_option(label=PROJECT)
    expect(chosen.locator(".rh-form-projects .rh-chip")).to_have_text(PROJECT)
    shot(ada, "project-form")
    open_tab(ben, "apps")
    tile = ben.locator(".rh-run-kept .rh-run-tile")
    expect(tile).to_have_count(1)
    expect(tile).to_contain_text(PROJECT)
    shot(ben, "project-form-tile-dark")
    tile.locator(".rh-run-open").click()
    expect(ben.locator(".rh-run-chosen")).to_contain_text(PROJECT)


def test_a_phone_in_chinese_has_room_for_start_values_and_moves(browser: Browser, studio: Program) -> None:
    with visit(browser, **PHONE) as page:
        page.goto(studio.url)
        enter(page, "Ada")
        part(page, "image-generate").wait_for()
        page.locator(".rh-handle:visible").tap()
        page.locator(".rh-project:visible").select_option(label=PROJECT)
        page.locator(".rh-start-menu:visible summary").click()
        page.locator(".rh-start-acts:visible").scroll_into_view_if_needed()
        fits(page)
        shot(page, "project-start-phone")
        page.goto(f"{studio.url}/#gallery")
        reload(page)
        tiles(page).first.click()
        page.locator("dialog[open] .rh-project-of").scroll_into_view_if_needed()
        fits(page)
        shot(page, "project-move-phone")
