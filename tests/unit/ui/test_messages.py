"""The page's sentences about a code, a failed run, and a check."""

from __future__ import annotations

import pytest

from rh_ui import error_codes
from rh_ui.domain import Charged, RunFault, TaskError
from rh_ui.engine.diagnosis import Diagnosis, diagnose
from rh_ui.errors import Busy, InputRefused, KeyRefused, OutcomeUnknown, Refused, StudioError, Unreachable
from rh_ui.i18n import Words, load_words
from rh_ui.runninghub.error_mapping import TROUBLES
from rh_ui.services.connection_checks import ConnectionChecks
from rh_ui.web.serializers.code_search import find
from rh_ui.web.serializers.messages import (
    WITH_REASON,
    diagnosis_sentence,
    error_sentences,
    in_language,
    page_words,
)

EN, ZH = load_words("en"), load_words("zh")


def test_a_known_code_is_said_in_the_page_s_language_and_the_service_is_quoted() -> None:
    error = TaskError("1007", "seed too large|种子太大", Charged.NO)
    told = error_sentences(error, EN)
    assert told["what"] == "A setting is not valid (1007)."
    assert told["says"] == "RunningHub says: seed too large"
    assert (told["button"], told["code"]) == ("edit", "1007")
    assert error_sentences(error, ZH)["what"] == "某项设置无效（1007）。"
    assert error_sentences(error, ZH)["says"] == "RunningHub 的说明：种子太大"


@pytest.mark.parametrize("message", ["", "APIKEY_UNAUTHORIZED", error_codes.table()["802"].meaning])
def test_nothing_is_quoted_that_says_no_more(message: str) -> None:
    assert error_sentences(TaskError("802", message, Charged.NO), EN)["says"] == ""


def test_a_code_that_nobody_knows_is_told_as_it_came() -> None:
    told = error_sentences(TaskError("4711", "quota of moons exceeded", Charged.MAYBE), ZH)
    assert told == {"what": "quota of moons exceeded (4711)", "do": "", "says": "", "button": "", "code": ""}
    assert error_sentences(TaskError("lost", "…", Charged.MAYBE), EN)["what"] == "You marked it as lost."


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("seed too large | 种子太大", "seed too large", "种子太大"),
        ("种子太大|seed too large", "seed too large", "种子太大"),
        ("a|b", "a|b", "a|b"),
        ("one|二|three", "one|二|three", "one|二|three"),
        (" plain ", "plain", "plain"),
    ],
)
def test_the_half_of_a_text_in_two_languages(text: str, english: str, chinese: str) -> None:
    assert (in_language(text, "en"), in_language(text, "zh")) == (english, chinese)


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        (Unreachable("RunningHub can't be reached: x.", why="name"), "net-name"),
        (Unreachable("wait (1003)", why="1003"), "code"),
        (KeyRefused("no-key", "x"), "no-key"),
        (KeyRefused("802", "x"), "key-refused"),
        (Refused("801", "x"), "code"),
        (Busy("429", "x"), "code"),
        (InputRefused("Too large."), "file"),
        (OutcomeUnknown("odd"), "net-odd"),
    ],
)
@pytest.mark.parametrize("words", [EN, ZH])
def test_every_fault_becomes_a_sentence(fault: StudioError, word: str, words: object) -> None:
    diagnosis = diagnose(fault)
    assert diagnosis.word == word
    said = diagnosis_sentence(diagnosis, ZH if words is ZH else EN, "https://site.example")
    assert said.endswith((".", "。")) and "{" not in said


def test_every_word_of_a_try_has_its_sentence() -> None:
    network = {*TROUBLES.values(), "lost", "busy", "broken", "elsewhere", "odd"}
    places = {"gone", "refused", "full", "away", "changed"}
    keys = {"no-key", "bad-key", "odd-key", "key-refused", "other-site", "not-fetched", "changed"}
    wanted = {f"net-{word}" for word in network} | {f"place-{word}" for word in places} | keys
    wanted |= {f"{part}_{what}" for what in ConnectionChecks.TRIES for part in ("well", "tried")}
    for words in (EN, ZH):
        assert {word for word in wanted if not words.get(f"check.{word}", "")} == set()
    assert "802" in diagnosis_sentence(Diagnosis("odd-key", "802"), EN)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("1501", "1501"),
        ("what does 1501 mean", "1501"),
        ("错误1501是什么意思", "1501"),
        ("150", "1501"),
        ("APIKEY_FILE_SIZE_EXCEEDED", "809"),
        ("not enough wallet", "416"),
        ("content check", "1501"),
        ("内容审核", "1501"),
        ("real people", "1505"),
        ("", "1"),
    ],
)
def test_a_code_is_found(query: str, first: str) -> None:
    assert find(query)[0] == first


@pytest.mark.parametrize("query", ["4711", "zebra", "斑马线", "???"])
def test_what_is_not_there_is_not_found(query: str) -> None:
    assert find(query) == []


def test_the_kind_of_a_refusal_is_said() -> None:
    error = TaskError("803", "value_not_in_list: sampler_name 'x' not in ['euler', 'ddim']", Charged.NO)
    told = error_sentences(error, EN)
    assert told["what"] == "A value is not among those that the workflow knows (803)."
    assert "'euler', 'ddim'" in told["says"], "the legal values, in the service's words"
    assert "可选值" in error_sentences(error, ZH)["do"]


def test_a_gate_is_not_called_an_empty_purse() -> None:
    for language in ("en", "zh"):
        words = page_words(language)
        assert words("pause.do_414") != words("pause.do_416")
        assert "900" not in words("pause.why_414")
    assert "tries again" in page_words("en")("pause.do_414")


@pytest.mark.parametrize("words", [EN, ZH], ids=["en", "zh"])
@pytest.mark.parametrize("fault", RunFault)
def test_every_fault_of_our_own_has_a_sentence_in_each_language(fault: RunFault, words: Words) -> None:
    reason = "what was in the way"
    told = error_sentences(TaskError(fault, reason, Charged.NO), words)
    assert told["what"] == words(f"error.{fault}")
    assert told["says"] == (reason if fault in WITH_REASON else "")
