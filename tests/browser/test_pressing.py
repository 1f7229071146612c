"""Generate pressed twice: the same run, unless the first one was seen (docs/decisions/0023)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program
from tests.browser.conftest import (
    choose_model,
    is_press,
    last_of,
    open_page,
    part,
    reload,
    script,
    sent,
    shot,
    write_prompt,
)

TEXT = "rhart-text-g-25-flash/text-to-text"
KEEPS_NOTHING = """
  const { getItem, setItem } = Storage.prototype;
  Storage.prototype.getItem = function (key) {
    return key === "rh.visitor" ? null : getItem.call(this, key);
  };
  Storage.prototype.setItem = function (key, value) {
    if (key === "rh.visitor") throw new DOMException("blocked", "SecurityError");
    setItem.call(this, key, value);
  };
"""
"""As far as it concerns who a visitor is."""
STANDS = 1000
"""Milliseconds after which a card has been seen."""


@pytest.fixture
def slow(emulator: RunningEmulator, quiet: int) -> int:
    """Runs that last until the test ends."""
    script(emulator, times={"queue": 0.0, "run": 3600.0})
    return quiet


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    yield opened
    opened.close()


def runs(app: Program, words: str) -> list[dict[str, Any]]:
    return [run for run in app.call("tasks", "", 200) if run["params"].get("prompt") == words]


def blind(page: Page) -> None:
    """From now on the page learns of no run: its lists stay as they are."""

    def answer(route: Route) -> None:
        route.fulfill(json={"active": [], "ended": [], "more": False})

    page.route("**/rh/api/runs/board?*", answer)


def press(page: Page, press: Callable[[Any], None] = lambda button: button.click()) -> dict[str, Any]:
    """Press Generate. Returns the server's answer."""
    with page.expect_response(lambda answer: is_press(answer.request)) as answer:
        press(part(page, "image-generate"))
    told: dict[str, Any] = answer.value.json()
    return told


def said(page: Page) -> Any:
    return page.locator(".rh-toast").filter(has_text="Already sent")


def test_pressed_reloaded_at_once_and_pressed_again(
    context: BrowserContext, live: Program, slow: int
) -> None:
    page = context.new_page()
    open_page(page, live)
    write_prompt(page, "reloaded at once")
    first = press(page)
    blind(page)
    reload(page)
    page.locator("#image-form .rh-field").first.wait_for()
    again = press(page)
    assert (again["id"], again["already_sent"]) == (first["id"], True)
    expect(said(page)).to_be_visible()
    page.unroute_all()
    shot(page, "already-sent")
    assert len(runs(live, "reloaded at once")) == 1


def test_two_tabs_with_the_same_form_pressed_together(
    context: BrowserContext, live: Program, slow: int
) -> None:
    pages = [context.new_page(), context.new_page()]
    for page in pages:
        open_page(page, live)
        blind(page)
        write_prompt(page, "two tabs")
    answers = [press(page) for page in pages]
    assert [answer["already_sent"] for answer in answers] == [False, True]
    assert len(runs(live, "two tabs")) == 1


def test_a_press_after_the_card_stands_is_a_run_of_its_own(
    context: BrowserContext, live: Program, slow: int
) -> None:
    page = context.new_page()
    open_page(page, live)
    write_prompt(page, "once more on purpose")
    first = press(page)
    page.locator(f'[data-task="{first["id"]}"]').wait_for()
    page.wait_for_timeout(STANDS)
    second = press(page)
    assert not second["already_sent"] and second["id"] != first["id"]
    expect(said(page)).to_have_count(0)
    expect(page.locator(f'[data-task="{second["id"]}"]')).to_be_visible()


def test_many_copies_are_runs_of_their_own_and_known_again(
    context: BrowserContext, live: Program, emulator: RunningEmulator, slow: int
) -> None:
    page = context.new_page()
    open_page(page, live)
    blind(page)
    write_prompt(page, "three of them")
    page.locator(".rh-count").first.select_option("3")
    for _ in range(2):
        press(page)
        expect(part(page, "image-estimate")).not_to_contain_text("Starting")
    assert len(runs(live, "three of them")) == 3
    expect(said(page)).to_be_visible()


def test_a_new_seed_at_each_press_makes_no_other_order(
    context: BrowserContext, live: Program, slow: int
) -> None:
    """The form then shows the seed of the existing run."""
    page = context.new_page()
    open_page(page, live)
    seeded = next(
        model["endpoint"]
        for model in live.call("endpoints", "image")
        if model["task"] == "text-to-image"
        and any(field["key"] == "seed" for field in live.call("endpoint", model["endpoint"])["fields"])
    )
    choose_model(page, "image", seeded)
    blind(page)
    write_prompt(page, "a seed each time")
    seed = page.locator('#image-form .rh-field[data-key="seed"]')
    if not seed.is_visible():
        page.locator("#image-form summary").click()
    seed.get_by_role("checkbox").check()
    first = press(page)
    again = press(page)
    assert again["id"] == first["id"] and again["params"]["seed"] == first["params"]["seed"]
    expect(seed.locator("input:not([type=checkbox])").first).to_have_value(str(first["params"]["seed"]))
    assert len(runs(live, "a seed each time")) == 1


def test_a_lost_answer_is_known_again_after_a_reload(
    context: BrowserContext, live: Program, slow: int
) -> None:
    page = context.new_page()
    open_page(page, live)

    def take_and_cut(route: Route) -> None:
        if not is_press(route.request):
            route.continue_()
            return
        route.fetch()
        route.abort()

    write_prompt(page, "nobody answered")
    page.route("**/rh/api/runs?*", take_and_cut)
    part(page, "image-generate").click()
    expect(part(page, "image-estimate")).to_contain_text("never started twice")
    page.unroute_all()
    blind(page)
    reload(page)
    page.locator("#image-form .rh-field").first.wait_for()
    assert press(page)["already_sent"]
    assert len(runs(live, "nobody answered")) == 1


def test_a_browser_that_keeps_nothing(context: BrowserContext, demo: Program) -> None:
    """It is a new visitor at every visit."""
    context.add_init_script(KEEPS_NOTHING)
    page = context.new_page()
    for already in (False, True):
        open_page(page, demo)
        blind(page)
        write_prompt(page, "no memory at all")
        assert press(page)["already_sent"] is already
    assert len(runs(demo, "no memory at all")) == 1


def test_visitors_of_a_demo_are_not_taken_for_each_other(browser: Browser, demo: Program) -> None:
    for _ in range(2):
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
        page = context.new_page()
        open_page(page, demo)
        blind(page)
        write_prompt(page, "the same words of two people")
        assert not press(page)["already_sent"]
        context.close()


def test_a_key_held_down_is_one_press(
    context: BrowserContext, live: Program, emulator: RunningEmulator, slow: int
) -> None:
    page = context.new_page()
    open_page(page, live)
    write_prompt(page, "held down")
    page.keyboard.down("Control")

    def hold(_button: Any) -> None:
        for _ in range(20):
            page.keyboard.down("Enter")

    press(page, hold)
    page.keyboard.up("Enter")
    page.keyboard.up("Control")
    assert len(runs(live, "held down")) == 1


def test_the_named_api(live: Program, emulator: RunningEmulator, slow: int) -> None:
    before = last_of(emulator)
    first = live.call("submit", TEXT, {"prompt": "by a script"}, "")
    again = live.call("submit", TEXT, {"prompt": "by a script"}, "")
    assert (first["already_sent"], again["already_sent"]) == (False, True)
    assert again["id"] == first["id"]
    named = [live.call("submit", TEXT, {"prompt": "by a script"}, f"mine-{n}")["id"] for n in (1, 2)]
    assert len({first["id"], *named}) == 3, "distinct request ids are distinct orders"
    once = live.call("submit", TEXT, {"prompt": "by a script"}, "mine-1")
    assert (once["id"], once["already_sent"]) == (named[0], True)
    assert len(sent(emulator, before)) <= 3


def test_a_request_id_belongs_to_one_order_of_one_visitor(live: Program, slow: int) -> None:
    long = "x" * 130
    for request_id in ("one-order", long):
        live.call("submit", TEXT, {"prompt": "the first"}, request_id)
        with pytest.raises(RuntimeError, match="belongs to another order already"):
            live.call("submit", TEXT, {"prompt": "another"}, request_id)
        stranger = requests.post(
            f"{live.url}/gradio_api/run/submit",
            json={"data": [TEXT, {"prompt": "the first"}, request_id]},
            headers={"X-RH-Submitter": "somebody else"},
            timeout=30,
        )
        assert "belongs to another order" in stranger.text and "the first" not in stranger.text
    live.call("submit", TEXT, {"prompt": "the other long one"}, long + "y")
    assert len(runs(live, "the first")) == 2 and not runs(live, "another")
