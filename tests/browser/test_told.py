"""What comes from outside: RunningHub reports the end of a run, and a run made elsewhere is imported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program, free_port, start_app
from tests.browser.conftest import (
    KEY,
    finished,
    open_page,
    open_tab,
    part,
    result_of,
    script,
    sent,
    shot,
    with_key,
)
from tests.browser.test_attention import unknown
from tests.browser.test_runs_drawer import tray

WORKFLOW = "1900000000000000101"


@pytest.fixture(scope="module")
def reached(tmp_path_factory: pytest.TempPathFactory, emulator: RunningEmulator) -> Iterator[Program]:
    """A page that RunningHub can reach."""
    port = free_port()
    more = {"RH_UI_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    app = start_app(tmp_path_factory.mktemp("reached"), environment=with_key(emulator) | more, port=port)
    yield app
    assert app.stop() == 0
    assert "Traceback" not in app.said() and "/rh/hooks/" not in app.said()


def test_a_message_of_runninghub_resolves_an_unknown(
    page: Page, reached: Program, emulator: RunningEmulator, quiet: int
) -> None:
    script(emulator, times={"queue": 0.0, "run": 3600.0})
    card = unknown(page, reached, emulator, "nobody has to look")
    expect(card).to_contain_text("RunningHub was asked to tell when it ends")
    shot(page, "unknown-told")
    (lost,) = sent(emulator, quiet)
    script(emulator, finish=[lost["task_id"]])
    (run,) = finished(reached, "nobody has to look")
    assert (run["state"], run["remote_id"]) == ("done", lost["task_id"])
    expect(card).to_have_count(0)
    result_of(page, run).click()
    page.locator(".rh-lightbox").get_by_role("button", name="Message").click()
    told = page.get_by_role("dialog", name="RunningHub's message")
    expect(told).to_contain_text("It was delivered.")
    shot(page, "message")
    told.get_by_role("button", name="Send it again").click()
    expect(page.locator(".rh-toast").last).to_have_text("RunningHub sends it again.")
    assert len(sent(emulator, quiet)) == 1


def made_elsewhere(emulator: RunningEmulator) -> str:
    body = {"apiKey": KEY, "workflowId": WORKFLOW}
    answer = requests.post(f"{emulator.url}/task/openapi/create", json=body, timeout=30).json()
    return str(answer["data"]["taskId"])


def look_up(page: Page, number: str) -> Any:
    box = page.locator(".rh-outside")
    if not box.get_by_label("Task id").is_visible():
        box.locator("summary").click()
    box.get_by_label("Task id").fill(number)
    box.get_by_role("button", name="Look it up").click()
    return box


@pytest.mark.parametrize("language", ["en"])
def test_a_run_made_elsewhere_is_imported(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, language: str
) -> None:
    number = made_elsewhere(emulator)
    open_page(page, live)
    open_tab(page, "history")
    expect(part(page, "history-table")).to_be_visible()
    box = look_up(page, number)
    expect(box).to_contain_text(re.compile("State.*Done"))
    expect(box).to_contain_text("¥0.17")
    shot(page, "outside-found")
    box.get_by_role("button", name="Bring it in").dblclick()
    expect(box).to_contain_text(re.compile("State.*Done"))
    row = part(page, "history-table").get_by_role("row").filter(has_text=number)
    expect(row).to_contain_text("Made elsewhere")
    shot(page, "outside-brought")
    box.get_by_role("button", name="Open it").click()
    facts = page.locator(".rh-lightbox .rh-facts")
    expect(facts).to_contain_text("Made elsewhere")
    expect(facts).to_contain_text("Not known: this run was made elsewhere.")
    expect(facts).to_contain_text("¥0.17")
    expect(facts.get_by_role("button", name="Use these settings")).to_have_count(0)
    shot(page, "outside-open")
    facts.get_by_role("button", name="Message").click()
    expect(page.get_by_role("dialog", name="RunningHub's message")).to_contain_text(
        "has no message about this run"
    )
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    box = look_up(page, number)
    expect(box).to_contain_text("This run is here already.")
    assert len(sent(emulator, quiet)) == 1, "the one that was made elsewhere"


def test_a_running_graph_says_where_it_is(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    script(emulator, times={"queue": 0.0, "run": 3600.0})
    number = made_elsewhere(emulator)
    run = live.post("/external-runs", number=number)["id"]
    open_page(page, live)
    card = tray(page).locator(f'[data-task="{run}"]')
    expect(card.locator("[data-step]")).to_have_text(re.compile(r"^At “node \d+”, \d+ %$"))
    shot(page, "progress")
    script(emulator, finish=[number])
    expect(card).to_have_attribute("data-state", "done")
