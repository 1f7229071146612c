"""Apps on the page: opened by their id or from the list, filled in, run, and found again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from rh_ui.catalog.comfy.run_form import Face
from rh_ui.domain import FormRecord, RunKind
from rh_ui.emulator.runner import RunningEmulator
from rh_ui.persistence.database import open_database
from rh_ui.persistence.repositories.saved_forms import SavedFormRepository
from scripts.processes import Program
from tests.browser.conftest import arrived, open_page, open_tab, part, reload, script, sent, shot

PHOTO = "1900000000000000201"


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("apps") / "boat.jpg"
    Image.new("RGB", (640, 480), "#3a7ca5").save(path)
    return path


def open_app(page: Page, text: str) -> None:
    page.get_by_label("Open an app").fill(text)
    page.keyboard.press("Enter")
    part(page, "apps-form").locator(".rh-field").first.wait_for()


def test_an_app_runs_from_its_id_with_an_image_and_a_list_and_survives_a_reload(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, picture: Path
) -> None:
    script(emulator, times={"queue": 0.0, "run": 3600.0}, settings={"app_preview": False})
    open_page(page, live, "apps")
    open_app(page, f"https://www.runninghub.ai/ai-detail/{PHOTO}?from=share")
    form = part(page, "apps-form")
    form.locator("input[type=file]").first.set_input_files(picture)
    expect(form.locator(".rh-tile img")).to_be_visible()
    form.locator('.rh-pill[data-value="3:2"]').click()
    form.get_by_label("Wish").fill("")
    part(page, "apps-generate").click()
    card = part(page, "apps-tasks").locator("[data-task]")
    expect(card).to_contain_text("Watercolour from a photo")
    body = arrived(emulator, quiet)["body"]
    got = {f"{item['nodeId']}.{item['fieldName']}": item["fieldValue"] for item in body["nodeInfoList"]}
    assert got["1.image"].startswith("openapi/") and (got["2.image"], got["11.ratio"]) == ("None", "3:2")
    assert (got["3.text"], got["5.steps"]) == ("", "12"), "an emptied text goes out empty"
    assert got["5.seed"] != "7", "a new seed each time, unless a person says otherwise"
    reload(page)
    open_tab(page, "apps")
    expect(card).to_be_visible()
    expect(form.locator('.rh-pill[data-value="3:2"]')).to_have_attribute("aria-checked", "true")
    expect(form.locator(".rh-tile img")).to_be_visible()
    script(emulator, finish="all")
    tile = part(page, "apps-results").locator('[data-output][data-kind="image"]').first
    tile.wait_for()
    expect(card).to_have_count(0)
    expect(part(page, "apps-estimate")).to_contain_text("its last run here cost ¥0.17")
    script(emulator, settings={"app_preview": True})
    assert len(sent(emulator, quiet)) == 1
    form.locator('.rh-pill[data-value="1:1"]').click()
    tile.click()
    settings = page.locator("dialog.rh-lightbox .rh-settings").get_by_role("listitem")
    expect(settings.filter(has_text="Shape")).to_contain_text("3:2")
    page.locator("dialog.rh-lightbox").get_by_role("button", name="Use these settings").click()
    expect(form.locator('.rh-pill[data-value="3:2"]')).to_have_attribute("aria-checked", "true")
    expect(form.get_by_label("Wish")).to_have_value("")
    page.set_viewport_size({"width": 390, "height": 844})
    reload(page)
    page.get_by_role("button", name="Show or hide the form").locator("visible=true").click()
    part(page, "apps-endpoint").locator(".rh-run-back").click()
    part(page, "apps-endpoint").locator("[data-section=workflows]").click()
    page.get_by_label("Workflow id or address").click()


def test_apps_are_found_liked_and_asked_for_their_password(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    open_page(page, live, "apps")
    place = part(page, "apps-endpoint")
    box = page.get_by_label("Open an app")
    for text, words in (("no number", "no app number in this"), ("1900000000000009999", "no such app")):
        box.fill(text)
        page.keyboard.press("Enter")
        expect(place.get_by_role("alert")).to_contain_text(words)
    listed = place.locator(".rh-run-list .rh-run-tile")
    expect(listed).to_have_count(5)
    expect(listed.first.locator("img")).to_have_js_property("naturalWidth", 480)
    shot(page, "apps-list")
    place.get_by_label("Search by name").fill("member")
    expect(listed).to_have_count(1)
    listed.get_by_role("button").click()
    form = part(page, "apps-form")
    form.get_by_label("What to paint").fill("a quiet pier")
    part(page, "apps-generate").click()
    expect(part(page, "apps-estimate")).to_contain_text("Access password")
    assert sent(emulator, quiet) == []
    form.get_by_label("Access password").fill("open-sesame")
    part(page, "apps-generate").click()
    arrived(emulator, quiet)
    result = part(page, "apps-results").locator("[data-output]").first
    result.wait_for()
    page.evaluate("window.dispatchEvent(new Event('rh:leaving'))")
    assert "open-sesame" not in page.evaluate("JSON.stringify(localStorage)")
    shot(page, "apps-password")
    place.get_by_role("button", name="All apps and workflows").click()
    kept = place.locator(".rh-run-kept .rh-run-tile").filter(has_text="Members' picture")
    star = kept.get_by_role("button", name="Favourite: Members' picture")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    reload(page)
    open_tab(page, "apps")
    expect(place.locator(".rh-run-kept .rh-run-tile").first).to_contain_text("Members' picture")
    place.locator(".rh-run-kept .rh-run-open").first.click()
    expect(form.get_by_label("What to paint")).to_have_value("a quiet pier")
    expect(form.get_by_label("Access password")).to_have_value("")


@pytest.fixture
def shelf(live: Program, emulator: RunningEmulator) -> Iterator[list[FormRecord]]:
    """Thirty saved forms of a team; the first one is a favourite."""
    database = open_database(f"sqlite:///{live.log.parent / 'data' / 'studio.db'}")
    book = SavedFormRepository(database)
    kept = [
        FormRecord(
            f"run/workflow/shelf-{number}", RunKind.WORKFLOW, f"{number:019d}", emulator.url,
            Face({"en": f"Shelf {number:02d}", "zh": f"架子 {number:02d}"}, {"en": "", "zh": ""}).as_json(),
            {}, favourite=number == 1,
        )
        for number in range(1, 31)
    ]  # fmt: skip
    for record in kept:
        book.save(record)
    yield kept
    for record in kept:
        book.remove(record.path)
    database.close()


def test_of_many_kept_forms_every_one_is_found(page: Page, live: Program, shelf: list[FormRecord]) -> None:
    open_page(page, live, "apps")
    kept = part(page, "apps-endpoint").locator(".rh-run-kept")
    tiles = kept.locator(".rh-run-tile")
    expect(tiles).to_have_count(24)
    expect(tiles.filter(has_text="Shelf 01")).to_be_visible()
    search = kept.get_by_label("Search what was used here")
    search.fill("架子 02")
    expect(tiles).to_have_count(1)
    expect(tiles).to_contain_text("Shelf 02")
    search.fill("no such form")
    expect(kept.get_by_role("status")).to_be_visible()
    expect(tiles).to_have_count(0)
    search.fill("")
    expect(tiles).to_have_count(24)
    shot(page, "apps-many-kept")
    kept.get_by_role("button", name="Show more").click()
    for record in shelf:
        expect(kept.locator(f'[data-run="{record.path}"]')).to_have_count(1)
    expect(kept.get_by_role("button", name="Show more")).to_be_hidden()


def test_on_a_phone_what_can_be_run_has_the_page_until_it_is_chosen(page: Page, demo: Program) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{demo.url}/#apps")
    choice = part(page, "apps-endpoint").locator("[data-section=workflows]")
    choice.click()
    page.get_by_label("Workflow id or address").click()
    expect(part(page, "apps-generate")).to_be_hidden()
