"""Every list of an app's inputs in tests/material becomes a form, and its values are sent correctly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rh_ui.catalog.comfy.app_inputs import inputs_of
from rh_ui.catalog.comfy.node_inputs import NodeInput, node_info
from rh_ui.domain import FieldKind, JsonValue

MATERIAL = Path(__file__).parents[2] / "material" / "apps"
SAMPLE = "f" * 64
T, I, D, F, C = FieldKind.TEXT, FieldKind.INTEGER, FieldKind.DECIMAL, FieldKind.FLAG, FieldKind.CHOICE  # noqa: E741
Row = tuple[str, FieldKind, JsonValue, dict[str, str]]
"""Key, kind, what is set, and the choices: what is submitted → what it is called."""

EXPECTED: dict[str, list[Row]] = {
    "01_named_lists": [
        ("37.aspect", C, "1:1", {"1:1": "1:1", "16:9": "16:9"}),
        ("38.style", C, "2", {"1": "Ink", "2": "Oil"}),
        ("39.image", FieldKind.IMAGE, f"{SAMPLE}.jpg", {}),
    ],
    "02_other_pairs": [
        ("1.a", C, "s1", {"s1": "Slow", "s2": "Fast"}),
        ("1.b", C, "7", {"7": "Seven", "9": "Nine"}),
        ("1.c", C, "0", {"0": "First", "1": "Second"}),
    ],
    "03_single_keys": [
        ("2.a", C, "calm", {"calm": "Calm sea", "wild": "Wild sea"}),
        ("2.b", C, "k2", {"k1": "Warm", "k2": "Cold"}),
        ("2.c", C, "x", {"x": "x", "y": "y"}),
    ],
    "04_tuples": [
        ("3.text", T, "hello", {}),
        ("3.title", T, "Untitled", {}),
        ("3.seed", I, 18446744073709551615, {}),
        ("3.strength", D, 0.5, {}),
        ("3.tile", F, True, {}),
    ],
    "05_old_combos": [
        ("4.sampler", C, "euler", {"euler": "euler", "ddim": "ddim"}),
        ("4.size", C, "768", {"512": "512", "768": "768", "1024": "1024"}),
        ("4.gone", C, "heun", {"euler": "euler", "heun": "heun"}),
        ("4.flag", C, "true", {"true": "true", "false": "false"}),
    ],
    "06_new_combos": [
        ("5.frames", C, "49", {"25": "25", "49": "49"}),
        ("5.tags", C, ["sea", "fog"], {"sea": "sea", "fog": "fog", "sun": "sun"}),
        ("5.more", C, ["a", "b"], {"a": "a", "b": "b", "c": "c"}),
    ],
    "07_switches": [
        ("6.mode", C, "2", {"1": "Portrait", "2": "Scene"}),
        ("6.hd", F, False, {}),
        ("6.way", T, "1", {}),
        ("6.lora", T, "ink.safetensors", {}),
        (
            "6.lora_name",
            C,
            "ink.safetensors",
            {name: name for name in ("ink.safetensors", "oil.safetensors")},
        ),
    ],
    "08_media": [
        ("7.image", FieldKind.IMAGE, f"{SAMPLE}.png", {}),
        ("8.image", FieldKind.IMAGE, None, {}),
        ("9.audio", FieldKind.AUDIO, None, {}),
        ("10.video", FieldKind.VIDEO, f"openapi/{SAMPLE}.mp4", {}),
    ],
    "09_unknown": [
        ("11.color", T, "#ffffff", {}),
        ("11.broken", T, "x", {}),
        ("11.nolist", T, "x", {}),
        ("11.count", I, None, {}),
        ("11.plain", T, "words", {}),
    ],
    "10_odd_entries": [
        ("12.steps", I, 20, {}),
        ("13.text", T, "x", {}),
        ("14.on", F, True, {}),
        ("15.off", F, False, {}),
    ],
}


def listed(name: str) -> list[Any]:
    told = json.loads((MATERIAL / f"{name}.json").read_text("utf-8"))
    assert isinstance(told, list)
    return told


def by_key(name: str) -> dict[str, NodeInput]:
    return {node_input.key: node_input for node_input in inputs_of(listed(name))}


def test_every_file_is_judged() -> None:
    assert {path.stem for path in MATERIAL.glob("*.json")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_no_input_is_lost_and_none_is_wrong(name: str) -> None:
    found = [
        (node_input.key, node_input.field.kind, node_input.field.default, dict(node_input.labels or {}))
        for node_input in inputs_of(listed(name))
    ]
    assert found == EXPECTED[name]
    for node_input in inputs_of(listed(name)):
        assert list(node_input.field.values) == list(node_input.labels or {})


@pytest.mark.parametrize("name", EXPECTED)
def test_a_form_left_alone_sends_what_came(name: str) -> None:
    inputs = inputs_of(listed(name))
    sent = node_info(inputs, {node_input.key: node_input.field.default for node_input in inputs})
    came = {
        (str(told["nodeId"]), told["fieldName"]): told["fieldValue"]
        for told in reversed(listed(name))
        if isinstance(told, dict) and "nodeId" in told
    }
    for told in sent:
        wanted = came[told["nodeId"], told["fieldName"]]
        emptied = wanted == "" and told["fieldValue"] == "None"
        assert told["fieldValue"] == wanted or emptied, told
    assert node_info(inputs, {}) == sent


def test_values_go_back_as_the_service_spells_them() -> None:
    def back(name: str, **values: JsonValue) -> list[object]:
        wanted = {key.replace("_", ".", 1).removeprefix("n"): value for key, value in values.items()}
        sent = node_info(inputs_of(listed(name)), wanted)
        return [told["fieldValue"] for told in sent if f"{told['nodeId']}.{told['fieldName']}" in wanted]

    assert back("01_named_lists", n38_style="1", n37_aspect="16:9") == ["16:9", "1"]
    assert back("02_other_pairs", n1_c="1") == ["1"]
    assert back("04_tuples", n3_seed=18446744073709551614, n3_strength=0.1, n3_tile=False) == [
        "18446744073709551614", "0.1", "false",
    ]  # fmt: skip
    assert back("04_tuples", n3_strength=0.00001, n3_text="") == ["", "0.00001"]
    assert back("06_new_combos", n5_tags=["sun"]) == [["sun"]]
    assert back("08_media", n7_image=None, n8_image="openapi/x.png") == ["None", "openapi/x.png"]
    assert back("10_odd_entries", n14_on=False, n15_off=True) == ["False", "1"]


def test_limits_and_words_are_taken_over() -> None:
    tuples = by_key("04_tuples")
    seed, strength = tuples["3.seed"].field, tuples["3.strength"].field
    assert (seed.min, seed.max) == (0, 18446744073709551615)
    assert (strength.min, strength.max, strength.step) == (0.0, 2.0, 0.05)
    assert tuples["3.text"].multiline and not tuples["3.title"].multiline
    assert tuples["3.seed"].seed and not tuples["3.strength"].seed
    assert tuples["3.text"].titles == {"en": "Text", "zh": "文字"}
    odd = by_key("10_odd_entries")
    assert odd["13.text"].titles == {"en": "只有中文", "zh": "只有中文"}
    assert (odd["12.steps"].field.min, odd["12.steps"].field.max) == (1, 50)
    assert by_key("09_unknown")["11.plain"].titles["en"] == "plain"
    assert by_key("06_new_combos")["5.tags"].field.many
    media = by_key("08_media")
    assert media["7.image"].field.required and not media["8.image"].field.required
    assert by_key("07_switches")["6.lora"].resource == "LORA"
