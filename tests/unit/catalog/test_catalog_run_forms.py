"""Forms of apps as endpoints: their fields, what a run of them sends, what a user may paste."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rh_ui.catalog.comfy.run_form import PASSWORD, Face, RunForm, id_in, named, path_of, run_form
from rh_ui.catalog.glossary import field_words, option_label, title
from rh_ui.catalog.validation import check, complete
from rh_ui.domain import FieldKind, Modality, Params, Plan, RunKind

MATERIAL = Path(__file__).parents[2] / "material" / "apps"
REF = f"input:{'0' * 64}.png"


def form(name: str, *, locked: bool = False) -> RunForm:
    nodes: list[Any] = json.loads((MATERIAL / f"{name}.json").read_text("utf-8"))
    face = Face({"en": "Ink", "zh": "水墨"}, {"en": "Paints.", "zh": "作画。"}, needs_password=locked)
    path = path_of(RunKind.APP, "123456")
    return run_form(path, RunKind.APP, "123456", Face.read(face.as_json()), {"nodes": nodes})


def planned(made: RunForm, values: Params) -> Plan:
    assert made.endpoint.plan is not None
    body = complete(made.endpoint, values)
    assert check(made.endpoint, body) == []
    return made.endpoint.plan(body)


@pytest.mark.parametrize("file", sorted(path.stem for path in MATERIAL.glob("*.json")))
def test_every_list_of_inputs_becomes_a_form_that_runs_when_its_files_are_there(file: str) -> None:
    made = form(file)
    files: Params = {
        field.key: REF.replace("png", field.accept[0])
        for field in made.endpoint.fields
        if field.kind.is_media and field.required
    }
    plan = planned(made, files)
    listed = plan.body["nodeInfoList"]
    assert isinstance(listed, list) and len(listed) == len(made.inputs) and set(plan.body) == {"nodeInfoList"}
    assert set(plan.files) == set(files.values()) and not plan.secret


def test_a_maker_s_sample_is_nobody_s_choice() -> None:
    made = form("08_media")
    needed = made.endpoint.field("7.image")
    assert (
        needed is not None
        and needed.default is None
        and needed.accepts("jpeg")
        and not needed.accepts("heic")
    )
    assert {problem.field for problem in check(made.endpoint, complete(made.endpoint, {}))} == {
        field.key for field in made.endpoint.fields if field.kind.is_media and field.required
    }


def test_words_are_the_maker_s_own_in_both_languages() -> None:
    endpoint = form("01_named_lists").endpoint
    style = endpoint.field("38.style")
    assert style is not None and endpoint.modality is Modality.APPS
    assert (title(endpoint, "en"), title(endpoint, "zh")) == ("Ink", "水墨")
    assert option_label(endpoint, style, "2", "en") == "Oil"
    machine = endpoint.field("@instanceType")
    assert machine is not None and field_words(endpoint, machine, "zh").label == "机器"
    assert option_label(endpoint, machine, "plus", "en") == "48 GB"


def test_a_password_is_in_no_plan() -> None:
    made = form("04_tuples", locked=True)
    asked = made.endpoint.field(PASSWORD)
    assert asked is not None and asked.required and asked.secret and asked.kind is FieldKind.TEXT
    plan = planned(made, {PASSWORD: "sesame", "@retainSeconds": 30})
    assert plan.secret and plan.body["retainSeconds"] == 30 and "sesame" not in repr(plan)


def test_names_take_the_place_of_files_wherever_they_stand() -> None:
    graph = json.dumps({"1": {"inputs": {"image": REF, "text": f"not {REF} here"}}})
    body: Params = {"nodeInfoList": [{"fieldValue": REF}, {"fieldValue": "input"}], "workflow": graph}
    done = named(Plan(RunKind.WORKFLOW, "1", body, (REF,)), {REF: "openapi/a.png"})
    assert done["nodeInfoList"] == [{"fieldValue": "openapi/a.png"}, {"fieldValue": "input"}]
    inputs = json.loads(str(done["workflow"]))["1"]["inputs"]
    assert inputs == {"image": "openapi/a.png", "text": f"not {REF} here"}
    assert body["workflow"] == graph, "a plan is settled"


@pytest.mark.parametrize(
    ("pasted", "wanted"),
    [
        ("1900000000000000201", "1900000000000000201"),
        (" 1900 0000 0000 0000 201\n", "1900000000000000201"),
        ("https://www.runninghub.cn/ai-detail/1900000000000000201?inviteCode=x", "1900000000000000201"),
        ("https://www.runninghub.ai/openapi/v2/run/ai-app/1900000000000000201", "1900000000000000201"),
        ("https://example.com/?webappId=1900000000000000201&x=1", "1900000000000000201"),
        ("a kite", ""),
        ("12", ""),
        ("", ""),
    ],
)
def test_an_id_is_found_in_what_people_paste(pasted: str, wanted: str) -> None:
    assert id_in(pasted) == wanted


def test_a_run_of_nodes_is_known_by_its_words() -> None:
    """By an input's own name and what its maker calls it: nothing that is not wanted names a run."""

    def said(name: str, kind: str = "STRING", about: str = "") -> dict[str, str]:
        told = {"nodeId": "1", "nodeName": "Any", "fieldName": name, "fieldType": kind, "fieldValue": "7"}
        return {**told, "description": about}

    def known(values: Params, *nodes: dict[str, str]) -> str:
        numbered = [{**node, "nodeId": str(number)} for number, node in enumerate(nodes, start=1)]
        face = Face({"en": "Ink", "zh": "水墨"}, {"en": "", "zh": ""})
        path = path_of(RunKind.APP, "123456")
        return run_form(path, RunKind.APP, "123456", face, {"nodes": numbered}).endpoint.words_of(values)

    words = said("text"), said("text", about="反向提示词")
    assert known({"1.text": " a pier ", "2.text": "blurry"}, *words) == "a pier"
    assert known({"1.text": "  ", "2.text": "blurry"}, *words) == ""
    assert known({"1.value": "waves", "2.seed": 7}, said("value"), said("seed", "INT")) == "waves"
    assert known({"1.steps": 4}, said("steps", "INT")) == ""
