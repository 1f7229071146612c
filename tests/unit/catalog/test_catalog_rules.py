"""The closed set of rules: where each holds, where it does not, and that each has its sentence."""

from __future__ import annotations

import pytest

from rh_ui.catalog import rule_check, rules
from rh_ui.catalog.loader import load_catalog
from rh_ui.catalog.problems import sentence
from rh_ui.catalog.rules import When
from rh_ui.catalog.validation import check
from rh_ui.domain import JsonValue, Params
from rh_ui.i18n import LANGUAGES

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
            ["Length|时长", "10 s|10 秒", "Resolution|分辨率", "1080p", "5 s, 8 s|5 秒、8 秒"],
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
    endpoint = load_catalog().get(path)
    problem = check(endpoint, params)[-1]
    for language in LANGUAGES:
        text = sentence(problem, endpoint, language)
        assert all(word.split("|")[-1 if language == "zh" else 0] in text for word in words), text
        assert text.endswith("." if language == "en" else "。")


def test_choices_whose_names_hold_a_comma_stay_apart() -> None:
    endpoint = next(
        endpoint
        for endpoint in load_catalog().endpoints.values()
        if any(field.values == ("png", "jpeg", "webp(lossless)", "webp(lossy)") for field in endpoint.fields)
    )
    field = next(field for field in endpoint.fields if "webp(lossy)" in field.values)
    problem = next(found for found in check(endpoint, {field.key: "bmp, x"}) if found.field == field.key)
    assert "“bmp, x”" in sentence(problem, endpoint)
    assert "PNG; JPEG; WebP, lossless; WebP, smaller." in sentence(problem, endpoint)
    assert "PNG、JPEG、WebP 无损、WebP 有损。" in sentence(problem, endpoint, "zh")
