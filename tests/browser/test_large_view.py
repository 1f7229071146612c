"""The large view: zoom by wheel, keys, double click and fingers; what a run sent; a failed run whole."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from scripts.processes import Program
from tests.browser.conftest import finished, open_page, result_of, shot
from tests.browser.test_seeing import PICTURE, run, runs


def scale_of(picture: Any) -> float:
    return float(picture.evaluate("(image) => new DOMMatrix(getComputedStyle(image).transform).a"))


def test_a_picture_is_zoomed_and_moved_and_browsing_goes_on(page: Page, live: Program, quiet: int) -> None:
    second, first = runs(live, PICTURE, "zoomed second", "zoomed first")
    open_page(page, live)
    result_of(page, first).click()
    box = page.locator("dialog.rh-lightbox")
    picture = box.locator("img.rh-large")
    expect(picture).to_have_js_property("complete", True)
    picture.dblclick()
    assert scale_of(picture) == 2.5
    before = picture.bounding_box()
    page.keyboard.press("ArrowRight")
    after = picture.bounding_box()
    assert before and after and after["x"] < before["x"], "arrows move it while it is large"
    place = box.locator(".rh-stage").bounding_box()
    assert place
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.mouse.down()
    page.mouse.move(place["x"] + place["width"] / 2 + 60, place["y"] + place["height"] / 2, steps=3)
    page.mouse.up()
    dragged = picture.bounding_box()
    assert dragged and dragged["x"] > after["x"]
    page.keyboard.press("0")
    assert scale_of(picture) == 1
    page.mouse.wheel(0, -500)
    expect(picture).to_have_class("rh-large is-zoomed")
    page.keyboard.press("-")
    page.keyboard.press("-")
    page.keyboard.press("+")
    assert 1 < scale_of(picture) < 2
    page.keyboard.press("0")
    page.keyboard.press("?")
    expect(box.locator(".rh-keys")).to_contain_text("Favourite")
    shot(page, "large-view")
    page.keyboard.press("?")
    expect(box.locator(".rh-keys")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    expect(box.locator(".rh-facts-prompt")).to_have_text("zoomed second")
    page.go_back()
    expect(box).to_be_hidden()
    assert second


def test_two_fingers_zoom_a_picture(page: Page, live: Program, quiet: int) -> None:
    made = run(live, PICTURE, "pinched")
    open_page(page, live)
    result_of(page, made).click()
    picture = page.locator("dialog.rh-lightbox img.rh-large")
    expect(picture).to_have_js_property("complete", True)
    picture.evaluate(
        """(image) => {
          const { left, top, width, height } = image.getBoundingClientRect();
          const [x, y] = [left + width / 2, top + height / 2];
          const touch = (type, pointerId, at) => image.dispatchEvent(new PointerEvent(type, {
            pointerId, pointerType: 'touch', clientX: at, clientY: y, bubbles: true, cancelable: true }));
          image.setPointerCapture = () => {};
          touch('pointerdown', 11, x - 50); touch('pointerdown', 12, x + 50);
          touch('pointermove', 11, x - 100); touch('pointermove', 12, x + 100);
          touch('pointerup', 11, x - 100); touch('pointerup', 12, x + 100);
        }"""
    )
    assert scale_of(picture) == 2


def test_settings_stand_under_the_form_s_words_and_are_copied(page: Page, live: Program, quiet: int) -> None:
    live.call("submit", PICTURE, {"prompt": "named settings", "resolution": "2k"}, "")
    (made,) = finished(live, "named settings")
    open_page(page, live)
    result_of(page, made).click()
    facts = page.locator("dialog.rh-lightbox .rh-facts")
    expect(facts.locator(".rh-settings li", has_text="Resolution")).to_contain_text("2k")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    facts.get_by_role("button", name="Copy prompt").click()
    assert page.evaluate("navigator.clipboard.readText()") == "named settings"
    facts.get_by_role("button", name="Copy picture").click()
    expect(page.locator(".rh-toast", has_text="Copied")).to_have_count(2)
    kinds = page.evaluate(
        "navigator.clipboard.read().then((items) => items.flatMap((item) => [...item.types]))"
    )
    assert kinds == ["image/png"]
