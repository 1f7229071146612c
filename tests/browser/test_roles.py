"""Models are drawn, run and found again by what the table says their fields are, never by a key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import requests
from PIL import Image
from playwright.sync_api import Page, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program, look_until, start_app
from tests.browser.conftest import RUN_SECONDS, choose_model, last_of, open_page, part, sent, shot
from tests.registries import Model, write_registry

STORY: Final = "nova-lab/saga-1.0/image-to-video"
ENTRY: Final = """
[[correction]]
paths = ["nova-lab/saga-1.0/image-to-video"]
field = "{key}"
reason = "What the vendor's registry has no place for."
set = {{ {set} }}
"""
TOLD: Final = {
    "storyPrompt": 'role = "prompt", usual = true',
    "startImageUrl": 'role = "first_frame"',
    "finishImageUrl": 'role = "last_frame"',
    "luckyNumber": 'role = "seed", usual = true',
    "faceTotal": 'role = "faces", usual = true',
}
WORDS: Final = "A lighthouse wakes at dusk"


def saga() -> Model:
    """A model of tomorrow: none of its keys is known, and its count of faces goes beyond a million."""
    params = [
        {"fieldKey": "finishImageUrl", "type": "IMAGE", "required": False},
        {"fieldKey": "faceTotal", "type": "INT", "required": False, "min": 1, "max": 5_000_000},
        {"fieldKey": "luckyNumber", "type": "INT", "required": False, "min": 0, "max": 1000},
        {"fieldKey": "startImageUrl", "type": "IMAGE", "required": True},
        {"fieldKey": "storyPrompt", "type": "STRING", "required": True, "maxLength": 500},
    ]
    return {"endpoint": STORY, "name_en": STORY, "output_type": "video", "params": params}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A demo with a loaded table, and beside it what a person says of the new model's fields."""
    folder = tmp_path_factory.mktemp("roles")
    told = "".join(ENTRY.format(key=key, set=said) for key, said in TOLD.items())
    started = start_app(folder)
    registry = write_registry(folder / "registry.json", [saga()])
    look = started.post("/catalog/look", "en", files=[uploaded(started, registry)])
    assert started.post("/catalog/use", token=look["token"]) == {"refused": ""}
    assert started.stop() == 0
    corrections = folder / "data" / "demo" / "table" / "corrections"
    corrections.mkdir()
    (corrections / "mine.toml").write_text(told, encoding="utf-8")
    started = start_app(folder)
    yield started
    assert started.stop() == 0
    assert "Traceback" not in started.said()


def uploaded(app: Program, file: Path) -> dict[str, str]:
    with file.open("rb") as stream:
        answer = requests.post(f"{app.url}/gradio_api/upload", files={"files": stream}, timeout=30)
    return {"path": answer.json()[0], "orig_name": file.name}


def ended(app: Program, words: str) -> list[dict[str, Any]]:
    """The runs that hold these words, once there is one and all have ended."""
    return look_until(
        lambda: [run for run in app.call("tasks", "", 100) if words in run["params"].values()],
        lambda runs: bool(runs) and all(run["state"] in ("done", "failed") for run in runs),
        RUN_SECONDS,
    )


def test_an_endpoint_with_unheard_of_keys_is_whole_by_its_entry_alone(
    page: Page, app: Program, tmp_path: Path
) -> None:
    picture = tmp_path / "dusk.png"
    Image.new("RGB", (320, 240), "indigo").save(picture)
    open_page(page, app, "video")
    choose_model(page, "video", STORY)
    form = part(page, "video-form")
    rows = form.locator("[data-key]")
    expect(rows.first).to_have_attribute("data-key", "storyPrompt")
    expect(form.locator("textarea").first).to_have_attribute("rows", "4")
    pair = form.locator(".rh-pair [data-key]")
    expect(pair).to_have_count(2)
    expect(pair.first).to_have_attribute("data-key", "startImageUrl")
    expect(form.locator('[data-key="luckyNumber"] .rh-seed')).to_have_count(1)
    expect(form.locator('[data-key="faceTotal"] .rh-seed')).to_have_count(0)
    form.locator("textarea").first.fill(WORDS)
    pair.first.locator("input[type=file]").set_input_files(picture)
    expect(pair.first.locator("img").first).to_be_visible()
    form.locator('[data-key="faceTotal"] input[type=text]').fill("4000000")
    shot(page, "roles-unheard-of-keys")
    part(page, "video-generate").click()
    (run,) = ended(app, WORDS)
    assert run["state"] == "done" and run["params"]["faceTotal"] == 4_000_000
    slug = WORDS.lower().replace(" ", "-")
    assert run["outputs"][0]["name"].startswith(slug), "the file is called by what was asked for"
    (row,) = app.get("/history", search="lighthouse")["rows"]
    assert (row["id"], row["prompt"]) == (run["id"], WORDS)


def test_known_voices_are_a_list_and_another_one_is_taken_as_typed(
    page: Page, live: Program, emulator: RunningEmulator
) -> None:
    since = last_of(emulator)
    open_page(page, live, "audio")
    form = part(page, "audio-form")
    box = form.locator('[data-key="voice_id"]').get_by_role("combobox")
    expect(box).to_have_value("Wise woman")
    box.click()
    expect(form.locator('[data-key="voice_id"] .rh-option')).to_have_count(17)
    shot(page, "roles-voices")
    box.fill("Calm")
    box.press("Enter")
    expect(box).to_have_value("Calm woman")
    box.click()
    box.fill("my-cloned-voice-01")
    box.press("Enter")
    expect(box).to_have_value("my-cloned-voice-01")
    form.locator("textarea").first.fill("Good evening, and welcome aboard")
    part(page, "audio-generate").click()
    ended(live, "Good evening, and welcome aboard")
    (submit,) = sent(emulator, since)
    assert submit["body"]["voice_id"] == "my-cloned-voice-01"
