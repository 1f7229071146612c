"""Workflows by id and with a file's graph: what is sent, what is stored, and where a refusal is shown."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from rh_ui.catalog.comfy.run_form import left_out
from rh_ui.catalog.comfy.workflow_form import Choice
from rh_ui.domain import Charged, Modality, OutputKind, Params, Task, TaskState
from rh_ui.errors import InputRefused, NotFound, PayloadRefused, Refused
from rh_ui.i18n import load_words
from rh_ui.persistence.repositories.saved_forms import SavedFormRepository
from rh_ui.services.workflows import Workflows
from rh_ui.web.serializers.node_errors import blames
from rh_ui.web.serializers.runs import card_json
from tests.integration.engine.conftest import Open
from tests.integration.engine.workshop import Workshop
from tests.orders import submit

PICTURE = "1900000000000000101"
WATERCOLOUR = "1900000000000000102"
NOT_SAVED = "1900000000000000104"
LOCKED = "1900000000000000105"
PATH = f"run/workflow/{PICTURE}"
FILE = (Path(__file__).parents[2] / "material" / "workflows" / "01_plain_picture.json").read_bytes()


def flows(workshop: Workshop) -> Workflows:
    return workshop.workflows


def run(workshop: Workshop, path: str, values: Params) -> Task:
    return workshop.done(submit(workshop.runs, path, values))


def body(workshop: Workshop) -> dict[str, Any]:
    """The last body that the emulator received."""
    last = workshop.requests("submit")[-1]
    assert last["path"].startswith("/openapi/v2/run/workflow/")
    told: dict[str, Any] = last["body"]
    return told


def test_a_workflow_by_id_sends_only_what_was_changed(workshop: Workshop) -> None:
    form = flows(workshop).open(PICTURE)
    assert (form.path, form.endpoint.title) == (PATH, f"Workflow {PICTURE}")
    task = run(workshop, PATH, {"6.text": "a pier at night", "5.width": 640, "3.seed": 4, "3.steps": 20})
    assert body(workshop) == {
        "nodeInfoList": [
            {"nodeId": "3", "fieldName": "seed", "fieldValue": 4},
            {"nodeId": "5", "fieldName": "width", "fieldValue": 640},
            {"nodeId": "6", "fieldName": "text", "fieldValue": "a pier at night"},
        ]
    }
    assert (task.modality, task.outputs[0].kind) == (Modality.APPS, OutputKind.IMAGE)
    assert task.charged is Charged.YES and task.cost is not None


def test_a_file_goes_beside_the_id_with_two_changed_inputs(workshop: Workshop) -> None:
    form = flows(workshop).open(PICTURE, FILE, "My boat")
    assert form.endpoint.title == "My boat" and form.path != PATH
    run(workshop, form.path, {"6.text": "a boat in fog", "3.steps": 12, "@addMetadata": False})
    sent = body(workshop)
    assert sent["nodeInfoList"] == [] and sent["addMetadata"] is False
    graph, first = json.loads(sent["workflow"]), json.loads(FILE)
    assert (graph["6"]["inputs"].pop("text"), graph["3"]["inputs"].pop("steps")) == ("a boat in fog", 12)
    del first["6"]["inputs"]["text"], first["3"]["inputs"]["steps"]
    assert graph == first
    assert flows(workshop).open(PICTURE, FILE, "again").path == form.path, "the same file, the same form"


@pytest.mark.parametrize("own", [False, True])
def test_a_chosen_picture_lands_under_its_name(workshop: Workshop, tmp_path: Path, own: bool) -> None:
    Image.new("RGB", (320, 240), (20, 90, 160)).save(tmp_path / "a.png")
    ref = workshop.inputs.keep(tmp_path / "a.png", "a.png").ref
    form = flows(workshop).open(WATERCOLOUR)
    if own:
        form = flows(workshop).open(WATERCOLOUR, json.dumps(form.source["graph"]).encode(), "own")
    run(workshop, form.path, {"1.image": ref, "5.seed": 1})
    sent = body(workshop)
    listed = {f"{item['nodeId']}.{item['fieldName']}": item["fieldValue"] for item in sent["nodeInfoList"]}
    name = json.loads(sent["workflow"])["1"]["inputs"]["image"] if own else listed["1.image"]
    assert name.startswith("openapi/")
    assert set(listed) == (set() if own else {"1.image", "5.seed"})


def test_a_saved_form_outlives_a_restart_and_teammates_see_only_what_was_chosen(open_workshop: Open) -> None:
    workshop = open_workshop()
    flows(workshop).open(PICTURE)
    chosen = [Choice("6.text", "What to draw"), Choice("3.seed")]
    saved = flows(workshop).save(PATH, "Harbours", "For the calendar", chosen, anew=True)
    workshop.restart()
    form = flows(workshop).form(saved.path)
    assert [field.key for field in form.endpoint.fields if field.key[0] != "@"] == ["6.text", "3.seed"]
    assert (form.endpoint.title, form.face.descriptions["zh"]) == ("Harbours", "For the calendar")
    assert len(flows(workshop).form(PATH).inputs) == 13
    run(workshop, saved.path, {"6.text": "a harbour", "3.seed": "9"})
    assert len(body(workshop)["nodeInfoList"]) == 2
    renamed = flows(workshop).save(saved.path, "Ports", "", [Choice("3.seed"), Choice("6.text")], anew=False)
    assert renamed.path == saved.path and [node_input.key for node_input in renamed.inputs] == [
        "3.seed",
        "6.text",
    ]
    workshop.forms.remove(saved.path)
    workshop.restart()
    with pytest.raises(NotFound):
        flows(workshop).form(saved.path)
    assert workshop.history.count(search="harbour") == 1, "its runs stay"


def test_opened_again_a_form_keeps_its_name_and_choice(workshop: Workshop) -> None:
    flows(workshop).open(PICTURE)
    flows(workshop).save(PATH, "Mine", "", [Choice("6.text", "Words")], anew=False)
    form = flows(workshop).open(PICTURE)
    assert form.endpoint.title == "Mine" and [node_input.key for node_input in form.inputs] == ["6.text"]


def test_a_form_is_brought_up_to_the_workflow_of_today(workshop: Workshop) -> None:
    flows(workshop).open(PICTURE)
    record = SavedFormRepository(workshop.database).get(PATH)
    older = json.loads(json.dumps(record.source))
    older["graph"]["6"]["inputs"] = {"text": "as it was", "gone": 1}
    older["shown"] = [{"key": "6.gone", "label": "Gone"}, {"key": "6.text", "label": "Words"}]
    workshop.forms.save(replace(record, source=older))
    before = flows(workshop).form(PATH)
    now = flows(workshop).renew(PATH)
    assert left_out(before, now) == ["Gone"]
    (node_input,) = now.inputs
    assert (node_input.key, node_input.titles["en"]) == ("6.text", "Words") and node_input.was != "as it was"
    own = flows(workshop).open(PICTURE, FILE)
    asked = len(workshop.requests("graph"))
    assert flows(workshop).renew(own.path) == own and len(workshop.requests("graph")) == asked


@pytest.mark.parametrize(("wanted", "code"), [("1900000000000009999", "380"), (NOT_SAVED, "810")])
def test_what_is_not_there_or_was_never_run_is_refused_at_once(
    workshop: Workshop, wanted: str, code: str
) -> None:
    for content in (b"", FILE):
        with pytest.raises(Refused, match=code):
            flows(workshop).open(wanted, content)
    assert workshop.forms.list_of("demo") == []


def test_a_drawing_is_distinguished_from_a_graph_before_anything_is_asked(workshop: Workshop) -> None:
    with pytest.raises(InputRefused, match="saved for drawing"):
        flows(workshop).open(PICTURE, b'{"nodes": [], "links": []}')
    assert workshop.requests("graph") == []


def test_a_password_is_sent_along_and_a_wrong_one_is_refused(workshop: Workshop) -> None:
    path = flows(workshop).open(LOCKED).path
    run(workshop, path, {"@accessPassword": "open-sesame", "6.text": "a gate"})
    ended = workshop.reach(submit(workshop.runs, path, {"6.text": "a wall"}))
    assert (ended.state, ended.charged) == (TaskState.FAILED, Charged.NO)


def test_a_refusal_with_node_errors_lands_at_the_field(open_workshop: Open) -> None:
    workshop = open_workshop()
    graph = json.loads(json.dumps(flows(workshop).open(WATERCOLOUR).source["graph"]))
    graph["1"]["inputs"]["image"] = "a picture of my disk.png"
    form = flows(workshop).open(WATERCOLOUR, json.dumps(graph).encode(), "From my disk")
    chosen = [Choice("1.image", "Photo"), Choice("3.text")]
    path = flows(workshop).save(form.path, "Watercolour", "", chosen, anew=True).path
    task = workshop.reach(submit(workshop.runs, path, {"3.text": "in blue"}))
    workshop.restart()
    task = workshop.history.task(task.id)
    assert task.error is not None and (task.error.code, task.charged) == ("433", Charged.NO)
    english, chinese = load_words("en"), load_words("zh")
    (blame,) = blames(task, workshop.catalog.find(path), english)
    assert isinstance(blame, dict)
    assert (blame["field"], blame["label"]) == ("1.image", "Photo") and blame["said"]
    card = card_json(task, workshop.catalog, chinese)
    assert card["blames"] and "\n" not in str(card["failure"])
    (elsewhere,) = blames(task, workshop.catalog.find(PATH), english)
    assert isinstance(elsewhere, dict)
    assert (elsewhere["field"], elsewhere["label"]) == ("", "Node 1 · image"), "a form that does not show it"


@pytest.mark.parametrize("code", ["803", "1101"])
def test_a_setting_that_no_longer_fits_lands_at_its_field(workshop: Workshop, code: str) -> None:
    flows(workshop).open(PICTURE)
    workshop.emulator.fault("submit", "refuse", code=code, message="nodeId=3, fieldName=cfg")
    task = workshop.reach(submit(workshop.runs, PATH, {"3.cfg": 2.5}))
    (blame,) = blames(task, workshop.catalog.find(PATH), load_words("en"))
    assert blame == {
        "field": "3.cfg", "label": "Sampler · cfg", "said": "RunningHub does not take this value.",
    }  # fmt: skip


def test_a_value_that_is_no_json_is_refused_before_anything_is_sent(workshop: Workshop) -> None:
    name = "05_parts_in_a_value.json"
    content = (Path(__file__).parents[2] / "material" / "workflows" / name).read_bytes()
    form = flows(workshop).open(PICTURE, content)
    with pytest.raises(PayloadRefused, match="JSON"):
        submit(workshop.runs, form.path, {"40.lora_1": "{"})
    assert workshop.requests("submit") == []


def test_the_old_way_takes_a_workflow_and_its_file(workshop: Workshop) -> None:
    form = flows(workshop).open(PICTURE, FILE)
    workshop.emulator.fault("submit", "refuse", code="1001")
    run(workshop, form.path, {"6.text": "a raft"})
    new, old = workshop.requests("submit")
    assert (new["path"], old["path"]) == (f"/openapi/v2/{PATH}", "/task/openapi/create")
    assert old["body"]["workflowId"] == PICTURE and old["body"]["workflow"] == new["body"]["workflow"]
    assert len(workshop.accepted()) == 1
