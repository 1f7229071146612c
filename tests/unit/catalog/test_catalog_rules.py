"""The closed set of rules: where each holds, where it does not, and that each has its sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from rh_ui.catalog import rule_check, rules
from rh_ui.catalog.problems import sentence
from rh_ui.catalog.rule_entries import RuleEntry
from rh_ui.catalog.rules import When
from rh_ui.catalog.validation import check
from rh_ui.domain import JsonValue, Params
from rh_ui.errors import Choices, Detail, Problem
from rh_ui.i18n import LANGUAGES
from tests.packaged import packaged_catalog

ENTRY: TypeAdapter[RuleEntry] = TypeAdapter(RuleEntry)
GIVEN_SOUND = When("sound")
NO_PICTURE = When("picture", given=False)
HD = When("size", ("1080p",))


@pytest.mark.parametrize(
    ("rule", "params", "code"),
    [
        (rules.ExactlyOneOf(("a", "b")), {"a": "1"}, ""),
        (rules.ExactlyOneOf(("a", "b")), {"a": " ", "b": []}, "at_least_one_of"),
        (rules.ExactlyOneOf(("a", "b")), {"a": "1", "b": "2"}, "excludes"),
        (rules.AtLeastOneOf(("a", "b")), {"a": "1", "b": "2"}, ""),
        (rules.AtLeastOneOf(("a", "b")), {}, "at_least_one_of"),
        (rules.AtLeastOneOf(("a",), GIVEN_SOUND), {}, ""),
        (rules.AtLeastOneOf(("a",), GIVEN_SOUND), {"sound": "x"}, "at_least_one_of"),
        (rules.Excludes(("a", "b", "c")), {}, ""),
        (rules.Excludes(("a", "b", "c")), {"a": "1", "c": "2"}, "excludes"),
        (rules.Requires(HD, ("a", "b")), {"size": "720p"}, ""),
        (rules.Requires(HD, ("a", "b")), {"size": "1080p", "a": 0, "b": False}, ""),
        (rules.Requires(HD, ("a", "b")), {"size": "1080p", "a": "1"}, "requires"),
        (rules.Forbids(NO_PICTURE, ("a",)), {"a": "1", "picture": "p"}, ""),
        (rules.Forbids(NO_PICTURE, ("a",)), {"a": "1"}, "forbids"),
        (rules.Ignored(NO_PICTURE, ("a",)), {"a": "1"}, ""),
        (rules.Allowed(HD, "length", ("5", "8")), {"size": "1080p", "length": "8"}, ""),
        (rules.Allowed(HD, "length", ("5", "8")), {"size": "720p", "length": "10"}, ""),
        (rules.Allowed(HD, "length", ("5", "8")), {"size": "1080p", "length": "10"}, "allowed"),
        (rules.MaxItems(("a", "b"), 3), {"a": ["1", "2"], "b": ["3"]}, ""),
        (rules.MaxItems(("a", "b"), 3), {"a": ["1", "2"], "b": ["3", "4"]}, "max_items"),
        (rules.MaxItems(("a",), 1, HD), {"a": ["1", "2"], "size": "720p"}, ""),
        (rules.MaxItems(("a",), 1, HD), {"a": ["1", "2"], "size": "1080p"}, "max_items"),
        (rules.ProductBetween("w", "h", 100, 400), {"w": 10, "h": 10}, ""),
        (rules.ProductBetween("w", "h", 100, 400), {"w": 9, "h": 11}, "product_between"),
        (rules.ProductBetween("w", "h", 100), {"w": 10**20, "h": 10**20}, ""),
        (rules.RatioBetween("w", "h", 0.125, 8), {"w": 800, "h": 100}, ""),
        (rules.RatioBetween("w", "h", 0.125, 8), {"w": 801, "h": 100}, "ratio_between"),
        (rules.RatioBetween("w", "h", None, 8), {"w": 1, "h": 0}, ""),
        (rules.ProductBetween("w", "h", 100, 400), {"w": "wide", "h": float("nan")}, ""),
    ],
)
def test_rule(rule: rules.Rule, params: Params, code: str) -> None:
    found = rule_check.check([rule], params, {})
    assert [problem.code for problem in found] == ([code] if code else [])


def choices(field: str, *values: str) -> Choices:
    return Choices(field, values)


AT_HD: dict[str, Detail] = {"when_field": "size", "when_values": choices("size", "1080p"), "when_given": 1}
UNLESS_HD: dict[str, Detail] = {**AT_HD, "when_given": 0}
WITHOUT_PICTURE: dict[str, Detail] = {
    "when_field": "picture", "when_values": choices("picture"), "when_given": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "params", "problem"),
    [
        (rules.ExactlyOneOf(("a", "b")), {}, Problem("a", "at_least_one_of", {"fields": "a,b"})),
        (
            rules.ExactlyOneOf(("a", "b", "c")),
            {"b": 0, "c": False},
            Problem("c", "excludes", {"fields": "b,c"}),
        ),
        (rules.Excludes(("a", "b", "c")), {"a": "1", "c": "2"}, Problem("c", "excludes", {"fields": "a,c"})),
        (
            rules.AtLeastOneOf(("b", "a"), HD),
            {"size": "1080p"},
            Problem("b", "at_least_one_of", {"fields": "b,a", **AT_HD}),
        ),
        (
            rules.Requires(HD, ("a", "b", "c")),
            {"size": "1080p", "a": "1"},
            Problem("b", "requires", {"fields": "b,c", **AT_HD}),
        ),
        (
            rules.Forbids(NO_PICTURE, ("a", "b", "c")),
            {"b": "1", "c": 2},
            Problem("b", "forbids", {"fields": "b,c", **WITHOUT_PICTURE}),
        ),
        (
            rules.Allowed(When("size", ("1080p",), given=False), "sound", (False, 2)),
            {"sound": True},
            Problem(
                "sound",
                "allowed",
                {
                    "fields": "sound",
                    "value": choices("sound", "true"),
                    "values": choices("sound", "false", "2"),
                    **UNLESS_HD,
                },
            ),
        ),
        (
            rules.MaxItems(("a", "b"), 1, HD),
            {"a": ["1"], "b": "2", "size": "1080p"},
            Problem("b", "max_items", {"fields": "a,b", "limit": 1, "count": 2, **AT_HD}),
        ),
        (
            rules.ProductBetween("w", "h", 100, 400),
            {"w": 9, "h": 10.5},
            Problem("w", "product_between", {"fields": "w,h", "value": 94.5, "low": 100, "high": 400}),
        ),
        (
            rules.ProductBetween("w", "h", high=400),
            {"w": 21, "h": 20},
            Problem("w", "product_between", {"fields": "w,h", "value": 420, "high": 400}),
        ),
        (
            rules.RatioBetween("w", "h", 0.5),
            {"w": 1, "h": 3},
            Problem("w", "ratio_between", {"fields": "w,h", "value": 0.333, "low": 0.5}),
        ),
    ],
)
def test_a_broken_rule_names_the_fields_the_limit_and_the_condition(
    rule: rules.Rule, params: Params, problem: Problem
) -> None:
    assert rule_check.check([rule], params, {}) == [problem]


@pytest.mark.parametrize(
    ("rule", "params"),
    [
        (rules.Allowed(HD, "length", ("5", "8")), {"size": "1080p"}),
        (rules.ProductBetween("w", "h", 100), {"w": True, "h": 10}),
        (rules.ProductBetween("w", "h", 100), {"w": 1}),
        (rules.ProductBetween("w", "h", 100), {"h": 1}),
        (rules.ProductBetween("w", "h", 100), {"w": 1, "h": float("inf")}),
        (rules.ProductBetween("w", "h", 0.3, 0.3), {"w": 0.1, "h": 3}),
        (rules.ProductBetween("w", "h", -1, 1), {"w": 5, "h": 0}),
        (rules.RatioBetween("w", "h", 1.1, 1.1), {"w": 3.3, "h": 3}),
        (rules.MaxItems(("a",), 1), {"a": 0}),
        (rules.MaxItems(("a",), 0), {"a": " "}),
        (rules.MediaLimits("a", max_seconds=1), {"a": "https://example.com/a.mp4"}),
    ],
)
def test_what_nothing_is_known_of_or_lies_on_the_edge_breaks_no_rule(
    rule: rules.Rule, params: Params
) -> None:
    assert rule_check.check([rule], params, {}) == []


def test_every_broken_rule_is_told_in_the_tables_order() -> None:
    several: list[rules.Rule] = [
        rules.Excludes(("a", "b")),
        rules.Forbids(HD, ("a",)),
        rules.MaxItems(("a", "b"), 1),
    ]
    found = rule_check.check(several, {"a": "1", "b": "2", "size": "1080p"}, {})
    assert [problem.code for problem in found] == ["excludes", "forbids", "max_items"]


@pytest.mark.parametrize(
    ("listed", "kind"),
    [
        (rule_check.ignored_fields, rules.Ignored),
        (rule_check.forbidden_fields, rules.Forbids),
        (rule_check.required_fields, rules.Requires),
    ],
)
def test_the_fields_of_one_kind_of_rule_are_listed_with_the_condition_that_holds(
    listed: Callable[..., dict[str, When]], kind: type[rules.Requires]
) -> None:
    x = ("x",)
    others = [rules.Ignored(NO_PICTURE, x), rules.Forbids(NO_PICTURE, x), rules.Requires(NO_PICTURE, x)]
    ours = [kind(HD, ("a", "b")), kind(NO_PICTURE, ("b",)), kind(GIVEN_SOUND, ("c",))]
    without = [rule for rule in others if not isinstance(rule, kind)]
    assert listed([*without, *ours], {}, {"size": "1080p"}) == {"a": HD, "b": NO_PICTURE}


AT_HD_ENTRY: dict[str, Any] = {"field": "size", "values": ["1080p"]}
TWO: dict[str, Any] = {"fields": ["a", "b"]}


@pytest.mark.parametrize(
    ("entry", "rule", "named"),
    [
        ({"rule": "exactly_one_of", **TWO}, rules.ExactlyOneOf(("a", "b")), ["a", "b"]),
        ({"rule": "excludes", **TWO}, rules.Excludes(("a", "b")), ["a", "b"]),
        ({"rule": "at_least_one_of", **TWO}, rules.AtLeastOneOf(("a", "b")), ["a", "b"]),
        (
            {"rule": "at_least_one_of", **TWO, "when": AT_HD_ENTRY},
            rules.AtLeastOneOf(("a", "b"), HD),
            ["a", "b"],
        ),
        (
            {"rule": "requires", **TWO, "when": {"field": "sound"}},
            rules.Requires(GIVEN_SOUND, ("a", "b")),
            ["a", "b"],
        ),
        (
            {"rule": "forbids", **TWO, "when": {"field": "picture", "given": False}},
            rules.Forbids(NO_PICTURE, ("a", "b")),
            ["a", "b"],
        ),
        ({"rule": "ignored", **TWO, "when": AT_HD_ENTRY}, rules.Ignored(HD, ("a", "b")), ["a", "b"]),
        (
            {"rule": "allowed", "when": AT_HD_ENTRY, "field": "a", "values": [1, "x", True]},
            rules.Allowed(HD, "a", (1, "x", True)),
            ["a"],
        ),
        ({"rule": "max_items", **TWO, "limit": 3}, rules.MaxItems(("a", "b"), 3), ["a", "b"]),
        (
            {"rule": "max_items", **TWO, "limit": 3, "when": AT_HD_ENTRY},
            rules.MaxItems(("a", "b"), 3, HD),
            ["a", "b"],
        ),
        (
            {"rule": "product_between", **TWO, "low": 1},
            rules.ProductBetween("a", "b", low=1),
            ["a", "b"],
        ),
        (
            {"rule": "ratio_between", **TWO, "low": 0.5, "high": 2},
            rules.RatioBetween("a", "b", 0.5, 2),
            ["a", "b"],
        ),
        (
            {"rule": "media", "field": "a", "when": AT_HD_ENTRY, "min_side": 1, "covers": "b"},
            rules.MediaLimits("a", HD, min_side=1, covers="b"),
            ["a", "b"],
        ),
        (
            {"rule": "media", "field": "a", "max_ratio": 2.5, "sizes": [[1, 2]]},
            rules.MediaLimits("a", max_ratio=2.5, sizes=((1, 2),)),
            ["a"],
        ),
    ],
)
def test_a_rule_is_read_from_the_table_as_it_stands_there(
    entry: dict[str, Any], rule: rules.Rule, named: list[str]
) -> None:
    read = ENTRY.validate_python(entry)
    assert (read.build(), read.named) == (rule, named)


@pytest.mark.parametrize(
    "entry",
    [
        {"rule": "excludes", "fields": ["a"]},
        {"rule": "excludes", **TWO, "limit": 3},
        {"rule": "at_least_one_of", "fields": []},
        {"rule": "requires", **TWO},
        {"rule": "ignored", "when": AT_HD_ENTRY, "fields": [""]},
        {"rule": "allowed", "when": AT_HD_ENTRY, "field": "a", "values": []},
        {"rule": "max_items", **TWO, "limit": "3"},
        {"rule": "ratio_between", "fields": ["a", "b", "c"], "low": 1},
        {"rule": "media", "field": "a", "when": AT_HD_ENTRY},
        {"rule": "media", "field": "a", "min_side": 0},
        {"rule": "media", "field": "a", "max_seconds": 0},
        {"rule": "odd", **TWO},
    ],
)
def test_a_rule_that_can_not_be_meant_is_refused(entry: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ENTRY.validate_python(entry)


@pytest.mark.parametrize("value", [0, False, 0.0, [""], [None], {}, "x", " x "])
def test_a_value_counts_as_given(value: JsonValue) -> None:
    assert rule_check.is_given(value)


@pytest.mark.parametrize("value", [None, "", " \n\t\u3000", []])
def test_an_empty_value_does_not_count_as_given(value: JsonValue) -> None:
    assert not rule_check.is_given(value)
    assert rule_check.effective("a", {"a": value}, {"a": 5}) == 5
    assert rule_check.effective("a", {"a": value}, {}) is None


def test_conditions_on_values_look_at_defaults_and_being_given_does_not() -> None:
    defaults: dict[str, JsonValue] = {"size": "1080p", "sound": "x", "w": 9}
    assert rule_check.check([rules.Requires(HD, ("a",))], {}, defaults)
    assert not rule_check.check([rules.Requires(GIVEN_SOUND, ("a",))], {}, defaults)
    assert rule_check.check([rules.ProductBetween("w", "h", 100)], {"h": 11}, defaults)


def test_ignored_fields_come_with_their_condition() -> None:
    rule = rules.Ignored(NO_PICTURE, ("weight",))
    assert rule_check.ignored_fields([rule], {}, {}) == {"weight": NO_PICTURE}
    assert rule_check.ignored_fields([rule], {"picture": "p"}, {}) == {}


@pytest.mark.parametrize(
    ("path", "params", "words"),
    [
        (
            "pixverse-v5.6/text-to-video",
            {"prompt": "x", "resolution": "1080p", "duration": "10"},
            ["Duration|时长", "10 s|10 秒", "Resolution|分辨率", "1080p", "5 s, 8 s|5 秒、8 秒"],
        ),
        ("kling-lip-sync/identify-face", {}, ["Video id|视频 ID", "Video|视频"]),
        (
            "alibaba/wan-2.6/reference-to-video",
            {
                "prompt": "x",
                "size": "1920*1080",
                "duration": "5",
                "videoUrls": ["https://example.com/v.mp4"] * 2,
                "imageUrls": ["https://example.com/i.png"] * 4,
            },
            ["Reference videos|参考视频", "Reference images|参考图片", "6", "5"],
        ),
        (
            "alibaba/wan-2.7/text-to-image-pro",
            {"prompt": "x", "width": 8192, "height": 8192},
            ["Width|宽度", "Height|高度", "67,108,864", "16,777,216"],
        ),
    ],
)
def test_the_tables_own_rules_speak(path: str, params: Params, words: list[str]) -> None:
    endpoint = packaged_catalog().get(path)
    problem = check(endpoint, params)[-1]
    for language in LANGUAGES:
        text = sentence(problem, endpoint, language)
        assert all(word.split("|")[-1 if language == "zh" else 0] in text for word in words), text
        assert text.endswith("." if language == "en" else "。")


def test_choices_whose_names_hold_a_comma_stay_apart() -> None:
    endpoint = next(
        endpoint
        for endpoint in packaged_catalog().endpoints.values()
        if any(field.values == ("png", "jpeg", "webp(lossless)", "webp(lossy)") for field in endpoint.fields)
    )
    field = next(field for field in endpoint.fields if "webp(lossy)" in field.values)
    problem = next(found for found in check(endpoint, {field.key: "bmp, x"}) if found.field == field.key)
    assert "“bmp, x”" in sentence(problem, endpoint)
    assert "PNG; JPEG; WebP, lossless; WebP, lossy." in sentence(problem, endpoint)
    assert "PNG、JPEG、WebP 无损、WebP 有损。" in sentence(problem, endpoint, "zh")
