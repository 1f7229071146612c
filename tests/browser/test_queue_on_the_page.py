"""The queue and the paused account as users see them; with its own program and key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program, start_app
from tests.browser.conftest import (
    card_of,
    finished,
    open_page,
    open_tab,
    part,
    script,
    sent,
    shot,
    with_key,
    write_prompt,
)

MODEL: Final = "rhart-image-n-g31-flash/text-to-image"
OWN_KEY: Final = "rh_TESTKEY_line"


@pytest.fixture
def narrow(tmp_path: Path, emulator: RunningEmulator, quiet: int) -> Iterator[Program]:
    """The page with a key that may run one task at a time."""
    script(emulator, accounts={OWN_KEY: {"kind": "SHARED", "limit": 1, "balance": "100"}})
    app = start_app(tmp_path, environment=with_key(emulator, OWN_KEY))
    yield app
    if app.process.poll() is None:
        assert app.stop() == 0


def press(page: Page, *prompts: str) -> None:
    for words in prompts:
        write_prompt(page, words)
        part(page, "image-generate").click()
        card_of(page, words).wait_for()


def api_run(app: Program, prompt: str, headers: dict[str, str]) -> str:
    """Start a run by plain HTTP, with the number of values that the function had in the first version."""
    order = {"data": [MODEL, {"prompt": prompt, "resolution": "1k"}, ""]}
    answer = requests.post(f"{app.url}/gradio_api/run/submit", json=order, headers=headers, timeout=30)
    assert answer.ok, answer.text
    return str(answer.json()["data"][0]["id"])


def test_each_person_has_a_line_and_a_run_can_be_moved_up_in_it(
    browser: Browser, narrow: Program, page: Page, emulator: RunningEmulator, quiet: int
) -> None:
    script(emulator, times={"queue": 0.0, "run": 3600.0})
    open_page(page, narrow)
    press(page, "the first", "the second", "the third")
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    other = context.new_page()
    open_page(other, narrow)
    press(other, "by somebody else")
    expect(card_of(other, "by somebody else")).to_contain_text("排在第 1 位")
    expect(card_of(page, "by somebody else")).to_contain_text("1st in line")
    expect(card_of(page, "the second")).to_contain_text("2nd in line")
    expect(card_of(page, "the second").get_by_role("button", name="Move up")).to_have_count(0)
    shot(page, "line")
    assert api_run(narrow, "by a script", {}) and api_run(narrow, "by a script again", {})
    assert api_run(narrow, "by a bot", {"X-RH-Submitter": "bot"})
    card_of(page, "the third").get_by_role("button", name="Move up").click()
    expect(card_of(page, "the third")).to_contain_text("4th in line")
    expect(card_of(page, "the second")).to_contain_text("6th in line")
    expect(card_of(page, "by somebody else")).to_contain_text("1st in line")
    other.set_viewport_size({"width": 390, "height": 844})
    shot(other, "line-phone")
    context.close()
    script(emulator, times={"queue": 0.0, "run": 0.1}, finish="all")
    finished(narrow, "the second")
    order = [entry["body"]["prompt"] for entry in sent(emulator, quiet) if entry["task_id"]]
    assert order == [
        "the first",
        "by somebody else",
        "by a script",
        "by a bot",
        "the third",
        "by a script again",
        "the second",
    ]


def test_an_account_without_money_is_paused_with_one_message_and_resumed(
    narrow: Program, page: Page, emulator: RunningEmulator, quiet: int, tmp_path: Path
) -> None:
    script(emulator, faults=[{"on": "submit", "do": "refuse", "code": "416"}])
    open_page(page, narrow)
    press(page, "too dear", "behind it")
    line = page.locator("#rh-header .rh-pause")
    expect(line).to_have_count(1)
    expect(line).to_contain_text("does not hold enough money (416)")
    expect(line).to_contain_text("Nothing was charged")
    expect(line).to_contain_text("2 runs wait")
    expect(card_of(page, "behind it")).to_contain_text("Paused with the account")
    shot(page, "paused")
    page.goto("about:blank")
    assert narrow.stop() == 0
    again = start_app(
        tmp_path, environment=with_key(emulator, OWN_KEY), port=int(narrow.url.rpartition(":")[2])
    )
    try:
        open_page(page, again)
        expect(line).to_contain_text("2 runs wait")
        assert len(sent(emulator, quiet)) == 1
        open_tab(page, "account")
        inside = page.locator("#account-balance .rh-pause")
        expect(inside).to_contain_text("(416)")
        shot(page, "paused-account")
        inside.get_by_role("button", name="Resume").click()
        expect(inside).to_have_count(0)
        expect(line).to_have_count(0)
        for words in ("too dear", "behind it"):
            assert finished(again, words)[0]["state"] == "done"
        assert len([entry for entry in sent(emulator, quiet) if entry["task_id"]]) == 2
    finally:
        page.goto("about:blank")
        again.stop()
