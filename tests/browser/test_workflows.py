"""Workflows on the page: from an id or a file to a form, a run, and a refusal at its field."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Browser, Page, expect

from rh_ui.emulator.runner import RunningEmulator
from rh_ui.emulator.sample_apps import workflows
from scripts.processes import Program
from tests.browser.conftest import arrived, last_of, open_page, open_tab, part, reload, script, sent, shot
from tests.browser.test_media import picture
from tests.browser.test_restore import drop

PICTURE = "1900000000000000101"
WATERCOLOUR = "1900000000000000102"
NOT_SAVED = "1900000000000000104"
FILE = Path(__file__).parents[1] / "material" / "workflows" / "01_plain_picture.json"


def open_section(page: Page, app: Program) -> Any:
    open_page(page, app, "apps")
    place = part(page, "apps-endpoint")
    place.locator("[data-section=workflows]").click()
    page.get_by_label("Workflow id or address").wait_for()
    return place


def give_id(page: Page, text: str) -> None:
    page.get_by_label("Workflow id or address").fill(text)
    page.keyboard.press("Enter")


def field(page: Page, key: str) -> Any:
    return part(page, "apps-form").locator(f'.rh-field[data-key="{key}"]')


def write(page: Page, key: str, value: str) -> None:
    box = field(page, key).locator("textarea, input").first
    box.fill(value)
    box.blur()


def drop_file(page: Page, target: str, graph: object, name: str) -> None:
    content = graph if isinstance(graph, bytes) else json.dumps(graph).encode()
    drop(page, target, content, name, "application/json")


def test_a_workflow_runs_from_a_json_file_with_two_changed_inputs(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    script(emulator, times={"queue": 0.0, "run": 3600.0})
    open_page(page, live)
    drop_file(page, "#image-results", FILE.read_bytes(), "boat.json")
    place = part(page, "apps-endpoint")
    expect(place.locator(".rh-flow-chosen")).to_contain_text("boat")
    expect(place).to_contain_text("wants a workflow id all the same")
    expect(page.get_by_label("Workflow id or address")).to_be_focused()
    page.keyboard.press("Enter")
    expect(place.get_by_role("alert")).to_contain_text("the id of a workflow of your account")
    give_id(page, f"https://www.runninghub.ai/workflow/{PICTURE}")
    expect(place).to_contain_text("boat")
    write(page, "6.text", "a boat in fog")
    write(page, "3.steps", "12")
    field(page, "3.seed").get_by_role("checkbox").uncheck()
    part(page, "apps-generate").click()
    submit = arrived(emulator, quiet)
    assert submit["path"] == f"/openapi/v2/run/workflow/{PICTURE}"
    graph, first = json.loads(submit["body"]["workflow"]), json.loads(FILE.read_bytes())
    assert (graph["6"]["inputs"].pop("text"), graph["3"]["inputs"].pop("steps")) == ("a boat in fog", 12)
    del first["6"]["inputs"]["text"], first["3"]["inputs"]["steps"]
    assert graph == first, "nothing else was changed, and no digit of the seed is lost"
    step = part(page, "apps-tasks").locator("[data-task]").first.locator("[data-step]")
    expect(step).to_have_text(re.compile(r"^At “[A-Z][^”]+”, [1-9]\d? % of the whole$"))
    shot(page, "workflow-progress")
    script(emulator, finish="all")
    part(page, "apps-results").locator('[data-output][data-kind="image"]').first.wait_for()
    reload(page)
    open_tab(page, "apps")
    expect(field(page, "6.text").locator("textarea")).to_have_value("a boat in fog")
    assert len(sent(emulator, quiet)) == 1


def test_a_form_is_made_for_those_who_never_see_the_graph(
    page: Page, browser: Browser, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    place = open_section(page, live)
    give_id(page, PICTURE)
    place.get_by_role("button", name="Choose inputs").click()
    window = page.locator("dialog.rh-window")
    rows = window.locator(".rh-inputs .rh-input-row.is-shown")
    expect(rows).to_have_count(13)
    window.get_by_role("button", name="Show none").click()
    for words, node in (("fog", "#6"), ("sampler cfg", "#3")):
        window.get_by_label("Find an input").fill(words)
        found = window.locator(".rh-input-row")
        expect(found).to_have_count(1)
        expect(found).to_contain_text(node)
        found.get_by_role("checkbox").click()
        expect(rows).to_have_count(1)
    window.get_by_label("Find an input").fill("")
    expect(rows).to_have_count(2)
    window.get_by_role("button", name="Move Sampler · cfg up").click()
    expect(rows.first).to_contain_text("Sampler · cfg")
    rows.last.get_by_role("textbox").fill("What to draw")
    window.get_by_label("Name of the form").fill("Harbours")
    window.get_by_label("What it is for").fill("For the calendar")
    shot(page, "workflow-inputs")
    window.get_by_role("button", name="Save as another form").click()
    form = part(page, "apps-form")
    labels = form.locator(".rh-form > .rh-field .rh-label")
    expect(labels).to_have_text(["Sampler · cfg", "What to draw"], use_inner_text=True)
    teammate = browser.new_page()
    place = open_section(teammate, live)
    place.locator(".rh-run-tile").filter(has_text="Harbours").locator(".rh-run-open").click()
    write(teammate, "6.text", "a quiet harbour")
    part(teammate, "apps-generate").click()
    body = arrived(emulator, quiet)["body"]
    assert body == {"nodeInfoList": [{"nodeId": "6", "fieldName": "text", "fieldValue": "a quiet harbour"}]}
    place.get_by_role("button", name="Choose inputs").click()
    window = teammate.locator("dialog.rh-window")
    window.get_by_label("Name of the form").fill("Ports")
    window.get_by_role("button", name="Save", exact=True).click()
    expect(place.locator(".rh-run-chosen")).to_contain_text("Ports")
    place.get_by_role("button", name="Choose inputs").click()
    window.get_by_role("button", name="Delete this form").click()
    window.get_by_role("button", name="Delete", exact=True).click()
    tiles = place.locator(".rh-run-flows .rh-run-tile")
    expect(tiles.first).to_be_visible()
    expect(tiles.filter(has_text="Ports")).to_have_count(0)
    teammate.close()


def test_what_can_t_be_opened_or_is_refused_is_said_where_it_belongs(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    place = open_section(page, live)
    for text, words in (
        ("my workflow", "no workflow id in this"),
        ("1900000000000009999", "no such workflow"),
        (NOT_SAVED, "never saved and run"),
    ):
        give_id(page, text)
        expect(place.get_by_role("alert")).to_contain_text(words)
    drop_file(page, "#apps-results", {"nodes": [], "links": []}, "drawn.json")
    expect(page.locator(".rh-toast").last).to_contain_text("saved for drawing")
    graph = json.loads(json.dumps(workflows()[WATERCOLOUR].graph))
    graph["1"]["inputs"]["image"] = "only on my disk.png"
    zone = place.locator("input[type=file]")
    for content in (b'{"nodes": []}', json.dumps(graph).encode()):
        if place.locator(".rh-flow-chosen").count():
            place.get_by_role("button", name="Take the file away").click()
        zone.set_input_files(files=[{"name": "wash.json", "mimeType": "application/json", "buffer": content}])
        give_id(page, WATERCOLOUR)
        if b"class_type" not in content:
            expect(place.get_by_role("alert")).to_contain_text("saved for drawing")
    write(page, "3.text", "in blue")
    part(page, "apps-generate").click()
    card = part(page, "apps-tasks").or_(part(page, "apps-results")).locator(".rh-run.is-failed").first
    expect(card.locator(".rh-run-blame")).to_contain_text("image")
    expect(card).to_contain_text("Nothing was charged")
    problem = field(page, "1.image").get_by_role("alert")
    expect(problem).to_contain_text("RunningHub refused the last run for this")
    write(page, "3.text", "in green")
    card.get_by_role("button", name="Use these settings").click()
    expect(field(page, "3.text").locator("textarea")).to_have_value("in blue")
    expect(problem).to_contain_text("RunningHub refused the last run for this")
    shot(page, "workflow-refused")
    open_tab(page, "image")
    page.locator("#rh-tray-button").click()
    page.locator("#rh-tray .rh-run.is-failed").first.get_by_role("button", name="Use these settings").click()
    expect(field(page, "1.image").locator("input[type=file]")).to_be_focused()
    field(page, "1.image").locator("input[type=file]").set_input_files(
        files=[{"name": "a.png", "mimeType": "image/png", "buffer": picture("#4477aa")}]
    )
    expect(problem).to_be_hidden()
    before = last_of(emulator)
    part(page, "apps-generate").click()
    graph = json.loads(arrived(emulator, before)["body"]["workflow"])
    assert graph["1"]["inputs"]["image"].startswith("openapi/")


def test_a_picture_of_comfyui_is_taken_as_a_workflow(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    """Dropped anywhere, or chosen as the file; its graph is sent without what is not JSON."""
    graph = json.loads(FILE.read_bytes())
    told = json.dumps({**graph, "9": {**graph["9"], "is_changed": [float("nan")]}})
    notes, made = PngInfo(), io.BytesIO()
    notes.add_text("prompt", told)
    notes.add_text("workflow", '{"nodes": []}')
    Image.new("RGB", (8, 8)).save(made, "PNG", pnginfo=notes)
    open_page(page, live)
    drop(page, "#image-results", made.getvalue(), "boat.png", "image/png")
    place = part(page, "apps-endpoint")
    expect(place.locator(".rh-flow-chosen")).to_contain_text("boat")
    place.get_by_role("button", name="Take the file away").click()
    chooser = place.locator("input[type=file]")
    plain = io.BytesIO()
    Image.new("RGB", (8, 8)).save(plain, "PNG")
    chooser.set_input_files({"name": "plain.png", "mimeType": "image/png", "buffer": plain.getvalue()})
    expect(place.get_by_role("alert").first).to_contain_text("This file holds no settings.")
    chooser.set_input_files({"name": "boat.png", "mimeType": "image/png", "buffer": made.getvalue()})
    give_id(page, PICTURE)
    write(page, "6.text", "a boat in fog")
    part(page, "apps-generate").click()
    gone = json.loads(arrived(emulator, quiet)["body"]["workflow"], parse_constant=pytest.fail)
    assert gone["9"] == graph["9"]
