"""What a form follows: each kind of rule greys, narrows or asks, with its reason, and lets go again."""

from __future__ import annotations

import pytest

from rh_ui.catalog.following import FieldState, form_state
from rh_ui.catalog.loader import load_catalog
from rh_ui.catalog.problems import LANGUAGES, meaning, sentence
from rh_ui.catalog.rules import (
    Allowed,
    AtLeastOneOf,
    ExactlyOneOf,
    Excludes,
    Forbids,
    Ignored,
    MaxItems,
    MediaLimits,
    ProductBetween,
    RatioBetween,
    Requires,
    Rule,
    When,
)
from rh_ui.catalog.schema import Endpoint, Field, Meaning, Option, Sentinel
from rh_ui.domain import Channel, FieldKind, JsonValue, Modality, Params
from rh_ui.errors import Problem

CATALOG = load_catalog()
LINK = "https://example.com/a.png"

FIELDS = (
    Field("prompt", FieldKind.TEXT, label="Prompt"),
    Field("size", FieldKind.CHOICE, default="720p", options=(Option("720p"), Option("1080p")), label="Size"),
    Field("length", FieldKind.CHOICE, options=(Option("5"), Option("10")), label="Length"),
    Field("sound", FieldKind.FLAG, default=False, label="Sound"),
    Field("video", FieldKind.VIDEO, label="Video"),
    Field("images", FieldKind.IMAGE, many=True, max_items=7, label="Images"),
    Field("width", FieldKind.INTEGER, min=10, max=100, label="Width"),
    Field("height", FieldKind.INTEGER, min=10, max=100, label="Height"),
)
HD = When("size", ("1080p",))
VIDEO = When("video")


def follow(rule: Rule, values: Params) -> dict[str, FieldState]:
    return form_state(model(rule), values)


def model(rule: Rule) -> Endpoint:
    return Endpoint(
        "made-up/model", "Made-up", Modality.VIDEO, "text-to-video", "Made-up", Channel.NONE, False, False,
        FIELDS, (rule,),
    )  # fmt: skip


def said(rule: Rule, problem: Problem | None) -> str:
    assert problem is not None
    assert sentence(problem, model(rule), "zh").endswith("。")
    return sentence(problem, model(rule))


def test_without_rules_that_speak_every_field_is_open() -> None:
    states = follow(Forbids(HD, ("prompt",)), {})
    assert all(state.shown and not state.narrowed and not state.required for state in states.values())
    assert states["size"].options == ("720p", "1080p")
    assert states["sound"].options == (True, False)
    assert states["images"].max_items == 7


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Forbids(HD, ("prompt",)), "Prompt can't be used when Size is 1080p."),
        (Ignored(HD, ("prompt",)), "Prompt has no effect when Size is 1080p."),
        (
            Ignored(When("size", ("720p",), given=False), ("prompt",)),
            "Prompt has no effect unless Size is 720p.",
        ),
    ],
)
def test_a_condition_greys_a_field_and_lets_go_again(rule: Rule, words: str) -> None:
    assert follow(rule, {"size": "720p", "prompt": "x"})["prompt"].shown
    state = follow(rule, {"size": "1080p", "prompt": "x"})["prompt"]
    assert not state.shown
    assert said(rule, state.greyed) == words


def test_a_condition_asks_for_a_field() -> None:
    rule = Requires(VIDEO, ("prompt",))
    assert not follow(rule, {})["prompt"].required
    state = follow(rule, {"video": LINK})["prompt"]
    assert state.required
    assert said(rule, state.needed) == "Prompt is needed when Video is given; fill it in."


def test_one_of_several_is_asked_for_until_it_is_there_and_then_stands_alone() -> None:
    rule = ExactlyOneOf(("prompt", "video"))
    assert follow(rule, {})["video"].one_of == ("prompt", "video")
    states = follow(rule, {"video": LINK})
    assert states["video"].one_of == ()
    assert states["video"].shown
    assert said(rule, states["prompt"].greyed) == "Prompt can't go together with Video."
    both = follow(rule, {"video": LINK, "prompt": "x"})
    assert both["video"].shown and both["prompt"].shown
    excluded = follow(Excludes(("prompt", "video")), {"prompt": "x"})
    assert (excluded["prompt"].shown, excluded["video"].shown) == (True, False)


def test_at_least_one_is_asked_for_where_the_condition_holds() -> None:
    rule = AtLeastOneOf(("video", "images"), HD)
    assert follow(rule, {})["images"].one_of == ()
    assert follow(rule, {"size": "1080p"})["images"].one_of == ("video", "images")
    assert follow(rule, {"size": "1080p", "images": [LINK]})["video"].one_of == ()


def test_options_narrow_both_ways() -> None:
    rule = Allowed(HD, "length", ("5",))
    states = follow(rule, {"size": "1080p"})
    assert states["length"].options == ("5",)
    assert said(rule, states["length"].narrowed) == "Length can only be 5 when Size is 1080p."
    states = follow(rule, {"length": "10"})
    assert states["size"].options == ("720p",)
    assert said(rule, states["size"].narrowed) == "Size can't be 1080p while Length is 10."
    assert follow(rule, {"length": "5"})["size"].options == ("720p", "1080p")


def test_a_flag_narrows_and_closes_the_field_it_does_not_go_with() -> None:
    rule = Allowed(VIDEO, "sound", (False,))
    assert follow(rule, {"video": LINK})["sound"].options == (False,)
    states = follow(rule, {"sound": "true"})
    assert said(rule, states["video"].greyed) == "Video can't be used while Sound is true."
    assert states["sound"].options == (True, False)


def test_places_in_a_list_shrink() -> None:
    rule = MaxItems(("images",), 4, VIDEO)
    assert follow(rule, {})["images"].max_items == 7
    state = follow(rule, {"video": LINK})["images"]
    assert state.max_items == 4
    assert said(rule, state.narrowed) == "Images may hold 4 entries together when Video is given."
    shared = MaxItems(("images", "video"), 3)
    states = follow(shared, {"images": [LINK] * 3})
    assert states["images"].max_items == 3
    assert states["video"].max_items == 0
    assert not states["video"].shown


@pytest.mark.parametrize(
    ("rule", "values", "bounds"),
    [
        (ProductBetween("width", "height", 1000, 2500), {"height": 50}, (20, 50)),
        (ProductBetween("width", "height", 1000, 2500), {"height": "30"}, (34, 83)),
        (ProductBetween("width", "height", 1000, 2500), {}, (10, 100)),
        (ProductBetween("width", "height", 1000, 2500), {"height": 0}, (10, 100)),
        (RatioBetween("width", "height", 0.5, 2), {"height": 45}, (23, 90)),
        (RatioBetween("height", "width", 0.5, 2), {"height": 45}, (23, 90)),
        (RatioBetween("width", "height", None, 2), {"height": 45}, (10, 90)),
    ],
)
def test_ranges_follow_the_other_side(rule: Rule, values: Params, bounds: tuple[int, int]) -> None:
    state = follow(rule, values)["width"]
    assert (state.min, state.max) == bounds
    if bounds != (10, 100):
        assert "Height" in said(rule, state.narrowed)


def test_media_limits_stand_beside_their_field_where_they_hold() -> None:
    rule = MediaLimits("video", HD, max_seconds=10)
    assert follow(rule, {})["video"].media == ()
    assert follow(rule, {"size": "1080p"})["video"].media == (rule,)


def test_what_is_forbidden_plays_no_part() -> None:
    endpoint = CATALOG.get("marble/upload-media-asset")
    states = form_state(endpoint, {"kind": "image", "videoUrl": LINK})
    assert not states["videoUrl"].shown
    assert states["imageUrl"].shown
    assert states["imageUrl"].required


def test_unfinished_values_do_no_harm() -> None:
    for endpoint in CATALOG.endpoints.values():
        odd: dict[str, JsonValue] = {field.key: "1e" for field in endpoint.fields}
        assert form_state(endpoint, odd).keys() == {field.key for field in endpoint.fields}
        assert form_state(endpoint, {"noSuchField": 1, **dict.fromkeys(odd, None)})


def test_the_first_look_at_no_form_is_a_dead_end() -> None:
    """Untouched, every required field can be filled in, and every choice has something to choose."""
    for endpoint in CATALOG.endpoints.values():
        for key, state in form_state(endpoint, endpoint.defaults).items():
            field = endpoint.field(key)
            assert field is not None
            assert state.shown or not state.required or field.default is not None, (endpoint.path, key)
            assert bool(state.options) == bool(field.options or field.kind is FieldKind.FLAG)


def test_values_with_a_meaning_say_it() -> None:
    assert {meaning(Sentinel(0, each), "zh") for each in Meaning} == {"自动", "随机", "整段视频", "不限"}
    duration = CATALOG.get("alibaba/wan-2.7/video-edit").field("duration")
    assert duration is not None
    assert [meaning(sentinel) for sentinel in duration.sentinels] == ["the whole video"]
    assert len(LANGUAGES) == 2
