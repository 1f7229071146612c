"""The page's sentences about an error code, a failed run, and a check of the key or the connection. Pure."""

from __future__ import annotations

import re
from typing import Final

from rh_ui import error_codes
from rh_ui.domain import RunFault, TaskError
from rh_ui.engine.diagnosis import Diagnosis
from rh_ui.engine.node_errors import refused_inputs
from rh_ui.errors import NoBalance, NotFound, Refused, StudioError, Unreachable
from rh_ui.i18n import Words, load_words
from rh_ui.web.serializers.answers import Failure

WITH_REASON: Final = frozenset({RunFault.INPUT, RunFault.UPLOAD, RunFault.FILE_FAILED})
"""Faults whose message holds what is in the way, such as a full disk."""
ASKED_AGAIN: Final = frozenset({RunFault.DECLINED, RunFault.LAPSED})
"""Nothing was wrong with the run: the same may be asked for once more."""
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")


def page_words(language: str) -> Words:
    """The page's sentences, including the reasons of a paused account, which the page shows without a
    request."""
    words = load_words(language)
    pauses = {}
    for code, known in error_codes.table().items():
        if known.raises is NoBalance:
            why, pauses[f"pause.do_{code}"] = code_sentences(code, words)
            pauses[f"pause.why_{code}"] = words("pause.why", why=why)
    return Words(language, {**words.entries, **pauses})


def code_sentences(code: str, words: Words, text: str = "") -> tuple[str, str]:
    """What a code of the table means, with its number, and what to do; `text`: the message that came with it.
    Raises KeyError for a code that is not in the table."""
    what, do = error_codes.table()[code].told(words.language, text)
    return words("code.what", what=what, code=code), do


def error_sentences(error: TaskError, words: Words) -> Failure:
    """Why a run failed: `what`, `do`, RunningHub's own words (`says`) where they say more, `button`, and
    `code` where there is more to read about it. An unknown error is shown as it came."""
    known = error_codes.table().get(error.code)
    if known is None:
        came = refused_inputs(error)[0].replace("\n", " · ")
        own = words.get(f"error.{error.code}", "")
        says = came if error.code in WITH_REASON else ""
        button = "again" if error.code in ASKED_AGAIN else ""
        what = own or as_it_came(came, error.code)
        return {"what": what, "do": "", "says": says, "button": button, "code": ""}
    what, do = code_sentences(error.code, words, error.message)
    lines = [in_language(line, words.language) for line in refused_inputs(error)[0].splitlines()]
    says = " · ".join(line for line in lines if line not in ("", known.name, known.meaning))
    return {
        "what": what,
        "do": do,
        "says": words("code.says", said=says) if says else "",
        "button": known.button.value,
        "code": error.code,
    }


def as_it_came(text: str, code: str) -> str:
    """RunningHub's words about an error without an entry, with its number."""
    return f"{text} ({code})" if code.isdigit() and code not in text else text


def in_language(text: str, language: str) -> str:
    """The half of `English|中文` in the reader's language; any other text as it is."""
    halves = [half.strip() for half in text.split("|")]
    if len(halves) != 2 or not all(halves):
        return text.strip()
    chinese = [half for half in halves if _CHINESE.search(half)]
    if len(chinese) != 1:
        return text.strip()
    return chinese[0] if language == "zh" else halves[1 - halves.index(chinese[0])]


def diagnosis_sentence(diagnosis: Diagnosis, words: Words, site: str = "") -> str:
    """What is wrong and what to do, in a sentence or two."""
    sentence = words.get(f"check.{diagnosis.word}", "")
    if sentence:
        return sentence.format(code=diagnosis.code, where=diagnosis.where, site=site)
    if diagnosis.code in error_codes.table():
        what, do = code_sentences(diagnosis.code, words, diagnosis.said)
        return words("code.joined", what=what, do=do)
    return as_it_came(in_language(diagnosis.said, words.language), diagnosis.code)


def refusal_sentence(fault: StudioError, words: Words) -> str:
    """Why the service could not be asked, and what to do."""
    if isinstance(fault, Refused):
        if fault.code in error_codes.table():
            what, do = code_sentences(fault.code, words, fault.message)
            return words("code.joined", what=what, do=do)
        return words.get(f"check.{fault.code}", "") or as_it_came(
            in_language(fault.message, words.language), fault.code
        )
    if isinstance(fault, Unreachable):
        return words("apps.unreachable")
    return words("apps.not_kept") if isinstance(fault, NotFound) else str(fault)
