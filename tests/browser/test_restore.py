"""A result dropped on the page, or chosen with the button, gives its model and settings back."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import requests
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import FilePayload, Page, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program
from tests.browser.conftest import choose_model, finished, open_page, open_tab, part
from tests.browser.test_media import WITH_PICTURES, picture

DROP = """([target, encoded, name, type]) => {
  const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, {type}));
  const event = (kind) => new DragEvent(kind, {dataTransfer: transfer, bubbles: true, cancelable: true});
  document.querySelector(target).dispatchEvent(event('dragover'));
  document.querySelector(target).dispatchEvent(event('drop'));
}"""
FRAMES = "kling-v3.0-pro/image-to-video"
RESULTS = "[id='video-results']"
ZONE = '#image-form [data-key="imageUrls"] .rh-zone'


def drop(page: Page, target: str, content: bytes, name: str, kind: str = "") -> None:
    page.evaluate(DROP, [target, base64.b64encode(content).decode(), name, kind])


def made_with_a_picture(page: Page, live: Program, tmp_path: Path, words: str) -> bytes:
    """A run with a file of ours, and its result as the page downloads it."""
    path = tmp_path / "my holiday.png"
    path.write_bytes(picture("#4477aa"))
    open_page(page, live)
    choose_model(page, "image", WITH_PICTURES)
    form = part(page, "image-form")
    form.locator("input[type=file]").first.set_input_files(path)
    form.locator('[data-key="aspectRatio"] [data-value="3:2"]').click()
    form.locator("textarea").first.fill(words)
    part(page, "image-generate").click()
    (run,) = finished(live, words)
    answer = requests.get(f"{live.url}/{run['outputs'][0]['url']}?download=1", timeout=30)
    return answer.content


def assert_restored(
    page: Page, words: str, notice: str = "Model and settings are those of the file."
) -> None:
    form = part(page, "image-form")
    form.locator(f'form[data-endpoint="{WITH_PICTURES}"]').wait_for()
    expect(form.locator("textarea").first).to_have_value(words)
    expect(form.locator('[data-key="aspectRatio"] [data-value="3:2"]')).to_have_attribute(
        "aria-checked", "true"
    )
    expect(form.locator(".rh-notice")).to_have_text(notice)


def test_a_result_brings_its_settings_back(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, tmp_path: Path
) -> None:
    words = "a fox & a <b>kite</b> 猫"
    content = made_with_a_picture(page, live, tmp_path, words)
    page.evaluate("localStorage.clear()")
    open_page(page, live, "video")
    drop(page, RESULTS, content, "renamed by somebody.png", "image/png")
    assert_restored(page, words)
    form = part(page, "image-form")
    expect(form.locator(".rh-tile-name")).to_have_text("my holiday.png")
    expect(form.locator(".rh-tile img")).to_have_js_property("naturalWidth", 330)
    page.wait_for_timeout(900)  # past the moment in which a second press counts as the same one
    part(page, "image-generate").click()
    assert len(finished(live, words, 2)) == 2


def test_on_a_field_for_files_it_is_still_a_file(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, tmp_path: Path
) -> None:
    content = made_with_a_picture(page, live, tmp_path, "used again as an input")
    form = part(page, "image-form")
    form.locator("textarea").first.fill("typed just now")
    drop(page, ZONE, content, "again.png", "image/png")
    expect(form.locator(".rh-tile-name")).to_have_text(["my holiday.png", "again.png"])
    expect(form.locator("textarea").first).to_have_value("typed just now")
    expect(form.locator(".rh-notice")).to_have_count(0)


def test_the_note_beside_a_result_does_it_too_and_tells_what_is_missing(page: Page, live: Program) -> None:
    gone = f"input:{'0' * 64}.png"
    note = {
        "app": "runninghub-ui", "version": 1, "endpoint": WITH_PICTURES,
        "payload": {"prompt": "from the note", "aspectRatio": "3:2", "imageUrls": [gone], "resolution": "9k"},
        "inputs": {gone: "<img src=x onerror=alert(1)>.png"},
    }  # fmt: skip
    open_page(page, live, "audio")
    chosen: FilePayload = {
        "name": "a.json", "mimeType": "application/json", "buffer": json.dumps(note).encode(),
    }  # fmt: skip
    with page.expect_file_chooser() as chooser:
        part(page, "audio-form").get_by_role("button", name="Settings from a file").click()
    chooser.value.set_files(chosen)
    assert_restored(
        page,
        "from the note",
        "Model and settings are those of the file. Not taken over, because the model no longer takes it: "
        "Resolution (9k). Look at these settings before you start. Not here any more, choose again: "
        "<img src=x onerror=alert(1)>.png.",
    )
    expect(part(page, "image-form").locator(".rh-tile")).to_have_count(0)


def test_a_file_without_settings_says_so_and_changes_nothing(page: Page, live: Program) -> None:
    open_page(page, live)
    form = part(page, "image-form")
    form.locator("textarea").first.fill("stays")
    foreign = io.BytesIO()
    Image.new("RGB", (8, 8)).save(foreign, "PNG", pnginfo=comfy())
    for content, said in (
        (foreign.getvalue(), "These settings are from ComfyUI."),
        (
            b'{"app": "runninghub-ui", "version": 1, "endp',
            "This file holds settings, but they can't be read.",
        ),
        (b"", "This file holds no settings."),
    ):
        drop(page, "#image-results", content, "a.png", "image/png")
        expect(page.locator(".rh-toast").last).to_contain_text(said)
    expect(form.locator("textarea").first).to_have_value("stays")
    open_tab(page, "gallery")
    drop(page, "[id='gallery-grid']", b"words", "a.txt", "text/plain")
    expect(page.locator(".rh-toast").last).to_contain_text("This file holds no settings.")


def comfy() -> PngInfo:
    texts = PngInfo()
    texts.add_text("workflow", "{}")
    return texts


def test_a_photo_dropped_beside_the_zone_goes_into_the_first_free_field(page: Page, live: Program) -> None:
    open_page(page, live, "video")
    choose_model(page, "video", FRAMES)
    form = part(page, "video-form")
    for count, key in enumerate(("firstImageUrl", "lastImageUrl"), start=1):
        drop(page, RESULTS, picture("#aa4477"), f"photo {count}.png", "image/png")
        expect(form.locator(f'[data-key="{key}"] .rh-tile-name')).to_have_text(f"photo {count}.png")
    expect(page.locator(".rh-toast")).to_have_count(0)
    drop(page, RESULTS, picture("#aa4477"), "one more.png", "image/png")
    expect(page.locator(".rh-toast").last).to_contain_text("No free field of this form takes one more.png.")
    expect(page.locator(".rh-toast").last).to_contain_text("This file holds no settings.")
    expect(form.locator(".rh-tile-name")).to_have_text(["photo 1.png", "photo 2.png"])
