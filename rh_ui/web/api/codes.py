"""/codes: every error code of RunningHub in words, searched by number or by words."""

from __future__ import annotations

import re
from typing import Final

from fastapi import APIRouter
from typing_extensions import TypedDict

from rh_ui import error_codes
from rh_ui.i18n import Words
from rh_ui.web.api.routing import ApiRoute, Reader
from rh_ui.web.arguments import ShortText, Word
from rh_ui.web.serializers.answers import Sentence
from rh_ui.web.serializers.code_search import find
from rh_ui.web.serializers.messages import code_sentences

router: Final = APIRouter(prefix="/codes", tags=["codes"], route_class=ApiRoute)


class CodeEntry(TypedDict):
    """What a code means, what to do, whether it cost money, and whether to try again."""

    code: str
    name: str
    what: str
    do: str
    money: str
    again: str


class Codes(TypedDict):
    """The matching codes; `none` says why there are none."""

    entries: list[CodeEntry]
    none: str


@router.get("")
def codes(words: Reader, query: ShortText = "") -> Codes:
    """The codes that match the query; all for an empty query."""
    found = find(query)
    number = re.search(r"[0-9]+", query)
    none = words("code.none_number", code=number[0]) if number else words("code.none")
    return {"entries": [_entry(code, words) for code in found], "none": "" if found else none}


@router.get("/{code}")
def code(words: Reader, code: Word) -> Sentence:
    """A code of RunningHub, or one of ours about the key, in a sentence or two; empty for any other code."""
    if code not in error_codes.table():
        return {"said": words.get(f"check.{code}", "")}
    what, do = code_sentences(code, words)
    return {"said": words("code.joined", what=what, do=do)}


def _entry(code: str, words: Words) -> CodeEntry:
    known = error_codes.table()[code]
    what, do = known.told(words.language)
    return {
        "code": code,
        "name": known.name,
        "what": words("code.sentence", what=what),
        "do": do,
        "money": words(f"code.money_{known.money.value}"),
        "again": words(f"code.again_{known.again.value}"),
    }
