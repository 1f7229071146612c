"""A single field: how its value is sent, what is refused, and the details for its sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rh_ui.catalog.rules import Requires, When
from rh_ui.catalog.schema import Field, Meaning, NotOffered, Option, Sentinel
from rh_ui.catalog.validation import (
    build,
    check,
    check_field,
    complete,
    converted,
    media_values,
    replace_media,
    withdrawn,
    without_left_out,
)
from rh_ui.domain import LARGEST_WHOLE, SMALLEST_WHOLE, FieldKind, JsonValue, Params
from rh_ui.errors import Choices, PayloadRefused, Problem
from tests.samples import made_up

KEPT = "input:" + "0f" * 32
LINK = "https://example.com/a.png"


def options(*values: str) -> tuple[Option, ...]:
    return tuple(Option(value) for value in values)


def field(kind: FieldKind, **told: Any) -> Field:
    return Field("it", kind, **told)


TEXT, WHOLE, NUMBER = field(FieldKind.TEXT), field(FieldKind.INTEGER), field(FieldKind.DECIMAL)
FLAG, CHOICE = field(FieldKind.FLAG), field(FieldKind.CHOICE, options=options("1", "2.5", "true", " x "))
IMAGE, VIDEO, AUDIO = field(FieldKind.IMAGE), field(FieldKind.VIDEO), field(FieldKind.AUDIO)
IMAGES = field(FieldKind.IMAGE, many=True, max_items=2)
SHORT, JSON = field(FieldKind.TEXT, min_length=2, max_length=4), field(FieldKind.TEXT, as_json=True)
FEW = field(FieldKind.INTEGER, min=2, max=4, sentinels=(Sentinel(-1, Meaning.RANDOM),))
PART = field(FieldKind.DECIMAL, min=0.5, max=1.5)
MANY_OPTIONS = field(FieldKind.CHOICE, options=options(*(f"o{number}" for number in range(13))))
TWELVE = field(FieldKind.CHOICE, options=options(*(f"o{number}" for number in range(12))))
MODEL_DECIDES = field(FieldKind.CHOICE, options=options("empty", "1k"), default="empty", left_out="empty")
PNG = field(FieldKind.IMAGE, accept=("png", "webp"))
MAKERS = field(FieldKind.IMAGE, takes_id=True)


@pytest.mark.parametrize(
    ("field", "value", "code", "details"),
    [
        (field(FieldKind.TEXT, required=True), None, "required", {}),
        (field(FieldKind.TEXT, withheld=True, default="a"), "b", "withheld", {}),
        (TEXT, 5, "wrong_type", {"expected": "text", "value": "5"}),
        (WHOLE, "x", "wrong_type", {"expected": "whole", "value": "x"}),
        (WHOLE, 1.5, "wrong_type", {"expected": "whole", "value": "1.5"}),
        (NUMBER, "x", "wrong_type", {"expected": "number", "value": "x"}),
        (NUMBER, True, "wrong_type", {"expected": "number", "value": "True"}),
        (NUMBER, float("inf"), "wrong_type", {"expected": "number", "value": "inf"}),
        (FLAG, 1, "wrong_type", {"expected": "flag", "value": "1"}),
        (CHOICE, 1, "wrong_type", {"expected": "text", "value": "1"}),
        (IMAGE, 1, "wrong_type", {"expected": "link", "value": "1"}),
        (VIDEO, 1, "wrong_type", {"expected": "link", "value": "1"}),
        (AUDIO, 1, "wrong_type", {"expected": "link", "value": "1"}),
        (IMAGES, LINK, "wrong_type", {"expected": "list", "value": LINK}),
        (IMAGES, [LINK] * 3, "too_many_items", {"limit": 2, "count": 3}),
        (IMAGES, [LINK, "x"], "not_a_link", {"value": "x"}),
        (TEXT, "\ud800", "bad_characters", {}),
        (TEXT, "x\udfff", "bad_characters", {}),
        (JSON, "{", "no_json", {}),
        (JSON, "NaN", "no_json", {}),
        (JSON, "[" * 100_000, "no_json", {}),
        (SHORT, "x", "too_short", {"limit": 2, "length": 1}),
        (SHORT, "x" * 5, "too_long", {"limit": 4, "length": 5}),
        (FEW, 1, "too_small", {"limit": 2, "value": 1}),
        (FEW, 5, "too_big", {"limit": 4, "value": 5}),
        (PART, 0.4, "too_small", {"limit": 0.5, "value": 0.4}),
        (PART, 1.6, "too_big", {"limit": 1.5, "value": 1.6}),
        (WHOLE, SMALLEST_WHOLE - 1, "too_small", {"limit": SMALLEST_WHOLE, "value": SMALLEST_WHOLE - 1}),
        (WHOLE, LARGEST_WHOLE + 1, "too_big", {"limit": LARGEST_WHOLE, "value": LARGEST_WHOLE + 1}),
        (WHOLE, "1,024", "thousands", {"value": "1,024", "plain": "1024"}),
        (WHOLE, "-1 024", "thousands", {"value": "-1 024", "plain": "-1024"}),
        (WHOLE, "1'024’000", "thousands", {"value": "1'024’000", "plain": "1024000"}),
        (NUMBER, "1.024.000", "thousands", {"value": "1.024.000", "plain": "1024000"}),
        (NUMBER, "1,024", "comma", {"value": "1,024", "plain": "1024", "fraction": "1.024"}),
        (WHOLE, "999,99", "wrong_type", {"expected": "whole", "value": "999,99"}),
        (CHOICE, "3", "not_an_option", {"value": "3", "options": Choices("it", ("1", "2.5", "true", " x "))}),
        (MODEL_DECIDES, "empty", "not_an_option",
         {"value": "empty", "options": Choices("it", ("empty", "1k"))}),
        (TWELVE, "x", "not_an_option",
         {"value": "x", "options": Choices("it", tuple(f"o{number}" for number in range(12)))}),
        (MANY_OPTIONS, "x", "not_an_option",
         {"value": "x", "options": Choices("it", (*(f"o{number}" for number in range(10)), "…", "o12"))}),
        (PNG, f"{KEPT}.mp4", "wrong_file_type", {"value": "mp4", "options": Choices("it", ("png", "webp"))}),
        (IMAGE, "x" * 60, "not_a_link", {"value": "x" * 60}),
        (IMAGE, "x" * 61, "not_a_link", {"value": "x" * 59 + "…"}),
        (IMAGE, "asset://abcd", "not_a_link", {"value": "asset://abcd"}),
        (MAKERS, "abc", "not_a_link", {"value": "abc"}),
        (MAKERS, "a/b/c", "not_a_link", {"value": "a/b/c"}),
        (IMAGE, "https://a b/c.png", "not_a_link", {"value": "https://a b/c.png"}),
        (IMAGE, "http:/\\example.com", "not_a_link", {"value": "http:/\\example.com"}),
        (IMAGE, "data:video/mp4;base64,AAAA", "not_a_link", {"value": "data:video/mp4;base64,AAAA"}),
        (IMAGE, "data:image/png;base64,", "not_a_link", {"value": "data:image/png;base64,"}),
        (IMAGE, f"{KEPT}.", "not_a_link", {"value": f"{KEPT}."[:59] + "…"}),
    ],
)  # fmt: skip
def test_what_a_field_refuses(field: Field, value: JsonValue, code: str, details: dict[str, Any]) -> None:
    assert check_field(field, value) == [Problem("it", code, details)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (TEXT, None),
        (TEXT, " "),
        (field(FieldKind.TEXT, withheld=True, default="a"), "a"),
        (SHORT, "xx"),
        (SHORT, "xxxx"),
        (JSON, '{"a": [1, null]}'),
        (FEW, 2),
        (FEW, 4),
        (FEW, -1),
        (PART, 0.5),
        (PART, 1.5),
        (PART, 1),
        (WHOLE, 0),
        (NUMBER, -1e300 * 0),
        (CHOICE, "2.5"),
        (IMAGES, [LINK, LINK]),
        (IMAGE, "HTTP://EXAMPLE.COM"),
        (IMAGE, f"{KEPT}.anything"),
        (PNG, f"{KEPT}.webp"),
        (AUDIO, "data:audio/x-wav;base64,AA=="),
        (MAKERS, "abcd"),
        (MAKERS, "asset://abcd"),
        (MAKERS, "a" * 128),
        (MAKERS, LINK),
    ],
)
def test_what_a_field_takes(field: Field, value: JsonValue) -> None:
    assert check_field(field, value) == []


@pytest.mark.parametrize(
    ("field", "typed", "sent"),
    [
        (TEXT, " as it is ", " as it is "),
        (TEXT, ["one"], "one"),
        (TEXT, ["one", "two"], ["one", "two"]),
        (WHOLE, "+12", 12),
        (WHOLE, "\N{MINUS SIGN}12", -12),
        (WHOLE, "1" * 40, int("1" * 40)),
        (WHOLE, "1" * 41, "1" * 41),
        (WHOLE, 12.0, 12),
        (WHOLE, 2.0**53, 2**53),
        (WHOLE, 2.0**54, 2.0**54),
        (WHOLE, 1.5, 1.5),
        (WHOLE, ["7"], 7),
        (NUMBER, "1.5", 1.5),
        (NUMBER, "1,5", 1.5),
        (NUMBER, "2", 2),
        (NUMBER, "2.", 2.0),
        (NUMBER, "1,024", "1,024"),
        (NUMBER, 1.5, 1.5),
        (FLAG, " TRUE ", True),
        (FLAG, "False", False),
        (FLAG, "yes", "yes"),
        (FLAG, True, True),
        (CHOICE, True, "true"),
        (CHOICE, 1.0, "1"),
        (CHOICE, 2.5, "2.5"),
        (CHOICE, 1, "1"),
        (CHOICE, " 1 ", "1"),
        (CHOICE, " x ", " x "),
        (MODEL_DECIDES, "1k", "1k"),
        (IMAGE, f" {LINK}\n", LINK),
        (IMAGE, 5, 5),
        (IMAGES, LINK, [LINK]),
        (IMAGES, [f" {LINK} ", "", None], [LINK]),
        (field(FieldKind.TEXT, many=True), "one\n\n two\n", ["one", " two"]),
        (field(FieldKind.TEXT, many=True), ["one\ntwo", " "], ["one\ntwo"]),
        (field(FieldKind.INTEGER, many=True), "5", [5]),
        (field(FieldKind.TEXT, blank=True), "", ""),
    ],
)
def test_how_a_value_is_sent(field: Field, typed: JsonValue, sent: JsonValue) -> None:
    (given,) = converted(made_up(field), {"it": typed}).values()
    assert (given, type(given)) == (sent, type(sent))


@pytest.mark.parametrize(
    ("field", "typed"),
    [(TEXT, ""), (TEXT, None), (TEXT, []), (TEXT, [" "]), (IMAGES, ["", None]), (MODEL_DECIDES, "empty"),
     (field(FieldKind.TEXT, blank=True), " "), (field(FieldKind.TEXT, blank=True), None), (IMAGE, " ")],
)  # fmt: skip
def test_what_says_nothing_is_left_out(field: Field, typed: JsonValue) -> None:
    assert converted(made_up(field), {"it": typed}) == {}


def test_only_what_must_be_there_is_filled_in() -> None:
    fields = (
        Field("needed", FieldKind.INTEGER, required=True, default=" 5 "),
        Field("blank", FieldKind.TEXT, blank=True, default="a"),
        Field("emptied", FieldKind.TEXT, blank=True, default="a"),
        Field("free", FieldKind.TEXT, default="b"),
        Field("lacking", FieldKind.TEXT, required=True),
        Field("clip", FieldKind.VIDEO),
        Field("with_clip", FieldKind.TEXT, default="c"),
        replace(MODEL_DECIDES, key="decided", required=True),
    )
    model = made_up(*fields, rules=(Requires(When("clip"), ("with_clip",)),))
    assert complete(model, {"emptied": ""}) == {"needed": 5, "blank": "a", "emptied": ""}
    filled = complete(model, {"needed": "7", "emptied": "", "clip": LINK, "other": 1})
    assert filled == {
        "needed": 7, "blank": "a", "emptied": "", "clip": LINK, "with_clip": "c", "other": 1,
    }  # fmt: skip
    assert [(one.field, one.code) for one in check(model, filled)] == [
        ("other", "unknown_field"), ("lacking", "required"), ("decided", "required"),
    ]  # fmt: skip
    with pytest.raises(PayloadRefused, match=r"called “other”.*Lacking is missing.*Decided is missing"):
        build(model, filled)


def test_what_the_table_no_longer_offers_is_named() -> None:
    closed = Field("closed", FieldKind.TEXT, withheld=True, default="a")
    model = made_up(closed, Field("open", FieldKind.TEXT, required=True))
    assert withdrawn(model, {"closed": "a"}) == []
    assert withdrawn(model, {"closed": "b"}) == [Problem("closed", "withheld")]
    gone = made_up(closed, not_offered=NotOffered.PAUSED)
    assert withdrawn(gone, {"closed": "b"}) == [Problem("", "not_offered_paused")]


def test_a_choice_that_stands_for_nothing_is_not_sent() -> None:
    model = made_up(MODEL_DECIDES, Field("other", FieldKind.TEXT))
    body: Params = {"it": "empty", "other": "empty", "unknown": None}
    assert without_left_out(model, body) == {"other": "empty", "unknown": None}
    assert without_left_out(model, {"it": "1k"}) == {"it": "1k"}


def test_files_of_a_body_are_found_and_replaced_whatever_else_stands_in_it() -> None:
    model = made_up(Field("text", FieldKind.TEXT), Field("clip", FieldKind.VIDEO), IMAGES)
    body: Params = {"text": "a", "clip": "a", "it": ["a", 5, "b"]}
    assert media_values(model, body) == [("clip", None, "a"), ("it", 0, "a"), ("it", 2, "b")]
    assert replace_media(model, body, {"a": "A"}) == {"text": "a", "clip": "A", "it": ["A", 5, "b"]}
    odd: Params = {"text": ["a"], "clip": "", "it": 5}
    assert media_values(model, odd) == []
    assert replace_media(model, odd, {"a": "A", "": "B"}) == {**odd, "clip": "B"}
