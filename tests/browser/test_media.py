"""How files get into a form: dropped, pasted, still uploading at the press, and kept over a reload."""

from __future__ import annotations

import base64
import io
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program
from tests.browser.conftest import choose_model, finished, open_page, part, reload, sent

WITH_PICTURES = "rhart-image-n-g31-flash/image-to-image"
WORDS_ONLY = "rhart-image-n-g31-flash/text-to-image"

BRING = """([how, encoded, name]) => {
  const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, {type: 'image/png'}));
  const zone = document.querySelector('#image-form [data-key="imageUrls"] .rh-zone');
  const event = how === 'drop'
    ? new DragEvent('drop', {dataTransfer: transfer, bubbles: true, cancelable: true})
    : new ClipboardEvent('paste', {clipboardData: transfer, bubbles: true, cancelable: true});
  (how === 'drop' ? zone : document.body).dispatchEvent(event);
}"""


def picture(shade: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (330, 320), shade).save(target, "PNG")
    return target.getvalue()


@pytest.mark.parametrize(("how", "shade"), [("drop", "#336699"), ("paste", "#663399")])
def test_a_picture_is_dropped_or_pasted(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, how: str, shade: str
) -> None:
    content = picture(shade)
    open_page(page, live)
    choose_model(page, "image", WITH_PICTURES)
    page.evaluate(BRING, [how, base64.b64encode(content).decode(), "from outside.png"])
    form = part(page, "image-form")
    expect(form.locator(".rh-tile-name")).to_have_text("from outside.png")
    form.locator("textarea").first.fill(f"came by {how}")
    part(page, "image-generate").click()
    finished(live, f"came by {how}")
    (upload,) = sent(emulator, quiet, "upload")
    assert upload["file"]["sha256"] == sha256(content).hexdigest()


def test_a_file_still_on_its_way_goes_with_its_press(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, tmp_path: Path
) -> None:
    """The upload is held while the user presses, changes the model, and chooses another file."""
    held: list[Route] = []
    page.route("**/gradio_api/upload", lambda route: held.append(route))
    first = tmp_path / "first.png"
    first.write_bytes(picture("#aa3311"))
    open_page(page, live)
    choose_model(page, "image", WITH_PICTURES)
    form = part(page, "image-form")
    form.locator(".rh-media input[type=file]").set_input_files(first)
    form.locator("textarea").first.fill("pressed early")
    part(page, "image-generate").click()
    expect(part(page, "image-estimate")).to_contain_text("Bringing in your files")
    choose_model(page, "image", WORDS_ONLY)
    form.locator("textarea").first.fill("typed later")
    assert sent(emulator, quiet, "submit") == []
    for route in held:
        route.continue_()
    (run,) = finished(live, "pressed early")
    assert run["endpoint"] == WITH_PICTURES
    (upload,) = sent(emulator, quiet, "upload")
    assert upload["file"]["sha256"] == sha256(first.read_bytes()).hexdigest()
    (submit,) = sent(emulator, quiet, "submit")
    assert upload["file"]["stored"] in submit["body"]["imageUrls"][0]
    expect(form.locator("textarea").first).to_have_value("typed later")


def test_files_and_settings_come_back_after_a_reload(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, tmp_path: Path
) -> None:
    path = tmp_path / "stays.png"
    path.write_bytes(picture("#11aa66"))
    open_page(page, live)
    choose_model(page, "image", WITH_PICTURES)
    form = part(page, "image-form")
    form.locator(".rh-media input[type=file]").set_input_files(path)
    form.locator('[data-key="aspectRatio"] [data-value="3:2"]').click()
    form.locator("textarea").first.fill("after the reload")
    expect(form.locator(".rh-tile-state")).to_have_count(0)
    reload(page)
    form.locator(f'form[data-endpoint="{WITH_PICTURES}"]').wait_for()
    expect(form.locator(".rh-tile-name")).to_have_text("stays.png")
    expect(form.locator(".rh-tile img")).to_have_js_property("naturalWidth", 330)
    expect(form.locator("textarea").first).to_have_value("after the reload")
    part(page, "image-generate").click()
    finished(live, "after the reload")
    (submit,) = sent(emulator, quiet, "submit")
    assert submit["body"]["aspectRatio"] == "3:2"
    (upload,) = sent(emulator, quiet, "upload")
    assert upload["file"]["sha256"] == sha256(path.read_bytes()).hexdigest()


def test_what_both_models_share_is_carried_over_and_nothing_else(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    open_page(page, live)
    choose_model(page, "image", WORDS_ONLY)
    form = part(page, "image-form")
    form.locator("textarea").first.fill("kept over the switch")
    form.locator('[data-key="resolution"] [data-value="4k"]').click()
    form.locator('[data-key="aspectRatio"] [data-value="1:8"]').click()
    choose_model(page, "image", "rhart-image/f-krea-dev-lora")
    expect(form.locator("textarea").first).to_have_value("kept over the switch")
    expect(form.locator(".rh-notice")).to_contain_text("does not take what was set for: Aspect ratio")
    part(page, "image-generate").click()
    finished(live, "kept over the switch")
    (submit,) = sent(emulator, quiet, "submit")
    assert "resolution" not in submit["body"]
    assert submit["body"]["aspectRatio"] != "1:8"
