"""Field case C18: sleep, reload or closing the page loses no run and cancels none: they run in the server."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program, look_until
from tests.browser.conftest import (
    card_of,
    choose_model,
    finished,
    open_page,
    open_tab,
    part,
    reload,
    result_of,
    script,
    sent,
    write_prompt,
)
from tests.cable import Cable

OTHER_MODEL = "rhart-image-n-pro/text-to-image"
CLIPS = "vidu/text-to-video-q3-turbo"
PUSH = "/rh/events"
TEXTS = "rhart-text-g-25-flash/text-to-text"
SEEN = """(state) => {
  Object.defineProperty(document, "visibilityState", { get: () => state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def slow(emulator: RunningEmulator, quiet: int) -> int:
    """Runs that last until the test ends them."""
    script(emulator, times={"queue": 0.0, "run": 3600.0})
    return quiet


@pytest.fixture
def cable(live: Program) -> Iterator[Cable]:
    made = Cable(urlsplit(live.url).port or 0)
    yield made
    made.close()


def start(page: Page, words: str) -> str:
    """A run that RunningHub works on; its id."""
    write_prompt(page, words)
    part(page, "image-generate").click()
    run = card_of(page, words).and_(page.locator('[data-state="running"]'))
    run.wait_for(timeout=30_000)
    return str(run.get_attribute("data-task"))


@pytest.mark.parametrize("what", ["the push alone", "every connection"])
def test_a_dropped_connection_finds_its_way_back(
    browser: Browser, live: Program, cable: Cable, emulator: RunningEmulator, slow: int, what: str
) -> None:
    """Twice during a run; then the card shows the result without a reload."""
    words = f"dropped: {what}"
    context = browser.new_context()
    page = context.new_page()
    page.goto(cable.url)
    page.locator("#image-form .rh-field").first.wait_for()
    name = start(page, words)
    for _ in range(2):
        look_until(lambda: cable.count(PUSH))
        assert cable.cut(PUSH if what == "the push alone" else "") >= 1
    script(emulator, finish="all")
    part(page, "image-results").locator(f'[data-output^="{name}"]').wait_for(timeout=30_000)
    assert len(sent(emulator, slow)) == 1 and sent(emulator, slow, "cancel") == []
    context.close()


def test_a_run_needs_no_page(browser: Browser, live: Program, emulator: RunningEmulator, slow: int) -> None:
    """Reload, second tab, all tabs closed until it is done: the run continues, including its files; any tab
    shows it."""
    context = browser.new_context()
    first = context.new_page()
    open_page(first, live)
    name = start(first, "nobody is watching")
    reload(first)
    first.locator(f'#image-tasks [data-task="{name}"]').wait_for()
    second = context.new_page()
    open_page(second, live)
    second.locator(f'#image-tasks [data-task="{name}"]').wait_for()
    context.close()
    assert live.call("task", name)["state"] == "running"
    script(emulator, finish="all")
    (run,) = finished(live, "nobody is watching")
    assert run["state"] == "done" and run["outputs"][0]["state"] == "saved"
    assert len(sent(emulator, slow, "download")) == 1, "fetched without a page"
    another = browser.new_context()
    later = another.new_page()
    open_page(later, live)
    expect(result_of(later, run)).to_be_visible()
    expect(part(later, "image-generate")).to_be_enabled()
    assert len(sent(emulator, slow)) == 1 and sent(emulator, slow, "cancel") == []
    another.close()


def test_another_model_and_tab_meanwhile(
    page: Page, live: Program, emulator: RunningEmulator, slow: int
) -> None:
    """Generate is usable at once, for another model and on another tab, while the first run continues."""
    open_page(page, live)
    name = start(page, "the first of three")
    choose_model(page, "image", OTHER_MODEL)
    page.locator(f'#image-tasks [data-task="{name}"]').wait_for()
    second = start(page, "the second of three")
    open_tab(page, "video")
    choose_model(page, "video", CLIPS)
    write_prompt(page, "the third of three", "video")
    expect(part(page, "video-generate")).to_be_enabled()
    part(page, "video-generate").click()
    third = card_of(page, "the third of three", "video").and_(page.locator('[data-state="running"]'))
    third.wait_for(timeout=30_000)
    assert [live.call("task", one)["state"] for one in (name, second)] == ["running", "running"]
    script(emulator, finish="all")
    reload(page)
    part(page, "video-form").locator(".rh-field").first.wait_for()
    for words in ("the first of three", "the second of three", "the third of three"):
        (run,) = finished(live, words)
        assert run["state"] == "done"
        open_tab(page, run["modality"])
        result_of(page, run).wait_for(timeout=15_000)
    assert len(sent(emulator, slow)) == 3 and sent(emulator, slow, "cancel") == []


def test_what_ended_behind_another_tab_is_there_on_coming_back(page: Page, live: Program, quiet: int) -> None:
    open_page(page, live, "text")
    open_tab(page, "image")
    live.call("submit", TEXTS, {"prompt": "ended behind a tab"}, "")
    (run,) = finished(live, "ended behind a tab")
    # The news has come, and is over, before the tab is opened again.
    page.wait_for_timeout(1000)
    open_tab(page, "text")
    expect(result_of(page, run)).to_be_visible()


def test_what_ended_behind_another_window_is_there_on_coming_back(
    page: Page, live: Program, quiet: int
) -> None:
    """A browser without a screen never hides a page, so the test sets its visibility."""
    open_page(page, live, "text")
    page.evaluate(SEEN, "hidden")
    live.call("submit", TEXTS, {"prompt": "ended behind a window"}, "")
    (run,) = finished(live, "ended behind a window")
    page.wait_for_timeout(1000)
    expect(result_of(page, run)).to_have_count(0)
    page.evaluate(SEEN, "visible")
    expect(result_of(page, run)).to_be_visible()
