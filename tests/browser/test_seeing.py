"""Results looked at and taken away: films that are jumped in, lost files (C34), a selection as a zip."""

from __future__ import annotations

import io
import json
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import requests
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


def test_a_selection_is_taken_away_as_a_zip(page: Page, live: Program, quiet: int) -> None:
    made = [run(live, PICTURE, f"=taken {number}") for number in range(3)]
    file_of(live, made[1]).unlink()
    open_page(page, live)
    open_tab(page, "gallery")
    newest = [in_gallery(page, each) for each in reversed(made)]
    newest[0].locator("xpath=..").get_by_role("checkbox").press("Space")
    newest[2].locator("xpath=..").get_by_role("checkbox").click(modifiers=["Shift"])
    bar = page.locator(".rh-selection")
    expect(bar).to_contain_text("3 results selected")
    with page.expect_download() as taken:
        bar.get_by_role("button", name="Download as zip").click()
    archive = zipfile.ZipFile(taken.value.path())
    assert archive.testzip() is None
    listed = json.loads(archive.read("manifest.json"))["results"]
    assert [row["state"] for row in listed] == ["whole", "missing", "whole"]
    assert [row["run"] for row in listed] == [each["id"] for each in reversed(made)]
    for row in listed:
        if row["file"]:
            assert sha256(archive.read(row["file"])).hexdigest() == row["sha256"]
    assert "'=taken 0" in archive.read("manifest.csv").decode("utf-8-sig")
    bar.get_by_role("button", name="Clear selection").click()
    expect(bar).to_be_hidden()


def test_all_files_of_a_run_come_in_one_zip_and_nothing_else_is_given_out(live: Program, quiet: int) -> None:
    made = run(live, PICTURE, "all of one run")
    answer = requests.get(f"{live.url}/rh/zip", params={"run": made["id"]}, timeout=20)
    assert answer.headers["content-type"] == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert names == [made["outputs"][0]["name"], "manifest.csv", "manifest.json"]
    assert requests.get(f"{live.url}/rh/zip", params={"run": "none"}, timeout=20).status_code == 404
    order = {"ids": "none,../../studio.db"}
    assert requests.post(f"{live.url}/rh/zip", data=order, timeout=20).status_code == 404
    order = {"ids": made["outputs"][0]["id"]}
    foreign = {"Origin": "http://evil.example"}
    assert requests.post(f"{live.url}/rh/zip", data=order, headers=foreign, timeout=20).status_code == 403
    order = {"ids": ",".join(["x"] * 5000)}
    assert requests.post(f"{live.url}/rh/zip", data=order, timeout=20).status_code == 413
