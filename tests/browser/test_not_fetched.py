"""A result that is made and paid, but too large to be downloaded by itself: shown, and downloaded by a
press."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program, start_app
from tests.browser.conftest import (
    KEY,
    card_of,
    finished,
    open_page,
    open_tab,
    part,
    result_of,
    script,
    shot,
    with_key,
    write_prompt,
)
from tests.integration.emulator.caller import Caller

WORDS = "a picture of more than a megabyte"


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory, emulator: RunningEmulator) -> Iterator[Program]:
    """A page that downloads up to a megabyte by itself."""
    more = {"RH_UI_MAX_RESULT_MB": "1"}
    app = start_app(tmp_path_factory.mktemp("narrow"), environment=with_key(emulator) | more)
    yield app
    assert app.stop() == 0
    assert "Traceback" not in app.said()


def test_it_waits_with_its_words_until_somebody_wants_it(
    page: Page, narrow: Program, emulator: RunningEmulator, quiet: int
) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (800, 800, 3), dtype=np.uint8)
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "PNG")
    link = Caller(emulator.url, KEY).link_of("a.png", data.getvalue())
    results = {"results": [{"url": link, "outputType": "png"}], "usage": {"consumeCoins": "17"}}
    script(emulator, faults=[{"on": "query", "do": "set", "value": results, "when": "SUCCESS", "times": -1}])
    open_page(page, narrow)
    write_prompt(page, WORDS)
    part(page, "image-generate").click()
    card = card_of(page, WORDS)
    expect(card).to_contain_text("Not fetched: a file is larger than results may be here")
    expect(card).to_contain_text("RunningHub keeps it for another")
    expect(card).to_contain_text("17 coins")
    expect(card.locator(".rh-bar")).to_have_count(0)
    shot(page, "not-fetched")
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    shot(page, "not-fetched-phone")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})
    (task,) = [run for run in narrow.call("tasks", "", 100) if run["params"].get("prompt") == WORDS]
    assert (task["state"], task["not_fetched"]) == ("downloading", "files-too-large")
    assert [output["state"] for output in task["outputs"]] == ["unfetched"]
    assert task["outputs"][0]["link_ends"]
    open_tab(page, "history")
    row = part(page, "history-table").get_by_role("row").filter(has_text=WORDS)
    expect(row.get_by_role("cell", name="Not fetched")).to_be_visible()
    part(page, "history-state").select_option(label="Made; fetching the files")
    expect(row).to_have_count(0)
    part(page, "history-state").select_option(label="Not fetched")
    expect(row).to_have_count(1)
    shot(page, "not-fetched-history")
    open_tab(page, "image")
    card.get_by_role("button", name="Fetch now").click()
    (done,) = finished(narrow, WORDS)
    assert (done["state"], done["not_fetched"], done["coins"]) == ("done", None, "17")
    result_of(page, done).click()
    expect(page.locator(".rh-lightbox")).to_contain_text("17 coins")
    shot(page, "coins")
