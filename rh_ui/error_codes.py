"""RunningHub's error codes: what each means, for the program and for a person. The table is `codes.toml`.

The only place for these facts: the client chooses exceptions by them, the page its sentences.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final, TypeAlias

from rh_ui.errors import Busy, KeyRefused, NoBalance, Refused
from rh_ui.i18n.loader import LANGUAGES, read_toml


class Money(StrEnum):
    """What a code says about money."""

    NONE = "none"
    BEGUN = "begun"
    """Work may have begun and may have been charged."""


class Again(StrEnum):
    """Whether trying again helps."""

    NO = "no"
    ITSELF = "itself"
    """The program waits and tries again."""
    WAIT = "wait"
    """No error: the task is being worked on."""
    LATER = "later"
    NEW = "new"
    """A new run may work."""
    ONCE = "once"
    """One more run is worthwhile."""


class Button(StrEnum):
    """What the page offers on a run that failed with the code."""

    NONE = ""
    AGAIN = "again"
    EDIT = "edit"
    ACCOUNT = "account"


Said: TypeAlias = tuple[str, str]
"""What happened (a clause without a full stop) and what to do (a sentence)."""


@dataclass(frozen=True, slots=True)
class Code:
    """One line of the table."""

    raises: type[Refused]
    money: Money
    again: Again
    said: Mapping[str, Said]
    """By language."""
    kinds: Mapping[str, Mapping[str, Said]]
    """More exact sentences, used if the service's text contains this word."""
    button: Button = Button.NONE
    name: str = ""
    """RunningHub's own name for it."""

    def told(self, language: str, text: str = "") -> Said:
        """What happened and what to do; `text` is the service's own text, which may show the kind of the
        error."""
        kind = next((said for word, said in self.kinds.items() if word in text), self.said)
        return kind[language]

    @property
    def meaning(self) -> str:
        """In English, for exceptions and logs."""
        return self.said["en"][0]

    @property
    def waiting_helps(self) -> bool:
        """Whether the same question may be answered later."""
        return self.again in (Again.ITSELF, Again.WAIT, Again.LATER)

    @property
    def no_task(self) -> bool:
        """Whether the code proves, on a submit, that no task was made. Codes that come after work has begun
        prove nothing."""
        return self.money is Money.NONE


_KINDS: Final[Mapping[str, type[Refused]]] = {
    "plain": Refused, "key": KeyRefused, "busy": Busy, "money": NoBalance,
}  # fmt: skip


@cache
def table() -> Mapping[str, Code]:
    """Every code of the sheet, in order."""
    return {code: _line(entry) for code, entry in read_toml(__package__, "codes.toml").items()}


def meaning_of(code: str) -> Code:
    """The table's row for a code; a plain refusal for a code that is not in it."""
    return table().get(code) or table()["1"]


def _line(entry: Mapping[str, Any]) -> Code:
    return Code(
        raises=_KINDS[entry.get("kind", "plain")],
        money=Money(entry["money"]),
        again=Again(entry["again"]),
        said=_said(entry),
        kinds={word: _said(kind) for word, kind in entry.get("kinds", {}).items()},
        button=Button(entry.get("button", "")),
        name=entry.get("name", ""),
    )


def _said(entry: Mapping[str, Any]) -> Mapping[str, Said]:
    return {language: (entry[language][0], entry[language][1]) for language in LANGUAGES}
