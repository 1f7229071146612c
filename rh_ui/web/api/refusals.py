"""The one shape of everything that the API refuses: a code, a sentence, and whether it cost money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from rh_ui.domain import Charged
from rh_ui.errors import (
    AmountRefused,
    ArgumentRefused,
    BudgetRefused,
    FileFault,
    InputRefused,
    MoveRefused,
    NotFound,
    NotYours,
    OrderRefused,
    OutcomeUnknown,
    PersonRefused,
    Refused,
    RightRefused,
    SignInRefused,
    StorageFault,
    StudioError,
    Unreachable,
)
from rh_ui.i18n import translate
from rh_ui.web.arguments import refusal
from rh_ui.web.routes.file_response import NEVER
from rh_ui.web.serializers.budget_sentences import stop_sentence

BAD_ARGUMENT: Final = "bad-argument"
AWAY: Final = "away"
"""The request is fine, but something that the answer needs can't be reached now."""
TOO_LARGE: Final = "too_large"
UNFORESEEN: Final = (
    "Something went wrong in this program; its log says what. See your runs before you try again."
)


class Refusal(BaseModel):
    """Why the API refused a call."""

    code: str
    """The key of the sentence in the reader's language; `code-…`: a code of RunningHub."""
    sentence: str
    charged: Charged
    minutes: int = 0
    """After how many the same call may work; 0 where waiting does not help."""


def code_of(fault: StudioError) -> str:
    """The word by which the page tells refusals apart; empty where only the sentence does."""
    match fault:
        case MoveRefused() | OrderRefused() | PersonRefused() | SignInRefused() | RightRefused():
            return fault.code
        case BudgetRefused() | AmountRefused() | NotYours():
            return fault.code
        case ArgumentRefused():
            return BAD_ARGUMENT
        case StorageFault() | Unreachable():
            return AWAY
        case Refused():
            return f"code-{fault.code}"
    return ""


def status_of(fault: StudioError) -> int:
    match fault:
        case NotFound():
            return 404
        case MoveRefused() | OrderRefused() | PersonRefused() | BudgetRefused():
            return 409
        case SignInRefused():
            return 429 if fault.minutes else 401
        case RightRefused() | NotYours():
            return 403
        case InputRefused():
            return 422
        case FileFault() | Unreachable():  # a later call may succeed
            return 503
        case ArgumentRefused():
            return 413 if fault.code == TOO_LARGE else 422
    return 422


def refused(
    fault: StudioError | RequestValidationError | HTTPException, language: str = "en"
) -> JSONResponse:
    """The answer of the API to an exception. The sentence is in English, for the page knows its own by the
    code; but only the server knows that of a budget, and tells it in the reader's language."""
    if isinstance(fault, RequestValidationError):
        fault = refusal([{**each, "loc": _inside(each["loc"])} for each in fault.errors()])
    if isinstance(fault, HTTPException):
        fault = ArgumentRefused("The call can't be read", "unreadable")
    charged = Charged.MAYBE if isinstance(fault, OutcomeUnknown) else Charged.NO
    said = translate(stop_sentence(fault.stop), language) if isinstance(fault, BudgetRefused) else str(fault)
    minutes = fault.minutes if isinstance(fault, SignInRefused) else 0
    answer = Refusal(code=code_of(fault), sentence=said, charged=charged, minutes=minutes)
    return _told(answer, status_of(fault))


def _inside(place: Sequence[str | int]) -> Sequence[str | int]:
    """A location without the part of the request that it is in; empty for text that is not JSON."""
    return [step for step in place[1:] if isinstance(step, str)]


def unforeseen() -> JSONResponse:
    """The answer to an unexpected exception."""
    return _told(Refusal(code="", sentence=UNFORESEEN, charged=Charged.MAYBE), 500)


def turned_away(code: str, sentence: str, status: int) -> JSONResponse:
    """The answer to a call that the door does not admit."""
    return _told(Refusal(code=code, sentence=sentence, charged=Charged.NO), status)


def _told(refusal: Refusal, status: int) -> JSONResponse:
    told = refusal.model_dump(mode="json", exclude_defaults=True)  # minutes, where waiting helps
    return JSONResponse(told, status, headers=NEVER)
