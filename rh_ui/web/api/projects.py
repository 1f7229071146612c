"""/projects: work that several people share, and who belongs to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fastapi import APIRouter
from pydantic import BaseModel
from typing_extensions import TypedDict

from rh_ui.people import Caller, Right, Role
from rh_ui.people import Project as KnownProject
from rh_ui.services.projects import Names
from rh_ui.web.api.routing import ApiRoute, Services
from rh_ui.web.api.start_values import StartForm, start_forms
from rh_ui.web.arguments import SOUND, Flag, Id, ShortText
from rh_ui.web.services import PageServices

router: Final = APIRouter(prefix="/projects", tags=["projects"], route_class=ApiRoute)


class Named(TypedDict):
    """A person by id and name; `gone`: they left."""

    id: str
    name: str
    gone: bool


class Project(TypedDict):
    """A project. `belongs`: the caller's runs may go there; `changeable`: the caller may change it;
    `account`: the RunningHub account that its runs go to, empty where the rule decides."""

    id: str
    name: str
    shared: bool
    closed: bool
    belongs: bool
    changeable: bool
    people: list[Named]
    account: str


class Projects(TypedDict):
    """The projects, oldest first, the people by name, and which models have start values; `accounts`: those
    that an admin may choose for a project, where there are several."""

    projects: list[Project]
    people: list[Named]
    starts: list[StartForm]
    accounts: list[str]


class NewProject(BaseModel):
    """A project to make; `shared`: everybody sees it."""

    model_config = SOUND

    name: ShortText
    shared: Flag = False


class ProjectChange(BaseModel):
    """What changes about a project; null: it stays."""

    model_config = SOUND

    name: ShortText | None = None
    shared: Flag | None = None
    closed: Flag | None = None
    account: ShortText | None = None


class Belonging(BaseModel):
    """A person, by id."""

    model_config = SOUND

    person: Id


@router.get("")
def projects(services: Services) -> Projects:
    """The projects that the caller sees, and the people whose names they see."""
    caller = services.caller
    if not caller.person:
        return {"projects": [], "people": [], "starts": [], "accounts": []}
    names, seen = services.projects.names(caller), services.projects.list(caller)
    near = {caller.person}.union(*(project.people for project in seen))
    known = names.people if caller.may(Right.RUN) else near
    told = [_project(project, caller, names) for project in seen]
    choosing = services.accounts.several and caller.may(Right.MANAGE)
    accounts = [account.name for account in services.accounts.all] if choosing else []
    return {
        "projects": told, "people": _named(known, names), "starts": start_forms(services)["forms"],
        "accounts": accounts,
    }  # fmt: skip


@router.post("")
def make(services: Services, new: NewProject) -> Project:
    """Make a project; its maker belongs to it."""
    made = services.projects.make(new.name, shared=new.shared, by=services.caller)
    return _told(services, made)


@router.post("/{id}")
def change(services: Services, id: Id, asked: ProjectChange) -> Project:
    """Rename a project, share it or not, close it or open it again, choose its account."""
    if asked.account:
        services.accounts.get(asked.account)  # there is one of this name
    changed = services.projects.change(
        id, name=asked.name, shared=asked.shared, closed=asked.closed, account=asked.account,
        by=services.caller,
    )  # fmt: skip
    return _told(services, changed)


@router.post("/{id}/people")
def add_person(services: Services, id: Id, asked: Belonging) -> Project:
    """Let a person belong to a project."""
    return _told(services, services.projects.add_person(id, asked.person, by=services.caller))


@router.post("/{id}/people/remove")
def remove_person(services: Services, id: Id, asked: Belonging) -> Project:
    """Take a person out of a project; their runs stay in it."""
    return _told(services, services.projects.remove_person(id, asked.person, by=services.caller))


def _told(services: PageServices, project: KnownProject) -> Project:
    return _project(project, services.caller, services.projects.names(services.caller))


def _project(project: KnownProject, caller: Caller, names: Names) -> Project:
    belongs = caller.person in project.people
    return {
        "id": project.id,
        "name": project.name,
        "shared": project.shared,
        "closed": project.closed,
        "belongs": belongs,
        "changeable": caller.may(Right.RUN) and (belongs or caller.role is Role.ADMIN),
        "people": _named(project.people, names),
        "account": project.account,
    }


def _named(people: Iterable[str], names: Names) -> list[Named]:
    """By name."""
    told: list[Named] = [
        {"id": person, "name": names.people.get(person, ""), "gone": person in names.gone}
        for person in people
    ]
    return sorted(told, key=lambda each: each["name"].casefold())
