"""Cards that need a person: an unknown outcome (C01), a state that can't be read (C03), a result without
files (C04), and a cancel with its price."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program
from tests.browser.conftest import (
    card_of,
    finished,
    open_page,
    part,
    script,
    sent,
    shot,
    write_prompt,
)


def unknown(page: Page, live: Program, emulator: RunningEmulator, words: str) -> Any:
    """The card of a run whose answer was lost although the service accepted it."""
    script(emulator, faults=[{"on": "submit", "do": "drop-after"}])
    open_page(page, live)
    write_prompt(page, words)
    part(page, "image-generate").click()
    card = card_of(page, words).and_(page.locator('[data-state="unknown"]'))
    expect(card).to_contain_text("RunningHub may have taken this run", timeout=30_000)
    expect(card).to_contain_text("It may have been charged ¥")
    return card


def ended_card(page: Page, words: str) -> Any:
    return part(page, "image-results").locator('[data-state="failed"]').filter(has_text=words)


def test_found_with_wrong_ids_first(
    browser: Browser, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()  # not the watched one: Gradio answers a refusal with status 500
    card = unknown(page, live, emulator, "I know its number")
    (lost,) = sent(emulator, quiet)
    number = lost["task_id"]
    box, found = card.get_by_label("Task id"), card.get_by_role("button", name="I found it")
    for wrong, words in (
        ("", "a number of 19 digits"),
        ("twelve", "a number of 19 digits"),
        (str(int(number) + 1), "knows no task with this id"),
    ):
        box.fill(wrong)
        found.click()
        expect(page.locator(".rh-toast").last).to_contain_text(words)
        expect(card).to_be_visible()
    shot(page, "unknown-wrong-id")
    box.fill(f"{number[:7]} {number[7:]} ")
    found.dblclick()
    assert finished(live, "I know its number")[0]["state"] == "done"
    context.close()
    assert len(sent(emulator, quiet)) == 1


def test_lost_and_found_after_all(page: Page, live: Program, emulator: RunningEmulator, quiet: int) -> None:
    card = unknown(page, live, emulator, "given up too early")
    card.get_by_role("button", name="It is lost").dblclick()
    ended = ended_card(page, "given up too early")
    expect(ended).to_contain_text("may have been charged")
    expect(card).to_have_count(0)
    shot(page, "given-up")
    (lost,) = sent(emulator, quiet)
    ended.get_by_label("Task id").fill(lost["task_id"])
    ended.get_by_role("button", name="Found it after all").click()
    expect(ended).to_have_count(0)
    assert finished(live, "given up too early")[0]["state"] == "done"
    assert len(sent(emulator, quiet)) == 1


def test_run_again_at_the_own_risk_once(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    card = unknown(page, live, emulator, "worth the risk")
    card.get_by_role("button", name="Run again, accept the risk").dblclick()
    states = sorted(run["state"] for run in finished(live, "worth the risk", 2))
    assert states == ["done", "failed"]
    expect(ended_card(page, "worth the risk")).to_contain_text("may have been charged")
    assert len(sent(emulator, quiet)) == 2, "the lost one and one more, pressed twice though it was"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_state_that_can_t_be_read_says_since_when(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, language: str
) -> None:
    words = f"in bad weather {language}"
    script(emulator, faults=[{"on": "query", "do": "html502", "times": -1}])
    page.add_init_script(f"localStorage.setItem('rh.language', '{language}')")
    open_page(page, live)
    write_prompt(page, words)
    part(page, "image-generate").click()
    card = card_of(page, words)
    since = r"can't be read since \d+:\d\d( [AP]M)?;" if language == "en" else r"自 \d\d:\d\d 起"
    expect(card).to_contain_text(re.compile(since), timeout=30_000)
    shot(page, f"weather-{language}")
    script(emulator, clear=True)
    card.get_by_role("button", name="Ask again now" if language == "en" else "立即再问").click()
    assert finished(live, words)[0]["state"] == "done"
    assert len(sent(emulator, quiet)) == 1


def test_success_without_files_has_a_button(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    script(emulator, faults=[{"on": "query", "do": "empty-success", "times": -1}])
    open_page(page, live)
    write_prompt(page, "where are the files")
    part(page, "image-generate").click()
    card = card_of(page, "where are the files")
    expect(card).to_contain_text("no files listed yet", timeout=60_000)
    shot(page, "no-files-yet")
    script(emulator, clear=True)
    card.get_by_role("button", name="Ask again now").click()
    assert finished(live, "where are the files")[0]["state"] == "done"


def test_a_refused_cancel_says_what_it_means_for_the_money(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    script(
        emulator,
        times={"queue": 0.0, "run": 3600.0},
        faults=[{"on": "cancel", "do": "refuse", "code": "807"}],
    )
    open_page(page, live)
    write_prompt(page, "not to be stopped")
    part(page, "image-generate").click()
    card = card_of(page, "not to be stopped").and_(page.locator('[data-state="running"]'))
    card.get_by_role("button", name="Cancel").click()
    expect(card).to_contain_text("What it does may be charged.")
    card.get_by_role("button", name="Stop the run").click()
    expect(card).to_contain_text("RunningHub did not cancel it (807)")
    expect(card).to_contain_text("charged as usual")
    shot(page, "cancel-refused")
    card.get_by_role("button", name="Cancel").click()
    card.get_by_role("button", name="Stop the run").click()
    assert finished(live, "not to be stopped")[0]["state"] == "cancelled"
