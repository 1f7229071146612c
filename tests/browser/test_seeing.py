"""Looking at results: films that are jumped in, and files that are no longer where they were put (C34)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from scripts.processes import Program
from tests.browser.conftest import finished, open_page, open_tab, part, result_of, write_prompt

PICTURE = "rhart-image-n-g31-flash/text-to-image"
FILM = "alibaba/wan-2.6/text-to-video"


def run(app: Program, endpoint: str, words: str) -> dict[str, Any]:
    app.call("submit", endpoint, {"prompt": words}, "")
    return finished(app, words)[0]


def file_of(app: Program, made: dict[str, Any]) -> Path:
    """Where the first result of a run lies on the disk."""
    (path,) = (app.log.parent / "data" / "files" / "outputs").rglob(made["outputs"][0]["name"])
    return path


def in_gallery(page: Page, made: dict[str, Any]) -> Any:
    return part(page, "gallery-grid").locator(f'[data-output^="{made["id"]}"]')


def test_a_film_is_jumped_in(page: Page, live: Program, quiet: int) -> None:
    made = run(live, FILM, "a film to jump in")
    parts: list[int] = []
    page.on("response", lambda answer: parts.append(answer.status) if "/rh/files/" in answer.url else None)
    open_page(page, live, "video")
    result_of(page, made).click()
    film = page.locator("dialog.rh-lightbox video")
    expect(film).to_have_js_property("readyState", 4)
    jumped = film.evaluate(
        """(film) => new Promise((done) => {
          film.pause();
          film.addEventListener('seeked', () => done(film.currentTime / film.duration), { once: true });
          film.currentTime = film.duration * 0.8;
        })"""
    )
    assert 0.75 < jumped < 0.85
    assert 206 in parts


def test_lost_files_are_said_fetched_again_or_forgotten(page: Page, live: Program, quiet: int) -> None:
    kept, deleted, emptied, folder = (run(live, PICTURE, f"lost {n}") for n in ("no", "del", "empty", "dir"))
    file_of(live, deleted).unlink()
    file_of(live, emptied).write_bytes(b"")
    place = file_of(live, folder)
    place.unlink()
    place.mkdir()
    open_page(page, live)
    expect(result_of(page, deleted)).to_have_attribute("data-state", "missing")
    open_tab(page, "gallery")
    for made in (deleted, emptied, folder):
        expect(in_gallery(page, made)).to_contain_text("The file is missing.")
    expect(in_gallery(page, kept).locator("img")).to_have_js_property("complete", True)

    in_gallery(page, deleted).get_by_role("button", name="Fetch again").dblclick()
    expect(in_gallery(page, deleted)).not_to_contain_text("missing")
    in_gallery(page, deleted).click()
    box = page.locator("dialog.rh-lightbox")
    expect(box.locator("img.rh-large")).to_have_js_property("complete", True)
    box.get_by_role("button", name="Close").click()

    in_gallery(page, emptied).get_by_role("button", name="Forget").click()
    expect(in_gallery(page, emptied)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(in_gallery(page, emptied)).to_contain_text("The file is missing.")
    in_gallery(page, emptied).get_by_role("button", name="Forget").click()
    expect(in_gallery(page, emptied)).to_have_count(0)

    open_tab(page, "image")
    write_prompt(page, "made all the same")
    part(page, "image-generate").click()
    result_of(page, finished(live, "made all the same")[0]).wait_for()
    assert len(finished(live, "lost empty")) == 1, "the run stays in the history"
