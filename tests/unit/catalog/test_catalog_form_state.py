"""The state of a form: each kind of rule greys, narrows or requires fields, with its reason, and ends
again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rh_ui.catalog.form_state import FieldState, form_state
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
from rh_ui.domain import FieldKind, JsonValue, Params
from rh_ui.errors import Choices, Detail, Problem
from rh_ui.i18n import LANGUAGES
from tests.packaged import packaged_catalog
from tests.samples import made_up

CATALOG = packaged_catalog()
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
    Field("free", FieldKind.DECIMAL),
)
HD = When("grade", ("1080p",))
CLIP = When("clip")


def follow(rule: Rule, values: Params) -> dict[str, FieldState]:
    return form_state(model(rule), values)


def model(rule: Rule) -> Endpoint:
    return made_up(*FIELDS, rules=(rule,))


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


AT_HD: dict[str, Detail] = {
    "when_field": "grade",
    "when_values": Choices("grade", ("1080p",)),
    "when_given": 1,
}
WITH_CLIP: dict[str, Detail] = {"when_field": "clip", "when_values": Choices("clip", ()), "when_given": 1}


def reason(code: str, key: str, fields: str, /, **details: Detail) -> Problem:
    return Problem(key, code, {"fields": fields, **details})


@pytest.mark.parametrize(
    ("rule", "values", "key", "change"),
    [
        (Forbids(HD, ("wish",)), {"grade": "1080p"}, "wish",
         {"greyed": reason("not_now", "wish", "wish", **AT_HD)}),
        (Ignored(HD, ("wish",)), {"grade": "1080p"}, "wish",
         {"greyed": reason("ignored", "wish", "wish", **AT_HD)}),
        (Requires(HD, ("tall", "wish")), {"grade": "1080p"}, "wish",
         {"required": True, "needed": reason("requires", "wish", "wish", **AT_HD)}),
        (ExactlyOneOf(("wish", "clip")), {}, "wish",
         {"one_of": reason("at_least_one_of", "wish", "wish,clip")}),
        (ExactlyOneOf(("wish", "clip")), {}, "clip",
         {"one_of": reason("at_least_one_of", "wish", "wish,clip")}),
        (AtLeastOneOf(("wish", "clip"), HD), {"grade": "1080p"}, "clip",
         {"one_of": reason("at_least_one_of", "wish", "wish,clip", **AT_HD)}),
        (AtLeastOneOf(("wish", "clip")), {"wish": "x"}, "clip", {}),
        (Excludes(("wish", "clip", "shots")), {"clip": LINK, "shots": [LINK]}, "wish",
         {"greyed": reason("one_only", "wish", "clip")}),
        (Excludes(("wish", "clip")), {}, "wish", {}),
        (Allowed(HD, "lasting", ("5",)), {"grade": "1080p"}, "lasting",
         {"options": ("5",),
          "narrowed": reason("narrowed", "lasting", "lasting", values=Choices("lasting", ("5",)), **AT_HD)}),
        (Allowed(HD, "lasting", ("5",)), {"grade": "1080p", "lasting": "10"}, "grade",
         {"options": ("720p",),
          "narrowed": reason("lost_to", "grade", "lasting", lost=Choices("grade", ("1080p",)),
                             value=Choices("lasting", ("10",)))}),
        (Allowed(When("grade", ("720p",), given=False), "lasting", ("5",)), {"lasting": "10"}, "grade",
         {"options": ("720p",),
          "narrowed": reason("lost_to", "grade", "lasting", lost=Choices("grade", ("1080p",)),
                             value=Choices("lasting", ("10",)))}),
        (Allowed(CLIP, "noise", (True,)), {}, "clip",
         {"greyed": reason("closed_by", "clip", "noise", value=Choices("noise", ("false",)))}),
        (Allowed(CLIP, "noise", (True,)), {"clip": LINK}, "clip", {}),
        (Allowed(CLIP, "lasting", ("5",)), {}, "clip", {}),
        (Allowed(When("clip", given=False), "noise", (True,)), {}, "clip", {}),
        (MaxItems(("shots", "clip"), 4, CLIP), {"clip": LINK, "shots": [LINK]}, "shots",
         {"max_items": 3, "narrowed": reason("max_items_now", "shots", "shots,clip", limit=4, **WITH_CLIP)}),
        (MaxItems(("shots",), 4, CLIP), {"shots": [LINK]}, "shots", {}),
        (MaxItems(("shots",), 7), {}, "shots", {}),
        (MaxItems(("shots", "wish"), 2), {"wish": "x", "shots": [LINK] * 9}, "wish",
         {"max_items": 0, "narrowed": reason("max_items_now", "wish", "shots,wish", limit=2),
          "greyed": reason("max_items_now", "wish", "shots,wish", limit=2)}),
        (MaxItems(("shots", "wish"), 2), {"wish": "x", "shots": [LINK]}, "wish",
         {"max_items": 1, "narrowed": reason("max_items_now", "wish", "shots,wish", limit=2)}),
        (ProductBetween("wide", "tall", 1000, 2500), {"tall": 50}, "wide",
         {"min": 20, "max": 50, "narrowed": reason("range_now", "wide", "tall", low=20, high=50)}),
        (ProductBetween("wide", "tall", 1000), {"wide": 30}, "tall",
         {"min": 34, "narrowed": reason("range_now", "tall", "wide", low=34, high=100)}),
        (ProductBetween("wide", "tall", 10, 10_000), {"tall": 100}, "wide", {}),
        (ProductBetween("wide", "tall", 1000), {"tall": -1}, "wide", {}),
        (ProductBetween("wide", "tall", 10), {"tall": 1}, "wide", {}),
        (ProductBetween("wide", "tall", 99), {"tall": 1}, "wide",
         {"min": 99, "narrowed": reason("range_now", "wide", "tall", low=99, high=100)}),
        (ProductBetween("wide", "free", 3), {"wide": 40}, "free",
         {"min": 0.075, "narrowed": reason("range_now", "free", "wide", low=0.075)}),
        (ProductBetween("wide", "free", high=3), {"wide": 40}, "free",
         {"max": 0.075, "narrowed": reason("range_now", "free", "wide", high=0.075)}),
        (ProductBetween("gone", "wide", 3), {"wide": 40}, "wide", {}),
        (RatioBetween("wide", "tall", 0.5, 2), {"wide": 40}, "tall",
         {"min": 20, "max": 80, "narrowed": reason("range_now", "tall", "wide", low=20, high=80)}),
        (RatioBetween("wide", "tall", 0.5), {"wide": 40}, "tall",
         {"max": 80, "narrowed": reason("range_now", "tall", "wide", low=10, high=80)}),
        (RatioBetween("wide", "tall", high=2), {"wide": 40}, "tall",
         {"min": 20, "narrowed": reason("range_now", "tall", "wide", low=20, high=100)}),
        (RatioBetween("wide", "tall", 0.5), {"tall": 45}, "wide",
         {"min": 23, "narrowed": reason("range_now", "wide", "tall", low=23, high=100)}),
    ],
)  # fmt: skip
def test_only_what_a_rule_is_about_changes_and_says_why(
    rule: Rule, values: Params, key: str, change: dict[str, Any]
) -> None:
    field = made_up(*FIELDS).field(key)
    assert field is not None
    options = (True, False) if field.kind is FieldKind.FLAG else field.values
    untouched = FieldState(key, False, options, field.max_items, field.min, field.max)
    assert follow(rule, values)[key] == replace(untouched, **change)


def test_a_field_stays_closed_for_the_first_reason() -> None:
    several = (
        Forbids(HD, ("wish",)), Ignored(HD, ("wish",)), Excludes(("clip", "wish")), MaxItems(("wish",), 0),
    )  # fmt: skip
    state = form_state(made_up(*FIELDS, rules=several), {"grade": "1080p", "clip": LINK})["wish"]
    assert state.greyed == reason("not_now", "wish", "wish", **AT_HD)
    closed = (Ignored(HD, ("clip",)), Allowed(CLIP, "noise", (True,)))
    state = form_state(made_up(*FIELDS, rules=closed), {"grade": "1080p"})["clip"]
    assert state.greyed == reason("ignored", "clip", "clip", **AT_HD)


def test_what_is_withheld_is_greyed_and_what_must_be_there_says_so() -> None:
    fields = (Field("a", FieldKind.TEXT, withheld=True), Field("b", FieldKind.IMAGE, required=True))
    limits = MediaLimits("b", max_seconds=3)
    states = form_state(made_up(*fields, rules=(limits, Ignored(When("a", given=False), ("a",)))), {})
    assert states["a"] == FieldState("a", False, (), None, None, None, greyed=Problem("a", "withheld"))
    assert states["b"] == FieldState("b", True, (), None, None, None, media=(limits,))


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
    """Untouched, every required field can be filled in, and every choice has an option."""
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
    assert sentence(reason, endpoint) == "Resolution can't be 1080p while Duration is 10 s."
    assert sentence(reason, endpoint, "zh") == "当“时长”为 10 秒时，“分辨率”不能是 1080p。"
