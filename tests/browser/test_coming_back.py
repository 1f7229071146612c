"""Forms that come back: after a restart of the server, from a run whose settings the table no longer has, and
with odd characters around the text (field case C29)."""

from __future__ import annotations

import json
import sqlite3
from hashlib import sha256
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program, free_port, start_app
from tests.browser.conftest import (
    arrived,
    choose_model,
    finished,
    last_of,
    open_page,
    open_tab,
    part,
    result_of,
    sent,
    with_key,
    write_prompt,
)
from tests.packaged import packaged_catalog

WITH_PICTURES: Final = "rhart-image-n-g31-flash/image-to-image"


def test_a_page_left_open_over_restarts_sends_what_it_shows(
    browser: Browser, tmp_path: Path, emulator: RunningEmulator, quiet: int
) -> None:
    picture = tmp_path / "kept.png"
    Image.new("RGB", (330, 320), "#225511").save(picture)
    port = free_port()
    app = start_app(tmp_path, environment=with_key(emulator), port=port)
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    open_page(page, app)
    choose_model(page, "image", WITH_PICTURES)
    form = part(page, "image-form")
    form.locator(".rh-media input[type=file]").set_input_files(picture)
    form.locator('[data-key="resolution"] [data-value="2k"]').click()
    write_prompt(page, "before the restart")
    expect(form.locator(".rh-tile-state")).to_have_count(0)

    app = restart(page, app, tmp_path, emulator, port)
    part(page, "image-generate").click()
    (run,) = finished(app, "before the restart")
    (submit,) = sent(emulator, quiet)
    assert submit["body"]["resolution"] == "2k"
    (upload,) = sent(emulator, quiet, "upload")
    assert upload["file"]["sha256"] == sha256(picture.read_bytes()).hexdigest()

    tile = result_of(page, run)
    tile.wait_for()
    app = restart(page, app, tmp_path, emulator, port, forget="2k")
    tile.click()
    page.locator("dialog.rh-lightbox").get_by_role("button", name="Use these settings").click()
    notice = form.locator(".rh-notice")
    expect(notice).to_contain_text("this model no longer takes it: Resolution (7k).")
    expect(form.locator(".rh-tile-name")).to_have_text("kept.png")
    write_prompt(page, "after the restart")
    part(page, "image-generate").click()
    finished(app, "after the restart")
    body = sent(emulator, quiet)[-1]["body"]
    default = packaged_catalog().get(WITH_PICTURES).opening.get("resolution")
    assert body.get("resolution") == default
    context.close()
    assert app.stop() == 0


def restart(
    page: Page, app: Program, folder: Path, emulator: RunningEmulator, port: int, forget: str = ""
) -> Program:
    """Restart the server while the page stays open. `forget`: an option that past runs used and the table no
    longer has."""
    assert app.stop() == 0
    expect(page.get_by_text("can't reach its server")).to_be_visible(timeout=15_000)
    if forget:
        (database,) = (folder / "data").glob("studio.db")
        with sqlite3.connect(database) as connection:
            changed = connection.execute(
                "UPDATE tasks SET params = replace(params, ?, ?)", (json.dumps(forget), json.dumps("7k"))
            )
            assert changed.rowcount
        connection.close()
    again = start_app(folder, environment=with_key(emulator), port=port)
    expect(page.get_by_text("can't reach its server")).to_be_hidden(timeout=30_000)
    return again


def test_stray_spaces_and_empty_lines_are_not_sent(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    open_page(page, live)
    choose_model(page, "image", "image-enhance/hypir-ultra")
    form = part(page, "image-form")
    write_prompt(page, "stray spaces")
    form.get_by_role("button", name="Use a link").click()
    form.locator("input[type=url]").fill("  https://example.com/a.png ")
    form.locator("input[type=url]").press("Enter")
    form.locator("details summary").click()
    for key, words in (("seed", " 9007199254740993 "), ("upscale", " 2 "), ("longEdgeSize", "\u3000640 ")):
        form.locator(f'[data-key="{key}"] input[type=text]').fill(words)
    part(page, "image-generate").click()
    finished(live, "stray spaces")
    body = sent(emulator, quiet)[-1]["body"]
    assert body["imageUrl"] == "https://example.com/a.png"
    assert (body["seed"], body["upscale"], body["longEdgeSize"]) == (9007199254740993, 2, 640)

    open_tab(page, "audio")
    choose_model(page, "audio", "rhart-audio/text-to-audio/speech-2.8-hd")
    form = part(page, "audio-form")
    form.locator('[data-key="text"] textarea').fill("Good morning.")
    row = form.locator('[data-key="pronunciation_dict"] textarea')
    if not row.is_visible():
        form.locator("details summary").click()
    row.fill("\n  one/wan \n   \n")
    since = last_of(emulator)
    part(page, "audio-generate").click()
    assert arrived(emulator, since)["body"]["pronunciation_dict"] == ["one/wan"]
