"""The one place that admits: the row of the access table, the person behind the call, and whether they may.

It sits inside the guard (web/middleware/guard.py), which knows sites and networks, not people.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final, Protocol
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rh_ui.errors import SignInRefused, StorageFault
from rh_ui.i18n import Words
from rh_ui.people import OWNER, Caller, Right
from rh_ui.services.services import PageAddress
from rh_ui.web.access import right_of
from rh_ui.web.api.refusals import turned_away
from rh_ui.web.middleware.guard import API, SAFE_METHODS, VOUCHED
from rh_ui.web.routes.file_response import NEVER
from rh_ui.web.session_cookie import session_cookie, signed_in

NOTHING: Final = "There is nothing at this address."
BEARER: Final = "bearer rhui_"
"""How our own tokens begin, in lower case; a platform in front of this page may send others."""
SIGNED_OUT: Final = "signed-out"
NO_TOKEN: Final = "no-token"
OTHER_SIGHT: Final = "other-sight"
SIGHT: Final = "x-rh-sight"
"""With this header a page says for whom it was loaded (people.Caller.sight): in another tab of the same
browser somebody else may have signed in meanwhile."""
NOT_YOURS: Final = "not-yours-to-do"
ONLY_LOOK: Final = "only-look"
FOREIGN: Final = "foreign"
NO_SIGN_IN: Final = "no-sign-in"
STATUS: Final = {
    SIGNED_OUT: 401, NO_TOKEN: 401, OTHER_SIGHT: 409, NOT_YOURS: 403, ONLY_LOOK: 403, FOREIGN: 403,
    NO_SIGN_IN: 503,
}  # fmt: skip
CALLED: Final = "/gradio_api/"
"""What programs call: Gradio's clients show `error` and `detail`."""
SIGN_IN: Final = "/rh/sign-in"
"""The page that strangers get in place of every page of ours."""
WANTED: Final = "wanted"
"""In a request's state: the address that a stranger asked for."""
ASKED_EACH: Final = 1.0
"""Seconds between two looks whether another program has added people, as long as there are none."""


class KnownPeople(Protocol):
    """Whether there are people (services.people)."""

    @property
    def found(self) -> bool:
        """Whether this program knows of somebody; it knows at once of those whom it added."""

    def exist(self) -> bool:
        """Raises StorageFault."""


class Admission(Protocol):
    """Who is behind a secret (services.sign_in). All raise StorageFault."""

    def caller(self, secret: str) -> Caller | None: ...
    def renewed(self, secret: str) -> str | None: ...
    def token_caller(self, token: str) -> Caller | None: ...


class Vouched(Protocol):
    """Whom a proxy names (services.company_sign_in). Raises SignInRefused, StorageFault."""

    def proxy_caller(self, name: str) -> Caller: ...


class Turned(Exception):
    """A call that is not admitted, with the code of the reason. Never leaves this module."""


class Presence:
    """Whether there are people, without a question to the database at each request."""

    def __init__(self, people: KnownPeople) -> None:
        self._people = people
        self._is_known = False
        self._asked = 0.0

    async def found(self) -> bool:
        """Raises StorageFault as long as it was never known."""
        now = time.monotonic()
        if not self._people.found and (not self._is_known or now >= self._asked + ASKED_EACH):
            self._asked = now
            try:
                await run_in_threadpool(self._people.exist)
                self._is_known = True
            except StorageFault:
                if not self._is_known:
                    raise
        return self._people.found


class Door:
    """ASGI middleware: puts the caller into the request's state, or answers 401, 403 or 404; strangers who
    ask for a page get the one to sign in."""

    def __init__(
        self,
        app: ASGIApp,
        people: KnownPeople,
        sign_in: Admission,
        words: Mapping[str, Words],
        address: PageAddress,
        company: Vouched | None = None,
    ) -> None:
        self._app = app
        self._presence = Presence(people)
        self._sign_in = sign_in
        self._words = words
        self._address = address
        self._company = company

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        right = right_of(scope["method"], scope["path"])
        if right is None:
            await PlainTextResponse(NOTHING, status_code=404)(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        new_secret = None
        try:
            if not await self._presence.found():
                state["caller"] = OWNER
            elif right is Right.PUBLIC:
                _refuse_foreign(scope)
            elif right is not Right.SECRET:
                state["caller"], secret = await self._admitted(scope, right)
                if state["caller"].renews:
                    new_secret = await run_in_threadpool(self._sign_in.renewed, secret)
        except Turned as fault:
            if str(fault) != SIGNED_OUT or not _is_page(scope):
                await refusal(str(fault), self._words, scope)(scope, receive, send)
                return
            query = scope["query_string"].decode("latin-1")
            state[WANTED] = quote(scope["path"]) + (f"?{query}" if query else "")
            scope = {**scope, "path": SIGN_IN, "raw_path": SIGN_IN.encode(), "query_string": b""}
        except StorageFault:
            await refusal(NO_SIGN_IN, self._words, scope)(scope, receive, send)
            return
        await self._app(scope, receive, self._with_cookie(new_secret, scope, send) if new_secret else send)

    async def _admitted(self, scope: Scope, right: Right) -> tuple[Caller, str]:
        """The caller, if they may, and the secret of their session. Raises Turned, StorageFault."""
        headers, secret = Headers(scope=scope), ""
        token = headers.get("authorization", "")
        if token.lower().startswith(BEARER):
            caller = await run_in_threadpool(self._sign_in.token_caller, token[len("bearer ") :])
            if caller is None:
                raise Turned(NO_TOKEN)
        elif self._company is not None and (name := scope["state"].get(VOUCHED)):
            try:
                caller = await run_in_threadpool(self._company.proxy_caller, name)
            except SignInRefused as fault:
                raise Turned(fault.code) from None
            _refuse_foreign(scope)
        else:
            caller, secret = await run_in_threadpool(signed_in, headers, self._sign_in.caller)
            if caller is None:
                raise Turned(SIGNED_OUT)
            _refuse_foreign(scope)
        if headers.get(SIGHT, caller.sight) != caller.sight:
            raise Turned(OTHER_SIGHT)
        if not caller.may(right):
            raise Turned(ONLY_LOOK if caller.looking_at else NOT_YOURS)
        return caller, secret

    def _with_cookie(self, secret: str, scope: Scope, send: Send) -> Send:
        cookie = session_cookie(secret, self._address, Headers(scope=scope).get("host", ""))

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.append("Set-Cookie", cookie)
                headers.update(NEVER)  # no cache between keeps a secret
            await send(message)

        return with_cookie


def refusal(code: str, words: Mapping[str, Words], scope: Scope) -> Response:
    """In the reader's language, and in the shape that callers of this address expect."""
    language = "zh" if Headers(scope=scope).get("accept-language", "").startswith("zh") else "en"
    status, sentence = STATUS.get(code, 401), words[language](f"refusal.{code}")
    if scope["path"].startswith(API):
        return turned_away(code, sentence, status)
    if scope["path"].startswith(CALLED):
        return JSONResponse({"error": sentence, "detail": sentence, "title": code}, status, headers=NEVER)
    return PlainTextResponse(sentence, status, headers=NEVER)


def not_yours(words: Mapping[str, Words], scope: Scope) -> Response:
    """The answer to a caller who may not do this."""
    return refusal(ONLY_LOOK if scope["state"]["caller"].looking_at else NOT_YOURS, words, scope)


def _refuse_foreign(scope: Scope) -> None:
    """Raise Turned for a change that no page of ours sent. The guard refuses a foreign Origin; here one must
    be present, because the browser adds the cookie to whatever a page of another port of this host sends."""
    headers = Headers(scope=scope)
    is_from_here = headers.get("origin") or headers.get("sec-fetch-site") == "same-origin"
    if scope["method"] not in SAFE_METHODS and not is_from_here:
        raise Turned(FOREIGN)


def _is_page(scope: Scope) -> bool:
    """Whether a browser shows the answer by itself."""
    if scope["method"] != "GET" or scope["path"].startswith((API, CALLED)):
        return False
    return scope["path"] == "/" or "text/html" in Headers(scope=scope).get("accept", "")
