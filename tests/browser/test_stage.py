"""The stage: runs and results in one grid, in which nothing moves by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program, start_app, until
from tests.browser.conftest import (
    at_rest,
    choose_model,
    finished,
    open_page,
    part,
    reload,
    script,
    shot,
    watched,
    with_key,
    write_prompt,
)

MOST = 0.05
"""The layout shift that one step may cause."""
WATCH_SHIFTS = """
window.rhShifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const moved = entry.sources.map(({ node }) => node && (node.className || node.nodeName)).join(" | ");
    window.rhShifts.push([entry.hadRecentInput ? 0 : entry.value, moved]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
POOR_KEY = "rh_TESTKEY_poor"
MODEL = "rhart-image-n-g31-flash/text-to-image"


@pytest.fixture(params=list(SIZES))
def steady(browser: Browser, request: pytest.FixtureRequest) -> Any:
    """A page that notes its layout shifts, at one of the sizes."""
    width, height = SIZES[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="en-GB", has_touch=request.param == "phone"
    )
    context.add_init_script(WATCH_SHIFTS)
    with watched(context) as page:
        yield page


def shifted(page: Page) -> float:
    """The layout shift since this was asked last; what a person's own press moves does not count."""
    page.evaluate("new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")
    found: list[tuple[float, str]] = page.evaluate("window.rhShifts.splice(0)")
    assert sum(value for value, _ in found) <= MOST, found
    return sum(value for value, _ in found)


def boxes(page: Page, tab: str = "image") -> list[dict[str, float]]:
    """Where the tiles stand, in their order."""
    tiles = f"[...document.querySelectorAll('[id=\"{tab}-stage\"] .rh-row-tile')]"
    found: list[dict[str, float]] = page.evaluate(
        f"{tiles}.sort((a, b) => a.dataset.place - b.dataset.place)"
        ".map((tile) => { const { x, y, width, height } = tile.getBoundingClientRect();"
        " return { x, y: y + scrollY, width, height }; })"
    )
    return found


def seen(page: Page, app: Program) -> None:
    """Open a tab that was used in this browser before, whose form therefore is folded on a phone."""
    for turn in (page.goto, lambda url: reload(page)):
        turn(app.url)
        page.locator("#image-results [data-output]").first.wait_for()
        until(
            page, "[...document.images].filter((one) => one.checkVisibility()).every((one) => one.complete)"
        )
    shifted(page)


def unfold(page: Page) -> None:
    handle = page.locator("#image-studio .rh-handle")
    if handle.is_visible() and not page.locator("#image-form textarea").first.is_visible():
        handle.click()


def test_from_the_press_to_the_result_nothing_moves(
    steady: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    for ratio in ("16:9", "9:16", "1:1", "3:2"):
        live.call("submit", MODEL, {"prompt": "before", "resolution": "1k", "aspectRatio": ratio}, "")
    at_rest(live)
    seen(steady, live)
    unfold(steady)
    words = f"steady at {steady.viewport_size}"
    write_prompt(steady, words)
    part(steady, "image-form").get_by_role("radio", name="16:9", exact=True).or_(
        part(steady, "image-form").get_by_role("button", name="16:9", exact=True)
    ).first.click()
    script(emulator, times={"queue": 0.2, "run": 2.0})
    shifted(steady)
    before = len(boxes(steady))
    part(steady, "image-generate").click()
    until(steady, f"document.querySelectorAll('#image-stage .rh-row-tile').length > {before}")
    stood = boxes(steady)
    assert stood[0]["width"] / (stood[0]["height"] - 44) == pytest.approx(16 / 9, rel=0.01)
    tile = part(steady, "image-tasks").locator("[data-task]").filter(has_text=words)
    expect(tile).to_have_attribute("data-state", "running")
    shifted(steady)
    (run,) = finished(live, words)
    part(steady, "image-results").locator(f'[data-output="{run["outputs"][0]["id"]}"] img').wait_for()
    shifted(steady)
    assert boxes(steady) == stood
    assert steady.evaluate("scrollY") == 0


def test_four_runs_of_one_press_stand_at_once(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    open_page(page, live)
    page.locator("#image-results [data-output]").first.wait_for()
    write_prompt(page, "four of a kind")
    page.locator("#image-estimate .rh-count").select_option("4")
    script(emulator, times={"queue": 0.2, "run": 2.0})
    page.evaluate(
        """() => {
          window.rhCounts = [];
          const stage = document.querySelector("#image-tasks");
          const standing = () => stage.querySelectorAll(".rh-row-tile").length;
          const count = () => window.rhCounts.push(standing());
          new MutationObserver(count).observe(stage, { childList: true, subtree: true });
        }"""
    )
    part(page, "image-generate").click()
    expect(part(page, "image-tasks").locator('[data-state="running"]')).to_have_count(4)
    shot(page, "stage-four")
    assert page.evaluate("window.rhCounts[0]") == 4
    assert page.evaluate("Math.max(...window.rhCounts)") == 4, "each run has one tile at every moment"
    finished(live, "four of a kind", 4)
    expect(part(page, "image-tasks").locator(".rh-row-tile")).to_have_count(0)


def test_a_refused_press_leaves_no_tile(page: Page, live: Program, quiet: int) -> None:
    open_page(page, live)
    write_prompt(page, "never sent")
    page.route(
        re.compile(r"/rh/api/runs(\?|$)"),
        lambda route: route.fulfill(status=400, json={"sentence": "Not now.", "code": "", "charged": "no"}),
    )
    part(page, "image-generate").click()
    expect(part(page, "image-estimate")).to_contain_text("Not now.")
    expect(part(page, "image-tasks").locator(".rh-row-tile")).to_have_count(0)


@pytest.fixture
def poor(tmp_path: Path, emulator: RunningEmulator, quiet: int) -> Iterator[Program]:
    """A page whose account is paused with its second run."""
    script(emulator, accounts={POOR_KEY: {"kind": "SHARED", "limit": 1, "balance": "100"}})
    app = start_app(tmp_path, environment=with_key(emulator, POOR_KEY))
    yield app
    assert app.stop() == 0


def test_a_banner_moves_little(poor: Program, page: Page, emulator: RunningEmulator, quiet: int) -> None:
    page.add_init_script(WATCH_SHIFTS)
    poor.call("submit", MODEL, {"prompt": "paid", "resolution": "1k"}, "")
    finished(poor, "paid")
    seen(page, poor)
    script(emulator, faults=[{"on": "submit", "do": "refuse", "code": "416"}])
    poor.call("submit", "rhart-text-g-25-flash/text-to-text", {"prompt": "not paid"}, "")
    expect(page.locator("#rh-header .rh-pause")).to_be_visible()
    shot(page, "stage-banner")
    shifted(page)


def test_an_example_fills_the_form_of_its_model(page: Page, live: Program) -> None:
    open_page(page, live, "3d")
    write_prompt(page, "what was typed before", "3d")
    examples = part(page, "3d-results").locator(".rh-example")
    expect(examples).to_have_count(6)
    until(page, "[...document.querySelectorAll('.rh-example img')].every((one) => one.naturalWidth > 0)")
    expect(part(page, "3d-results")).to_contain_text("not results of the models")
    shot(page, "stage-empty")
    examples.nth(1).click()
    expect(part(page, "3d-form").locator("form")).to_have_attribute("data-endpoint", "meshy6/text-to-3d")
    box = part(page, "3d-form").locator("textarea").first
    expect(box).to_have_value("A small brass desk lamp with a green glass shade")
    page.locator(".rh-toast").get_by_role("button", name="Undo").click()
    expect(box).to_have_value("what was typed before")


def made(app: Program, endpoint: str, words: str, **more: str) -> dict[str, Any]:
    """The first result of a finished run."""
    app.call("submit", endpoint, {"prompt": words, **more}, "")
    (run,) = finished(app, words)
    output: dict[str, Any] = run["outputs"][0]
    return output


def tile_of(page: Page, output: dict[str, Any], tab: str = "image") -> Any:
    return part(page, f"{tab}-results").locator(f'.rh-row-tile:has([data-output="{output["id"]}"])')


def test_a_tile_offers_its_actions_under_the_pointer_and_the_focus(
    page: Page, live: Program, quiet: int
) -> None:
    output = made(live, MODEL, "what can be done with it", resolution="1k", aspectRatio="1:1")
    open_page(page, live)
    tile = tile_of(page, output)
    expect(tile).to_contain_text("what can be done with it")
    page.mouse.move(1, 1)
    expect(tile.locator(".rh-tile-actions")).to_have_count(0)
    tile.hover()
    with page.expect_download() as download:
        tile.get_by_role("link", name="Download").click()
    assert sha256(download.value.path().read_bytes()).hexdigest() == output["sha256"]
    tile.get_by_role("button", name="Favourite").click()
    expect(tile.locator("[data-action=favourite]")).to_have_attribute("aria-pressed", "true")
    page.mouse.move(1, 1)
    tile.locator("[data-output]").focus()
    more = tile.get_by_role("button", name="More")
    more.focus()
    page.keyboard.press("Enter")
    expect(tile.locator(".rh-tile-more button:visible").first).to_be_focused()
    shot(page, "stage-more")
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    tile.get_by_role("button", name="Use these settings").click()
    expect(part(page, "image-form").locator("textarea").first).to_have_value("what can be done with it")


def test_keys_lead_from_tile_to_tile(page: Page, live: Program, quiet: int) -> None:
    older, newer = (made(live, MODEL, words, resolution="1k") for words in ("by key, older", "by key, newer"))
    open_page(page, live)
    tile_of(page, newer).locator("[data-output]").focus()
    page.keyboard.press("ArrowRight")
    expect(tile_of(page, older).locator("[data-output]")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator("dialog.rh-lightbox")).to_contain_text("by key, newer")


def test_a_film_plays_under_the_pointer_without_sound(page: Page, live: Program, quiet: int) -> None:
    output = made(live, "alibaba/wan-2.6/text-to-video", "it moves when looked at")
    open_page(page, live, "video")
    tile = tile_of(page, output, "video")
    expect(tile.locator("video")).to_have_count(0)
    tile.hover()
    until(page, "document.querySelector('#video-results video')?.currentTime > 0")
    assert tile.locator("video").evaluate("film => film.muted")
    page.mouse.move(1, 1)
    expect(tile.locator("video")).to_have_count(0)


def test_sounds_play_in_their_tiles_one_at_a_time(page: Page, live: Program, quiet: int) -> None:
    for words in ("one song", "another song"):
        live.call("submit", "rhart-audio/suno-v5/single", {"description": words}, "")
    at_rest(live)
    open_page(page, live, "audio")
    first, second = (part(page, "audio-results").locator(".rh-sound-button").nth(place) for place in (0, 1))
    first.click()
    expect(first).to_have_attribute("aria-pressed", "true")
    second.click()
    expect(second).to_have_attribute("aria-pressed", "true")
    expect(first).to_have_attribute("aria-pressed", "false")
    second.click()
    expect(second).to_have_attribute("aria-pressed", "false")


def test_a_tile_dropped_on_a_field_is_the_file_itself(page: Page, live: Program, quiet: int) -> None:
    output = made(live, MODEL, "to be dragged", resolution="1k")
    open_page(page, live)
    choose_model(page, "image", "rhart-image-n-g31-flash/image-to-image")
    zone = part(page, "image-form").locator(".rh-media").first
    tile_of(page, output).locator("[data-output]").drag_to(zone)
    expect(zone.locator(".rh-tile img")).to_be_visible()
    until(page, f"localStorage.getItem('rh.draft.image')?.includes('input:{output['sha256']}')")
    assert page.evaluate("scrollY") == 0


def test_on_touch_the_actions_are_always_there_and_large(browser: Browser, live: Program, quiet: int) -> None:
    made(live, MODEL, "under a finger", resolution="1k")
    phone = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="en-GB", has_touch=True, is_mobile=True
    )
    with watched(phone) as page:
        page.goto(live.url)
        buttons = (
            part(page, "image-results").locator(".rh-row-tile").first.locator(".rh-action-row > :visible")
        )
        buttons.first.wait_for()
        for button in buttons.all():
            box = button.bounding_box()
            assert box is not None and min(box["width"], box["height"]) >= 40
        shot(page, "stage-touch")
