"""Media limits: a file's length, sides and shape against the table, and the words for each."""

from __future__ import annotations

import pytest

from rh_ui.catalog.loader import load_catalog
from rh_ui.catalog.media_limits import SLACK, Measures, check_media, check_media_total, media_limits, tightest
from rh_ui.catalog.problems import limits_in_words, sentence
from rh_ui.catalog.rules import MediaLimits

CATALOG = load_catalog()
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
    assert "may last 10 s when Facing is As in the image; choose a shorter one" in said
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
