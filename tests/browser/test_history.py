"""The table of every run: pages, the keyboard, a phone, and the user's work while runs arrive."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program, start_app
from tests.browser.conftest import at_rest, finished, open_tab, part, reload, script, sent, shot, watched

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


def test_the_heads_sort_and_the_pages_of_an_order_are_all_runs(page: Page, many: Program) -> None:
    page.goto(f"{many.url}/#history")
    part(page, "history-search").fill("tale-")
    expect(part(page, "history-line")).to_have_text(f"1–50 of {RUNS} runs")
    table = page.locator("#history-table")
    started = table.get_by_role("columnheader", name="Started")
    expect(started).to_have_attribute("aria-sort", "descending")
    started.get_by_role("button").press("Enter")
    expect(started).to_have_attribute("aria-sort", "ascending")
    expect(rows(page).first).to_contain_text("tale-00")
    table.get_by_role("columnheader", name="Cost").get_by_role("button").click()
    expect(started).not_to_have_attribute("aria-sort", re.compile(".*"))
    expect(table.get_by_role("columnheader", name="Cost")).to_have_attribute("aria-sort", "descending")
    expect(rows(page).first).not_to_contain_text("tale-00")  # it is drawn in the new order
    expect(rows(page)).to_have_count(50)
    seen = {rows(page).nth(number).inner_text().split("\n")[0] for number in range(50)}
    part(page, "history-older").click()
    expect(rows(page)).to_have_count(5)
    seen |= {rows(page).nth(number).inner_text().split("\n")[0] for number in range(5)}
    assert len(seen) == RUNS
    part(page, "history-newer").click()
    expect(part(page, "history-line")).to_have_text(f"1–50 of {RUNS} runs")


def test_what_the_filters_find_is_saved_in_its_order(page: Page, many: Program) -> None:
    page.goto(f"{many.url}/#history")
    part(page, "history-search").fill("tale-1")
    expect(rows(page)).to_have_count(10)
    page.locator("#history-table").get_by_role("columnheader", name="Started").get_by_role("button").click()
    expect(rows(page).first).to_contain_text("tale-10")
    with page.expect_download() as saved:
        part(page, "history-csv").click()
    with saved.value.path().open(encoding="utf-8-sig", newline="") as file:
        told = list(csv.DictReader(file))
    assert [row["prompt"] for row in told] == [f"tale-{number}" for number in range(10, 20)]
    assert {len(row["remote_id"]) for row in told} == {19}


def test_columns_are_chosen_and_kept(page: Page, many: Program) -> None:
    page.goto(f"{many.url}/#history")
    expect(rows(page)).to_have_count(50)
    heads = page.locator("#history-table").get_by_role("columnheader")
    expect(heads.filter(has_text="Files")).to_have_count(0)
    part(page, "history-columns").click()
    choice = page.get_by_role("dialog", name="Columns")
    choice.get_by_label("Files").check()
    choice.get_by_label("Estimate").uncheck()
    expect(choice.get_by_label("Prompt")).to_be_disabled()
    shot(page, "history-columns")
    page.keyboard.press("Escape")
    reload(page)
    expect(heads.filter(has_text="Files")).to_be_visible()
    expect(heads.filter(has_text="Estimate")).to_have_count(0)
    expect(rows(page).first.locator(".is-files")).to_have_text("1")


def test_a_failed_run_opens_whole_and_is_tried_again(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    fault = {"on": "submit", "do": "fail", "code": "1504", "message": "upstream slow"}
    script(emulator, faults=[fault])
    words = "a lighthouse that fails"
    live.call("submit", MODEL, {"prompt": words}, "")
    (failed,) = finished(live, words)
    assert failed["state"] == "failed"
    page.goto(f"{live.url}/#history")
    row = rows(page).filter(has_text=words)
    expect(row).to_contain_text("Failed")
    row.get_by_role("button").focus()
    page.keyboard.press("Enter")
    whole = page.get_by_role("dialog", name="Run")
    for told in (words, "may have been charged", "Started", "Gemini"):
        expect(whole).to_contain_text(told)
    for theme, size in (("light", (1440, 900)), ("dark", (390, 844))):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": size[0], "height": size[1]})
        shot(page, f"history-failed-{theme}")
    page.set_viewport_size({"width": 1440, "height": 900})
    whole.get_by_role("button", name="Try again").click()
    finished(live, words, 2)
    expect(rows(page).filter(has_text=words)).to_have_count(2)
    assert len(sent(emulator, quiet)) == 2


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_the_clock_is_the_reader_s(browser: Browser, many: Program, zone: str) -> None:
    with watched(browser.new_context(timezone_id=zone, locale="en-GB")) as page:
        page.goto(f"{many.url}/#history")
        at = rows(page).first.locator("time")
        expect(at).to_be_visible()
        made = datetime.fromisoformat(at.get_attribute("datetime") or "")
        assert made.utcoffset() == timedelta(0)
        there = made.astimezone(ZoneInfo(zone))
        assert f"{there:%-I:%M}" in (at.get_attribute("title") or "")


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
