"""The storage part of the Account tab, and the line that says that the storage of results is gone (C35)."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from scripts.processes import Program, until
from tests.browser.conftest import at_rest, finished, open_page, open_tab, part, result_of, shot, write_prompt


@pytest.fixture
def files(live: Program) -> Path:
    """The folder of results."""
    return live.log.parent / "data" / "files"


def test_results_while_their_folder_is_gone(page: Page, live: Program, files: Path, quiet: int) -> None:
    away = files.with_name("unplugged")
    at_rest(live)
    open_page(page, live)
    notice = page.locator("header .rh-pause").filter(has_text="The folder for results is gone.")
    expect(notice).to_have_count(0)
    # What other tests made is shown too, and must have come before its place is gone.
    expect(part(page, "image-results").locator("section")).not_to_have_attribute("aria-busy", "true")
    until(page, "[...document.querySelectorAll('#image-results img')].every((image) => image.complete)")
    files.rename(away)
    try:
        write_prompt(page, "kept beside")
        part(page, "image-generate").click()
        (run,) = finished(live, "kept beside")
        assert run["state"] == "done"
        expect(notice).to_contain_text("1 result is kept safe in a spare folder.")
        picture = result_of(page, run).locator("img")
        expect(picture).to_be_visible()
        assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth > 0)")
        shot(page, "storage-gone")
        notice.get_by_role("button", name="Try now").click()
        expect(notice.get_by_role("button", name="Try now")).to_be_enabled()
        expect(notice).to_be_visible()
    finally:
        away.rename(files)
    notice.get_by_role("button", name="Try now").click()
    expect(notice).to_have_count(0)
    assert len(list(files.rglob("outputs/*/*/*/kept-beside-*.png"))) == 1
    answer = page.request.get(f"{live.url}/{run['outputs'][0]['url']}")
    assert answer.status == 200 and len(answer.body()) == run["outputs"][0]["size"]


def test_clearing_thumbnails_brings_them_back_where_they_are_seen(
    page: Page, live: Program, files: Path, quiet: int
) -> None:
    live.call("submit", "rhart-image-n-pro/text-to-image", {"prompt": "small and gone"}, "")
    (run,) = finished(live, "small and gone")
    open_page(page, live)
    expect(result_of(page, run).locator("img")).to_be_visible()
    open_tab(page, "account")
    storage = page.locator("#storage")
    row = storage.locator(".rh-fact").filter(has_text="Small pictures")
    expect(row).to_contain_text("files, ")
    row.get_by_role("button").click()
    expect(storage.get_by_role("status")).to_contain_text("Cleared ")
    assert list(files.rglob("thumbs/*/*/*/small-and-gone-*.webp")) == []
    open_page(page, live)
    expect(result_of(page, run).locator("img")).to_be_visible()
    assert len(list(files.rglob("thumbs/*/*/*/small-and-gone-*.webp"))) == 1
    open_tab(page, "account")
    for what, words in (("parts", "nothing to clear"), ("inputs", "nothing to clear")):
        storage.locator(f"[data-clear={what}]").click()
        expect(storage.get_by_role("status")).to_contain_text(words)
    shot(page, "storage-cleared")
