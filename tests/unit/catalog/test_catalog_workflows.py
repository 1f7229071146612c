"""Every graph of tests/material becomes a form without a missing or wrong field; only changes are sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rh_ui.catalog.comfy.graph import read
from rh_ui.catalog.comfy.node_inputs import changed_info, find
from rh_ui.domain import FieldKind
from rh_ui.errors import InputRefused
from rh_ui.i18n import Message, translate

MATERIAL = Path(__file__).parents[2] / "material" / "workflows"
KINDS = {
    "t": FieldKind.TEXT, "i": FieldKind.INTEGER, "d": FieldKind.DECIMAL, "f": FieldKind.FLAG,
    "I": FieldKind.IMAGE, "A": FieldKind.AUDIO, "V": FieldKind.VIDEO, "s": FieldKind.INTEGER,
    "j": FieldKind.TEXT,
}  # fmt: skip
"""`s`: a seed; `j`: a value with parts, as JSON."""

SAMPLER = "seed:s steps:i cfg:d sampler_name:t scheduler:t denoise:d"
PLAIN = {
    "3": SAMPLER, "4": "ckpt_name:t", "5": "width:i height:i batch_size:i", "6": "text:t", "7": "text:t",
    "9": "filename_prefix:t",
}  # fmt: skip
EXPECTED: dict[str, dict[str, str]] = {
    "01_plain_picture": PLAIN,
    "02_photo_with_buttons": {"1": "image:I", "2": SAMPLER, "3": "ckpt_name:t", "4": "text:t"},
    "03_film": {
        "10": "video:V force_rate:d custom_width:i custom_height:i frame_load_cap:i skip_first_frames:i"
        " select_every_nth:i",
        "11": "audio:A start_time:i duration:i",
        "12": "frame_rate:d loop_count:i filename_prefix:t format:t pix_fmt:t crf:i save_metadata:f"
        " pingpong:f save_output:f",
    },
    "04_split_sampler": {
        "6": "text:t", "10": "vae_name:t", "11": "clip_name1:t clip_name2:t type:t",
        "12": "unet_name:t weight_dtype:t", "16": "sampler_name:t", "17": "scheduler:t steps:i denoise:d",
        "25": "noise_seed:s", "26": "guidance:d", "30": "max_shift:d base_shift:d width:i height:i",
    },
    "05_parts_in_a_value": {"40": "lora_1:j", "41": "ckpt_name:t"},
    "06_without_titles": PLAIN,
    "07_nested_ids": {
        "57:3": SAMPLER, "57:11": "unet_name:t", "57:13": "width:i height:i batch_size:i",
        "60": "filename_prefix:t",
    },
    "08_links_with_numbers": {
        "1": "value:i", "2": "value:d", "3": "value:f", "4": "value:t", "5": "upscale_method:t crop:t",
        "6": "image:I channel:t",
    },
    "09_request_body": {
        "2": "filename_prefix:t quality:t", "1": "tags:t lyrics:t lyrics_strength:d", "3": "ckpt_name:t",
        "4": "seconds:d batch_size:i",
    },
    "10_answer_with_text": {"1": "file:V", "2": "filename_prefix:t format:t codec:t"},
    "11_pictures_in_a_zip": {"1": "upload:t", "2": "inputcount:i"},
    "12_other_script": {
        "21": "image:I", "22": "text:t", "23": "clip_name:t type:t device:t",
        "24": "strength:d start_percent:d end_percent:d",
    },
    "13_house_nodes": {
        "1": "lora_name:t strength_model:d strength_clip:d", "2": "ckpt_name:t", "3": "seed:s", "4": "seed:s",
        "5": "lora_name:t strength_model:d strength_clip:d",
    },
    "14_lists_that_are_no_links": {"1": "points:j colors:j pair:j size:t factor:t tags:j"},
    "15_solid": {
        "1": "image:I", "3": "threshold:d", "4": "num_chunks:i octree_resolution:i",
        "5": "add_noise:t noise_seed:s steps:i cfg:d sampler_name:t scheduler:t start_at_step:i end_at_step:i"
        " return_with_leftover_noise:t",
        "6": "filename_prefix:t",
    },
    "16_stray_entries": {"1": "root_dir:t file:t append:t insert:f", "2": "text:t"},
}  # fmt: skip


def content(name: str) -> bytes:
    return (MATERIAL / f"{name}.json").read_bytes()


def test_every_file_is_judged() -> None:
    assert {path.stem for path in MATERIAL.glob("*.json")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_no_input_is_lost_and_none_is_wrong(name: str) -> None:
    found: dict[str, list[tuple[str, FieldKind, bool, bool]]] = {}
    for node_input in read(content(name)).inputs:
        found.setdefault(node_input.node, []).append(
            (node_input.name, node_input.field.kind, node_input.seed, node_input.as_json)
        )
    wanted = {
        node: [
            (told[:-2], KINDS[told[-1]], told[-1] == "s", told[-1] == "j")
            for told in fields.split()
        ]
        for node, fields in EXPECTED[name].items()
    }  # fmt: skip
    assert found == wanted


@pytest.mark.parametrize("name", EXPECTED)
def test_a_form_left_alone_changes_nothing_and_everything_changed_is_told(name: str) -> None:
    form = read(content(name))
    as_it_is = {node_input.key: node_input.field.default for node_input in form.inputs if not node_input.seed}
    assert changed_info(form.inputs, as_it_is) == []
    texts = [
        node_input
        for node_input in form.inputs
        if node_input.field.kind is FieldKind.TEXT and not node_input.as_json
    ]
    told = changed_info(form.inputs, {node_input.key: "another value" for node_input in texts})
    assert told == [
        {"nodeId": node_input.node, "fieldName": node_input.name, "fieldValue": "another value"}
        for node_input in texts
    ]


def test_values_go_back_as_json_has_them_with_all_digits() -> None:
    form = read(content("01_plain_picture"))
    told = changed_info(
        form.inputs, {"3.seed": 18446744073709551614, "3.cfg": 7.25, "5.width": 640, "6.text": "", "9.x": 1}
    )
    assert json.dumps([entry["fieldValue"] for entry in told]) == '[18446744073709551614, 7.25, 640, ""]'
    parts = read(content("05_parts_in_a_value"))
    changed = {"40.lora_1": '{"on": false, "lora": "oil.safetensors", "strength": 0.5}'}
    assert changed_info(parts.inputs, changed)[0]["fieldValue"] == {
        "on": False, "lora": "oil.safetensors", "strength": 0.5,
    }  # fmt: skip


def test_a_seed_with_a_value_is_sent_though_it_is_the_files_own() -> None:
    form = read(content("15_solid"))
    assert changed_info(form.inputs, {}) == []
    assert changed_info(form.inputs, {"5.noise_seed": 9007199254740993}) == [
        {"nodeId": "5", "fieldName": "noise_seed", "fieldValue": 9007199254740993}
    ]


def test_one_is_not_true() -> None:
    form = read(content("08_links_with_numbers"))
    assert changed_info(form.inputs, {"3.value": 0}) != []
    assert changed_info(form.inputs, {"3.value": False}) == []


def test_an_emptied_file_is_told_as_none() -> None:
    form = read(content("02_photo_with_buttons"))
    assert changed_info(form.inputs, {"1.image": None})[0]["fieldValue"] == "None"


def test_titles_tell_nodes_apart_and_words_find_them() -> None:
    plain = read(content("06_without_titles"))
    assert [node_input.titles["en"] for node_input in plain.inputs if node_input.name == "text"] == [
        "CLIPTextEncode #6", "CLIPTextEncode #7",
    ]  # fmt: skip
    numbers = read(content("08_links_with_numbers"))
    assert [node_input.titles["en"] for node_input in numbers.inputs][:3] == [
        "Number #1",
        "Number #2",
        "Switch",
    ]
    chinese = read(content("12_other_script"))
    assert [node_input.key for node_input in find(chinese.inputs, "提示词")] == ["22.text"]
    assert [
        node_input.key for node_input in find(read(content("01_plain_picture")).inputs, "sampler CFG")
    ] == ["3.cfg"]
    assert find(chinese.inputs, "nowhere") == []


def test_models_seeds_and_long_texts_are_known() -> None:
    house = {node_input.key: node_input for node_input in read(content("13_house_nodes")).inputs}
    assert (house["1.lora_name"].resource, house["2.ckpt_name"].resource) == ("LORA", "CHECKPOINT")
    nested = {node_input.key: node_input for node_input in read(content("07_nested_ids")).inputs}
    assert nested["57:11.unet_name"].resource == "GGUF"
    words = {node_input.key: node_input for node_input in read(content("09_request_body")).inputs}
    assert words["1.lyrics"].multiline and not words["2.quality"].multiline


def test_where_results_come_from() -> None:
    assert read(content("01_plain_picture")).outputs == ("9",)
    assert read(content("07_nested_ids")).outputs == ("60",)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ('{"nodes": [{"id": 1, "type": "KSampler"}], "links": []}', "graph_drawn"),
        ('{"prompt": {"nodes": [], "links": []}}', "graph_drawn"),
        ("<html>", "graph_no_json"),
        ("", "graph_no_json"),
        (b"\xff\xfe\x00", "graph_no_json"),
        ("[" * 100_000, "graph_no_json"),
        ("[1, 2]", "graph_none"),
        ("{}", "graph_none"),
        ('{"1": {"class_type": "X"}}', "graph_none"),
        ('"words"', "graph_none"),
    ],
)
def test_what_is_no_graph_is_refused_in_both_languages(told: str | bytes, code: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read(told)
    line = refused.value.args[0]
    assert isinstance(line, Message) and line.key == f"catalog.{code}"
    assert str(refused.value) == translate(line, "en") != translate(line, "zh")


def graph(**changes: object) -> dict[str, dict[str, object]]:
    """Four nodes with ids in every form, as other programs name them."""
    nodes: dict[str, dict[str, object]] = {
        "loader": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "base.safetensors"}},
        "words": {"class_type": "CLIPTextEncode", "inputs": {"text": "a kite", "clip": ["loader", 1]}},
        "194_45": {
            "class_type": "KSampler",
            "inputs": {"seed": 5, "model": ["loader", 0], "positive": ["words", 0.0]},
        },
        "7": {
            "class_type": "SaveImage", "inputs": {"images": ["194_45", 0], "size": [640, 480], "box": [7, 1]},
        },
    }  # fmt: skip
    return {**nodes, **changes}  # type: ignore[dict-item]


def test_a_list_of_an_id_and_a_number_is_a_link_whatever_the_id_looks_like() -> None:
    form = read(json.dumps(graph()))
    keys = [node_input.key for node_input in form.inputs]
    assert keys == ["loader.ckpt_name", "words.text", "194_45.seed", "7.size"], "a pair of numbers is none"
    assert set(form.outputs) == set()  # the last node takes from itself, by its number


@pytest.mark.parametrize(
    ("part", "named"),
    [
        ({"8": {"inputs": {"a": 1}, "_meta": {"title": "Joiner"}}}, ["8 (Joiner)", "class"]),
        ({"8": {"class_type": "X"}}, ["8", "inputs"]),
        ({"8": {"class_type": "X", "inputs": []}}, ["8", "inputs"]),
        ({"8": {"class_type": 1, "inputs": {}}}, ["8", "class"]),
        ({"8": "words"}, ["8", "no node"]),
        ({"8": {}}, ["8", "class"]),
        ({"8": {"class_type": "X", "inputs": {"a": ["gone", 0]}}}, ["8", "“a”", "gone"]),
        ({"words": {"inputs": {}}}, ["node words has no class", "“positive”"]),
    ],
)
def test_an_odd_part_of_a_file_is_named_and_refused(part: dict[str, object], named: list[str]) -> None:
    with pytest.raises(InputRefused) as refused:
        read(json.dumps(graph(**part)))
    line = refused.value.args[0]
    assert isinstance(line, Message) and line.key == "catalog.graph_odd"
    for word in named:
        assert word in str(line)
    assert "节点" in translate(line, "zh")
    assert read(json.dumps(graph(**part)), own=False).graph, (
        "the service runs its own one, whatever is shown of it"
    )


def test_many_odd_parts_make_no_endless_sentence() -> None:
    with pytest.raises(InputRefused) as refused:
        read(json.dumps(graph(**{f"{'x' * 500}{number}": 1 for number in range(500)})))
    assert len(str(refused.value)) < 1000


@pytest.mark.parametrize("wrapped", ["{}", '{{"prompt": {}}}', '{{"data": {{"prompt": {}}}}}'])
def test_numbers_that_are_no_json_are_read_as_comfyui_writes_them(wrapped: str) -> None:
    """What is sent is JSON, and ComfyUI reads the same numbers from it."""
    text = (
        '{"1": {"class_type": "X", "inputs": {"low": -Infinity, "high": 1e999, "cfg": NaN, "fps": 1.5},'
        ' "is_changed": [NaN]}}'
    )
    form = read(wrapped.format(text))
    assert json.loads(json.dumps(dict(form.graph), allow_nan=False)) == {
        "1": {"class_type": "X", "inputs": {"low": "-Infinity", "high": "Infinity", "cfg": "NaN", "fps": 1.5}}
    }
    assert [float(str(node_input.field.default)) for node_input in form.inputs][:2] == [
        float("-inf"),
        float("inf"),
    ]
