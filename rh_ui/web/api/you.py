"""/you: what belongs to whoever is signed in: password, sessions, tokens, and who looked at their work."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from rh_ui.people import Session, Token
from rh_ui.services.sign_in import MOST_DAYS
from rh_ui.web.api.audit import audit_page
from rh_ui.web.api.people import in_person
from rh_ui.web.api.routing import ApiRoute, Reader, Services, place_of
from rh_ui.web.arguments import SOUND, Id, ShortText
from rh_ui.web.serializers.audit import AuditRow

LOOKS: Final = 20
"""Entries of one page."""

Days: TypeAlias = Annotated[int, Field(ge=1, le=MOST_DAYS)]

router: Final = APIRouter(prefix="/you", tags=["you"], route_class=ApiRoute)


class SessionRow(TypedDict):
    """A browser in which they are signed in. `own`: this one."""

    id: str
    agent: str
    made_at: str
    seen_at: str
    own: bool


class TokenRow(TypedDict):
    """A token for scripts, without its secret."""

    id: str
    name: str
    made_at: str
    seen_at: str | None
    ends_at: str | None


class You(TypedDict):
    """`has_password`: whether they sign in with one here."""

    name: str
    has_password: bool
    sessions: list[SessionRow]
    tokens: list[TokenRow]


class NewToken(TypedDict):
    """The new token, which is never told again."""

    secret: str
    you: You


class Looks(TypedDict):
    """What others did with this person's things, newest first; `next`: asks for older ones, or empty."""

    entries: list[AuditRow]
    next: str


class NameChange(BaseModel):
    """The name to come."""

    model_config = SOUND

    name: ShortText


class PasswordChange(BaseModel):
    """The password, and the one to come."""

    model_config = SOUND

    old: ShortText
    new: ShortText


class TokenOrder(BaseModel):
    """The name of a new token, and in how many days it ends; none: never."""

    model_config = SOUND

    name: ShortText
    days: Days | None = None


@router.get("")
def you(services: Services) -> You:
    """What belongs to whoever is signed in."""
    caller, sign_in = in_person(services), services.sign_in
    known = services.people.get(caller.person)
    return {
        "name": known.name,
        "has_password": known.has_password,
        "sessions": [_session(each, caller.session) for each in sign_in.sessions(caller.person)],
        "tokens": [_token(each) for each in sign_in.tokens(caller.person) if each.revoked_at is None],
    }


@router.post("/name")
def change_name(services: Services, change: NameChange) -> You:
    """Take another name, with which they sign in from now on."""
    caller = in_person(services)
    services.people.change(caller.person, name=change.name, by=caller)
    return you(services)


@router.post("/password")
def change_password(services: Services, request: Request, change: PasswordChange) -> You:
    """Change the password; all other browsers are signed out."""
    caller = in_person(services)
    services.sign_in.confirm_password(caller.person, change.old, place_of(request))
    services.people.set_password(caller.person, change.new, caller)
    return you(services)


@router.post("/sessions/end-others")
def end_other_sessions(services: Services) -> You:
    """Sign out all other browsers."""
    caller = in_person(services)
    for session in services.sign_in.sessions(caller.person):
        if session.id != caller.session:
            services.sign_in.end_session(session.id, caller)
    return you(services)


@router.post("/sessions/{id}/end")
def end_session(services: Services, id: Id) -> You:
    """Sign out one browser."""
    services.sign_in.end_session(id, in_person(services))
    return you(services)


@router.post("/tokens")
def make_token(services: Services, order: TokenOrder) -> NewToken:
    """Make a token for scripts."""
    caller = in_person(services)
    _, secret = services.sign_in.make_token(caller.person, order.name, order.days, caller)
    return {"secret": secret, "you": you(services)}


@router.post("/tokens/{id}/revoke")
def revoke_token(services: Services, id: Id) -> You:
    """End a token at once."""
    services.sign_in.revoke_token(id, in_person(services))
    return you(services)


@router.get("/looks")
def looks(services: Services, words: Reader, before: Id = "") -> Looks:
    """What others did with this person's things."""
    found = audit_page(services, words, before, LOOKS, owner=in_person(services).person)
    return {"entries": found["entries"], "next": found["next"]}


def _session(session: Session, own: str) -> SessionRow:
    return {
        "id": session.id,
        "agent": session.agent,
        "made_at": session.made_at.isoformat(),
        "seen_at": session.seen_at.isoformat(),
        "own": session.id == own,
    }


def _token(token: Token) -> TokenRow:
    return {
        "id": token.id,
        "name": token.name,
        "made_at": token.made_at.isoformat(),
        "seen_at": token.seen_at.isoformat() if token.seen_at else None,
        "ends_at": token.ends_at.isoformat() if token.ends_at else None,
    }
