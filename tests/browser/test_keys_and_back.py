"""Keys, numbers and the browser's Back, as used in a hurry and on other keyboards."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program
from tests.browser.conftest import (
    arrived,
    choose_model,
    finished,
    open_page,
    open_tab,
    part,
    reload,
    result_of,
    script,
    shot,
    stepped,
    with_sources,
)

WORDS_ONLY = "rhart-image-n-g31-flash/text-to-image"
TEXT = "rhart-text-g-25-flash/text-to-text"
EXACT = """async (text) => {
  const { exact } = await import(new URL("sources/core/api.js", document.baseURI));
  return exact(text);
}"""
FILM = "alibaba/wan-2.6/text-to-video"
SEEDED = "image-enhance/hypir-balance"
SPEECH = "rhart-audio/text-to-audio/speech-2.8-hd"
COMPOSING = """(box, [isComposing, keyCode]) => {
  const event = new KeyboardEvent('keydown', {key: 'Enter', isComposing, bubbles: true, cancelable: true});
  Object.defineProperty(event, 'keyCode', {get: () => keyCode});
  box.dispatchEvent(event);
}"""


def picker(page: Page) -> Any:
    return part(page, "image-endpoint").get_by_role("combobox").first


def rows(page: Page) -> Any:
    return part(page, "image-endpoint").locator(".rh-option")


@pytest.mark.parametrize("late", [False, True])
def test_enter_waits_for_the_list_of_what_was_pasted(page: Page, live: Program, late: bool) -> None:
    open_page(page, live)
    choose_model(page, "image", WORDS_ONLY)
    picker(page).click()
    expect(rows(page).nth(5)).to_be_visible()
    held: list[Route] = []
    if late:

        def hold(route: Route) -> None:
            held.append(route)

        page.route("**/rh/api/models/search?*", hold)
    picker(page).fill("seedream v5")
    picker(page).press("Enter")
    if late:
        expect(rows(page).nth(5)).to_be_visible()
        expect(part(page, "image-form").locator(f'form[data-endpoint="{WORDS_ONLY}"]')).to_be_visible()
        held.pop().continue_()
    form = part(page, "image-form").locator('form[data-endpoint*="seedream-v5"]')
    expect(form).to_be_visible()
    expect(picker(page)).to_have_value(re.compile("Seedream.*5", re.IGNORECASE))


@pytest.mark.parametrize("composing", [[True, 13], [False, 229]])
def test_enter_that_ends_a_composition_takes_nothing(page: Page, live: Program, composing: list[Any]) -> None:
    open_page(page, live)
    choose_model(page, "image", WORDS_ONLY)
    picker(page).click()
    picker(page).fill("seedream")
    expect(rows(page).first).to_contain_text("Seedream")
    picker(page).evaluate(COMPOSING, composing)
    expect(rows(page).first).to_be_visible()
    expect(part(page, "image-form").locator(f'form[data-endpoint="{WORDS_ONLY}"]')).to_be_visible()
    picker(page).press("Enter")
    expect(part(page, "image-form").locator('form[data-endpoint*="seedream"]')).to_be_visible()


@pytest.mark.parametrize("typed", ["0,7", "0.7", " 0,70 ", "０．７", "０，７", "0。7", ",7"])
def test_a_decimal_is_taken_from_every_keyboard(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, typed: str
) -> None:
    open_page(page, live, "audio")
    choose_model(page, "audio", SPEECH)
    form = part(page, "audio-form")
    form.locator("textarea").first.fill(f"so fast {typed}")
    if not form.locator('[data-key="speed"]').is_visible():
        form.locator("summary").click()
    box = form.locator('[data-key="speed"] .rh-number')
    box.fill(typed)
    box.blur()
    expect(box).to_have_value("0.7")
    expect(form.locator('[data-key="speed"] .rh-field-error')).to_be_hidden()
    part(page, "audio-generate").click()
    assert arrived(emulator, quiet)["body"]["speed"] == 0.7


def test_separators_of_thousands_are_asked_about(page: Page, live: Program) -> None:
    open_page(page, live)
    choose_model(page, "image", "alibaba/wan-2.7/text-to-image-pro")
    form = part(page, "image-form")
    if not form.locator('[data-key="width"]').is_visible():
        form.locator("summary").click()
    field = form.locator('[data-key="width"]')
    field.locator(".rh-number").fill("1,024")
    expect(field.locator(".rh-field-error")).to_contain_text("enter 1024")
    expect(field.locator(".rh-number")).to_have_value("1,024")
    field.locator(".rh-number").fill("１０２４")
    expect(field.locator(".rh-field-error")).to_be_hidden()
    field.locator(".rh-number").blur()
    expect(field.locator(".rh-number")).to_have_value("1024")


def large(page: Page) -> Any:
    return page.locator("dialog.rh-lightbox")


def test_quick_presses_of_an_arrow_go_as_many_steps(page: Page, live: Program) -> None:
    for number in range(4):
        live.call("submit", TEXT, {"prompt": f"step {number}"}, "")
        finished(live, f"step {number}")
    (newest,) = finished(live, "step 3")
    open_page(page, live, "text")
    result_of(page, newest).click()
    expect(large(page).locator(".rh-facts-prompt")).to_have_text("step 3")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(large(page).locator(".rh-facts-prompt")).to_have_text("step 0")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(large(page).locator(".rh-facts-prompt")).to_have_text("step 3")
    expect(large(page).get_by_role("button", name="Previous")).to_be_hidden()


def test_the_arrows_browse_also_where_a_video_is_open(page: Page, live: Program) -> None:
    for number in range(3):
        live.call("submit", FILM, {"prompt": f"film {number}"}, "")
        finished(live, f"film {number}")
    (newest,) = finished(live, "film 2")
    open_page(page, live, "video")
    result_of(page, newest).click()
    expect(large(page).locator("video")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(large(page).locator(".rh-facts-prompt")).to_have_text("film 1")
    large(page).locator("video").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+Tab")
    large(page).get_by_role("button", name="Next").focus()
    page.keyboard.press("ArrowRight")
    expect(large(page).locator(".rh-facts-prompt")).to_have_text("film 0")


def test_back_closes_what_covers_a_fresh_page(page: Page, live: Program) -> None:
    live.call("submit", TEXT, {"prompt": "looked at first"}, "")
    (run,) = finished(live, "looked at first")
    page.goto("about:blank")
    open_fresh(page, live)
    for _ in range(2):
        result_of(page, run).click()
        expect(large(page)).to_be_visible()
        page.go_back()
        expect(large(page)).to_be_hidden()
        assert page.url.startswith(live.url)
    result_of(page, run).click()
    expect(large(page)).to_be_visible()
    reload(page)
    part(page, "text-form").locator(".rh-field").first.wait_for()
    stepped(page)
    result_of(page, run).click()
    expect(large(page)).to_be_visible()
    page.keyboard.press("Escape")
    stepped(page)
    page.go_back()
    expect(page).to_have_url("about:blank")


def open_fresh(page: Page, live: Program) -> None:
    """A page without earlier steps of its own in the history."""
    page.goto(f"{live.url}/#text")
    part(page, "text-form").locator(".rh-field").first.wait_for()


def opened(page: Page, what: str) -> Any:
    """Opens a layer over the page and returns it."""
    if what == "tray":
        page.locator("#rh-tray-button").click()
        return page.locator("#rh-tray")
    if what == "card":
        part(page, "text-endpoint").get_by_role("button", name="About this model").click()
        return page.locator("dialog.rh-about:not(.rh-codes-dialog)")
    if what == "list":
        part(page, "text-endpoint").get_by_role("combobox").first.click()
        return part(page, "text-endpoint").locator(".rh-panel")
    page.evaluate(
        "window.dispatchEvent(new CustomEvent('rh:use', {detail: {kind: 'model', id: 'x', url: 'x'}}))"
    )
    return page.locator("dialog.rh-window")


@pytest.mark.parametrize("what", ["tray", "card", "list", "window"])
def test_back_closes_everything_that_covers_the_page(page: Page, live: Program, what: str) -> None:
    page.goto("about:blank")
    open_fresh(page, live)
    over = opened(page, what)
    expect(over).to_be_visible()
    page.go_back()
    expect(over).to_be_hidden()
    over = opened(page, what)
    expect(over).to_be_visible()
    page.keyboard.press("Escape")
    expect(over).to_be_hidden()
    open_tab(page, "image")
    expect(page).to_have_url(f"{live.url}/#image")
    page.go_back()
    expect(page).to_have_url(f"{live.url}/#text")
    expect(part(page, "text-form").locator(".rh-field").first).to_be_visible()
    page.go_back()
    expect(page).to_have_url("about:blank")


SEED = 9007199254740993


def test_what_was_sent_is_shown_digit_by_digit(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    picture = "https://pictures.example/a.png"
    live.call("submit", SEEDED, {"prompt": "every digit", "imageUrl": picture, "seed": str(SEED)}, "")
    (run,) = finished(live, "every digit")
    assert arrived(emulator, quiet)["body"]["seed"] == SEED
    open_page(page, live)
    result_of(page, run).click()
    expect(large(page).locator(".rh-settings")).to_contain_text(str(SEED))
    shot(page, "hands-large-view")
    large(page).get_by_role("button", name="Use these settings").click()
    expect(part(page, "image-form").locator(".rh-seed")).to_have_value(str(SEED))
    with_sources(page)
    shown = page.evaluate(
        EXACT,
        '[9007199254740993, "12345678901234567890 \\" 9007199254740993", 0.12345678901234567, '
        "-18014398509481985, 1e21, 3]",
    )
    assert shown == [
        str(SEED), f'12345678901234567890 " {SEED}', 0.12345678901234567, "-18014398509481985", 1e21, 3,
    ]  # fmt: skip


def test_history_goes_by_the_clock_of_the_reader(browser: Browser, live: Program) -> None:
    live.call("submit", TEXT, {"prompt": "at what time"}, "")
    (run,) = finished(live, "at what time")
    made = datetime.fromisoformat(run["created_at"])
    context = browser.new_context(timezone_id="Pacific/Kiritimati", locale="en-GB")
    page = context.new_page()
    page.goto(f"{live.url}/#history")
    row = page.locator("#history-table").get_by_role("row").filter(has_text="at what time").first
    there = made.astimezone(ZoneInfo("Pacific/Kiritimati"))
    clock = f"{there:%I:%M}".lstrip("0")
    expect(row.locator("time")).to_contain_text(clock)
    exact = re.compile(f"{there.day}, {there.year} at {clock}:{there:%S %p} GMT\\+14")
    expect(row.locator("time")).to_have_attribute("title", exact)
    shot(page, "hands-history")
    row.get_by_role("cell", name="at what time").click()
    made_row = large(page).locator("time")
    expect(made_row).to_have_attribute("title", re.compile(r"GMT\+14"))
    context.close()


@pytest.mark.parametrize("size", [(1440, 900), (1440, 560), (390, 844)])
def test_generate_stays_in_sight_under_every_banner(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, size: tuple[int, int]
) -> None:
    script(emulator, faults=[{"on": "submit", "do": "refuse", "code": "416"}])
    live.call("submit", TEXT, {"prompt": f"paused at {size}"}, "")
    try:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(live.url)
        # Folded away on a phone as soon as older runs have been read.
        part(page, "image-form").locator(".rh-field").first.wait_for(state="attached")
        expect(page.locator("#rh-header .rh-pause")).to_be_visible()
        page.locator("#rh-header .rh-banner.is-bad").first.evaluate("(line) => { line.hidden = false; }")
        expect(part(page, "image-generate")).to_be_in_viewport(ratio=1)
        shot(page, f"hands-banner-{size[0]}x{size[1]}")
    finally:
        (pause,) = live.get("/status")["pauses"]
        live.post("/account/resume", site=pause["site"], account=pause["account"])
        finished(live, f"paused at {size}")


def test_a_card_without_results_can_be_dismissed(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    script(emulator, faults=[{"on": "submit", "do": "refuse", "code": "1007"}])
    live.call("submit", TEXT, {"prompt": "put me away"}, "")
    (run,) = finished(live, "put me away")
    assert run["state"] == "failed"
    open_page(page, live, "text")
    card = part(page, "text-results").locator(f'[data-task="{run["id"]}"]')
    away = card.get_by_role("button", name="Put away")
    shot(page, "hands-put-away")
    away.click()
    expect(card).to_have_count(0)
    page.locator(".rh-toast").get_by_role("button", name="Undo").click()
    away.click()
    expect(card).to_have_count(0)
    reload(page)
    part(page, "text-form").locator(".rh-field").first.wait_for()
    expect(part(page, "text-results").locator(".rh-board")).not_to_have_attribute("aria-busy", "true")
    expect(card).to_have_count(0)
    page.locator("#rh-tray-button").click()
    expect(page.locator(f'#rh-tray [data-task="{run["id"]}"]')).to_have_count(0)
