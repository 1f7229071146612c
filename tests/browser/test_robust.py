"""What the page does when its start or its dialogs could lose something."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from scripts.processes import Program
from tests.browser.conftest import open_page, open_tab

WITHHELD = """
let first = true;
const held = (rh) => ({ ...rh, drawParts() { if (first) first = false; else rh.drawParts(); } });
let ready;
Object.defineProperty(window, "rhReady", {
  get: () => ready,
  set: (page) => { ready = page.then(held); },
});
"""
LOST = """() => {
  const place = document.querySelector("#rh-header [data-part]");
  const anew = document.createElement("div");
  Object.assign(anew.dataset, place.dataset);
  place.replaceWith(anew);
}"""

FAULT = "() => window.dispatchEvent(new ErrorEvent('error', { message: 'odd', error: new Error('odd') }))"
ON_TOP = """(note) => {
  const { x, y } = note.getBoundingClientRect();
  return note.contains(document.elementFromPoint(x + 5, y + 5));
}"""


def test_the_top_line_comes_whatever_happened_to_its_first_drawing(page: Page, demo: Program) -> None:
    page.add_init_script(WITHHELD)
    open_page(page, demo)
    expect(page.locator("#rh-tray-button")).to_be_visible()
    page.evaluate(LOST)
    expect(page.locator("#rh-tray-button")).to_have_count(0)
    open_tab(page, "gallery")
    expect(page.locator("#rh-tray-button")).to_be_visible()
    expect(page.locator("#rh-tray-button")).to_have_count(1)


def test_a_message_over_a_window_can_be_pressed(page: Page, demo: Program) -> None:
    open_page(page, demo)
    page.locator("#image-endpoint .rh-about-button").first.click()
    window = page.locator("dialog[open]")
    expect(window).to_be_visible()
    box = window.bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(5, 5)
    page.mouse.up()
    expect(window).to_be_visible()
    page.evaluate(
        "() => window.dispatchEvent(new ErrorEvent('error', { message: 'odd', error: new Error('odd') }))"
    )
    note = page.locator(".rh-toasts .rh-toast")
    expect(note.first).to_be_visible()
    assert note.first.evaluate(ON_TOP)
    page.mouse.click(5, 5)
    expect(window).to_have_count(0)
    expect(note.first).to_be_visible()
