"""Pressing Generate on the page: an order with all that tells a second one from a repeat on purpose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import gradio as gr
from pydantic import BaseModel, Field

from rh_ui.services.order_identity import Press
from rh_ui.ui.named_api import guarded, submitter_of
from rh_ui.web.arguments import SOUND, Body, Count, EndpointPath, Flag, Id, Refs, ShortText
from rh_ui.web.serializers import runs
from rh_ui.web.services import PageServices

MOST_SEEN: Final = 400
MOST_COPIES: Final = 100
OWNER: Final = "the owner of the key"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as far as a browser tells it."""

    visitor: str
    """The browser's own random id; a new one at every visit where it keeps nothing."""
    place: str
    """What stays the same over a reload all the same: its address and its kind."""


class Pressed(BaseModel):
    """What the page says of a press of Generate."""

    model_config = SOUND

    id: ShortText
    """Its request id."""
    number: Count = Field(0, alias="copy")
    """Which of its runs."""
    fresh: Refs = Field(default_factory=list)
    """Fields that the press gave a new value."""
    seen: Refs = Field(default_factory=list)
    """The runs on the screen."""
    keeps: Flag = False
    """Whether the browser keeps what it is given."""


def caller_of(request: gr.Request | None) -> Caller:
    if request is None:
        return Caller("", "")
    host = request.client.host if request.client else ""
    return Caller(submitter_of(request), f"{host} {request.headers.get('user-agent', '')}")


class OrdersDesk:
    """Bound to the services; each question is told who asks, beside its values."""

    def __init__(self, services: PageServices) -> None:
        self._services = services
        self.questions: dict[str, Callable[..., dict[str, Any]]] = {"press": self.press, "retry": self.retry}

    def press(
        self, endpoint: EndpointPath, params: Body, press: Pressed, request: gr.Request | None = None
    ) -> dict[str, Any]:
        """Start one of the runs that a press asks for."""
        caller = caller_of(request)
        asked = Press(
            self._person(caller, keeps=press.keeps),
            seen=frozenset(press.seen[:MOST_SEEN]),
            fresh=frozenset(press.fresh),
            copy=min(press.number, MOST_COPIES),
        )
        placed = guarded(
            lambda: self._services.runs.order(
                endpoint, params, request_id=press.id, submitter=caller.visitor, press=asked
            )
        )
        return {**runs.placed_json(placed)}

    def retry(self, id: Id, request: gr.Request | None = None) -> dict[str, Any]:
        """Once more what a failed run sent."""
        caller = caller_of(request)
        return {**runs.placed_json(guarded(lambda: self._services.runs.retry(id, caller.visitor)))}

    def _person(self, caller: Caller, *, keeps: bool) -> str:
        """A key has one owner, whichever browser they use; a demo has many visitors."""
        if not self._services.demo:
            return OWNER
        return f"visitor {caller.visitor}" if keeps else f"at {caller.place}"
