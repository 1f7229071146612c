"""The form: keyboard, language, light and dark, and the price beside the button."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program
from tests.browser.conftest import (
    choose_model,
    finished,
    is_press,
    journal,
    open_page,
    part,
    reload,
    script,
    sent,
    shot,
    write_prompt,
)

WORDS_ONLY = "rhart-image-n-g31-flash/text-to-image"


def test_control_enter_generates(page: Page, live: Program, emulator: RunningEmulator, quiet: int) -> None:
    open_page(page, live)
    write_prompt(page, "by keyboard")
    part(page, "image-form").locator("textarea").first.press("Control+Enter")
    finished(live, "by keyboard")
    assert sent(emulator, quiet)[-1]["body"]["prompt"] == "by keyboard"


def test_generate_is_pressed_by_keys_and_says_while_it_sends(page: Page, live: Program, quiet: int) -> None:
    held: list[Route] = []
    page.route("**", lambda route: held.append(route) if is_press(route.request) else route.fallback())
    open_page(page, live)
    write_prompt(page, "by the button's own keys")
    button = part(page, "image-generate")
    expect(button).to_have_attribute("aria-busy", "false")
    button.press("Enter")
    expect(button).to_have_attribute("aria-busy", "true")
    expect(button).to_be_focused()
    held.pop().fallback()
    expect(button).to_have_attribute("aria-busy", "false")
    finished(live, "by the button's own keys")


def test_the_page_speaks_chinese_and_keeps_what_was_typed(page: Page, live: Program) -> None:
    open_page(page, live)
    write_prompt(page, "一只红色的风筝")
    page.get_by_role("button", name="中文").click()
    expect(part(page, "image-generate")).to_have_text("生成")
    expect(page.get_by_role("tab", name="图像")).to_be_visible()
    expect(part(page, "image-form").locator("textarea").first).to_have_value("一只红色的风筝")
    shot(page, "image-chinese")
    page.get_by_role("button", name="EN", exact=True).click()
    expect(part(page, "image-generate")).to_have_text("Generate")


def test_dark_and_light_are_remembered(page: Page, live: Program) -> None:
    open_page(page, live)
    assert "dark" not in (page.locator("body").get_attribute("class") or "")
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(page.locator("body")).to_have_class(re.compile(r"\bdark\b"))
    reload(page)
    page.locator("#image-form .rh-field").first.wait_for()
    expect(page.locator("body")).to_have_class(re.compile(r"\bdark\b"))


def test_the_price_follows_the_form(page: Page, live: Program) -> None:
    open_page(page, live)
    choose_model(page, "image", WORDS_ONLY)
    price = part(page, "image-estimate").locator(".rh-price")
    part(page, "image-form").locator('[data-key="resolution"] [data-value="1k"]').click()
    expect(price).to_have_text("¥0.19")
    part(page, "image-form").locator('[data-key="resolution"] [data-value="4k"]').click()
    expect(price).not_to_have_text("¥0.19")
    expect(part(page, "image-estimate")).to_contain_text("4k, fixed price")
    part(page, "image-estimate").locator("select").select_option("4")
    expect(price).to_contain_text("for 4 runs")


def test_the_services_own_price_stands_above_the_tables(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    open_page(page, live)
    choose_model(page, "image", WORDS_ONLY)
    line = part(page, "image-estimate")
    expect(line).to_contain_text("by our price list of 20")
    write_prompt(page, "what would it cost")
    expect(line).to_contain_text("told by RunningHub", timeout=15_000)
    asked = [entry for entry in journal(emulator, quiet) if entry["operation"] == "preview"]
    assert asked[-1]["body"]["prompt"] == "what would it cost"
    assert sent(emulator, quiet) == []
    script(emulator, faults=[{"on": "preview", "do": "html502", "times": -1}])
    write_prompt(page, "and now")
    expect(line).to_contain_text("by our price list of 20")
    expect(line.locator(".rh-price")).to_have_text("¥0.19")
