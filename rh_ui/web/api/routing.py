"""What all routes of the API share: bounded calls, described answers, and one shape of refusals."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import partial, wraps
from typing import Annotated, Any, Final, ParamSpec, TypeAlias, TypeVar, get_type_hints

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BeforeValidator
from starlette.exceptions import HTTPException
from starlette.types import Scope

from rh_ui.errors import ArgumentRefused, StudioError
from rh_ui.i18n import Words
from rh_ui.people import Caller
from rh_ui.web.api.refusals import TOO_LARGE, Refusal, refused
from rh_ui.web.arguments import Language
from rh_ui.web.bodies import read_body, replay
from rh_ui.web.serializers.writable import writable
from rh_ui.web.services import PageServices

ASKING: Final = CapacityLimiter(24)
"""Threads for calls that wait for RunningHub: when it is slow, all other calls still have theirs."""
SUBMITTER: Final = "x-rh-submitter"
Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def caller_in(scope: Scope) -> Caller:
    """Whom the door admitted; it is an error to ask where it did not stand, or let a stranger pass."""
    caller: Caller = scope["state"]["caller"]
    return caller


async def signed(request: Request) -> Caller:
    return caller_in(request.scope)


Signed: TypeAlias = Annotated[Caller, Depends(signed)]
"""Who makes the call."""


async def unbound_services(request: Request) -> PageServices:
    services: PageServices = request.app.state.services
    return services


Unbound: TypeAlias = Annotated[PageServices, Depends(unbound_services)]
"""The services of everybody: only for addresses that strangers may use (`Right.PUBLIC`, `Right.SECRET`)."""


async def services_of(services: Unbound, caller: Signed) -> PageServices:
    return services.of(caller)


Services: TypeAlias = Annotated[PageServices, Depends(services_of)]
"""The services, bound to the caller: they find and change only what the caller may."""


async def words_of(services: Services, language: Language = "en") -> Words:
    return services.language(language)


Reader: TypeAlias = Annotated[Words, Depends(words_of)]
"""The words of the reader's language."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Which browser makes a call, as far as it shows it. It tells apart visitors of a demo, not people."""

    id: str
    """Its own random id, a new one at every visit if it stores nothing; a person's id where there are
    people."""
    place: str
    """What stays the same over a reload: the network address and the kind of browser."""


def place_of(request: Request) -> str:
    """The network address that a call came from; empty: none is known."""
    return request.client.host if request.client else ""


async def visitor_of(request: Request, caller: Signed) -> Visitor:
    agent = request.headers.get("user-agent", "")
    return Visitor(submitter_of(caller, request.headers), f"{place_of(request)} {agent}")


Visiting: TypeAlias = Annotated[Visitor, Depends(visitor_of)]


def submitter_of(caller: Caller, headers: Mapping[str, str]) -> str:
    """With whom a run shares the account's slots: the person, or who the caller says that they are."""
    return caller.person or headers.get(SUBMITTER) or "api"


def asks_service(handler: Callable[Given, Answer]) -> Callable[Given, Awaitable[Answer]]:
    """Run the handler in a thread of the pool for calls that wait for RunningHub."""

    @wraps(handler)
    async def asked(*args: Given.args, **values: Given.kwargs) -> Answer:
        return await to_thread.run_sync(partial(handler, *args, **values), limiter=ASKING)

    return asked


class ApiRoute(APIRoute):
    """A route with a bounded call, an answer that can be written as JSON, and one shape of refusals."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **told: Any) -> None:
        answer = get_type_hints(endpoint, include_extras=True)["return"]
        told["response_model"] = Annotated[answer, BeforeValidator(writable)]
        told["responses"] = {"default": {"model": Refusal, "description": "Refused."}}
        super().__init__(path, endpoint, **told)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        known = {"language", *(field.alias for field in self.dependant.query_params)}

        async def answer(request: Request) -> Response:
            try:
                if not known.issuperset(request.query_params):
                    raise ArgumentRefused("The address holds a name that is not known here", "unknown_name")
                return await handle(await whole(request))
            except (StudioError, RequestValidationError, HTTPException) as fault:
                return refused(fault, request.query_params.get("language", "en"))

        return answer


async def whole(request: Request) -> Request:
    """The same request with its body read. Raises ArgumentRefused if the body is too large."""
    body = await read_body(request)
    if body is None:
        raise ArgumentRefused("This call is larger than 16 MB", TOO_LARGE)
    return Request(request.scope, replay(body, request.receive))
