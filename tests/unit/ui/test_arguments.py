"""What callers send is valid, or refused with one sentence that repeats nothing of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import gradio as gr
import pytest
from gradio.routes import ORJSONResponse

from rh_ui.catalog.schema import Catalog
from rh_ui.domain import Modality
from rh_ui.errors import ArgumentRefused, StorageFault, Unreachable
from rh_ui.ui.guards.signatures import body_of, parameters, typed
from rh_ui.ui.named_api import NamedApi, answered, refused
from rh_ui.ui.page import named_functions
from rh_ui.web.api.refusals import AWAY, BAD_ARGUMENT
from rh_ui.web.arguments import Body, Count, FileData, Flag, Id, Language, Tab
from rh_ui.web.services import PageServices

SECRET = "never said again"


def sample(
    id: Id, tab: Tab, language: Language = "en", count: Count = 3, flag: Flag = False
) -> dict[str, Any]:
    return {"id": id, "tab": tab, "language": language, "count": count, "flag": flag}


def takes_body(params: Body, request: gr.Request | None = None) -> dict[str, Any]:
    return params


def takes_file(file: FileData) -> str:
    return f"{file.path} {file.orig_name}"


def nothing() -> PageServices:
    """Enough of the services to see what is called."""
    return cast(PageServices, SimpleNamespace(catalog=Catalog({}), quick_creations=None, workflows=None))


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def test_what_fits_arrives_as_its_type_with_its_defaults() -> None:
    told = typed(sample)("a", "3d")
    assert told == {"id": "a", "tab": Modality.THREE_D, "language": "en", "count": 3, "flag": False}


@pytest.mark.parametrize(
    ("values", "where", "code"),
    [
        ((), "id is missing", "missing"),
        (("a",), "tab is missing", "missing"),
        (("a", "image", "en", 1, True, SECRET), "these values, in this order: id, tab", "count"),
        ((5, "image"), "id must be text", "string_type"),
        ((None, "image"), "id must be text", "string_type"),
        ((SECRET * 100, "image"), "id must have at most 200 characters", "string_too_long"),
        (("a\x00b", "image"), "id holds characters", "bad_characters"),
        (("a\ud800b", "image"), "id holds characters", "string_unicode"),
        (("a", SECRET), "tab must be", "enum"),
        (("a", "image", "xx"), "language must be", "literal_error"),
        (("a", "image", "en", -1), "count must be at least 0", "greater_than_equal"),
        (("a", "image", "en", 2**64), "count must be at most", "less_than_equal"),
        (("a", "image", "en", True), "count must be a whole number", "int_type"),
        (("a", "image", "en", 1.5), "count must be a whole number", "int_type"),
        (("a", "image", "en", "1"), "count must be a whole number", "int_type"),
        (("a", "image", "en", 1, 1), "flag must be true or false", "bool_type"),
        (("a", "image", "en", 1, None), "flag must be true or false", "bool_type"),
    ],
)
def test_what_does_not_is_refused_with_where_and_what(values: tuple[Any, ...], where: str, code: str) -> None:
    with pytest.raises(ArgumentRefused) as told:
        typed(sample)(*values)
    assert where in str(told.value)
    assert told.value.code == code
    assert f"({code})" in str(told.value)
    assert "Nothing was done and nothing was charged." in str(told.value)
    assert SECRET not in str(told.value)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        (nested(41), "dict_type"),
        ({"a": nested(41)}, "too_nested"),
        ({"a": [0] * 200_000}, "too_nested"),
        ({"a": 10**40}, "too_many_digits"),
        ({"a": [-(10**41)]}, "too_many_digits"),
        ({"a": float("nan")}, "not_finite"),
        ({"a": float("-inf")}, "not_finite"),
        ({"k" * 401: 1}, "key_too_long"),
        ({"a\ud800": 1}, "bad_characters"),
        ({"a": [{"b\x00": 1}]}, "bad_characters"),
        (None, "dict_type"),
        ("{}", "dict_type"),
    ],
)
def test_a_body_is_bounded_in_depth_size_and_numbers(params: Any, code: str) -> None:
    with pytest.raises(ArgumentRefused) as told:
        typed(takes_body)(params, None)
    assert told.value.code == code


def test_a_deep_body_and_a_long_number_that_still_fit_arrive_whole() -> None:
    params = {"a": nested(38), "b": 10**40 - 1, "c": "half a character \ud800", "d": None}
    assert typed(takes_body)(params) == params


@pytest.mark.parametrize("file", ["/etc/passwd", {}, {"path": 1}, {"path": None}, {"path": "a\x00"}, [], 5])
def test_a_file_that_is_none_is_refused(file: Any) -> None:
    with pytest.raises(ArgumentRefused):
        typed(takes_file)(file)


def test_an_odd_name_of_a_file_is_kept_readable() -> None:
    told = typed(takes_file)({"path": "/a", "orig_name": "a\ud800\x00.png", "size": 5, "meta": {}})
    assert told == "/a a??.png"


@pytest.mark.parametrize("odd", [2**70, -(2**70), 10**39, "\ud800", ["\ud800", {"\ud800": [2**64]}]])
def test_every_answer_can_be_written(odd: Any) -> None:

    def told(id: Id) -> dict[str, Any]:
        return {
            "id": id,
            "params": {"odd": odd, "seed": 2**64 - 1, "low": -(2**63), "price": 0.5, "on": True},
        }

    answer = json.loads(bytes(ORJSONResponse(answered(told)("a")).body))
    assert answer["params"]["seed"] == 2**64 - 1
    assert (answer["params"]["low"], answer["params"]["price"], answer["params"]["on"]) == (
        -(2**63),
        0.5,
        True,
    )
    if isinstance(odd, int):
        assert answer["params"]["odd"] == str(odd)


@pytest.mark.parametrize(
    ("fault", "title"),
    [
        (ArgumentRefused("x must be text", "string_type"), BAD_ARGUMENT),
        (StorageFault("The disk is away."), AWAY),
        (Unreachable("No answer."), AWAY),
    ],
)
def test_the_page_can_tell_refusals_apart(fault: Any, title: str) -> None:
    assert refused(fault).title == title


def open_ends(schema: Any, free: bool = False) -> Iterator[str]:
    """The parts of a schema that have no limit."""
    if not isinstance(schema, dict) or "enum" in schema or "const" in schema or "$ref" in schema:
        return
    every = [
        *schema.get("anyOf", ()),
        *schema.get("$defs", {}).values(),
        *schema.get("properties", {}).values(),
    ]
    kind = schema.get("type")
    bound = {"string": "maxLength", "integer": "maximum", "number": "maximum", "array": "maxItems"}.get(
        kind or ""
    )
    if bound and bound not in schema:
        yield f"{schema.get('title', '?')}: {kind} without {bound}"
    if kind is None and not every:
        yield f"{schema.get('title', '?')}: anything"
    if kind == "object" and "properties" not in schema:
        yield f"{schema.get('title', '?')}: any object"
    for part in every:
        yield from open_ends(part)
    if kind == "array" and "items" in schema:
        yield from open_ends(schema["items"])


def test_every_value_of_every_function_is_bounded() -> None:
    for function in named_functions(NamedApi(nothing())):
        hints = parameters(function)
        schema = body_of(function).model_json_schema()
        for name in (name for name, hint in hints.items() if hint is Body):
            del schema["properties"][name]
        if schema.get("properties"):
            assert list(open_ends(schema)) == [], function.__name__
