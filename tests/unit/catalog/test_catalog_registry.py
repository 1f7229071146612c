"""Reading the vendor's registry: every spelling of a parameter, every way in which it can be invalid."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rh_ui.catalog.importer.fact_files import ParamFact
from rh_ui.catalog.importer.registry import is_registry, read_registry
from rh_ui.catalog.importer.registry_fields import read_param
from rh_ui.errors import TableFault
from tests.registries import Model, write_registry


def read(**raw: object) -> tuple[ParamFact, list[str]]:
    odd: list[str] = []
    found = read_param({"fieldKey": "size", **raw}, odd)
    assert found is not None
    return found, odd


def plain(**raw: object) -> ParamFact:
    found, odd = read(**raw)
    assert odd == []
    return found


@pytest.mark.parametrize(
    "options",
    [
        ["1", "2.5", "true"],
        [{"value": "1", "label": "One"}, {"value": "2.5", "descriptionEn": "?"}, {"value": "true"}],
        [1, 2.5, True],
        [{"value": 1.0}, {"VALUE": 2.5}, {"key": True}, {"value": "1"}],
        '["1", 2.5, true]',
        {"1": "One", "2.5": "Two and a half", "true": "Yes"},
    ],
)
def test_options_come_in_many_shapes_and_leave_as_texts(options: object) -> None:
    found = plain(type="LIST", options=options, defaultValue=None)
    assert [option.value for option in found.options] == ["1", "2.5", "true"]
    assert found.default is None


@pytest.mark.parametrize(
    ("options", "more", "kind"),
    [
        ([3, 4, 5], {}, "INT"),
        ([2**53 - 2, 2**53 - 1], {}, "INT"),
        ([2**53 - 1, 2**53], {}, "LIST"),
        ([10**30, 10**30 + 1], {}, "LIST"),
        ([-(2**53), -(2**53) + 1], {}, "LIST"),
        ([1, 2, 3], {"multipleInputs": True, "maxInputNum": 2}, "LIST"),
    ],
)
def test_choices_are_a_number_where_it_is_one_that_the_page_holds_exactly(
    options: list[int], more: dict[str, object], kind: str
) -> None:
    found = plain(type="LIST", options=options, **more)
    assert found.type == kind
    assert (found.min, found.max) == ((options[0], options[-1]) if kind == "INT" else (None, None))
    assert [option.value for option in found.options] == ([] if kind == "INT" else list(map(str, options)))
    assert (found.multiple, found.max_items) == ((True, 2) if more else (False, None))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"type": "INT", "min": "1", "max": 18446744073709551615, "step": 0}, {"min": 1, "max": 2**64 - 1}),
        ({"type": "integer", "minimum": 1.0, "maxValue": "9"}, {"min": 1, "max": 9}),
        ({"type": "INT", "default": "5"}, {"default": 5}),
        ({"type": "FLOAT", "min": 0, "max": float("inf"), "defaultValue": 0.5}, {"min": 0, "default": 0.5}),
        ({"type": "BOOLEAN", "defaultValue": "true"}, {"default": True}),
        ({"type": "bool", "default_value": 0}, {"default": False}),
        ({"type": "STRING", "max_length": "80", "min": 3}, {"maxLength": 80}),
        ({"type": "LIST", "options": ["5"], "defaultValue": 5}, {"default": "5"}),
        ({"type": "LIST", "options": ["a"], "defaultValue": " a "}, {"default": "a"}),
        ({"type": "IMAGE", "multipleInputs": True, "maxInpuNum": 4}, {"multiple": True, "max_items": 4}),
        ({"type": "IMAGE", "multipleInputs": False, "maxInputNum": 1}, {"max_items": 1}),
        ({"type": "IMAGE", "max_input_num": 3}, {"multiple": True, "max_items": 3}),
        ({"type": "IMAGE", "accept": '["PNG","JPEG"]'}, {"accept": ["png", "jpeg"]}),
        ({"type": "IMAGE", "maxSize": 20}, {"max_size_mb": 20}),
        ({"type": "VIDEO", "accept": ".mp4, video/mov"}, {"accept": ["mp4", "mov"]}),
        ({"type": "VIDEO", "maxSizeMB": "50"}, {"max_size_mb": 50}),
        ({"type": "AUDIO", "accept": ["MP3"], "maxSize": 10_000_000}, {"accept": ["mp3"], "max_size_mb": 10}),
        ({"type": "STRING", "required": "true", "hue": [1], "tail_insert": {}}, {"required": True}),
    ],
)  # fmt: skip
def test_every_spelling_of_a_limit_is_read(raw: dict[str, Any], expected: dict[str, object]) -> None:
    found = plain(**raw)
    empty = {"required": False, "multiple": False}
    said = found.model_dump(exclude={"key", "type", "options", "source_type"}, exclude_defaults=True)
    assert {key: value for key, value in said.items() if empty.get(key) is not value} == expected


@pytest.mark.parametrize(
    ("raw", "kind", "word"),
    [
        ({"type": "COLOR", "defaultValue": "#ff0000"}, "STRING", "the type COLOR is unknown"),
        ({"type": "COLOR", "required": True}, "STRING", "the type COLOR is unknown"),
        ({}, "STRING", "a missing type is unknown"),
        ({"type": "LIST", "options": []}, "STRING", "a choice without options"),
        ({"type": "LIST", "options": ["a"], "defaultValue": "b"}, "LIST", "its default does not fit"),
        ({"type": "LIST", "options": ["a", {"label": "B"}]}, "LIST", "an option without a value"),
        ({"type": "INT", "min": 5, "max": 1}, "INT", "least value 5 is above its greatest 1"),
        ({"type": "INT", "min": 1, "max": 3, "defaultValue": 4}, "INT", "its default does not fit"),
        ({"type": "INT", "defaultValue": 1.5}, "INT", "its default does not fit"),
        ({"type": "BOOLEAN", "defaultValue": "perhaps"}, "BOOLEAN", "its default does not fit"),
        ({"type": "STRING", "minLength": 9, "maxLength": 2}, "STRING", "least length 9"),
        ({"type": "INT", "options": [1, 2]}, "INT", "only a choice has options"),
    ],
)
def test_what_is_odd_is_mended_and_said(raw: dict[str, Any], kind: str, word: str) -> None:
    found, odd = read(**raw)
    assert found.type == kind
    assert len(odd) == 1 and odd[0].startswith("field size: ") and word in odd[0]


def test_a_field_that_nothing_can_hold_is_left_out_or_takes_its_endpoint_along() -> None:
    nested = {"fieldKey": "slots", "type": "STRUCT", "defaultValue": [{"a": 1}]}
    odd: list[str] = []
    left_out: tuple[object, ...] = (nested, {"type": "INT"}, "size")
    for raw in left_out:
        assert read_param(raw, odd) is None
    assert len(odd) == 3
    needed: tuple[object, ...] = ({**nested, "required": True}, {"type": "INT", "required": True})
    for raw in needed:
        with pytest.raises(TableFault):
            read_param(raw, odd)


PROMPT = {"fieldKey": "prompt", "type": "STRING", "required": True}
GOOD = {"endpoint": "maker/good", "output_type": "image", "params": [PROMPT]}


@pytest.mark.parametrize(
    ("entry", "who", "word"),
    [
        ("text", "entry 2", "no object"),
        ({**GOOD, "endpoint": None, "name_en": "Nameless"}, "Nameless", "has no path"),
        ({**GOOD, "endpoint": "a b"}, "a b", "has no path"),
        ({**GOOD, "endpoint": "../query"}, "../query", "has no path"),
        ({**GOOD, "endpoint": "a?b=1"}, "a?b=1", "has no path"),
        ({**GOOD, "endpoint": "maker/odd", "output_type": "smell"}, "maker/odd", "smell"),
        ({**GOOD, "endpoint": "maker/odd", "params": []}, "maker/odd", "no parameters"),
        ({**GOOD, "endpoint": "maker/odd", "params": None}, "maker/odd", "no parameters"),
        (GOOD, "maker/good", "stands twice"),
    ],
)
def test_an_entry_of_no_use_is_set_aside_by_name(tmp_path: Path, entry: object, who: str, word: str) -> None:
    registry = read_registry(write_registry(tmp_path / "registry.json", [GOOD, entry]))
    assert [each.fact.endpoint for each in registry.listed] == ["maker/good"]
    (notice,) = registry.notices
    assert notice.startswith("registry.json: 1 entry is odd") and who in notice and word in notice


@pytest.mark.parametrize(
    "document",
    [
        [GOOD],
        {"models": [GOOD]},
        {"models": {"maker/good": {**GOOD, "endpoint": None, "path": "maker/good"}}},
    ],
)
def test_models_may_stand_in_a_list_or_by_path(tmp_path: Path, document: object) -> None:
    file = tmp_path / "registry.json"
    file.write_text("\ufeff" + json.dumps(document), encoding="utf-8")
    assert is_registry(file)
    registry = read_registry(file)
    assert [each.fact.endpoint for each in registry.listed] == ["maker/good"]
    assert registry.notices == ()


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "3", '{"models": 3}', '{"models": []}', '{"data": []}', '{"models": [1]}', "[" * 9999],
)
def test_a_file_that_is_no_registry_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "registry.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(TableFault) as refused:
        read_registry(file)
    assert str(refused.value).startswith("registry.json ") and "\n" not in str(refused.value)


def test_what_can_not_be_read_is_refused_too(tmp_path: Path) -> None:
    with pytest.raises(TableFault, match=r"missing\.json can't be read"):
        read_registry(tmp_path / "missing.json")
    (tmp_path / "latin.json").write_bytes(b'{"models": "\xff"}')
    with pytest.raises(TableFault, match="UTF-8"):
        read_registry(tmp_path / "latin.json")


def test_prices_are_read_where_they_can_be(tmp_path: Path) -> None:
    paths = ["maker/fixed", "maker/ruled", "maker/odd", "maker/hole", "maker/none"]
    file = write_registry(tmp_path / "registry.json", [{**GOOD, "endpoint": path} for path in paths])
    price = {"currency": "CNY", "unit": "/次", "updated_at": "2030-02-03"}
    entries = [
        {**price, "endpoint": "maker/fixed", "pricing_type": "fixed", "price": "0.5"},
        {
            **price,
            "endpoint": "maker/ruled",
            "rules": [{"when": {"sound": True, "n": 5}, "price": 2}],
            "depends_on": ["sound", "n", "numImages"],
            "pricing_type": "from_or_fixed",
        },
        {**price, "endpoint": "maker/odd", "price": "much"},
        {**price, "endpoint": "maker/hole", "rules": [{"when": {"n": "5"}, "price": 2}, {"price": 3}]},
        {**price, "endpoint": "maker/unparsed", "pricing_type": "unparsed"},
        {**price, "endpoint": "maker/elsewhere", "price": 1},
        "text",
        {**price, "price": 1},
        {"endpoint": "maker/unit", "price": 1},
    ]
    (tmp_path / "prices.json").write_text(json.dumps({"pricing": entries}), encoding="utf-8")
    registry = read_registry(file, tmp_path / "prices.json")
    prices = {each.fact.endpoint: each.fact.price for each in registry.listed}
    assert prices["maker/fixed"] is not None and prices["maker/fixed"].price == 0.5
    assert prices["maker/ruled"] is not None and prices["maker/ruled"].rules[0].when == {
        "sound": "true",
        "n": "5",
    }
    assert prices["maker/ruled"].depends_on == ["sound", "n", "numImages"]
    assert prices["maker/ruled"].pricing_type == "from_or_fixed"
    assert [path for path, found in prices.items() if found is None] == paths[2:]
    (notice,) = registry.notices
    assert "maker/odd" in notice and "maker/hole" in notice and "maker/none" not in notice
    for number in (7, 8):
        assert f"entry {number} of the prices" in notice
    assert "maker/unit" in notice and "maker/unparsed" not in notice, "one without a price hides none"


def named(tmp_path: Path, **raw: object) -> list[str]:
    entry = {
        "endpoint": "maker/new-model",
        "output_type": "image",
        "params": [{"fieldKey": "prompt", "type": "STRING"}],
    }
    file = tmp_path / "registry.json"
    file.write_text(json.dumps({"models": [entry | raw]}), encoding="utf-8")
    return read_registry(file).listed[0].fact.names


def test_the_vendors_names_are_taken_without_what_is_no_name(tmp_path: Path) -> None:
    assert named(tmp_path, name_en="New  Model", name_cn="新模型-文生图") == ["New Model", "新模型-文生图"]
    assert named(tmp_path, name_en="Maker: new_model", name_cn="new-model (v2)") == ["new-model (v2)"]
    assert named(tmp_path, name_en="New-[Deprecated] Please use another", name_cn="新模型-已下架") == [
        "New",
        "新模型",
    ]
    assert named(tmp_path, name_en="x" * 121) == []
    assert named(tmp_path, name_cn="新模型") == ["新模型"]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({**GOOD, "params": [*GOOD["params"], *({"fieldKey": f"k{n}", "type": "INT"} for n in range(201))]},
         "more than 200 fields"),
        ({**GOOD, "params": [*GOOD["params"],
                             {"fieldKey": "k", "type": "LIST", "options": [str(n) for n in range(1001)]}]},
         "more than 1000 options"),
        ({**GOOD, "endpoint": "a/" + "b" * 500}, "has no path"),
    ],
)  # fmt: skip
def test_an_entry_beyond_all_measure_is_set_aside(tmp_path: Path, entry: Model, said: str) -> None:
    registry = read_registry(
        write_registry(tmp_path / "registry.json", [entry, {**GOOD, "endpoint": "ok/x"}])
    )
    assert [each.fact.endpoint for each in registry.listed] == ["ok/x"]
    (notice,) = registry.notices
    assert said in notice and len(notice) < 1000


def test_what_is_said_of_one_entry_is_bounded(tmp_path: Path) -> None:
    options: list[Any] = [{"label": "x"} for _ in range(900)]
    model = {
        **GOOD,
        "params": [*GOOD["params"], {"fieldKey": "k", "type": "LIST", "options": ["a", *options]}],
    }
    registry = read_registry(write_registry(tmp_path / "registry.json", [model]))
    (said,) = registry.odd.values()
    assert len(said) == 20


@pytest.mark.parametrize("where", ["models", "pricing"])
def test_a_file_of_too_many_entries_is_refused(tmp_path: Path, where: str) -> None:
    file = tmp_path / "registry.json"
    file.write_text(json.dumps({"models": [GOOD]} | {where: [{}] * 3001}), encoding="utf-8")
    with pytest.raises(TableFault, match="3001 entries"):
        read_registry(file)


def test_a_very_long_choice_or_default_is_none(tmp_path: Path) -> None:
    long = "x" * 401
    params = [
        *GOOD["params"],
        {"fieldKey": "k", "type": "LIST", "options": ["a", long]},
        {"fieldKey": "model", "type": "STRING", "defaultValue": f"{long}.safetensors"},
    ]
    registry = read_registry(write_registry(tmp_path / "registry.json", [{**GOOD, "params": params}]))
    (listed,) = registry.listed
    fields = {param.key: param for param in listed.fact.params}
    assert [option.value for option in fields["k"].options] == ["a"] and fields["model"].default is None
