"""The limits of each type of argument: the last valid value, and the sentence for the next one."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, BaseModel, Field, TypeAdapter, ValidationError

from rh_ui.domain import Modality
from rh_ui.errors import ArgumentRefused
from rh_ui.web.arguments import (
    SOUND,
    Body,
    Count,
    EndpointPath,
    FileData,
    Flag,
    Id,
    Language,
    LongText,
    Refs,
    ShortText,
    Tab,
    Upload,
    Uploads,
    Word,
    read,
    readable,
    refusal,
)

FILE = {"path": "/a"}
MEGABYTE = 1024 * 1024


class Thing(BaseModel):
    model_config = SOUND

    name: Word
    files: Uploads = []


def refused(kind: Any, value: object) -> str:
    """The sentence without the part that all of them share."""
    with pytest.raises(ArgumentRefused) as told:
        read(TypeAdapter(kind), value)
    sentence, end = str(told.value).split(f" ({told.value.code}). ")
    assert end == "Nothing was done and nothing was charged."
    return sentence


@pytest.mark.parametrize(
    ("kind", "most"),
    [(Word, 64), (Id, 200), (EndpointPath, 400), (ShortText, 4000), (LongText, 6 * MEGABYTE)],
)
def test_a_text_is_as_long_as_its_type_says_and_no_longer(kind: Any, most: int) -> None:
    assert read(TypeAdapter(kind), "é" * most) == "é" * most
    assert refused(kind, "a" * (most + 1)) == f"The call must have at most {most} characters"


@pytest.mark.parametrize("kind", [Word, Id, EndpointPath, ShortText, LongText])
def test_a_text_holds_nothing_that_a_database_can_not(kind: Any) -> None:
    for text in ("a\x00b", "ä\x00b"):
        assert refused(kind, text) == "The call holds characters that can't be kept"
    assert refused(kind, "a\ud800b") == "The call holds characters that can't be kept"
    assert refused(kind, 5) == "The call must be text"


def test_a_count_is_a_whole_number_that_every_database_holds() -> None:
    for count in (0, 2**31 - 1):
        assert read(TypeAdapter(Count), count) == count
    assert refused(Count, -1) == "The call must be at least 0"
    assert refused(Count, 2**31) == "The call must be at most 2147483647"
    assert refused(Count, 1.0) == refused(Count, True) == "The call must be a whole number"


def test_one_of_a_few_words_is_told_with_them() -> None:
    assert refused(Language, "fr") == "The call must be 'en' or 'zh'"
    assert read(TypeAdapter(Language), "zh") == "zh"
    assert refused(Flag, 1) == "The call must be true or false"


def test_a_tab_comes_as_its_word() -> None:
    class Tabbed(BaseModel):
        model_config = SOUND

        tab: Tab

    assert Tabbed.model_validate({"tab": "3d"}).tab is Modality.THREE_D


def test_lists_have_their_lengths() -> None:
    assert len(read(TypeAdapter(Refs), ["a"] * 10_000)) == 10_000
    assert refused(Refs, ["a"] * 10_001) == "The call must have at most 10000 entries"
    assert len(read(TypeAdapter(Uploads), [FILE] * 20)) == 20
    assert refused(Uploads, [FILE] * 21) == "The call must have at most 20 entries"
    assert refused(Refs, "a") == "The call must be a list"


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("fits", "sentence", "does_not"),
    [
        (nested(39), "is nested too deeply or has too many parts", nested(40)),
        ([[1] * 50_000, [2] * 49_996], "is nested too deeply or has too many parts", [[1] * 50_000] * 2),
        ({"k" * 400: 1}, "has a name that is too long", {"k" * 401: 1}),
        ({"k": [{"ä": 1}]}, "holds characters that can't be kept", {"k": [{"\ud800": 1}]}),
        ({"": "\x00"}, "holds characters that can't be kept", {"\x00": ""}),
        ([10**40 - 1, 1 - 10**40], "holds a number with too many digits", 10**40),
        ([True, None, "x"], "holds a number with too many digits", -(10**40)),
        (1e308, "holds a number that is none", float("inf")),
        (-1e308, "holds a number that is none", [float("nan")]),
    ],
)
def test_a_body_s_values_have_their_bounds(fits: Any, sentence: str, does_not: Any) -> None:
    assert read(TypeAdapter(Body), {"a": fits}) == {"a": fits}
    assert refused(Body, {"a": does_not}) == f"The call {sentence}"


def test_so_many_parts_fit_into_a_body_and_not_one_more() -> None:
    assert read(TypeAdapter(Body), {"a": [0] * 99_998})
    assert "too many parts" in refused(Body, {"a": [0] * 99_999})
    assert read(TypeAdapter(Body), {"a": [0], "b": [0] * 99_996})
    assert "too many parts" in refused(Body, {"a": [0], "b": [0] * 99_997})
    assert "too many parts" in refused(Body, {"b": [0] * 99_997, "a": [0]})
    assert read(TypeAdapter(Body), {str(number): 0 for number in range(99_999)})
    assert "too many parts" in refused(Body, {str(number): 0 for number in range(100_000)})
    assert refused(Body, []) == "The call must be an object"


def test_a_file_is_called_as_the_person_calls_it() -> None:
    assert Upload(path="/tmp/x/cat.png").called == "cat.png"
    assert Upload(path="/tmp/x/blob", orig_name="a cat.png").called == "a cat.png"
    assert Upload(path="/tmp/x/cat.png", orig_name="").called == "cat.png"
    assert Upload(path="/a", orig_name="a\ud800\x00b").called == "a??b"


def test_a_file_s_path_and_name_are_bounded() -> None:
    assert read(TypeAdapter(Upload), {"path": "p" * 4096, "orig_name": "n" * 1000}).called == "n" * 1000
    assert refused(Upload, {"path": "p" * 4097}) == "path must have at most 4096 characters"
    long = {"path": "p", "orig_name": "n" * 1001}
    assert refused(Upload, long) == "orig_name must have at most 1000 characters"
    assert refused(Upload, {"path": "\x00"}) == "path holds characters that can't be kept"
    assert refused(Upload, {"path": 1}) == refused(FileData, {"path": 1}) == "path must be text"


def test_only_gradio_s_clients_may_say_more_of_a_file() -> None:
    more = FILE | {"size": 5}
    assert read(TypeAdapter(FileData), more) == FileData(path="/a")
    assert refused(Upload, more) == "The call holds a name that is not known here"
    for kind in (Upload, FileData):
        with pytest.raises(ValidationError, match="frozen"):
            kind(path="/a").path = "/b"


def test_what_is_no_text_has_no_name_to_repair() -> None:
    assert readable(5) == 5 and readable(None) is None
    assert readable("ä") == "ä"


def test_what_is_wrong_first_is_told_with_its_place_and_nothing_that_was_sent() -> None:
    assert refused(Thing, {}) == "name is missing"
    assert refused(Thing, {"name": "a", "secret": 1}) == "The call holds a name that is not known here"
    inside = {"name": "a", "files": [FILE, FILE | {"secret": 1}]}
    assert refused(Thing, inside) == "files.1 holds a name that is not known here"
    assert refused(Thing, {"name": "a", "files": [{"path": 1}]}) == "files.0.path must be text"
    assert refused(Thing, []) == "The call must be an object"
    assert refused(Thing, {"name": 1, "files": 2}) == "name must be text"


def test_a_fault_without_a_sentence_of_its_own_is_told_all_the_same() -> None:
    odd = refusal([{"type": "date_type", "loc": ("when", "function-after[x]", 2), "ctx": {"error": "x"}}])
    assert str(odd).startswith("when.2 is not what is taken here (date_type).")
    assert str(refusal([{"type": "json_invalid", "loc": ()}])).startswith(
        "The call is no JSON (json_invalid)."
    )


def test_a_type_of_ones_own_can_say_its_own_word() -> None:
    def fails(_: str) -> str:
        raise ValueError("too_nested")

    kind = Annotated[str, Field(max_length=3), AfterValidator(fails)]
    assert refused(kind, "a") == "The call is nested too deeply or has too many parts"
