"""To sign in and out, and to accept an invitation: plain forms, so that they work without scripts.

GET and POST /rh/sign-in, GET and POST /rh/join/SECRET, POST /rh/sign-out. Whoever signed in comes by
GET /rh/sign-in once more, which sees whether their browser kept the cookie.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from rh_ui.errors import ArgumentRefused, PersonRefused, SignInRefused, StorageFault, StudioError
from rh_ui.i18n import LANGUAGES, Words
from rh_ui.people import Right
from rh_ui.web.access import right_of
from rh_ui.web.api.refusals import TOO_LARGE, status_of
from rh_ui.web.api.routing import Unbound, place_of
from rh_ui.web.arguments import Id, readable
from rh_ui.web.bodies import read_body
from rh_ui.web.middleware.door import NO_SIGN_IN, WANTED
from rh_ui.web.routes.file_response import NEVER
from rh_ui.web.services import PageServices
from rh_ui.web.session_cookie import session_cookie, session_secrets, signed_in
from rh_ui.web.sign_in_page import StrangersPage, Trouble

LARGEST: Final = 32 * 1024
"""Bytes of one form: a thousand characters of a password, twice, however they are written."""
LONGEST_WISH: Final = 2000
WRONG: Final = "sign-in-wrong"
ENTERED: Final = "entered"
"""In an address: somebody signed in just now."""
INVITATION_OVER: Final = "invitation-over"


def wanted_place(told: str) -> str:
    """Where somebody wanted to go, below the page's own address; `/` unless it is an address of ours that
    can be opened."""
    try:
        parts = urlsplit(told if len(told) <= LONGEST_WISH else "/")
    except ValueError:
        return "/"
    path = unquote(parts.path)
    if parts.scheme or parts.netloc or right_of("GET", path) is not Right.LOOK:
        return "/"
    query = f"?{quote(parts.query, safe='=&%+')}" if parts.query else ""
    return f"{quote(path)}{query}" + (f"#{quote(parts.fragment, safe='=&%+/')}" if parts.fragment else "")


def build_sign_in_router() -> APIRouter:
    router = APIRouter(prefix="/rh", include_in_schema=False)

    @router.get("/sign-in")
    def ask(services: Unbound, request: Request) -> Response:
        if not services.people.exist():
            return RedirectResponse("../", 303, headers=NEVER)
        return _asked(services, request)

    @router.post("/sign-in")
    async def sign_in(services: Unbound, request: Request) -> Response:
        given = await _form(request)
        try:
            _, secret = await run_in_threadpool(
                services.sign_in.sign_in, given.get("name", ""), given.get("password", ""), *whence(request)
            )
        except (SignInRefused, StorageFault) as fault:
            return sign_in_page(services, request, given, fault)
        return await entered(services, request, secret, given.get("next", ""))

    @router.get("/join/{secret}")
    def invited(services: Unbound, secret: Id, request: Request) -> Response:
        try:
            services.people.invitation(secret)
        except (PersonRefused, StorageFault) as fault:
            return join_page(services, request, request.query_params, fault)
        return join_page(services, request, request.query_params)

    @router.post("/join/{secret}")
    async def join(services: Unbound, secret: Id, request: Request) -> Response:
        given = await _form(request)

        def accepted() -> str:
            person = services.people.accept(secret, given.get("name", ""), given.get("password", ""))
            return services.sign_in.open_session(person, *whence(request))

        try:
            session = await run_in_threadpool(accepted)
        except (PersonRefused, SignInRefused, StorageFault) as fault:
            return join_page(services, request, given, fault)
        return await entered(services, request, session, "/")

    @router.post("/sign-out")
    async def sign_out(services: Unbound, request: Request) -> Response:
        await _form(request)
        await run_in_threadpool(_end_sessions, services, request)
        answer = RedirectResponse("sign-in", 303, headers=NEVER)
        answer.headers["Set-Cookie"] = _cookie(services, request, "")
        return answer

    return router


def _asked(services: PageServices, request: Request) -> Response:
    """The page to sign in; whoever has is led on."""
    told = request.query_params
    try:
        if signed_in(request.headers, services.sign_in.caller)[0]:
            place = wanted_place(told.get("next", ""))
            return RedirectResponse(f"{_root(request).rstrip('/')}{place}", 303, headers=NEVER)
    except StorageFault as fault:
        return sign_in_page(services, request, told, fault)
    if ENTERED not in told:
        return sign_in_page(services, request, told)
    no_cookie = SignInRefused(
        "This browser keeps no cookie of this page, so it can't stay signed in. Allow cookies for it, then "
        "sign in again.",
        "sign-in-no-cookie",
    )
    answer = sign_in_page(services, request, told, no_cookie)
    answer.headers["Set-Cookie"] = _cookie(services, request, "")
    return answer


async def entered(services: PageServices, request: Request, secret: str, wanted: str) -> Response:
    """Lead somebody who has signed in to where they wanted to go. What the browser had before ends: a secret
    that somebody else put there opens nothing."""
    await run_in_threadpool(_end_sessions, services, request)
    asked = urlencode({"next": wanted_place(wanted), ENTERED: "1"})
    answer = RedirectResponse(f"{_root(request)}rh/sign-in?{asked}", 303, headers=NEVER)
    answer.headers["Set-Cookie"] = _cookie(services, request, secret)
    return answer


def _end_sessions(services: PageServices, request: Request) -> None:
    """Raises StorageFault."""
    for secret in session_secrets(request.headers):
        services.sign_in.sign_out(secret)


def sign_in_page(
    services: PageServices, request: Request, given: Mapping[str, str], fault: StudioError | None = None
) -> Response:
    words = _words(services, request, given)
    shown = StrangersPage(
        words=words, root=_root(request), version=services.version, action="rh/sign-in",
        heading=words("sign_in.title"), lead=words("sign_in.lead"), button=words("sign_in.button"),
        name=given.get("name", ""), trouble=_trouble(fault, words),
        wanted=wanted_place(request.scope["state"].get(WANTED) or given.get("next", "")),
        elsewhere=services.company.button,
        window=services.address.shown_at if services.address.on_space else "",
    )  # fmt: skip
    return HTMLResponse(shown.html(), status_of(fault) if fault else 200, headers=NEVER)


def join_page(
    services: PageServices, request: Request, given: Mapping[str, str], fault: StudioError | None = None
) -> Response:
    """Where a name and a password are chosen; only a sentence where the invitation is over."""
    words = _words(services, request, given)
    is_over = isinstance(fault, PersonRefused) and fault.code == INVITATION_OVER
    shown = StrangersPage(
        words=words, root=_root(request), version=services.version,
        action="" if is_over else request.scope["path"].lstrip("/"),
        heading=words("sign_in.join_title"),
        lead=words(f"refusal.{INVITATION_OVER}") if is_over else words("sign_in.join_lead"),
        button=words("sign_in.join_button"), is_new=True, name=given.get("name", ""),
        trouble=_trouble(fault, words),
    )  # fmt: skip
    status = 410 if is_over else status_of(fault) if fault else 200
    return HTMLResponse(shown.html(), status, headers=NEVER)


async def _form(request: Request) -> Mapping[str, str]:
    """The fields of a form, the last value of each. Raises ArgumentRefused."""
    body = await read_body(request, LARGEST)
    if body is None:
        raise ArgumentRefused("This form is larger than 32 KB", TOO_LARGE)
    try:
        found = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=10)
    except ValueError:
        raise ArgumentRefused("This form can't be read", "unreadable") from None
    return {name: str(readable(values[-1])) for name, values in found.items()}


def _words(services: PageServices, request: Request, given: Mapping[str, str]) -> Words:
    """In the language that was chosen here, or that the browser asks for first."""
    asked = "zh" if request.headers.get("accept-language", "").startswith("zh") else "en"
    return services.language(given.get("language", "") if given.get("language") in LANGUAGES else asked)


def _root(request: Request) -> str:
    """The page's own address, relative to the one that the browser shows; a proxy may have put a path
    before both."""
    path = urlsplit(request.scope["state"].get(WANTED) or request.scope["path"]).path
    return "../" * (path.count("/") - 1) or "./"


def whence(request: Request) -> tuple[str, str]:
    """The browser, as it names itself, and the network address."""
    return request.headers.get("user-agent", ""), place_of(request)


def _cookie(services: PageServices, request: Request, secret: str) -> str:
    return session_cookie(secret, services.address, request.headers.get("host", ""))


def _trouble(fault: StudioError | None, words: Words) -> Trouble:
    """The refusal at its field."""
    match fault:
        case None:
            return Trouble()
        case SignInRefused():
            field = "password" if fault.code == WRONG else ""
            return Trouble(field, words(f"refusal.{fault.code}", minutes=fault.minutes))
        case PersonRefused():
            return Trouble(fault.code.partition("-")[0], words(f"refusal.{fault.code}"))
    return Trouble("", words(f"refusal.{NO_SIGN_IN}"))
