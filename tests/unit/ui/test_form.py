"""Forms as the browser gets them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from rh_ui.catalog.roles import Role
from rh_ui.catalog.rules import MediaLimits, Mentions, SumOf
from rh_ui.catalog.schema import Catalog, Endpoint, Field, Option
from rh_ui.catalog.tasks import default_models
from rh_ui.catalog.validation import check, complete
from rh_ui.domain import STUDIOS, FieldKind, Modality
from rh_ui.i18n import LANGUAGES
from rh_ui.web.serializers.form import (
    endpoint_spec,
    field_order,
    field_spec,
    is_advanced,
    modality_spec,
    packed,
    price_spec,
)
from rh_ui.web.serializers.form_state import state_specs
from rh_ui.web.serializers.specs import FieldSpec, FormSpec
from tests.packaged import packaged_catalog
from tests.payloads import options_of
from tests.samples import link_for, valid_value


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return packaged_catalog()


def any_endpoint() -> Endpoint:
    return next(iter(packaged_catalog().endpoints.values()))


def test_every_field_of_every_endpoint_is_in_its_form(catalog: Catalog) -> None:
    for endpoint in catalog.endpoints.values():
        keys = [field["key"] for field in endpoint_spec(endpoint)["fields"]]
        assert sorted(keys) == sorted(field.key for field in endpoint.fields), endpoint.path


def test_tabs_share_out_all_endpoints_on_offer(catalog: Catalog) -> None:
    counts = [len(modality_spec(catalog, modality)) for modality in STUDIOS]
    assert sum(counts) == sum(endpoint.offered for endpoint in catalog.endpoints.values()) >= 490
    assert all(counts)


def test_the_page_is_told_what_is_withheld(catalog: Catalog) -> None:
    endpoint = catalog.get("kling-v3.0-pro/text-to-video")
    switch = endpoint.field("multiShot")
    assert switch is not None and "withheld" not in field_spec(endpoint, switch)
    assert field_spec(endpoint, replace(switch, withheld=True))["withheld"]


def test_models_being_retired_come_last(catalog: Catalog) -> None:
    flags = [spec["deprecated"] for spec in modality_spec(catalog, Modality.VIDEO)]
    assert True in flags
    assert flags == sorted(flags, key=bool)


def test_integer_limits_beyond_the_browsers_numbers_travel_as_text() -> None:
    spec = field_spec(any_endpoint(), Field("seed", FieldKind.INTEGER, min=0, max=2**64 - 1))
    assert spec["max"] == "18446744073709551615"
    assert spec["min"] == 0
    assert json.loads(json.dumps(spec)) == spec


def test_a_default_of_false_is_kept_and_no_default_stays_none() -> None:
    assert field_spec(any_endpoint(), Field("sound", FieldKind.FLAG, default=False))["default"] is False
    assert field_spec(any_endpoint(), Field("sound", FieldKind.FLAG))["default"] is None


def test_prompt_and_media_come_first_and_rare_settings_fold_away() -> None:
    prompt = Field("words", FieldKind.TEXT, Role.PROMPT, required=True)
    picture = Field("imageUrl", FieldKind.IMAGE, required=True)
    ratio = Field("shape", FieldKind.CHOICE, usual=True, options=(Option("1:1"),))
    chaos = Field("chaos", FieldKind.INTEGER)
    assert sorted([chaos, ratio, picture, prompt], key=field_order) == [prompt, picture, ratio, chaos]
    assert [is_advanced(field) for field in (prompt, picture, ratio, chaos)] == [False, False, False, True]


def test_a_required_setting_never_folds_away(catalog: Catalog) -> None:
    for endpoint in catalog.endpoints.values():
        assert not [field.key for field in endpoint.fields if field.required and is_advanced(field)]


def test_every_tab_opens_with_a_model_that_needs_words_only(catalog: Catalog) -> None:
    for modality in STUDIOS:
        first = modality_spec(catalog, modality)[0]
        assert isinstance(first, dict)
        assert first["path"] in default_models()
        assert first["wordsOnly"] is True
        assert first["price"] or modality is Modality.TEXT


def test_a_task_begins_with_its_default(catalog: Catalog) -> None:
    """Its first row is what the page takes when a person picks the task."""
    for modality in STUDIOS:
        models = [spec for spec in modality_spec(catalog, modality) if not spec["deprecated"]]
        for task in {spec["task"] for spec in models}:
            first = next(spec for spec in models if spec["task"] == task)
            assert first["path"] in default_models(), task


def test_a_field_is_drawn_by_what_the_table_says_it_is() -> None:
    """Keys that nobody ever heard of: only the entry tells."""
    fields = (
        Field("faceTotal", FieldKind.INTEGER, Role.FACES, max=5_000_000),
        Field("finishImageUrl", FieldKind.IMAGE, Role.LAST_FRAME),
        Field("mood", FieldKind.CHOICE, usual=True, options=(Option("calm"),)),
        Field("startImageUrl", FieldKind.IMAGE, Role.FIRST_FRAME, required=True),
        Field("luck", FieldKind.INTEGER, Role.SEED),
        Field("storyPrompt", FieldKind.TEXT, Role.PROMPT, usual=True),
        Field("heading", FieldKind.TEXT, Role.TITLE, usual=True),
    )
    endpoint = replace(any_endpoint(), fields=fields, rules=(), price=None)
    spec = endpoint_spec(endpoint)["fields"]
    order = ["storyPrompt", "heading", "startImageUrl", "finishImageUrl", "mood", "faceTotal", "luck"]
    assert [field["key"] for field in spec] == order
    assert [field["key"] for field in spec if field.get("advanced")] == ["faceTotal", "luck"]
    told = {field["key"]: field.get("role") for field in spec}
    assert (told["luck"], told["faceTotal"], told["mood"]) == ("seed", "faces", None)
    assert endpoint.words_of({"storyPrompt": " A ship comes home ", "heading": "Home"}) == "A ship comes home"
    assert endpoint.words_of({"storyPrompt": "  ", "heading": "Home"}) == "Home"
    assert endpoint.words_of({"prompt": "no field of this model"}) == ""


def test_known_voices_have_a_name_in_both_languages_and_others_are_taken(catalog: Catalog) -> None:
    """D10"""
    endpoints = [one for one in catalog.endpoints.values() if "/speech-" in one.path]
    assert len(endpoints) == 6
    for endpoint in endpoints:
        (voice,) = endpoint.of(Role.VOICE)
        assert len(voice.suggested) == 17 and voice.kind is FieldKind.TEXT
        for language in LANGUAGES:
            spec = field_spec(endpoint, voice, language)
            assert spec["options"] == list(voice.suggested)
            labels = spec["labels"]
            assert set(labels) >= set(voice.suggested) - {"Abbess"}
            assert not any("_" in label for label in labels.values())
        prompt = endpoint.of(Role.PROMPT)[0].key
        for own in (voice.suggested[3], "my-cloned-voice-01"):
            assert check(endpoint, complete(endpoint, {prompt: "Good evening", voice.key: own})) == []


def test_the_form_speaks_the_asked_language_and_sends_the_same(catalog: Catalog) -> None:
    endpoint = catalog.get("kling-lip-sync/tts")
    english, chinese = (endpoint_spec(endpoint, language) for language in ("en", "zh"))
    assert (english["title"], chinese["title"]) == (endpoint.title, "可灵 Kling Lip Sync — 文字转语音")
    assert str(english["description"]).startswith("Reads a text aloud.")
    assert str(chinese["description"]).startswith("朗读文本。")

    def voice(spec: FormSpec) -> FieldSpec:
        return next(field for field in spec["fields"] if field["key"] == "voiceId")

    ours, theirs = voice(english), voice(chinese)
    assert ours["options"] == theirs["options"]
    assert (ours["label"], theirs["label"]) == ("Voice", "音色")
    assert (ours["help"], theirs["help"]) == ("Who reads the text.", "由谁来朗读。")
    for spec, words in ((ours, "Old king"), (theirs, "老国王")):
        assert spec["labels"]["ai_laoguowang_712"] == words


def test_only_choices_with_another_name_are_labelled(catalog: Catalog) -> None:
    endpoint = catalog.get("rhart-video/sparkvideo-2.0/text-to-video")
    field = endpoint.field("resolution")
    assert field is not None
    assert field_spec(endpoint, field)["labels"] == {
        "native1080p": "1080p native", "native4k": "4K native",
    }  # fmt: skip


def test_packing_loses_nothing(catalog: Catalog) -> None:
    for modality in STUDIOS:
        models: Any = modality_spec(catalog, modality, "zh")
        short: Any = packed(models)
        fields = short["fields"]
        whole = [
            {**model, "fields": [fields[place] for place in model["fields"]]} for model in short["models"]
        ]
        assert whole == models
        assert len(fields) < sum(len(model["fields"]) for model in models)


def test_prices_in_the_picker_have_cents_and_every_digit(catalog: Catalog) -> None:
    shown = [price_spec(endpoint) for endpoint in catalog.endpoints.values()]
    amounts = [amount for price in shown if price for amount in (price["low"], price["high"])]
    assert len(amounts) > 500
    assert all(len(amount.partition(".")[2]) >= 2 for amount in amounts)
    spec = price_spec(catalog.get("kling-lip-sync/tts"))
    assert spec is not None
    assert spec["low"] == "0.035"


def test_what_can_stand_in_for_a_file_stands_beside_it(catalog: Catalog) -> None:
    """Under Advanced, the other half of “one of the two” would be overlooked."""
    fields: Any = endpoint_spec(catalog.get("kling-lip-sync/lip-sync-video"))["fields"]
    assert [field["key"] for field in fields[:2]] == ["audioUrl", "audioId"]
    assert not any(field.get("advanced") for field in fields[:2])


def test_the_start_of_a_form_is_what_the_server_says_of_it(catalog: Catalog) -> None:
    """Drawn without a request; valid only while no field with a rule has changed."""
    for endpoint in catalog.endpoints.values():
        spec = endpoint_spec(endpoint, "zh")
        if "ruled" not in spec:
            assert all(isinstance(rule, MediaLimits | SumOf | Mentions) for rule in endpoint.rules)
            continue
        assert spec["start"] == state_specs(endpoint, endpoint.opening, ("zh",))
        ruled = spec["ruled"]
        assert isinstance(ruled, list)
        for field in endpoint.fields:
            if field.key in ruled:
                continue
            for value in (*options_of(field), valid_value(field, link_for)):
                touched = {**endpoint.opening, field.key: value}
                assert state_specs(endpoint, touched, ("zh",)) == spec["start"], (endpoint.path, field.key)


def test_limits_of_files_and_meanings_of_numbers_are_told_in_words(catalog: Catalog) -> None:
    face = catalog.get("kling-lip-sync/identify-face")
    video = face.field("videoUrl")
    side = catalog.get("image-enhance/hypir-ultra").field("longEdgeSize")
    assert video is not None and side is not None
    assert field_spec(face, video)["limits"] == ("length 2 to 60 s; each side 512 to 2,160 px")
    assert field_spec(face, side, "zh")["sentinels"] == [{"value": -1, "means": "不限"}]
    motion = catalog.get("kling-v3.0-pro/motion-control")
    states: Any = state_specs(motion, {"characterOrientation": "image"})
    assert states["videoUrl"]["limits"]["en"].startswith("length 3 to 10 s; ")


def test_a_form_holds_only_what_its_description_names(catalog: Catalog) -> None:
    """What the API's types do not have is left out of its answers."""
    for endpoint in catalog.endpoints.values():
        spec = endpoint_spec(endpoint)
        assert set(spec) <= set(FormSpec.__annotations__), endpoint.path
        for field in spec["fields"]:
            assert set(field) <= set(FieldSpec.__annotations__), (endpoint.path, field["key"])
