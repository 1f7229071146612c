"""Results looked at and downloaded: seeking in videos, lost files (C34), a selection as a zip."""

from __future__ import annotations

import io
import json
import re
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import requests
from PIL import Image
from playwright.sync_api import Page, expect

from rh_ui.emulator.runner import RunningEmulator
from rh_ui.engine.transfers import LARGE
from scripts.processes import Program
from tests.browser.conftest import (
    KEY,
    card_of,
    finished,
    open_page,
    open_tab,
    part,
    result_of,
    script,
    write_prompt,
)
from tests.corpus import archives, pictures, shapes

PICTURE = "rhart-image-n-g31-flash/text-to-image"
SHAPE = "hunyuan3d-v3.1/text-to-3d"
FILM = "alibaba/wan-2.6/text-to-video"
OTHERS = 47
"""Results that stay whole beside three that are lost (C34)."""


def runs(app: Program, endpoint: str, *words: str) -> list[dict[str, Any]]:
    """Finished runs, started in this order."""
    for each in words:
        app.call("submit", endpoint, {"prompt": each}, "")
    return [finished(app, each)[0] for each in words]


def run(app: Program, endpoint: str, words: str) -> dict[str, Any]:
    return runs(app, endpoint, words)[0]


def file_of(app: Program, made: dict[str, Any]) -> Path:
    """The path of a run's first result on the disk."""
    (path,) = (app.log.parent / "data" / "files" / "outputs").rglob(made["outputs"][0]["name"])
    return path


def in_gallery(page: Page, made: dict[str, Any]) -> Any:
    return part(page, "gallery-grid").locator(f'[data-output^="{made["id"]}"]')


def test_a_video_starts_where_it_is_clicked(page: Page, live: Program, quiet: int) -> None:
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
    others = [f"lost not {n}" for n in range(OTHERS)]
    *kept, deleted, emptied, folder = runs(live, PICTURE, *others, "lost del", "lost empty", "lost dir")
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
    for made in reversed(kept):
        picture = in_gallery(page, made).locator("img")
        picture.scroll_into_view_if_needed()
        expect(picture).not_to_have_js_property("naturalWidth", 0)

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
    made = runs(live, PICTURE, "=taken 0", "=taken 1", "=taken 2")
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


def brings(emulator: RunningEmulator, name: str, data: bytes, *faults: dict[str, Any]) -> None:
    """The next runs have a file of ours as their second result."""
    answer = requests.post(
        f"{emulator.url}/openapi/v2/media/upload/binary",
        headers={"Authorization": f"Bearer {KEY}"},
        files={"file": (name, data)},
        timeout=20,
    )
    extra = [{"url": answer.json()["data"]["download_url"], "outputType": name.rpartition(".")[2]}]
    more = {"on": "query", "do": "extra", "value": extra, "when": "SUCCESS", "times": -1}
    script(emulator, faults=[more, *faults])


def delivered(app: Program, emulator: RunningEmulator, words: str, name: str, data: bytes) -> dict[str, Any]:
    """A run with a file of ours as its second result."""
    brings(emulator, name, data)
    made = run(app, PICTURE, words)
    script(emulator, clear=True)
    return made


def test_a_large_result_has_a_bar_while_it_comes(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    noise = Image.merge("RGB", [Image.effect_noise((1500, 1500), 90) for _ in range(3)])
    data = pictures.saved(noise, "PNG")
    assert len(data) > LARGE
    brings(emulator, "large.png", data, {"on": "download", "do": "drip", "seconds": 0.15, "times": -1})
    open_page(page, live)
    live.call("submit", PICTURE, {"prompt": "brings a large one"}, "")
    card = card_of(page, "brings a large one")
    expect(card).to_contain_text(re.compile(r"Made; fetching .*, [1-9]\d? %"))
    expect(card.locator(".rh-bar")).to_have_class(re.compile("is-measured"))
    share = re.compile(r"width: [1-9]\d?%")
    expect(card.locator(".rh-bar-fill")).to_have_attribute("style", share)
    (made,) = finished(live, "brings a large one")
    script(emulator, clear=True)
    assert made["state"] == "done" and made["outputs"][1]["size"] >= len(data)


def test_an_archive_is_looked_into(page: Page, live: Program, emulator: RunningEmulator, quiet: int) -> None:
    data = archives.archive({"a/kite.png": picture(), "page.html": b"<html><script>x</script></html>"})
    made = delivered(live, emulator, "brings an archive", "pack.zip", data)
    kept = made["outputs"][1]
    open_page(page, live)
    part(page, "image-results").locator(f'[data-output="{kept["id"]}"]').click()
    box = page.locator("dialog.rh-lightbox")
    shown = box.locator(".rh-archive li").filter(has_text="a/kite.png")
    expect(shown.locator("img")).to_have_js_property("naturalWidth", 320)
    with page.expect_download() as taken:
        shown.get_by_role("link", name="Save kite.png").click()
    assert taken.value.suggested_filename == "kite.png"
    assert Path(taken.value.path()).read_bytes() == picture()
    inside = f"{live.url}/rh/files/{kept['id']}/members"
    web = requests.get(f"{inside}/1", timeout=20)
    assert web.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in web.headers["content-security-policy"]
    assert requests.get(f"{inside}/7", timeout=20).status_code == 404
    whole = requests.get(f"{live.url}/{kept['url']}", timeout=20).content
    assert whole == data, "the original is kept as it came"


def test_files_that_stay_in_a_zip_are_named(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    made = delivered(live, emulator, "brings some that stay", "a.zip", archives.escaping())["outputs"][1]
    open_page(page, live)
    part(page, "image-results").locator(f'[data-output="{made["id"]}"]').click()
    closed = page.locator("dialog.rh-lightbox .rh-closed li")
    expect(closed).to_have_count(len(archives.OUTSIDE))
    for line, name in zip(closed.all(), archives.OUTSIDE, strict=True):
        expect(line).to_contain_text(name)
        expect(line).to_contain_text("leads out of the archive")


def test_a_model_in_a_zip_says_its_points_and_faces(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    made = delivered(live, emulator, "brings a model", "ball.zip", shapes.obj_in_zip())
    open_page(page, live)
    tile = part(page, "image-results").locator(f'[data-output="{made["outputs"][1]["id"]}"]')
    expect(tile.locator("img")).to_have_js_property("naturalWidth", 512)
    tile.click()
    expect(page.locator("dialog.rh-lightbox .rh-facts")).to_contain_text("162 points · 320 faces")


def picture() -> bytes:
    return pictures.saved(pictures.halves(), "PNG")
