"""References and shots: what a caller may leave out, what is sent, and what is refused in words."""

from __future__ import annotations

import contextlib
import re
from typing import Any

import pytest

from rh_ui.catalog.nested import shot_prompts
from rh_ui.catalog.pricing import estimate
from rh_ui.catalog.problems import sentence
from rh_ui.catalog.schema import Catalog, Endpoint
from rh_ui.catalog.validation import build, changed_media, check, media_values, replace_media
from rh_ui.domain import FieldKind, JsonValue, Params
from rh_ui.errors import PayloadRefused
from tests.packaged import packaged_catalog

OMNI = "skyreels-v4/omni-reference-fast"
TEXTUAL = "kling-v3.0-pro/text-to-video"
WHOLE = "kling-video-o3-pro/text-to-video"
LINK = "https://example.com/{}.png"


def refs(*names: str) -> list[JsonValue]:
    return [{"type": "image", "tag": name, "url": LINK.format(name)} for name in names]


def shots(*lengths: JsonValue) -> list[JsonValue]:
    return [
        {"index": number, "prompt": f"shot {number}", "duration": length}
        for number, length in enumerate(lengths, start=1)
    ]


def omni(images: JsonValue, prompt: str = "a fox") -> Params:
    return {"prompt": prompt, "refImages": images, "resolution": "720p"}


def kling(endpoint: Endpoint, value: JsonValue, **more: JsonValue) -> Params:
    params: Params = {"prompt": "all of it", "sound": False, "duration": 5, "multiShot": True}
    return {
        **params,
        "multiPrompt": value,
        **({"shotType": "customize"} if "o3" in endpoint.path else {}),
        **more,
    }


def said(endpoint: Endpoint, params: Params, language: str = "en") -> list[str]:
    return [sentence(problem, endpoint, language) for problem in check(endpoint, params)]


def test_a_reference_may_come_as_its_file_alone_and_gets_the_first_free_name(catalog: Catalog) -> None:
    named: JsonValue = {"tag": "image_1", "url": f" {LINK.format('b')} "}
    body = build(catalog.get(OMNI), omni([LINK.format("a"), named, {"url": LINK.format("c")}]))
    assert body["refImages"] == [
        {"type": "image", "tag": "image_2", "url": LINK.format("a")},
        {"type": "image", "tag": "image_1", "url": LINK.format("b")},
        {"type": "image", "tag": "image_3", "url": LINK.format("c")},
    ]
    assert build(catalog.get(OMNI), body) == body


def test_files_inside_a_list_are_found_and_replaced(catalog: Catalog) -> None:
    endpoint = catalog.get(OMNI)
    body = omni(refs("image_1", "image_3"))
    assert media_values(endpoint, body) == [
        ("refImages", 0, LINK.format("image_1")),
        ("refImages", 1, LINK.format("image_3")),
    ]
    sent: Any = replace_media(endpoint, body, {LINK.format("image_3"): "https://x/up.png"})
    assert [item["url"] for item in sent["refImages"]] == [LINK.format("image_1"), "https://x/up.png"]
    assert [item["tag"] for item in sent["refImages"]] == ["image_1", "image_3"]
    assert body == omni(refs("image_1", "image_3")), "the given body is left as it was"
    odd = omni([None, 7, {"tag": "image_1"}])
    assert changed_media(endpoint, odd, lambda _, value: value) == odd


@pytest.mark.parametrize(
    ("images", "words"),
    [
        ([], "References is missing"),
        (refs("image_1", "image_2", "image_3", "image_4"), "holds 4 entries and may hold 3"),
        (
            [{"type": "image", "tag": "image_1", "url": LINK, "more": 1}],
            "exactly these parts: type, tag, url",
        ),
        ([7], "entry 1 is not what this model takes"),
        ([{"type": "video", "tag": "image_1", "url": LINK}], "takes “image” only"),
        ([{"type": "image", "tag": "fox", "url": LINK}], "call it image_1"),
        ([{"type": "image", "tag": "image_0", "url": LINK}], "call it image_1"),
        (refs("image_2", "image_2"), "two entries are called image_2"),
        ([{"type": "image", "tag": "image_1", "url": ""}], "image_1 has no file"),
        ([{"type": "image", "tag": "image_1", "url": "C:\\a.png"}], "C:\\a.png"),
        ([{"type": "image", "tag": "image_1", "url": "\ud800"}], "half of a character"),
        ([{"type": "image", "tag": "image_1", "url": "input:00.exe"}], "exe"),
    ],
)
def test_what_is_wrong_with_references_is_said(catalog: Catalog, images: JsonValue, words: str) -> None:
    (sentence_,) = said(catalog.get(OMNI), omni(images))
    assert words in sentence_


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("like @image_4", "names @image_4, but there is no such reference; there is @image_1, @image_3."),
        ("like @Image_1", "names @Image_1"),
        ("让@image2跑", "names @image2"),
        ("with @video_1", "names @video_1"),
        ("like @image_1, @image_3, @ noon; me@image1.com and @somebody", ""),
        ("让@image_1跑", ""),
    ],
)
def test_a_prompt_names_references_that_are_there(catalog: Catalog, prompt: str, words: str) -> None:
    found = said(catalog.get(OMNI), omni(refs("image_1", "image_3"), prompt))
    assert [words in one for one in found] == ([True] if words else [])
    none = check(catalog.get(OMNI), omni([], "like @image_1"))
    assert [problem.code for problem in none] == ["required", "mentions_none"]


def test_shots_are_numbered_and_their_lengths_are_what_the_endpoint_takes(catalog: Catalog) -> None:
    given: JsonValue = [{"prompt": "a", "duration": 2}, {"prompt": "b", "duration": " 03 "}]
    for path, lengths in ((TEXTUAL, ["2", "3"]), (WHOLE, [2, 3])):
        endpoint = catalog.get(path)
        body: Any = build(endpoint, kling(endpoint, given))
        assert [(shot["index"], shot["duration"]) for shot in body["multiPrompt"]] == list(
            zip([1, 2], lengths, strict=True)
        )
        assert list(body["multiPrompt"][0]) == ["index", "prompt", "duration"]
        assert shot_prompts(endpoint, body) == ("a", "b")
        assert shot_prompts(endpoint, {"multiPrompt": "words"}) == ()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (shots(2, 2), "the shots last 4 s together, the video 5 s; make them equal."),
        (shots(5, 0), "shot 2 needs a length in whole seconds, between 1 and 15"),
        (shots(2.5, 2), "shot 1 needs a length"),
        (shots(True, 4), "shot 1 needs a length"),
        ([{"index": 2, "prompt": "a", "duration": 5}], "number 1 is not"),
        ([{"index": 1, "prompt": " ", "duration": 5}], "shot 1 has no prompt"),
        ([{"index": 1, "prompt": "x" * 513, "duration": 5}], "has 513 characters and may have 512"),
        ([{"index": 1, "prompt": "a\ud800", "duration": 5}], "half of a character"),
        ([{"index": 1, "prompt": "a", "duration": 5, "mood": "calm"}], "exactly these parts"),
        (shots(1, 1, 1, 1, 1, 1, 1), "holds 7 entries and may hold 6"),
        ("a shot", "entry 1 is not what this model takes"),
    ],
)
def test_what_is_wrong_with_shots_is_said(catalog: Catalog, value: JsonValue, words: str) -> None:
    endpoint = catalog.get(WHOLE)
    with pytest.raises(PayloadRefused, match=re.escape(words)):
        build(endpoint, kling(endpoint, value))


def test_shots_are_asked_for_where_they_count_and_only_there(catalog: Catalog) -> None:
    endpoint = catalog.get(WHOLE)
    alone = kling(endpoint, [])
    (words,) = said(endpoint, alone)
    assert "when Multi-shot is on, unless Shot type is" in words
    (chinese,) = said(endpoint, alone, "zh")
    assert "当“多镜头”为开启时，除非“分镜方式”为" in chinese
    assert check(endpoint, {**alone, "shotType": "intelligence"}) == []
    others: list[Params] = [{"multiShot": False}, {"shotType": "intelligence"}]
    for other in others:
        codes = [problem.code for problem in check(endpoint, kling(endpoint, shots(2, 3)) | other)]
        assert codes == ["forbids"]
    assert check(endpoint, kling(endpoint, shots(2, 3))) == []


def test_where_the_service_takes_prompt_or_shots_it_gets_one_of_them(catalog: Catalog) -> None:
    endpoint = catalog.get("kling-v3-4k/image-to-video")
    params: Params = {"imageUrl": LINK.format("a"), "duration": 5, "multiShot": True}
    whole: Params = {**params, "multiPrompt": shots(5)}
    assert check(endpoint, whole) == []
    assert [problem.code for problem in check(endpoint, {**whole, "prompt": "a"})] == ["forbids"]
    planned: Params = {**params, "shotType": "intelligence"}
    assert [problem.code for problem in check(endpoint, planned)] == ["requires"]
    assert check(endpoint, {**planned, "prompt": "a"}) == []


def test_the_price_goes_by_the_length_of_the_video_and_not_by_the_shots(catalog: Catalog) -> None:
    endpoint = catalog.get(WHOLE)
    plain = estimate(endpoint, kling(endpoint, [], multiShot=False))
    assert estimate(endpoint, kling(endpoint, shots(2, 3))).money == plain.money is not None


def test_every_switch_and_list_of_the_table_that_is_nested_is_spelled() -> None:
    catalog = packaged_catalog()
    nested = {
        endpoint.path: field.kind
        for endpoint in catalog.endpoints.values()
        for field in endpoint.fields
        if field.parts is not None
    }
    assert sorted(nested.values()).count(FieldKind.SHOTS) == 15
    assert [path for path, kind in nested.items() if kind is FieldKind.REFERENCES] == [
        "skyreels-v4/omni-reference-fast",
        "skyreels-v4/omni-reference-std",
    ]
    off = [endpoint.path for endpoint in catalog.endpoints.values() if endpoint.not_offered == "references"]
    assert len(off) == 7
    assert not any(catalog.get(path).field(key) for path in off for key in ("refImages", "elementImageList"))


ODD: list[Any] = [
    None, True, -1, 1e308, float("inf"), "", "x", {}, {"a": {}}, "\ud800", [None], [[]], [{}],
    [{"tag": {}}], [{"tag": [], "type": {}, "url": {}}], [{"prompt": {}, "duration": []}],
    [{"prompt": "\ud800", "duration": "1e5"}], [{"prompt": "x", "duration": "9" * 5000}],
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_whatever_an_entry_holds_is_sent_or_refused_and_breaks_nothing(
    catalog: Catalog, odd: JsonValue
) -> None:
    nested = [(each, field) for each in catalog.endpoints.values() for field in each.fields if field.parts]
    assert nested
    for endpoint, field in nested:
        params: Params = {"prompt": "@image_1", "multiShot": True, field.key: odd}
        with contextlib.suppress(PayloadRefused):
            build(endpoint, params)
        estimate(endpoint, params)
        assert isinstance(endpoint.words_of(params), str)
