"""Media limits: a file's duration, sides and ratio against the table, and the words for each."""

from __future__ import annotations

from typing import Any

import pytest

from rh_ui.catalog.media_limits import SLACK, Measures, check_media, check_media_total, media_limits, tightest
from rh_ui.catalog.problems import limits_in_words, sentence
from rh_ui.catalog.rules import MediaLimits, When
from rh_ui.catalog.schema import Endpoint, Field, Option
from rh_ui.domain import FieldKind, Params
from rh_ui.errors import Choices, Detail, Problem
from tests.packaged import packaged_catalog
from tests.samples import made_up

CATALOG = packaged_catalog()
MOTION = "kling-v3.0-pro/motion-control"
BY_PICTURE = {"characterOrientation": "image"}


@pytest.mark.parametrize(
    ("path", "field", "file", "code", "words"),
    [
        (MOTION, "videoUrl", Measures(720, 1280, 3), "", ""),
        (MOTION, "videoUrl", Measures(), "", ""),
        (MOTION, "videoUrl", Measures(720, 1280, 2.5), "media_too_short", "2.5 s"),
        (MOTION, "videoUrl", Measures(339, 1280, 5), "media_side_too_small", "339 × 1,280"),
        (MOTION, "videoUrl", Measures(340, 3851, 5), "media_side_too_big", "3,850"),
        (MOTION, "imageUrl", Measures(1000, 400), "", ""),
        (MOTION, "imageUrl", Measures(1001, 400), "media_ratio", "between 0.4 and 2.5"),
        (MOTION, "imageUrl", Measures(400, 1001), "media_ratio", "0.4 to 1"),
        ("bytedance/dreamactor-v2", "imageUrl", Measures(1080, 1920), "", ""),
        ("bytedance/dreamactor-v2", "imageUrl", Measures(1081, 1920), "media_short_side_too_big", "1,080"),
        ("rhart-video-s-official/sora-upload-character", "videoUrl", Measures(719, 2000, 3),
         "media_short_side_too_small", "720"),
        ("rhart-video-s-official/image-to-video", "imageUrl", Measures(1280, 720), "", ""),
        ("rhart-video-s-official/image-to-video", "imageUrl", Measures(1280, 721), "media_size", "1792"),
        ("rh/video-upscaler", "videoUrl", Measures(1, 1, 601), "media_too_long", "600 s"),
    ],
)  # fmt: skip
def test_a_file_against_the_table(path: str, field: str, file: Measures, code: str, words: str) -> None:
    endpoint = CATALOG.get(path)
    problems = check_media(endpoint, field, file)
    assert [problem.code for problem in problems] == ([code] if code else [])
    for problem in problems:
        assert words in sentence(problem, endpoint)
        assert sentence(problem, endpoint, "zh").endswith("。")


def test_a_limit_can_hang_on_another_field() -> None:
    endpoint, long = CATALOG.get(MOTION), Measures(720, 1280, 20)
    assert check_media(endpoint, "videoUrl", long) == []
    assert check_media(endpoint, "videoUrl", long, {}) == []
    problem = check_media(endpoint, "videoUrl", long, BY_PICTURE)[0]
    said = sentence(problem, endpoint)
    assert "may last 10 s when Character orientation is As in the image; choose a shorter one" in said
    assert check_media(endpoint, "videoUrl", Measures(seconds=31), {})[0].code == "media_too_long"


def test_a_rounded_up_length_is_no_fault() -> None:
    endpoint = CATALOG.get(MOTION)
    assert check_media(endpoint, "videoUrl", Measures(seconds=10 + SLACK), BY_PICTURE) == []
    assert check_media(endpoint, "videoUrl", Measures(seconds=10.3), BY_PICTURE)


def test_a_file_must_cover_what_is_asked_of_it() -> None:
    endpoint = CATALOG.get("alibaba/wan-2.7/video-edit")
    four = Measures(seconds=4.0)
    assert check_media(endpoint, "videoUrl", four, {"duration": "0"}) == []
    assert check_media(endpoint, "videoUrl", four, {"duration": "4"}) == []
    problem = check_media(endpoint, "videoUrl", four, {"duration": "5"})[0]
    assert problem.code == "media_shorter_than_asked"
    assert "lasts 4 s, less than the 5 s asked for in" in sentence(problem, endpoint)


def test_files_are_counted_together() -> None:
    endpoint = CATALOG.get("rhart-video/sparkvideo-2.0/multimodal-video")
    eight = Measures(seconds=8)
    assert check_media_total(endpoint, "videoUrls", [eight], {}) == []
    assert check_media_total(endpoint, "videoUrls", [eight, Measures()], {}) == []
    problem = check_media_total(endpoint, "videoUrls", [eight, eight], {})[0]
    assert "last 16 s together and may last 15 s" in sentence(problem, endpoint)


SIZE = Field("size", FieldKind.CHOICE, default="720p", options=(Option("720p"), Option("1080p")))
SECONDS = Field("seconds", FieldKind.CHOICE, options=tuple(map(Option, ("5", "10.5", "auto"))))
HD = When("size", ("1080p",))
CLIP, OTHER = Field("clip", FieldKind.VIDEO, many=True), Field("other", FieldKind.VIDEO)
AT_HD: dict[str, Detail] = {"when_field": "size", "when_values": Choices("size", ("1080p",)), "when_given": 1}


def limited(*limits: MediaLimits) -> Endpoint:
    return made_up(SIZE, SECONDS, CLIP, OTHER, rules=limits)


@pytest.mark.parametrize(
    ("told", "file", "code", "details"),
    [
        ({"min_seconds": 3}, Measures(seconds=2.75), "", {}),
        ({"min_seconds": 3}, Measures(seconds=2.74), "media_too_short", {"value": 2.7, "limit": 3}),
        ({"max_seconds": 3}, Measures(seconds=3.25), "", {}),
        ({"max_seconds": 3}, Measures(seconds=4.04), "media_too_long", {"value": 4, "limit": 3}),
        ({"covers": "seconds"}, Measures(seconds=10.25), "", {}),
        ({"covers": "seconds"}, Measures(seconds=9.0), "media_shorter_than_asked",
         {"value": 9, "limit": 10.5, "fields": "seconds"}),
        ({"min_side": 300}, Measures(300, 400), "", {}),
        ({"min_side": 300}, Measures(400, 299), "media_side_too_small", {"limit": 300}),
        ({"max_side": 300}, Measures(300, 200), "", {}),
        ({"max_side": 300}, Measures(301, 200), "media_side_too_big", {"limit": 300}),
        ({"min_short_side": 300}, Measures(300, 900), "", {}),
        ({"min_short_side": 300}, Measures(299, 900), "media_short_side_too_small", {"limit": 300}),
        ({"max_short_side": 300}, Measures(300, 900), "", {}),
        ({"max_short_side": 300}, Measures(301, 900), "media_short_side_too_big", {"limit": 300}),
        ({"min_ratio": 0.5}, Measures(100, 200), "", {}),
        ({"min_ratio": 0.5}, Measures(100, 300), "media_ratio", {"value": 0.333, "low": 0.5}),
        ({"max_ratio": 0.5}, Measures(100, 200), "", {}),
        ({"max_ratio": 0.5, "min_ratio": 0.25}, Measures(200, 100), "media_ratio",
         {"value": 2, "low": 0.25, "high": 0.5}),
        ({"sizes": ((3, 4), (5, 6))}, Measures(5, 6), "", {}),
        ({"sizes": ((3, 4), (5, 6))}, Measures(6, 5), "media_size", {"sizes": "3 × 4, 5 × 6"}),
        ({"min_side": 300, "max_ratio": 0.5, "sizes": ((3, 4),)}, Measures(200, 100), "media_side_too_small",
         {"limit": 300}),
        ({"min_side": 300}, Measures(width=200), "", {}),
        ({"min_side": 300}, Measures(height=200), "", {}),
        ({"min_seconds": 3}, Measures(200, 100), "", {}),
    ],
)  # fmt: skip
def test_a_file_on_either_side_of_a_limit(
    told: dict[str, Any], file: Measures, code: str, details: dict[str, Any]
) -> None:
    chosen: Params = {"size": "1080p", "seconds": "10.5"}
    endpoint = limited(MediaLimits("clip", HD, **told), MediaLimits("other", min_seconds=99, min_side=9999))
    sides: dict[str, Any] = {} if file.seconds else {"width": file.width, "height": file.height}
    expected = [Problem("clip", code, {**sides, **details, **AT_HD})] if code else []
    assert check_media(endpoint, "clip", file, chosen) == expected
    assert check_media(endpoint, "clip", file, {**chosen, "size": "720p"}) == []
    assert check_media(endpoint, "clip", file) == []


@pytest.mark.parametrize("values", [None, {}, {"seconds": "auto"}, {"seconds": "\u4e94"}])
def test_a_length_that_is_no_number_asks_for_nothing(values: Params | None) -> None:
    covered = limited(MediaLimits("clip", covers="seconds"))
    assert check_media(covered, "clip", Measures(seconds=0.1), values) == []


def test_everything_wrong_with_a_file_is_told_at_once() -> None:
    told = limited(MediaLimits("clip", min_seconds=3, max_ratio=2, sizes=((1, 1),), covers="seconds"))
    found = check_media(told, "clip", Measures(90, 30, 2), {"seconds": "5"})
    codes = ["media_too_short", "media_shorter_than_asked", "media_ratio", "media_size"]
    assert [problem.code for problem in found] == codes


def test_a_length_may_be_off_once_a_file() -> None:
    together = limited(MediaLimits("clip", HD, max_total_seconds=10), MediaLimits("clip", max_seconds=1))
    chosen: Params = {"size": "1080p"}

    def found(*seconds: float) -> list[Problem]:
        return check_media_total(together, "clip", [Measures(seconds=each) for each in seconds], chosen)

    assert found(5, 5.5) == []
    assert found(5, 5.6) == [Problem("clip", "media_total_too_long", {"value": 10.6, "limit": 10, **AT_HD})]
    assert found() == []
    assert check_media_total(together, "clip", [Measures(seconds=99)]) == []


def test_several_limits_become_the_strictest_of_each() -> None:
    low = {"min_seconds": 1.0, "min_side": 2, "min_short_side": 3, "min_ratio": 0.4}
    high = {
        "max_seconds": 5.0,
        "max_total_seconds": 6.0,
        "max_side": 7,
        "max_short_side": 8,
        "max_ratio": 9.0,
    }
    both = {**low, **high}
    half: dict[str, Any] = {name: bound / 2 for name, bound in both.items()}
    whole: dict[str, Any] = {**both, "sizes": ((1, 2),)}
    strictest = {**low, **{name: half[name] for name in high}}
    one, other, none = MediaLimits("a", **whole), MediaLimits("a", **half), MediaLimits("a")
    for pair in ((one, other), (other, one), (one, other, none), (none, other, one)):
        assert tightest(pair) == MediaLimits("a", **strictest, sizes=((1, 2),))
    assert tightest((none, one)) == tightest((one, none)) == tightest((one,)) == one


def test_every_limit_of_the_table_has_words() -> None:
    found = [
        rule for one in CATALOG.endpoints.values() for rule in one.rules if isinstance(rule, MediaLimits)
    ]
    assert len(found) > 30
    for rule in found:
        assert limits_in_words(rule)
        assert limits_in_words(rule, "zh") != limits_in_words(rule)
    first = media_limits(CATALOG.get(MOTION), "videoUrl", None)
    assert [limits_in_words(rule) for rule in first] == ["length at least 3 s; each side 340 to 3,850 px"]
    assert limits_in_words(first[0], "zh") == "时长至少 3 秒；各边 340 至 3,850 像素"


def test_limits_that_hold_together_are_told_as_one() -> None:
    assert tightest(()) is None
    both = tightest(media_limits(CATALOG.get(MOTION), "videoUrl", {"characterOrientation": "image"}))
    assert both is not None
    assert limits_in_words(both) == "length 3 to 10 s; each side 340 to 3,850 px"
    loose, strict = MediaLimits("a", min_side=10, max_side=50), MediaLimits("a", min_side=20, max_side=40)
    for limits in ((loose, strict), (strict, loose)):
        found = tightest(limits)
        assert found is not None and (found.min_side, found.max_side) == (20, 40)
