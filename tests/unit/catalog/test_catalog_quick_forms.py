"""Quick creations: the call in a pasted text, its form with styles, and what is sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rh_ui.catalog.comfy.quick_creation import STYLE, call_in, inputs, settings
from rh_ui.catalog.comfy.run_form import Face, run_form
from rh_ui.domain import FieldKind, RunKind
from rh_ui.errors import InputRefused
from rh_ui.i18n import translate

NODES: list[dict[str, Any]] = [
    {"nodeId": "6", "nodeName": "Words", "fieldName": "text", "fieldType": "STRING", "fieldValue": "it's",
     "description": "内容", "extra": 1},
    {"nodeId": "5", "nodeName": "Size", "fieldName": "select", "fieldType": "SWITCH", "fieldValue": "1",
     "fieldData": '[{"name": "one", "index": "1"}, {"name": "two", "index": "2"}]', "description": None},
    {"nodeId": "4", "nodeName": "Loader", "fieldName": "lora_name", "fieldType": "LORA",
     "fieldValue": "own.safetensors", "description": "风格"},
    {"nodeId": "4", "nodeName": "Loader", "fieldName": "strength_model", "fieldType": "FLOAT",
     "fieldValue": "1", "description": "强度"},
]  # fmt: skip
CALL = {"webappId": 1900000000000000205, "apiKey": "SECRET", "quickCreateCode": "002", "nodeInfoList": NODES}
STYLES: list[dict[str, Any]] = [
    {"name": "Ink", "preview": "", "sample": "", "trigger": "",
     "loras": [{"file": "ink.safetensors", "weight": 0.7}]},
    {"name": "Bare", "preview": "", "sample": "", "trigger": "", "loras": []},
]  # fmt: skip
BODY = json.dumps(CALL, ensure_ascii=False)


@pytest.mark.parametrize(
    "text",
    [
        BODY,
        json.dumps(CALL, indent=4),
        "curl --location 'https://site/task/openapi/quick-ai-app/run' \\\n--header 'X: {y}' \\\n--data-raw '"
        + BODY.replace("'", "'\\''")
        + "'",
        f"import requests\nheaders = {{'a': 'b'}}\nrequests.post(url, headers=headers, json={BODY})",
    ],
)
def test_the_call_is_found_in_whatever_was_copied(text: str) -> None:
    call = call_in(text)
    assert call is not None and (call.id, call.code) == ("1900000000000000205", "002")
    assert list(call.nodes) == NODES and "SECRET" not in repr(call)


@pytest.mark.parametrize(
    "text",
    ["", "{", "hello", "{" * 5000, "[]", '{"webappId": "5", "nodeInfoList": []}', "null",
     json.dumps({**CALL, "webappId": "../x"}), json.dumps({**CALL, "nodeInfoList": {}})],
)  # fmt: skip
def test_a_text_without_one_is_no_call(text: str) -> None:
    assert call_in(text) is None


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        ("words", "entry 5 of nodeInfoList is no object"),
        ({"nodeId": "9", "fieldValue": "1"}, "entry 5 of nodeInfoList names no node or no field"),
        ({**NODES[0], "fieldValue": "another"}, "entry 5 of nodeInfoList is for"),
    ],
)
def test_an_odd_entry_is_named_and_refused(entry: object, named: str) -> None:
    with pytest.raises(InputRefused) as refused:
        call_in(json.dumps({**CALL, "nodeInfoList": [*NODES, entry]}))
    assert named in str(refused.value)
    assert "第 5 项" in translate(refused.value.args[0], "zh")


def test_a_style_is_chosen_and_sets_what_the_form_shows() -> None:
    source = {"code": "002", "nodes": NODES, "styles": STYLES}
    words, count, style, weight = inputs(source)
    assert (words.field.kind, count.field.kind, weight.field.kind) == (
        FieldKind.TEXT, FieldKind.CHOICE, FieldKind.DECIMAL,
    )  # fmt: skip
    assert (style.resource, style.field.kind, style.field.default) == (
        STYLE, FieldKind.CHOICE, "own.safetensors",
    )  # fmt: skip
    assert style.labels == {"ink.safetensors": "Ink", "own.safetensors": "own.safetensors"}
    all_slots = [words, count, style, weight]
    ink = settings(source, all_slots, STYLES[0])
    assert ink == {"4.lora_name": "ink.safetensors", "4.strength_model": 0.7}
    assert settings(source, all_slots, STYLES[1]) == {}


def test_a_run_sends_every_input_with_what_the_call_told_of_it() -> None:
    source = {"code": "002", "nodes": NODES, "styles": STYLES}
    face = Face(titles={"en": "Quick", "zh": "快捷"}, descriptions={"en": "", "zh": ""})
    form = run_form("run/quick-ai-app/5/002", RunKind.QUICK, "5", face, source)
    assert [field.key for field in form.endpoint.fields if field.key.startswith("@")] == []
    assert form.endpoint.plan is not None
    plan = form.endpoint.plan(
        {"6.text": "a heron", "5.select": "2", "4.lora_name": "ink.safetensors", "4.strength_model": 0.7}
    )
    listed = plan.body["nodeInfoList"]
    assert plan.body["quickCreateCode"] == "002" and isinstance(listed, list)
    assert listed[:2] == [
        {"nodeId": "6", "nodeName": "Words", "fieldName": "text", "fieldType": "STRING",
         "fieldValue": "a heron", "description": "内容"},
        {"nodeId": "5", "nodeName": "Size", "fieldName": "select", "fieldType": "SWITCH", "fieldValue": "2",
         "description": ""},
    ]  # fmt: skip
    values = [node["fieldValue"] for node in listed if isinstance(node, dict)]
    assert values == ["a heron", "2", "ink.safetensors", "0.7"]


def test_without_styles_a_lora_is_named_as_anywhere() -> None:
    style = inputs({"code": "002", "nodes": NODES, "styles": []})[2]
    assert (style.field.kind, style.resource) == (FieldKind.TEXT, "LORA")
