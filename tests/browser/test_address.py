"""The page's address names the visible tab: a reload, a bookmark, another language and the browser's Back
lead to it."""

from __future__ import annotations

import re
from typing import Final

import pytest
from playwright.sync_api import Locator, Page, expect

from scripts.processes import Program, until
from tests.browser.conftest import (
    finished,
    open_page,
    open_tab,
    part,
    reload,
    result_of,
    stepped,
    write_prompt,
)

TEXT: Final = "rhart-text-g-25-flash/text-to-text"


def is_at(page: Page, name: str) -> None:
    """This tab is visible, and the address names it."""
    expect(page).to_have_url(re.compile(f"#{name}$"))
    expect(page.locator(f'#rh-tabs [role=tab][data-tab-id="{name}"]')).to_have_attribute(
        "aria-selected", "true"
    )


def test_a_reload_opens_the_tab_that_was_in_sight_with_what_was_typed(page: Page, live: Program) -> None:
    open_page(page, live, "video")
    write_prompt(page, "typed before the reload", "video")
    is_at(page, "video")
    page.wait_for_timeout(500)
    reload(page)
    is_at(page, "video")
    expect(part(page, "video-form").locator("textarea").first).to_have_value("typed before the reload")
    expect(part(page, "image-form")).to_be_hidden()


def test_back_and_forward_go_through_the_tabs(page: Page, live: Program) -> None:
    open_page(page, live)
    for name in ("audio", "gallery", "history"):
        open_tab(page, name)
        is_at(page, name)
    page.go_back()
    is_at(page, "gallery")
    page.go_back()
    is_at(page, "audio")
    page.go_forward()
    is_at(page, "gallery")
    page.go_back()
    page.go_back()
    expect(part(page, "image-form").locator(".rh-field").first).to_be_visible()


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("3d", "#\\33 d-form .rh-field"),
        ("apps", ".rh-run-picker"),
        ("history", "#history-table"),
        ("account", "#storage"),
    ],
)
def test_an_address_leads_to_its_tab(page: Page, live: Program, name: str, inside: str) -> None:
    page.goto(f"{live.url}/#{name}")
    expect(page.locator(inside).first).to_be_visible()
    is_at(page, name)
    page.get_by_role("button", name="中文").click()
    expect(page.locator('#rh-tabs [role=tab][data-tab-id="history"]')).to_have_text("历史")
    is_at(page, name)


def test_an_address_that_names_no_tab_opens_the_first(page: Page, live: Program) -> None:
    page.goto(f"{live.url}/#nowhere")
    expect(part(page, "image-form").locator(".rh-field").first).to_be_visible()


def opened_large(page: Page, live: Program, words: str) -> Locator:
    """A new result, opened in the large view."""
    live.call("submit", TEXT, {"prompt": words}, "")
    (run,) = finished(live, words)
    open_page(page, live, "text")
    result_of(page, run).click()
    large = page.locator("dialog.rh-lightbox")
    expect(large).to_be_visible()
    return large


def test_back_closes_what_covers_the_page_first(page: Page, live: Program) -> None:
    large = opened_large(page, live, "looked at and left")
    page.go_back()
    expect(large).to_be_hidden()
    is_at(page, "text")
    page.go_back()
    expect(part(page, "image-form").locator(".rh-field").first).to_be_visible()


def test_an_address_that_is_typed_over_a_large_view_leads_to_its_tab(page: Page, live: Program) -> None:
    large = opened_large(page, live, "looked at and typed away")
    page.evaluate("location.hash = 'history'")
    expect(large).to_be_hidden()
    expect(page.locator("#history-table")).to_be_visible()
    is_at(page, "history")
    page.go_back()
    is_at(page, "text")


STEPPING = """(act) => {
  const go = history.go.bind(history);
  const buttons = [...document.querySelectorAll(".rh-head-button")];
  const type = () => (location.hash = "history");
  const tell = () => (document.documentElement.dataset.removed = "yes");
  const remove = (by) => go(by, addEventListener("popstate", tell, { once: true }));
  const acts = {
    "type an address": (by) => type(go(by)),
    "be slower than an address": (by) => setTimeout(remove, 50, by, type()),
    "switch the language": (by) => buttons.find((one) => one.textContent === "中文").click(go(by)),
    "linger": (by) => setTimeout(go, 700, by),
  };
  history.go = (by) => {
    delete history.go;
    acts[act](by);
  };
}"""
"""Something that happens just when a closed layer's step is being removed."""


def closed_and(page: Page, live: Program, act: str) -> None:
    large = opened_large(page, live, f"closed, and {act}")
    page.evaluate(STEPPING, act)
    page.keyboard.press("Escape")
    expect(large).to_be_hidden()


@pytest.mark.parametrize("act", ["type an address", "be slower than an address"])
def test_an_address_typed_while_a_step_is_removed_leads_to_its_tab(
    page: Page, live: Program, act: str
) -> None:
    closed_and(page, live, act)
    expect(page.locator("#history-table")).to_be_visible()
    if act == "be slower than an address":
        until(page, "document.documentElement.dataset.removed === 'yes'")
    stepped(page)
    is_at(page, "history")
    open_tab(page, "gallery")
    is_at(page, "gallery")


def test_the_language_switches_while_a_step_is_removed(page: Page, live: Program) -> None:
    closed_and(page, live, "switch the language")
    expect(page.locator('#rh-tabs [role=tab][data-tab-id="history"]')).to_have_text("历史")


def test_the_page_says_while_a_step_is_removed(page: Page, live: Program) -> None:
    closed_and(page, live, "linger")
    assert page.evaluate("history.state.rhOver") == 1
    stepped(page)
    assert page.evaluate("history.state.rhOver") == 0
