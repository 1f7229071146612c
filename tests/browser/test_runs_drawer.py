"""The drawer with the runs of all tabs, and a page that stays usable while many run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program, look_until
from tests.browser.conftest import (
    card_of,
    choose_model,
    finished,
    open_page,
    open_tab,
    part,
    script,
    sent,
    shot,
    write_prompt,
)

MODEL = "rhart-image-n-g31-flash/text-to-image"
MANY = 50


@pytest.fixture
def slow(emulator: RunningEmulator, quiet: int, live: Program) -> Iterator[int]:
    """Runs that last until the test ends."""
    script(emulator, times={"queue": 0.0, "run": 3600.0})
    yield quiet
    script(emulator, finish="all")
    look_until(lambda: live.call("tasks", "running", 100), lambda runs: not runs, 120)


def tray(page: Page) -> Any:
    page.locator("#rh-tray-button").click()
    opened = page.locator("#rh-tray")
    expect(opened).to_be_visible()
    return opened


def test_runs_of_every_tab_are_seen_from_any_tab(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    run = live.call("submit", MODEL, {"prompt": "a lantern for the tray", "resolution": "1k"}, "")
    finished(live, "a lantern for the tray")
    script(emulator, times={"queue": 0.0, "run": 3600.0})
    other = live.call("submit", MODEL, {"prompt": "an anchor for the tray", "resolution": "1k"}, "")
    open_page(page, live, "audio")
    expect(page.locator("#rh-tray-button")).to_contain_text("1 running")
    opened = tray(page)
    expect(opened.locator(f'[data-task="{other["id"]}"]')).to_contain_text("At RunningHub for")
    shot(page, "tray")
    script(emulator, finish="all")
    ended = opened.locator(f'.rh-tray-result[data-task="{other["id"]}"]')
    expect(ended).to_contain_text("an anchor for the tray", timeout=30_000)
    opened.locator(f'[data-task="{run["id"]}"]').click()
    expect(opened).to_be_hidden()
    expect(page.locator("dialog.rh-lightbox")).to_contain_text("a lantern for the tray")
    page.keyboard.press("Escape")
    tray(page).get_by_role("button", name="All runs in History").click()
    expect(page.locator("#history-table")).to_be_visible()


def test_a_run_is_cancelled_from_another_tab(page: Page, live: Program, slow: int) -> None:
    run = live.call("submit", MODEL, {"prompt": "a kite for the tray", "resolution": "1k"}, "")
    open_page(page, live, "video")
    card = tray(page).locator(f'[data-task="{run["id"]}"]')
    card.get_by_role("button", name="Cancel").click()
    card.get_by_role("button", name="Stop the run").click()
    expect(card.locator(".rh-chip")).to_have_text("Cancelled", timeout=30_000)
    page.keyboard.press("Escape")
    expect(page.locator("#rh-tray")).to_be_hidden()


def test_a_lost_answer_is_counted_on_every_tab_and_settled_from_there(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    script(emulator, faults=[{"on": "submit", "do": "drop-after"}])
    run = live.call("submit", MODEL, {"prompt": "a bottle lost at sea", "resolution": "1k"}, "")
    open_page(page, live, "3d")
    expect(page.locator("#rh-tray-button .rh-chip")).to_have_text("1 to look at")
    card = tray(page).locator(f'[data-task="{run["id"]}"]')
    expect(card).to_contain_text("RunningHub may have taken this run")
    shot(page, "tray-unknown")
    card.get_by_role("button", name="It is lost").click()
    expect(card.locator(".rh-chip")).to_be_visible()
    expect(page.locator("#rh-tray-button .rh-chip")).to_be_hidden()
    assert len(sent(emulator, quiet)) == 1


def test_fifty_runs_under_way_keep_nobody_waiting(
    page: Page, live: Program, emulator: RunningEmulator, slow: int
) -> None:
    for number in range(MANY):
        live.call("submit", MODEL, {"prompt": f"gull {number} of many", "resolution": "1k"}, "")
    open_page(page, live)
    expect(part(page, "image-tasks").locator("[data-task]")).to_have_count(MANY)
    expect(page.locator("#rh-tray-button")).to_contain_text(f"{MANY} running")
    choose_model(page, "image", "seedream-v4/text-to-image")
    choose_model(page, "image", MODEL)
    open_tab(page, "video")
    open_tab(page, "image")
    write_prompt(page, "one more gull")
    expect(part(page, "image-estimate")).to_contain_text("¥")
    part(page, "image-generate").click()
    expect(card_of(page, "one more gull")).to_contain_text("At RunningHub for")
    expect(tray(page).locator("[data-task]")).not_to_have_count(0)
