"""Quick hands: upload or type, switch the model, type, press Generate at once, a hundred times. What
reaches the service must be what was on the screen at the press: the model, every value, and the bytes of
every file."""

from __future__ import annotations

import hashlib
import random
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page

from rh_ui.catalog.glossary import option_label
from rh_ui.catalog.schema import Endpoint
from rh_ui.domain import FieldKind, Modality
from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program
from tests.browser.conftest import choose_model, journal, open_page, open_tab, part, script
from tests.packaged import packaged_catalog

PRESSES = 100
ARRIVAL_SECONDS = 120
UNSET = ""
"""The value of the shape that stands for "not set"."""

READ_SCREEN = """(name) => {
  const form = document.getElementById(`${name}-form`).querySelector('form');
  const seen = {endpoint: form.dataset.endpoint, values: {}, files: {}};
  for (const field of form.querySelectorAll('.rh-field')) {
    const key = field.dataset.key;
    const tiles = [...field.querySelectorAll('.rh-tile')];
    const pill = field.querySelector('.rh-pill[aria-checked="true"]');
    const pressed = [...field.querySelectorAll('.rh-pill[aria-pressed="true"]')];
    const flag = field.querySelector('input[role="switch"]');
    const box = field.querySelector('textarea, input.rh-seed, input.rh-number, input[role="combobox"]');
    if (field.querySelector('.rh-media')) {
      if (tiles.length) seen.files[key] = tiles.map((tile) => tile.title);
    } else if (pressed.length) seen.values[key] = pressed.map((one) => one.dataset.value);
    else if (pill) seen.values[key] = pill.dataset.value;
    else if (flag) seen.values[key] = flag.checked;
    else if (box && box.value.trim()) seen.values[key] = box.value;
  }
  document.getElementById(`${name}-generate`).click();
  return seen;
}"""
"""What the screen shows, and the press, in one step of the browser: nothing can change in between."""


def usable(endpoint: Endpoint) -> bool:
    """Models whose required fields are filled by a prompt and one picture."""
    needs = [field for field in endpoint.fields if field.required and field.default is None]
    return (
        not endpoint.rules
        and endpoint.offered
        and not endpoint.deprecated
        and endpoint.field("prompt") is not None
        and all(field.key == "prompt" or field.kind is FieldKind.IMAGE for field in needs)
        and all(not field.accept or "png" in field.accept for field in needs if field.kind is FieldKind.IMAGE)
    )


def make_picture(folder: Path, number: int) -> Path:
    """A picture with unique bytes."""
    path = folder / f"picture {number}.png"
    shade = (number * 37 % 256, number * 71 % 256, number * 113 % 256)
    Image.new("RGB", (300 + number, 320), shade).save(path)
    return path


def called(endpoint: Endpoint, key: str, value: object) -> str:
    """How the page shows a value that is sent."""
    field = endpoint.field(key)
    assert field is not None
    return option_label(endpoint, field, str(value), "en")


def left_out(endpoint: Endpoint, key: str) -> tuple[str, ...]:
    """The option for sending nothing, as the page shows it; empty where there is none."""
    field = endpoint.field(key)
    if field is None or field.left_out is None:
        return ()
    return field.left_out, called(endpoint, key, field.left_out)


def sent_equals_seen(
    endpoint: Endpoint, seen: dict[str, Any], body: dict[str, Any], media: set[str]
) -> list[str]:
    """Every difference between what was on the screen and what was sent."""
    wrong = []
    shown = dict(seen["values"])
    for key, value in body.items():
        if key in media:
            continue
        told = shown.pop(key, None)
        if isinstance(told, list) and len(told) == 1:
            (told,) = told
        same = value == told or called(endpoint, key, value) == told or value == _number(told)
        if not same:
            wrong.append(f"{key}: sent {value!r}, on the screen {told!r}")
    # A flag or a choice nobody touched shows "not set" and is left out, and so is what is left to the model.
    wrong += [
        f"{key}: on the screen {value!r}, not sent"
        for key, value in shown.items()
        if value is not False and value != UNSET and value not in left_out(endpoint, key)
    ]
    return wrong


def _number(told: object) -> float | None:
    try:
        return float(str(told))
    except ValueError:
        return None


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_hundred_quick_presses_send_what_is_on_the_screen(
    page: Page, live: Program, emulator: RunningEmulator, tmp_path: Path
) -> None:
    catalog = packaged_catalog()
    chance = random.Random(20261125)
    pools = {
        modality: [endpoint for endpoint in catalog.of(modality) if usable(endpoint)]
        for modality in (Modality.IMAGE, Modality.VIDEO)
    }
    assert all(len(pool) > 20 for pool in pools.values())
    start = len(journal(emulator))
    since = journal(emulator)[-1]["n"] if start else 0
    script(emulator, times={"queue": 0.0, "run": 0.05})
    open_page(page, live)
    presses: list[tuple[dict[str, Any], dict[str, str]]] = []
    for number in range(PRESSES):
        modality = Modality.IMAGE if number < PRESSES // 2 else Modality.VIDEO
        if number == PRESSES // 2:
            open_tab(page, "video")
        presses.append(one_press(page, modality.value, chance, pools[modality], tmp_path, number))
    submits = wait_for_submits(emulator, since, PRESSES)
    stored = {
        entry["file"]["stored"]: entry["file"]["sha256"]
        for entry in journal(emulator, since)
        if entry["operation"] == "upload"
    }
    assert compare(presses, submits, stored) == []
    assert len(submits) == PRESSES


def compare(
    presses: list[tuple[dict[str, Any], dict[str, str]]],
    submits: list[dict[str, Any]],
    stored: dict[str, str],
) -> list[str]:
    """All differences, press by press; the prompt identifies the press of a submit."""
    wrong: list[str] = []
    hashes: dict[str, str] = {}
    catalog = packaged_catalog()
    by_prompt = {entry["body"]["prompt"]: entry for entry in submits}
    for seen, brought in presses:
        hashes |= brought
        entry = by_prompt.get(seen["values"]["prompt"])
        if entry is None:
            wrong.append(f"{seen['values']['prompt']}: not sent")
            continue
        if entry["endpoint"] != seen["endpoint"]:
            wrong.append(f"sent to {entry['endpoint']}, on the screen {seen['endpoint']}")
        wrong += sent_equals_seen(catalog.get(entry["endpoint"]), seen, entry["body"], set(seen["files"]))
        for key, names in seen["files"].items():
            links = entry["body"].get(key, [])
            links = links if isinstance(links, list) else [links]
            sent = [digest for link in links for name, digest in stored.items() if name in link]
            if sent != [hashes[name] for name in names]:
                wrong.append(f"{entry['endpoint']} {key}: other files than on the screen ({names})")
    return wrong


def one_press(
    page: Page, name: str, chance: random.Random, pool: list[Endpoint], folder: Path, number: int
) -> tuple[dict[str, Any], dict[str, str]]:
    """Upload, switch, type, press, without waiting. Returns what was on the screen and the files' hashes."""
    form = part(page, f"{name}-form")
    hashes: dict[str, str] = {}

    def upload() -> None:
        inputs = form.locator('.rh-field[data-kind="image"] input[type=file]')
        if not inputs.count():
            return
        picture = make_picture(folder, number * 2 + len(hashes))
        hashes[picture.name] = hashlib.sha256(picture.read_bytes()).hexdigest()
        inputs.first.set_input_files(picture)

    if chance.random() < 0.5:
        upload()
    endpoint = chance.choice(pool)
    choose_model(page, name, endpoint.path)
    form.locator('.rh-field[data-key="prompt"] textarea').fill(f"press number {number} {chance.random()}")
    for key in [field.key for field in endpoint.fields if field.kind is FieldKind.IMAGE and field.required]:
        box = form.locator(f'.rh-field[data-key="{key}"]')
        if not box.locator(".rh-tile").count():
            picture = make_picture(folder, 1000 + number * 4 + len(hashes))
            hashes[picture.name] = hashlib.sha256(picture.read_bytes()).hexdigest()
            box.locator("input[type=file]").set_input_files(picture)
    seen: dict[str, Any] = page.evaluate(READ_SCREEN, name)
    return seen, hashes


def wait_for_submits(emulator: RunningEmulator, since: int, count: int) -> list[dict[str, Any]]:
    deadline = time.monotonic() + ARRIVAL_SECONDS
    while True:
        found = [
            entry for entry in journal(emulator, since) if entry["operation"] == "submit" and entry["task_id"]
        ]
        if len(found) >= count or time.monotonic() > deadline:
            return found
        time.sleep(0.5)
