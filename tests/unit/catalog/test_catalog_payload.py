"""The payload: what `build` makes from a form's values, what `check` refuses, and the words for it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rh_ui.catalog.problems import sentence
from rh_ui.catalog.schema import Catalog, Field, Option
from rh_ui.catalog.validation import (
    LONGEST_TEXT,
    build,
    check,
    check_field,
    complete,
    converted,
    media_values,
    replace_media,
)
from rh_ui.domain import LARGEST_WHOLE, SMALLEST_WHOLE, FieldKind, JsonValue
from rh_ui.errors import PayloadRefused
from rh_ui.i18n import LANGUAGES
from tests.samples import made_up

KEPT = "input:" + "0f" * 32 + ".png"


def options(*values: str) -> tuple[Option, ...]:
    return tuple(Option(value) for value in values)


PROMPT = Field("prompt", FieldKind.TEXT, required=True, max_length=20)
NOTES = Field("notes", FieldKind.TEXT, many=True, max_items=2)
SEED = Field("seed", FieldKind.INTEGER, min=-1)
STEPS = Field("steps", FieldKind.INTEGER, default=20, min=1, max=50)
STRENGTH = Field("strength", FieldKind.DECIMAL, min=0, max=1)
SOUND = Field("sound", FieldKind.FLAG)
DURATION = Field("duration", FieldKind.CHOICE, required=True, default="5", options=options("5", "10"))
SLOTS = Field("slots", FieldKind.CHOICE, many=True, options=options("all", "image1"))
IMAGE = Field("imageUrl", FieldKind.IMAGE, accept=("jpg", "png"))
IMAGES = Field("imageUrls", FieldKind.IMAGE, many=True, max_items=2)
ASSET = Field("firstFrameUrl", FieldKind.IMAGE, takes_id=True)
MODEL = made_up(PROMPT, NOTES, SEED, STEPS, STRENGTH, SOUND, DURATION, SLOTS, IMAGE, IMAGES, ASSET)


def codes(values: dict[str, JsonValue]) -> list[tuple[str, str]]:
    with pytest.raises(PayloadRefused) as refused:
        build(MODEL, values)
    return [(problem.field, problem.code) for problem in refused.value.problems]


def test_build_sends_what_the_form_shows_and_drops_what_is_empty() -> None:
    values: dict[str, JsonValue] = {
        "prompt": "a kite",
        "notes": "one\n\n two",
        "seed": "",
        "steps": None,
        "strength": "0.5",
        "sound": "false",
        "duration": 10,
        "slots": "all",
        "imageUrl": [" https://example.com/a.png "],
        "imageUrls": KEPT,
        "firstFrameUrl": "",
    }
    assert build(MODEL, values) == {
        "prompt": "a kite",
        "notes": ["one", " two"],
        "strength": 0.5,
        "sound": False,
        "duration": "10",
        "slots": ["all"],
        "imageUrl": "https://example.com/a.png",
        "imageUrls": [KEPT],
    }


def test_a_required_field_falls_back_on_its_default_and_an_optional_one_does_not() -> None:
    assert build(MODEL, {"prompt": "a kite"}) == {"prompt": "a kite", "duration": "5"}


@settings(deadline=None)
@given(st.integers(min_value=-1, max_value=LARGEST_WHOLE))
def test_whole_numbers_stay_exact_however_they_come(number: int) -> None:
    assert build(MODEL, {"prompt": "x", "seed": str(number)})["seed"] == number
    assert build(MODEL, {"prompt": "x", "seed": number})["seed"] == number


@pytest.mark.parametrize("number", ["9007199254740993", "18446744073709551615"])
def test_integers_beyond_two_to_the_53_keep_every_digit(number: str) -> None:
    sent = build(MODEL, {"prompt": "x", "seed": f" {number} "})["seed"]
    assert isinstance(sent, int) and str(sent) == number


@pytest.mark.parametrize("kind", [FieldKind.INTEGER, FieldKind.DECIMAL])
@pytest.mark.parametrize(
    ("number", "codes"),
    [
        (LARGEST_WHOLE, []),
        (SMALLEST_WHOLE, []),
        (LARGEST_WHOLE + 1, ["too_big"]),
        (SMALLEST_WHOLE - 1, ["too_small"]),
        (10**39, ["too_big"]),
    ],
)
def test_a_number_of_more_than_64_bits_is_refused_where_no_limit_is_known(
    kind: FieldKind, number: int, codes: list[str]
) -> None:
    free = made_up(Field("seed", kind))
    for value in (number, str(number)):
        told = check(free, converted(free, {"seed": value}))
        assert [problem.code for problem in told] == codes
        assert all(f"{number:,}" in sentence(problem, free, "zh") for problem in told)


@pytest.mark.parametrize("text", ["a\ud800", "\udfff" * 99])
@pytest.mark.parametrize("kind", [FieldKind.TEXT, FieldKind.CHOICE, FieldKind.IMAGE, FieldKind.INTEGER])
def test_what_no_text_holds_is_refused_in_words_that_can_be_written(kind: FieldKind, text: str) -> None:
    odd = made_up(Field("field", kind, options=options("1k")))
    (problem,) = check(odd, {"field": text})
    assert sentence(problem, odd).encode()


def test_a_text_without_a_known_limit_has_one() -> None:
    free = made_up(Field("text", FieldKind.TEXT))
    assert check(free, {"text": "x" * LONGEST_TEXT}) == []
    assert [problem.code for problem in check(free, {"text": "x" * (LONGEST_TEXT + 1)})] == ["too_long"]


def test_a_slider_may_hand_over_a_float_for_a_whole_number() -> None:
    sent = build(MODEL, {"prompt": "x", "steps": 30.0})["steps"]
    assert sent == 30 and isinstance(sent, int)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, ("prompt", "required")),
        ({"prompt": "  \n"}, ("prompt", "required")),
        ({"prompt": "x" * 21}, ("prompt", "too_long")),
        ({"prompt": 5}, ("prompt", "wrong_type")),
        ({"prompt": "half \ud83d"}, ("prompt", "bad_characters")),
        ({"prompt": "x", "notes": ["a", "b", "c"]}, ("notes", "too_many_items")),
        ({"prompt": "x", "seed": "12.5"}, ("seed", "wrong_type")),
        ({"prompt": "x", "seed": "9" * 5000}, ("seed", "wrong_type")),
        ({"prompt": "x", "seed": 2.5}, ("seed", "wrong_type")),
        ({"prompt": "x", "seed": True}, ("seed", "wrong_type")),
        ({"prompt": "x", "seed": -2}, ("seed", "too_small")),
        ({"prompt": "x", "steps": 51}, ("steps", "too_big")),
        ({"prompt": "x", "strength": "nan"}, ("strength", "wrong_type")),
        ({"prompt": "x", "strength": float("inf")}, ("strength", "wrong_type")),
        ({"prompt": "x", "sound": "maybe"}, ("sound", "wrong_type")),
        ({"prompt": "x", "duration": "7"}, ("duration", "not_an_option")),
        ({"prompt": "x", "slots": ["all", "image9"]}, ("slots", "not_an_option")),
        ({"prompt": "x", "imageUrl": "kite.png"}, ("imageUrl", "not_a_link")),
        ({"prompt": "x", "imageUrl": "ftp://example.com/a.png"}, ("imageUrl", "not_a_link")),
        ({"prompt": "x", "imageUrl": "https://"}, ("imageUrl", "not_a_link")),
        ({"prompt": "x", "imageUrl": "asset://abc123"}, ("imageUrl", "not_a_link")),
        ({"prompt": "x", "imageUrl": "data:video/mp4;base64,AAAA"}, ("imageUrl", "not_a_link")),
        ({"prompt": "x", "imageUrl": KEPT.replace(".png", ".mp4")}, ("imageUrl", "wrong_file_type")),
        ({"prompt": "x", "imageUrls": [KEPT] * 3}, ("imageUrls", "too_many_items")),
        ({"prompt": "x", "colour": "red"}, ("colour", "unknown_field")),
    ],
)
def test_what_the_table_forbids_is_refused(values: dict[str, JsonValue], expected: tuple[str, str]) -> None:
    assert codes(values) == [expected]


def test_every_problem_is_named_at_once() -> None:
    found = codes({"prompt": "", "steps": 99, "duration": "7"})
    assert found == [("prompt", "required"), ("steps", "too_big"), ("duration", "not_an_option")]


@pytest.mark.parametrize(
    "value",
    [
        "https://example.com/a.png?x=1#y",
        "http://127.0.0.1:8080/a",
        "data:image/png;base64,iVBORw0KGgo=",
        KEPT,
    ],
)
def test_media_may_be_a_link_a_data_uri_or_a_kept_input(value: str) -> None:
    assert check(MODEL, {"prompt": "x", "duration": "5", "imageUrl": value}) == []


def test_jpg_and_jpeg_are_one_format() -> None:
    assert IMAGE.accepts("JPEG") and IMAGE.accepts(".jpg") and not IMAGE.accepts("webp")
    assert IMAGES.accepts("webp"), "nothing recorded, nothing forbidden"


def test_a_field_that_takes_ids_takes_the_makers_own() -> None:
    for value in ("asset://ab12cd", "ab12-cd34"):
        assert check(MODEL, {"prompt": "x", "duration": "5", "firstFrameUrl": value}) == []


def test_a_list_field_refuses_a_single_value_in_the_body() -> None:
    problems = check(MODEL, {"prompt": "x", "duration": "5", "imageUrls": KEPT})
    assert [(problem.field, problem.code) for problem in problems] == [("imageUrls", "wrong_type")]


def test_media_values_are_found_and_replaced_in_place() -> None:
    params: dict[str, JsonValue] = {
        "prompt": KEPT,
        "imageUrl": KEPT,
        "imageUrls": ["https://example.com/b.png", KEPT],
    }
    assert media_values(MODEL, params) == [
        ("imageUrl", None, KEPT),
        ("imageUrls", 0, "https://example.com/b.png"),
        ("imageUrls", 1, KEPT),
    ]
    replaced = replace_media(MODEL, params, {KEPT: "https://example.com/new.png"})
    assert replaced == {
        "prompt": KEPT,
        "imageUrl": "https://example.com/new.png",
        "imageUrls": ["https://example.com/b.png", "https://example.com/new.png"],
    }
    assert params["imageUrl"] == KEPT, "the original is untouched"


text = st.text(alphabet="ab 0.5-+e:/\n{}\ud83d\u732b", max_size=30)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | text | st.sampled_from(["all", "10", KEPT]),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=6,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from([field.key for field in MODEL.fields]), json_values))
def test_build_gives_a_body_that_passes_or_refuses_with_sentences(values: dict[str, JsonValue]) -> None:
    try:
        body = build(MODEL, values)
    except PayloadRefused as refused:
        assert refused.problems
        for problem in refused.problems:
            for language in LANGUAGES:
                assert len(sentence(problem, MODEL, language)) > len(problem.code)
        return
    assert check(MODEL, body) == []
    assert build(MODEL, body) == body, "building again changes nothing"


def test_a_sentence_names_the_limit_the_value_and_the_way_out() -> None:
    (problem,) = check(MODEL, {"prompt": "x" * 2100, "duration": "5"})
    text = sentence(problem, MODEL)
    assert "Prompt" in text and "2,100" in text and "20" in text and "shorten" in text
    chinese = sentence(problem, MODEL, "zh")
    assert "2,100" in chinese and any("\u4e00" <= character <= "\u9fff" for character in chinese)
    assert sentence(problem, MODEL, "fr") == text


FRACTION = Field("scale", FieldKind.DECIMAL, min=0, max=5000)
WHOLE = Field("steps", FieldKind.INTEGER, min=0, max=5000)


@pytest.mark.parametrize("typed", ["0,7", "0.7", " 0,70 ", "０．７", "０，７", "0。7", ",7", ".7", "7e-1"])
def test_a_decimal_is_taken_from_every_keyboard(typed: str) -> None:
    assert _sent(FRACTION, typed) == 0.7


@pytest.mark.parametrize("typed", ["1024", "１０２４", "+1024", "\u30001024 "])
def test_a_whole_number_is_taken_from_every_keyboard(typed: str) -> None:
    assert _sent(WHOLE, typed) == _sent(FRACTION, typed) == 1024


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        (WHOLE, "1,024", "thousands"),
        (WHOLE, "1.024", "thousands"),
        (WHOLE, "1 024", "thousands"),
        (FRACTION, "1,024", "comma"),
        (FRACTION, "1,024,000", "thousands"),
        (WHOLE, "0,7", "wrong_type"),
        (FRACTION, "0x10", "wrong_type"),
        (FRACTION, "1_000", "wrong_type"),
        (FRACTION, "1.024,5", "wrong_type"),
        (FRACTION, "nan", "wrong_type"),
    ],
)
def test_what_can_be_read_in_two_ways_is_asked_about(field: Field, typed: str, code: str) -> None:
    assert [problem.code for problem in check_field(field, _sent(field, typed))] == [code]


def _sent(field: Field, typed: str) -> JsonValue:
    return complete(made_up(field), {field.key: typed})[field.key]


def test_a_required_list_without_a_default_is_not_filled_in(catalog: Catalog) -> None:
    lists = [
        (endpoint, field)
        for endpoint in catalog.endpoints.values()
        for field in endpoint.fields
        if field.required and field.many and field.default is None
    ]
    assert lists and all(field.key not in complete(endpoint, {}) for endpoint, field in lists)
