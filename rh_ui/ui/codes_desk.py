"""The page of error codes: every code of RunningHub in words, found by its number or by any of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from rh_ui import error_codes
from rh_ui.domain import JsonValue
from rh_ui.i18n import Words
from rh_ui.ui.named_api import guarded
from rh_ui.web.arguments import Id, Language, ShortText, Word
from rh_ui.web.serializers import runs
from rh_ui.web.serializers.messages import code_said, error_said
from rh_ui.web.services import PageServices

_PARTS: Final = re.compile(r"[0-9]+|[a-z_]{3,}|[\u4e00-\u9fff]+")
LONGEST_QUERY: Final = 200


class CodesDesk:
    """The page's questions about codes, bound to the services."""

    def __init__(self, services: PageServices) -> None:
        self._services = services
        self.questions: dict[str, Callable[..., dict[str, Any]]] = {
            "codes": self.codes,
            "code": self.code,
            "failure": self.failure,
        }

    def codes(self, query: ShortText, language: Language) -> dict[str, Any]:
        """Codes that fit the words, or all; `none` says why there are none."""
        words = self._services.language(language)
        found = find(query[:LONGEST_QUERY])
        number = re.search(r"[0-9]+", query)
        none = words("code.none_number", code=number[0]) if number else words("code.none")
        return {"entries": [_entry(code, words) for code in found], "none": "" if found else none}

    def code(self, code: Word, language: Language) -> dict[str, Any]:
        """A code of RunningHub's, or of ours about the key, in a sentence or two; empty for any other."""
        words = self._services.language(language)
        if code not in error_codes.table():
            return {"said": words.get(f"check.{code}", "")}
        what, do = code_said(code, words)
        return {"said": words("code.joined", what=what, do=do)}

    def failure(self, id: Id, language: Language) -> dict[str, Any]:
        """Why a run has nothing to show: a sentence, and the code where there is more to read about it."""
        words = self._services.language(language)
        task = guarded(lambda: self._services.history.task(id))
        if task.error is None:
            return {"said": words(f"state.{task.state.value}"), "code": ""}
        told = error_said(task.error, words)
        said = words("code.joined", what=told["what"], do=runs.charge_words(task, words)).strip()
        return {"said": said, "code": told["code"]}


def _entry(code: str, words: Words) -> JsonValue:
    known = error_codes.table()[code]
    what, do = known.said[words.language]
    return {
        "code": code,
        "name": known.name,
        "what": words("code.sentence", what=what),
        "do": do,
        "money": words(f"code.money_{known.money.value}"),
        "again": words(f"code.again_{known.again.value}"),
    }


def find(query: str) -> list[str]:
    """Codes by a number's first digits, else by most of the words, in whichever language; all for none."""
    parts = _PARTS.findall(query.lower())
    numbers = [part for part in parts if part.isdigit()]
    every = list(error_codes.table())
    if numbers:
        exact = [code for code in every if code in numbers]
        return exact + [code for code in every if code not in exact and code.startswith(tuple(numbers))]
    wanted = [piece for part in parts for piece in _pieces(part)]
    if not wanted:
        return [] if query.strip() and not parts else every
    score = {code: sum(_has(text, piece) for piece in wanted) for code, text in _texts().items()}
    best = max(score.values())
    return [code for code in every if best and score[code] == best]


def _pieces(part: str) -> list[str]:
    """A word; of Chinese, which writes none, each two letters that stand together."""
    if part[0].isascii():
        return [part]
    return [part[at : at + 2] for at in range(len(part) - 1)] or [part]


def _has(text: str, piece: str) -> bool:
    return piece in text if not piece[0].isascii() else re.search(rf"\b{piece}", text) is not None


@cache
def _texts() -> Mapping[str, str]:
    """Everything that is said of a code, to look in."""
    texts = {}
    for code, known in error_codes.table().items():
        said = [known.name, known.name.replace("_", " "), *known.said["en"], *known.said["zh"]]
        texts[code] = " ".join(said).lower()
    return texts
