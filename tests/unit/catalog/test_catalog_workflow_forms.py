"""A workflow's form: which inputs are shown, in what order, with what labels; and what a run of it sends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rh_ui.catalog.comfy.graph import read
from rh_ui.catalog.comfy.run_form import Face, run_form
from rh_ui.catalog.comfy.workflow_form import (
    LONGEST_LABEL,
    Choice,
    all_inputs,
    choices,
    shown_inputs,
    source_of,
)
from rh_ui.catalog.glossary import field_words
from rh_ui.catalog.schema import Endpoint
from rh_ui.catalog.validation import build
from rh_ui.domain import Params, Plan, RunKind
from rh_ui.errors import PayloadRefused

MATERIAL = Path(__file__).parents[2] / "material" / "workflows"
PATH = "run/workflow/1900000000000000101"
FACE = Face({"en": "A boat", "zh": "船"}, {"en": "", "zh": ""})


def source(name: str = "01_plain_picture", *, own: bool = False, shown: Any = None) -> dict[str, Any]:
    return source_of(read((MATERIAL / f"{name}.json").read_bytes()).graph, own=own, shown=shown)


def endpoint(told: dict[str, Any]) -> Endpoint:
    """Through JSON, as the database has it."""
    return run_form(
        PATH, RunKind.WORKFLOW, "1900000000000000101", FACE, json.loads(json.dumps(told))
    ).endpoint


def plan(told: dict[str, Any], values: Params) -> Plan:
    made = endpoint(told)
    assert made.plan is not None
    return made.plan(build(made, values))


def labels(told: dict[str, Any], language: str = "en") -> list[str]:
    made = endpoint(told)
    return [field_words(made, field, language).label for field in made.fields if field.key[0] != "@"]


def test_every_input_is_shown_until_some_are_chosen() -> None:
    told = source()
    assert choices(told) is None
    assert [node_input.key for node_input in shown_inputs(told)] == [
        node_input.key for node_input in all_inputs(told)
    ]
    assert labels(told)[:2] == ["Sampler · seed", "Sampler · steps"]


def test_chosen_inputs_keep_their_order_and_names() -> None:
    told = source(
        shown=[Choice("6.text", "  What to \n draw "), Choice("3.steps"), Choice("3.seed", "Chance")]
    )
    assert [node_input.key for node_input in shown_inputs(told)] == ["6.text", "3.steps", "3.seed"]
    assert labels(told) == ["What to draw", "Sampler · steps", "Chance"]
    assert labels(told, "zh") == ["What to draw", "Sampler · steps", "Chance"]
    assert choices(told) == (Choice("6.text", "What to draw"), Choice("3.steps"), Choice("3.seed", "Chance"))


def test_choices_of_nothing_or_of_one_twice_are_dropped() -> None:
    told = source(
        shown=[Choice("6.text", "first"), Choice("99.text"), Choice("6.text", "second"), Choice("")]
    )
    assert choices(told) == (Choice("6.text", "first"),)
    assert choices(source(shown=[])) == () and shown_inputs(source(shown=[])) == []
    assert len(labels(source(shown=[Choice("6.text", "x" * 500)]))[0]) == LONGEST_LABEL


def test_only_what_was_changed_is_sent() -> None:
    told = source(shown=[Choice("6.text"), Choice("3.cfg"), Choice("7.text"), Choice("5.width")])
    same: Params = {"6.text": "a boat", "3.cfg": 8, "5.width": "512"}
    assert plan(told, same).body == {"nodeInfoList": []}
    sent = plan(
        told, {**same, "6.text": "a kite", "3.cfg": "7.5", "@addMetadata": True, "@retainSeconds": 30}
    )
    assert sent.body == {
        "nodeInfoList": [
            {"nodeId": "6", "fieldName": "text", "fieldValue": "a kite"},
            {"nodeId": "3", "fieldName": "cfg", "fieldValue": 7.5},
        ],
        "addMetadata": True,
        "retainSeconds": 30,
    }


def test_an_emptied_text_is_a_change() -> None:
    told = source(shown=[Choice("6.text")])
    assert plan(told, {"6.text": ""}).body["nodeInfoList"] == [
        {"nodeId": "6", "fieldName": "text", "fieldValue": ""}
    ]


def test_a_shown_seed_is_always_sent_and_a_hidden_one_is_left_to_the_service() -> None:
    shown = plan(source(shown=[Choice("3.seed")]), {"3.seed": "18446744073709551615"})
    assert shown.body["nodeInfoList"] == [
        {"nodeId": "3", "fieldName": "seed", "fieldValue": 18446744073709551615}
    ]
    assert plan(source(shown=[Choice("6.text")]), {"6.text": "a boat"}).body == {"nodeInfoList": []}


def test_a_graph_of_our_own_is_sent_whole_with_the_changes_in_it() -> None:
    told = source(own=True, shown=[Choice("6.text"), Choice("3.steps")])
    body = plan(told, {"6.text": "一只船", "3.steps": 9}).body
    assert body["nodeInfoList"] == [] and isinstance(body["workflow"], str)
    graph = json.loads(body["workflow"])
    assert (graph["6"]["inputs"]["text"], graph["3"]["inputs"]["steps"]) == ("一只船", 9)
    assert graph["3"]["inputs"]["seed"] == 18446744073709551615 and graph["6"]["inputs"]["clip"] == ["4", 1]
    assert told["graph"]["6"]["inputs"]["text"] == "a boat", "the form itself stays"


def test_a_password_is_offered_and_no_part_of_the_body() -> None:
    sent = plan(source(shown=[]), {"@accessPassword": "open-sesame"})
    assert sent.secret and "open-sesame" not in str(sent)


def test_a_value_with_parts_must_be_json_and_is_sent_as_its_parts() -> None:
    told = source("05_parts_in_a_value", shown=[Choice("40.lora_1")])
    for wrong in ("{", "{'on': 1}", "NaN"):
        with pytest.raises(PayloadRefused) as refused:
            plan(told, {"40.lora_1": wrong})
        assert [(problem.field, problem.code) for problem in refused.value.problems] == [
            ("40.lora_1", "no_json")
        ]
    body = plan(told, {"40.lora_1": '{"on": false}'}).body
    assert body["nodeInfoList"] == [{"nodeId": "40", "fieldName": "lora_1", "fieldValue": {"on": False}}]
    assert plan(told, {"40.lora_1": ""}).body == {"nodeInfoList": []}, "emptied: as it was"


@pytest.mark.parametrize("path", sorted(MATERIAL.glob("*.json")), ids=lambda path: str(path.stem))
def test_every_graph_left_alone_sends_nothing_but_its_seeds(path: Path) -> None:
    told = source(path.stem)
    seeds = {(node_input.node, node_input.name) for node_input in all_inputs(told) if node_input.seed}
    body = plan(told, {}).body
    assert isinstance(body["nodeInfoList"], list)
    assert {
        (item["nodeId"], item["fieldName"]) for item in body["nodeInfoList"] if isinstance(item, dict)
    } == seeds
