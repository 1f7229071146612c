"""The table of every run: pages, the keyboard, a phone, and the user's work while runs arrive."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from scripts.processes import Program, start_app
from tests.browser.conftest import at_rest, open_tab, part, shot

MODEL = "rhart-text-g-25-flash/text-to-text"
RUNS = 55
MOST_NODES = 1500


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A page with more runs than one page of the table holds."""
    app = start_app(tmp_path_factory.mktemp("many"))
    for number in range(RUNS):
        app.call("submit", MODEL, {"prompt": f"tale-{number:02d}"}, "")
    at_rest(app)
    yield app
    assert app.stop() == 0


def rows(page: Page) -> Locator:
    return page.locator("#history-table tbody").get_by_role("row")


def test_a_page_of_rows_asks_nothing_of_gradio(page: Page, many: Program) -> None:
    page.goto(many.url)
    page.locator("#image-form .rh-field").first.wait_for()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_tab(page, "history")
    expect(rows(page)).to_have_count(50)
    line = part(page, "history-line")
    expect(line).to_have_text(f"1–50 of {RUNS} runs")
    expect(part(page, "history-newer")).to_be_disabled()
    part(page, "history-older").click()
    expect(rows(page)).to_have_count(5)
    expect(line).to_have_text(f"51–55 of {RUNS} runs")
    expect(rows(page).last).to_contain_text("tale-00")
    expect(part(page, "history-older")).to_be_disabled()
    part(page, "history-search").fill("tale-07")
    expect(rows(page)).to_have_count(1)
    part(page, "history-kind").select_option("video")
    expect(line).to_have_text("Nothing matches.")
    assert [url for url in asked if re.search(r"gradio_api/queue|/assets/", url)] == [
        url for url in asked if "/rh/assets/" in url
    ]
    used = set(page.evaluate("window.gradio_config.components.map((part) => part.type)"))
    assert used.isdisjoint({"dataframe", "dropdown", "json", "number", "textbox"})


def test_the_keyboard_reaches_every_row(page: Page, many: Program) -> None:
    page.goto(f"{many.url}/#history")
    part(page, "history-search").fill("tale-1")
    expect(rows(page)).to_have_count(10)
    rows(page).first.get_by_role("button").focus()
    page.keyboard.press("ArrowDown")
    expect(rows(page).nth(1).get_by_role("button")).to_be_focused()
    page.keyboard.press("End")
    expect(rows(page).last.get_by_role("button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("dialog.rh-lightbox")).to_contain_text("tale-10")
    page.keyboard.press("Escape")
    expect(rows(page).last.get_by_role("button")).to_be_focused()


def test_what_a_person_does_stays_while_runs_come_in(page: Page, many: Program) -> None:
    page.goto(f"{many.url}/#history")
    part(page, "history-search").fill("tale")
    expect(part(page, "history-line")).to_contain_text(f"of {RUNS} runs")
    row = rows(page).filter(has_text="tale-54")
    row.get_by_role("button").focus()
    part(page, "history-outside").locator("summary").evaluate("(line) => line.parentElement.open = true")
    part(page, "history-outside").get_by_label("Task id").fill("20091911901967")
    row.get_by_role("button").focus()
    many.call("submit", MODEL, {"prompt": "tale that came later"}, "")
    expect(rows(page).first).to_contain_text("tale that came later")
    expect(row.get_by_role("button")).to_be_focused()
    expect(part(page, "history-search")).to_have_value("tale")
    expect(part(page, "history-outside").get_by_label("Task id")).to_have_value("20091911901967")
    expect(part(page, "history-outside").get_by_label("Task id")).to_be_visible()


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_it_fits_on_a_desk_and_on_a_phone(page: Page, many: Program, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{many.url}/#history")
    expect(rows(page)).to_have_count(50)
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    assert page.evaluate("document.querySelectorAll('*').length") <= MOST_NODES
    first = rows(page).first
    for name in ("prompt", "cost", "state", "model", "created"):
        expect(first.locator(f".is-{name}")).to_be_in_viewport(ratio=1)
    page.emulate_media(color_scheme="dark")
    shot(page, f"history-{size[0]}")


def test_the_gallery_fills_a_large_window(page: Page, many: Program) -> None:
    """With small tiles its first page does not fill the window, so that no scrolling loads the next one."""
    page.set_viewport_size({"width": 2560, "height": 1440})
    page.add_init_script("localStorage.setItem('rh.row', '120')")
    page.goto(f"{many.url}/#gallery")
    expect(part(page, "gallery-grid").locator("[data-output]").nth(RUNS - 1)).to_be_attached()
