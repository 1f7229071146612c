"""What people think of results: favourites, ratings, tags, and what they hide, in two tabs."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from scripts.processes import Program
from tests.browser.conftest import finished, open_page, open_tab, part, reload, result_of
from tests.browser.test_seeing import PICTURE, in_gallery, run, runs


def opened(page: Page, app: Program, made: dict[str, Any]) -> Any:
    open_page(page, app)
    result_of(page, made).click()
    return page.locator("dialog.rh-lightbox[open]")


def test_keys_and_buttons_mark_a_result_and_another_tab_sees_it(
    page: Page, live: Program, quiet: int
) -> None:
    made = run(live, PICTURE, "marked by keys")
    other = page.context.new_page()
    box, elsewhere = opened(page, live, made), opened(other, live, made)
    heart = box.get_by_role("button", name="favourite")
    page.keyboard.press("f")
    expect(heart).to_have_attribute("aria-pressed", "true")
    expect(elsewhere.locator("[data-action=favourite]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("4")
    expect(elsewhere.get_by_role("group", name="Rated 4 of 5")).to_be_visible()
    elsewhere.get_by_role("button", name="Rate 2 of 5").click()
    expect(box.get_by_role("group", name="Rated 2 of 5")).to_be_visible()
    page.keyboard.press("0")
    expect(box.get_by_role("group", name="Not rated")).to_be_visible()
    page.keyboard.press("Control+f")
    heart.click()
    expect(elsewhere.locator("[data-action=favourite]")).to_have_attribute("aria-pressed", "false")
    other.close()


def test_tags_are_typed_completed_and_taken_away(page: Page, live: Program, quiet: int) -> None:
    first, second = runs(live, PICTURE, "tagged one", "tagged two")
    box = opened(page, live, first)
    field = box.get_by_label("Add a tag")
    field.fill("Große Reise, 海边")
    field.press("Enter")
    expect(box.locator(".rh-tag")).to_have_text(["Große Reise", "海边"])
    field.press("f")
    expect(box.locator("[data-action=favourite]")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Escape")
    open_tab(page, "gallery")
    in_gallery(page, second).hover()
    in_gallery(page, second).locator("..").get_by_role("checkbox").check()
    bar = page.locator(".rh-selection")
    bar.get_by_label("Add a tag").focus()
    expect(bar.locator("datalist option").first).to_have_attribute("value", re.compile("Reise|海边"))
    bar.get_by_label("Add a tag").fill("GROSSE REISE")
    bar.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("1 run tagged.")).to_be_visible()
    in_gallery(page, second).click()
    expect(box.locator(".rh-tag")).to_have_text(["Große Reise"])
    box.get_by_role("button", name="Remove the tag Große Reise").click()
    expect(box.locator(".rh-tag")).to_have_count(0)


def test_the_gallery_shows_favourites_only_and_leaves_out_what_was_hidden(
    page: Page, live: Program, quiet: int
) -> None:
    liked, other, plain = runs(live, PICTURE, "liked much", "hidden soon", "neither of them")
    open_page(page, live, "gallery")
    for made in (liked, other):
        in_gallery(page, made).locator("..").get_by_role("checkbox").check(force=True)
    bar = page.locator(".rh-selection")
    bar.get_by_role("button", name="Favourite").click()
    expect(bar.get_by_role("button", name="No longer a favourite")).to_be_visible()
    in_gallery(page, liked).locator("..").get_by_role("checkbox").uncheck(force=True)
    bar.get_by_role("button", name="Hide").click()
    expect(in_gallery(page, other)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(in_gallery(page, other)).to_have_count(1)
    bar.get_by_role("button", name="Hide").click()
    expect(in_gallery(page, other)).to_have_count(0)
    reload(page)
    expect(in_gallery(page, liked)).to_have_count(1)
    expect(in_gallery(page, other)).to_have_count(0)
    grid = part(page, "gallery-grid")
    grid.locator("[data-mark=hidden]").click()
    expect(in_gallery(page, other)).to_have_count(1)
    grid.locator("[data-mark=favourite]").click()
    expect(in_gallery(page, plain)).to_have_count(0)
    for made in (liked, other):
        expect(in_gallery(page, made)).to_have_count(1)
    assert len(finished(live, "hidden soon")) == 1
