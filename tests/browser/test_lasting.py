"""What a user does in a card survives a change of its data; opened views use the present lists (D19)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program, start_app
from tests.browser.conftest import (
    finished,
    open_page,
    open_tab,
    part,
    result_of,
    script,
    with_key,
)
from tests.browser.test_attention import unknown
from tests.browser.test_workflows import FILE, PICTURE, drop_file, field, give_id

MODEL = "rhart-image-n-g31-flash/text-to-image"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory, emulator: RunningEmulator) -> Iterator[Program]:
    """A page whose history has only these tests' runs: a model's usual time changes with every run."""
    app = start_app(tmp_path_factory.mktemp("fresh"), environment=with_key(emulator))
    yield app
    assert app.stop() == 0
    assert "Traceback" not in app.said()


def one_more(app: Program, words: str) -> dict[str, Any]:
    """A run that ends: after it, a card shows another usual time."""
    app.call("submit", MODEL, {"prompt": words}, "")
    return finished(app, words)[0]


def test_the_older_of_two_results_leads_to_the_newer(page: Page, fresh: Program, quiet: int) -> None:
    older = one_more(fresh, "the older of two")
    open_page(page, fresh)
    result_of(page, older).wait_for()
    newer = one_more(fresh, "the newer of two")
    result_of(page, newer).wait_for()
    for tab in ("image", "gallery"):
        open_tab(page, tab)
        place = part(page, {"image": "image-results", "gallery": "gallery-grid"}[tab])
        place.locator(f'button[data-output^="{newer["id"]}"]').wait_for()
        place.locator(f'button[data-output^="{older["id"]}"]').click()
        box = page.locator("dialog.rh-lightbox")
        expect(box).to_contain_text("the older of two")
        box.get_by_role("button", name="Previous").click()
        expect(box).to_contain_text("the newer of two")
        box.get_by_role("button", name="Close").click()


def test_a_typed_id_stays_with_its_caret_while_the_card_changes(
    page: Page, fresh: Program, emulator: RunningEmulator, quiet: int
) -> None:
    card = unknown(page, fresh, emulator, "typed into")
    box = card.get_by_label("Task id")
    box.press_sequentially("1234567")
    for _ in range(3):
        box.press("ArrowLeft")
    result_of(page, one_more(fresh, "told beside the typed one")).wait_for()
    page.keyboard.type("x")
    expect(box).to_have_value("1234x567")
    expect(box).to_be_focused()
    card.get_by_role("button", name="It is lost").click()
    expect(card).to_have_count(0)


def test_the_question_before_a_cancel_stays_while_the_percent_moves(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    script(emulator, times={"queue": 0.0, "run": 60.0})
    open_page(page, live)
    drop_file(page, "#image-results", FILE.read_bytes(), "boat.json")
    part(page, "apps-endpoint").locator(".rh-flow-chosen").wait_for()
    give_id(page, PICTURE)
    field(page, "6.text").locator("textarea").fill("a question about a boat")
    part(page, "apps-generate").click()
    card = part(page, "apps-tasks").locator("[data-task]").first
    step = card.locator("[data-step]")
    expect(step).to_have_text(re.compile(r"% of the whole$"))
    card.get_by_role("button", name="Cancel").click()
    keep = card.get_by_role("button", name="Keep it")
    keep.focus()
    expect(step).not_to_have_text(step.inner_text(), timeout=30_000)
    expect(keep).to_be_focused()
    keep.click()
    card.get_by_role("button", name="Cancel").click()
    card.get_by_role("button", name="Stop the run").click()
    expect(card).to_have_count(0, timeout=45_000)  # a cancel is believed only after a while


@pytest.mark.parametrize("place", ["image-results", "gallery-grid"])
def test_a_tile_keeps_the_focus_while_its_data_change(
    page: Page, fresh: Program, quiet: int, place: str
) -> None:
    made = one_more(fresh, f"looked at with the keyboard in {place}")
    open_page(page, fresh)
    open_tab(page, "gallery" if place == "gallery-grid" else "image")
    tile = part(page, place).locator(f'button[data-output^="{made["id"]}"]')
    tile.focus()
    database = fresh.log.parent / "data" / "studio.db"
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE outputs SET name = 'renamed.png' WHERE task_id = ?", (made["id"],))
    connection.close()
    one_more(fresh, f"ends after the name has changed in {place}")
    expect(tile).to_have_accessible_name("Open: renamed.png")
    expect(tile).to_be_focused()
