"""What all routes of the API share: bounded calls, described answers, and one shape of refusals."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import partial, wraps
from typing import Annotated, Any, Final, ParamSpec, TypeAlias, TypeVar, get_type_hints

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BeforeValidator
from starlette.exceptions import HTTPException

from rh_ui.errors import ArgumentRefused, StudioError
from rh_ui.i18n import Words
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


async def services_of(request: Request) -> PageServices:
    services: PageServices = request.app.state.services
    return services


Services: TypeAlias = Annotated[PageServices, Depends(services_of)]


async def words_of(services: Services, language: Language = "en") -> Words:
    return services.language(language)


Reader: TypeAlias = Annotated[Words, Depends(words_of)]
"""The words of the reader's language."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a call, as far as the browser shows it."""

    visitor: str
    """The browser's own random id; a new one at every visit if it stores nothing."""
    place: str
    """What stays the same over a reload: the network address and the kind of browser."""


async def caller_of(request: Request) -> Caller:
    host = request.client.host if request.client else ""
    agent = request.headers.get("user-agent", "")
    return Caller(request.headers.get(SUBMITTER) or "api", f"{host} {agent}")


Asker: TypeAlias = Annotated[Caller, Depends(caller_of)]


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
