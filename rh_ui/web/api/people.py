"""/people and /invitations: who may sign in. For admins, and for the owner who makes the first one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, TypeAlias

from fastapi import APIRouter
from pydantic import BaseModel, Field, Strict
from typing_extensions import TypedDict

from rh_ui.errors import NotFound, RightRefused
from rh_ui.people import Caller, Invitation, Person, PersonState, Role
from rh_ui.services.people import MOST_DAYS
from rh_ui.web.api.routing import ApiRoute, Services
from rh_ui.web.arguments import SOUND, Id, ShortText
from rh_ui.web.services import PageServices

GivenRole: TypeAlias = Annotated[Role, Strict(False)]
GivenState: TypeAlias = Annotated[PersonState, Strict(False)]

router: Final = APIRouter(tags=["people"], route_class=ApiRoute)


class PersonRow(TypedDict):
    """Somebody who may sign in, or may no longer. `outside`: they come by the company's own sign-in."""

    id: str
    name: str
    role: Role
    state: PersonState
    made_at: str
    signed_in_at: str | None
    outside: bool


class People(TypedDict):
    """Everybody, by name."""

    people: list[PersonRow]


class InvitationRow(TypedDict):
    """An invitation that nobody has used yet; `project`: its id, or empty."""

    digest: str
    role: Role
    project: str
    made_by: str
    ends_at: str


class Invitations(TypedDict):
    """The open invitations, newest first."""

    invitations: list[InvitationRow]


class Invited(Invitations):
    """The secret of the new invitation, which is never told again, and the page's address for others; empty:
    the one at which it is read."""

    secret: str
    place: str


class FirstAdmin(BaseModel):
    """The name and the password of the first admin."""

    model_config = SOUND

    name: ShortText
    password: ShortText


class PersonChange(BaseModel):
    """What changes of a person; nothing: stays."""

    model_config = SOUND

    role: GivenRole | None = None
    state: GivenState | None = None


class NewInvitation(BaseModel):
    """What whoever follows the link becomes, and for how many days it works."""

    model_config = SOUND

    role: GivenRole
    project: Id = ""
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)]


@router.get("/people")
def people(services: Services) -> People:
    """Everybody who may sign in, or did once."""
    return {"people": [_person(each) for each in services.people.list()]}


@router.post("/people/first")
def first_admin(services: Services, given: FirstAdmin) -> People:
    """Make the first admin, to whom all that is here then belongs. Only where no other computer reaches the
    page, and nobody is there yet."""
    if not services.address.local:  # the visitors of a demo would be its owners
        raise RightRefused
    services.people.first_admin(given.name, given.password)
    return people(services)


@router.post("/people/{id}/change")
def change_person(services: Services, id: Id, change: PersonChange) -> People:
    """Let somebody in, give them another role, or end their access."""
    services.people.change(id, role=change.role, state=change.state, by=in_person(services))
    return people(services)


@router.get("/invitations")
def invitations(services: Services) -> Invitations:
    """The invitations that nobody has used yet."""
    names = {each.id: each.name for each in services.people.list()}
    return {"invitations": [_invitation(each, names) for each in services.people.invitations()]}


@router.post("/invitations")
def invite(services: Services, given: NewInvitation) -> Invited:
    """Make a link that works once."""
    caller = in_person(services)
    if given.project and not (caller.projects or {}).get(given.project):
        raise NotFound("There is no such project.")
    secret = services.people.invite(given.role, given.project, caller, given.days)
    return {"secret": secret, "place": services.address.shown_at, **invitations(services)}


@router.post("/invitations/{digest}/withdraw")
def withdraw(services: Services, digest: Id) -> Invitations:
    """End an invitation that nobody has used yet."""
    services.people.withdraw(digest, in_person(services))
    return invitations(services)


def in_person(services: PageServices) -> Caller:
    """Whoever makes the call in a browser, with a session or named by a proxy. Raises RightRefused where
    there are no people, so that no visitor of a demo invites the first one, and for a token: a stolen one
    must not let others in."""
    if not services.caller.person or services.caller.token:
        raise RightRefused
    return services.caller


def _person(person: Person) -> PersonRow:
    return {
        "id": person.id,
        "name": person.name,
        "role": person.role,
        "state": person.state,
        "made_at": person.made_at.isoformat(),
        "signed_in_at": person.signed_in_at.isoformat() if person.signed_in_at else None,
        "outside": bool(person.subject),
    }


def _invitation(invitation: Invitation, names: Mapping[str, str]) -> InvitationRow:
    return {
        "digest": invitation.digest,
        "role": invitation.role,
        "project": invitation.project,
        "made_by": names.get(invitation.made_by, ""),
        "ends_at": invitation.ends_at.isoformat(),
    }
