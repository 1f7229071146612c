"""What a form follows: each kind of rule greys, narrows or asks, with its reason, and lets go again."""

from __future__ import annotations

import pytest

from rh_ui.catalog.form_state import FieldState, form_state
from rh_ui.catalog.loader import load_catalog
from rh_ui.catalog.problems import meaning, sentence
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
from rh_ui.catalog.validation import check
from rh_ui.domain import Channel, FieldKind, JsonValue, Modality, Params
from rh_ui.errors import Problem
from rh_ui.i18n import LANGUAGES

CATALOG = load_catalog()
LINK = "https://example.com/a.png"

FIELDS = (
    Field("wish", FieldKind.TEXT),
    Field("grade", FieldKind.CHOICE, default="720p", options=(Option("720p"), Option("1080p"))),
    Field("lasting", FieldKind.CHOICE, options=(Option("5"), Option("10"))),
    Field("noise", FieldKind.FLAG, default=False),
    Field("clip", FieldKind.VIDEO),
    Field("shots", FieldKind.IMAGE, many=True, max_items=7),
    Field("wide", FieldKind.INTEGER, min=10, max=100),
    Field("tall", FieldKind.INTEGER, min=10, max=100),
)
HD = When("grade", ("1080p",))
CLIP = When("clip")


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
    states = follow(Forbids(HD, ("wish",)), {})
    assert all(state.shown and not state.narrowed and not state.required for state in states.values())
    assert states["grade"].options == ("720p", "1080p")
    assert states["noise"].options == (True, False)
    assert states["shots"].max_items == 7


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Forbids(HD, ("wish",)), "Wish can't be used when Grade is 1080p."),
        (Ignored(HD, ("wish",)), "Wish has no effect when Grade is 1080p."),
        (
            Ignored(When("grade", ("720p",), given=False), ("wish",)),
            "Wish has no effect unless Grade is 720p.",
        ),
    ],
)
def test_a_condition_greys_a_field_and_lets_go_again(rule: Rule, words: str) -> None:
    assert follow(rule, {"grade": "720p", "wish": "x"})["wish"].shown
    state = follow(rule, {"grade": "1080p", "wish": "x"})["wish"]
    assert not state.shown
    assert said(rule, state.greyed) == words


def test_a_condition_asks_for_a_field() -> None:
    rule = Requires(CLIP, ("wish",))
    assert not follow(rule, {})["wish"].required
    state = follow(rule, {"clip": LINK})["wish"]
    assert state.required
    assert said(rule, state.needed) == "Wish is needed when Clip is given; fill it in."


def test_one_of_several_is_asked_for_until_it_is_there_and_then_stands_alone() -> None:
    rule = ExactlyOneOf(("wish", "clip"))
    first = follow(rule, {})
    assert first["clip"].one_of == first["wish"].one_of
    assert said(rule, first["clip"].one_of) == "One of Wish and Clip is needed; fill in at least one of them."
    assert [first["clip"].one_of] == check(model(rule), {})
    states = follow(rule, {"clip": LINK})
    assert states["clip"].one_of is None
    assert states["clip"].shown
    assert said(rule, states["wish"].greyed) == "Wish can't go together with Clip."
    both = follow(rule, {"clip": LINK, "wish": "x"})
    assert both["clip"].shown and both["wish"].shown
    excluded = follow(Excludes(("wish", "clip")), {"wish": "x"})
    assert (excluded["wish"].shown, excluded["clip"].shown) == (True, False)


def test_at_least_one_is_asked_for_where_the_condition_holds() -> None:
    rule = AtLeastOneOf(("clip", "shots"), HD)
    assert follow(rule, {})["shots"].one_of is None
    asked = follow(rule, {"grade": "1080p"})["shots"].one_of
    assert [asked] == check(model(rule), {"grade": "1080p"})
    assert "is needed when Grade is 1080p" in said(rule, asked)
    assert follow(rule, {"grade": "1080p", "shots": [LINK]})["clip"].one_of is None


def test_options_narrow_both_ways() -> None:
    rule = Allowed(HD, "lasting", ("5",))
    states = follow(rule, {"grade": "1080p"})
    assert states["lasting"].options == ("5",)
    assert said(rule, states["lasting"].narrowed) == "Lasting can only be 5 when Grade is 1080p."
    states = follow(rule, {"lasting": "10"})
    assert states["grade"].options == ("720p",)
    assert said(rule, states["grade"].narrowed) == "Grade can't be 1080p while Lasting is 10."
    assert follow(rule, {"lasting": "5"})["grade"].options == ("720p", "1080p")


def test_a_flag_narrows_and_closes_the_field_it_does_not_go_with() -> None:
    rule = Allowed(CLIP, "noise", (False,))
    assert follow(rule, {"clip": LINK})["noise"].options == (False,)
    states = follow(rule, {"noise": "true"})
    assert said(rule, states["clip"].greyed) == "Clip can't be used while Noise is on."
    assert states["noise"].options == (True, False)


def test_places_in_a_list_shrink() -> None:
    rule = MaxItems(("shots",), 4, CLIP)
    assert follow(rule, {})["shots"].max_items == 7
    state = follow(rule, {"clip": LINK})["shots"]
    assert state.max_items == 4
    assert said(rule, state.narrowed) == "Shots may hold 4 entries together when Clip is given."
    shared = MaxItems(("shots", "clip"), 3)
    states = follow(shared, {"shots": [LINK] * 3})
    assert states["shots"].max_items == 3
    assert states["clip"].max_items == 0
    assert not states["clip"].shown


@pytest.mark.parametrize(
    ("rule", "values", "bounds"),
    [
        (ProductBetween("wide", "tall", 1000, 2500), {"tall": 50}, (20, 50)),
        (ProductBetween("wide", "tall", 1000, 2500), {"tall": "30"}, (34, 83)),
        (ProductBetween("wide", "tall", 1000, 2500), {}, (10, 100)),
        (ProductBetween("wide", "tall", 1000, 2500), {"tall": 0}, (10, 100)),
        (RatioBetween("wide", "tall", 0.5, 2), {"tall": 45}, (23, 90)),
        (RatioBetween("tall", "wide", 0.5, 2), {"tall": 45}, (23, 90)),
        (RatioBetween("wide", "tall", None, 2), {"tall": 45}, (10, 90)),
    ],
)
def test_ranges_follow_the_other_side(rule: Rule, values: Params, bounds: tuple[int, int]) -> None:
    state = follow(rule, values)["wide"]
    assert (state.min, state.max) == bounds
    if bounds != (10, 100):
        assert "Tall" in said(rule, state.narrowed)


def test_media_limits_stand_beside_their_field_where_they_hold() -> None:
    rule = MediaLimits("clip", HD, max_seconds=10)
    assert follow(rule, {})["clip"].media == ()
    assert follow(rule, {"grade": "1080p"})["clip"].media == (rule,)


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


def test_a_reason_names_another_fields_choice_as_that_field_does() -> None:
    endpoint = CATALOG.get("pixverse-v5.6/text-to-video")
    reason = form_state(endpoint, {"duration": "10"})["resolution"].narrowed
    assert reason is not None
    assert sentence(reason, endpoint) == "Resolution can't be 1080p while Length is 10 s."
    assert sentence(reason, endpoint, "zh") == "当“时长”为 10 秒 时，“分辨率”不能是 1080p。"
