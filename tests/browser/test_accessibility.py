"""What axe-core finds on every tab: no serious and no critical fault, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import ROOT, Program, start_app
from tests.browser.conftest import finished, script, with_key

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
TABS = ("image", "video", "audio", "3d", "text", "apps", "gallery", "history", "account")
KEY = "rh_TESTKEY_axe"
PLACE = {
    "gallery": "#gallery-grid section",
    "history": "#history-table table",
    "account": "#account-balance section",
}
WORDS = {
    "image": ("rhart-image-n-g31-flash/text-to-image", {"prompt": "a boat", "resolution": "1k"}),
    "video": ("alibaba/wan-2.6/text-to-video", {"prompt": "a film"}),
    "text": ("rhart-text-g-25-flash/text-to-text", {"prompt": "a text"}),
}
FIND = """
async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => [id, ...node.target, node.failureSummary].join(" ")));
}
"""


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory, emulator: RunningEmulator) -> Iterator[Program]:
    """A page with results, a failed run and one whose outcome is unknown."""
    script(emulator, accounts={KEY: {"kind": "SHARED", "limit": 5, "balance": "100"}})
    app = start_app(tmp_path_factory.mktemp("axe"), environment=with_key(emulator, KEY))
    for endpoint, params in WORDS.values():
        app.call("submit", endpoint, params, "")
        finished(app, str(params["prompt"]))
    for fault, words in (
        ({"do": "fail", "code": "1501", "message": "no"}, "refused"),
        ({"do": "drop-after"}, "lost"),
    ):
        script(emulator, faults=[{"on": "submit", **fault}])
        app.call("submit", WORDS["image"][0], {"prompt": words, "resolution": "1k"}, "")
    yield app
    script(emulator, clear=True)
    assert app.stop() == 0


def faults(page: Page) -> list[str]:
    page.evaluate(AXE)
    found: list[str] = page.evaluate(FIND)
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_tab_has_a_serious_fault(browser: Browser, lived_in: Program, scheme: Any) -> None:
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="en-GB", color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(lived_in.url)
    page.locator("#image-results [data-output]").first.wait_for()
    found = {}
    for tab in TABS:
        page.evaluate("tab => { location.hash = tab; }", tab)
        page.locator(PLACE.get(tab, f'[id="{tab}-stage"] .rh-stage-head')).first.wait_for()
        found[tab] = faults(page)
    context.close()
    assert [f"{tab}: {told}" for tab, each in found.items() for told in each] == []
