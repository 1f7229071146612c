"""How long RunningHub still keeps a result that is not here: the time on its card, and the end of it when it
is stored."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program
from tests.browser.conftest import card_of, choose_model, finished, open_page, part, result_of, script
from tests.browser.test_media import WORDS_ONLY


def test_a_clock_runs_until_the_file_is_safe(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    page.clock.install()
    page.clock.resume()
    open_page(page, live)
    choose_model(page, "image", WORDS_ONLY)
    part(page, "image-form").locator("textarea").first.fill("hard to fetch")
    script(emulator, faults=[{"on": "download", "do": "http", "status": 503, "times": -1}])
    part(page, "image-generate").click()
    life = card_of(page, "hard to fetch").locator(".rh-life")
    expect(life).to_have_text(
        re.compile("^Not safe here yet: RunningHub keeps it for another 23 h 5"), timeout=30_000
    )
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(hours=20, minutes=30))
    page.clock.run_for(11_000)
    expect(life).to_contain_text("for another 3 h 2")
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(hours=23, minutes=30))
    page.clock.run_for(11_000)
    expect(life).to_have_text(re.compile(r"for another [23]\d min\.$"))
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(hours=25))
    page.clock.run_for(11_000)
    expect(life).to_contain_text("RunningHub's link has run out")
    script(emulator, clear=True)
    live.post(f"/runs/{run_of(live, 'hard to fetch')}/fetch-files")
    (run,) = finished(live, "hard to fetch")
    page.clock.set_fixed_time(datetime.now(UTC))
    page.clock.run_for(2_000)
    result_of(page, run).click()
    facts = page.locator(".rh-lightbox .rh-facts")
    expect(facts.locator(".rh-fact", has_text="Copy")).to_contain_text("Safe here")


def run_of(live: Program, words: str) -> str:
    return str(next(run["id"] for run in live.call("tasks", "", 100) if run["params"].get("prompt") == words))
