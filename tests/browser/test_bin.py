"""The bin: deleting with undo, also while results arrive and in two tabs, and deleting for good."""

from __future__ import annotations

import requests
from playwright.sync_api import Page, expect

from scripts.processes import Program
from tests.browser.conftest import finished, open_page, open_tab, part, reload, result_of, shot, write_prompt
from tests.browser.test_seeing import PICTURE, file_of, in_gallery, run, runs


def test_delete_goes_on_to_the_next_result_and_undo_brings_it_back(
    page: Page, live: Program, quiet: int
) -> None:
    second, first = runs(live, PICTURE, "binned second", "binned first")
    other = page.context.new_page()
    open_page(page, live)
    open_page(other, live)
    expect(result_of(other, first)).to_be_visible()
    result_of(page, first).click()
    box = page.locator("dialog.rh-lightbox")
    expect(box.locator(".rh-facts-prompt")).to_have_text("binned first")
    page.keyboard.press("Delete")
    expect(box.locator(".rh-facts-prompt")).to_have_text("binned second")
    expect(result_of(other, first)).to_have_count(0)
    write_prompt(other, "arrives meanwhile")
    part(other, "image-generate").click()
    result_of(other, finished(live, "arrives meanwhile")[0]).wait_for()
    expect(result_of(other, first)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(result_of(other, first)).to_be_visible()
    assert len(finished(live, "binned second")) == 1 and second
    other.close()


def test_the_bin_brings_back_after_a_reload_and_deletes_for_good(
    page: Page, live: Program, quiet: int
) -> None:
    kept, gone = runs(live, PICTURE, "comes back later", "goes for good")
    path, address = file_of(live, gone), f"{live.url}/{gone['outputs'][0]['url']}"
    open_page(page, live, "gallery")
    for made in (kept, gone):
        in_gallery(page, made).locator("..").get_by_role("checkbox").check(force=True)
    page.locator(".rh-selection").get_by_role("button", name="Delete").click()
    for made in (kept, gone):
        expect(in_gallery(page, made)).to_have_count(0)
    reload(page)
    grid = part(page, "gallery-grid")
    grid.get_by_role("button", name="Bin").click()
    in_gallery(page, kept).get_by_role("checkbox").check()
    grid.get_by_role("button", name="Bring back 1").click()
    expect(in_gallery(page, kept)).to_have_count(0)
    in_gallery(page, gone).get_by_role("checkbox").check()
    shot(page, "bin")
    grid.get_by_role("button", name="Delete 1 for good").click()
    dialog = page.locator("dialog.rh-bin-dialog")
    expect(dialog).to_contain_text("the runs in the History with prompt, settings and cost")
    shot(page, "bin-dialog")
    assert path.exists() and requests.get(address, timeout=10).status_code == 200
    dialog.get_by_role("button", name="Delete for good").dblclick()
    expect(in_gallery(page, gone)).to_have_count(0)
    expect(dialog).to_be_hidden()
    assert not path.exists() and requests.get(address, timeout=10).status_code == 404
    grid.get_by_role("button", name="Back to the gallery").click()
    expect(in_gallery(page, kept)).to_have_count(1)
    expect(in_gallery(page, gone)).to_have_count(0)
    open_tab(page, "history")
    expect(part(page, "history-table")).to_contain_text("goes for good")


def test_a_run_whose_only_result_is_in_the_bin_is_no_ended_run_without_results(
    page: Page, live: Program, quiet: int
) -> None:
    made = run(live, PICTURE, "alone in the bin")
    open_page(page, live)
    result_of(page, made).click()
    expect(page.locator("dialog.rh-lightbox .rh-facts-prompt")).to_have_text("alone in the bin")
    page.keyboard.press("Delete")
    expect(result_of(page, made)).to_have_count(0)
    expect(page.locator(f'article[data-task="{made["id"]}"]')).to_have_count(0)
