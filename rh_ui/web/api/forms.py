"""/forms: saved forms of apps, workflows and quick creations."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final, NotRequired

from fastapi import APIRouter
from pydantic import BaseModel
from typing_extensions import TypedDict

from rh_ui.catalog.comfy.run_form import Face, RunForm
from rh_ui.domain import Modality, RunKind
from rh_ui.errors import StudioError
from rh_ui.i18n import Words
from rh_ui.web.api.routing import ApiRoute, Reader, Services
from rh_ui.web.arguments import SOUND, Count, EndpointPath, Flag, Id, ShortText, Word
from rh_ui.web.routes.covers import cover_address
from rh_ui.web.serializers.answers import Nothing
from rh_ui.web.serializers.messages import refusal_sentence
from rh_ui.web.serializers.run_form import Tile, cost_words, is_about, run_spec, tile
from rh_ui.web.serializers.specs import RunFormSpec
from rh_ui.web.services import PageServices

log: Final = logging.getLogger(__name__)
SHOWN: Final = 24
REMEMBERED: Final = 200
"""The number of forms that are ordered by their last use."""

router: Final = APIRouter(prefix="/forms", tags=["forms"], route_class=ApiRoute)


class Tiles(TypedDict):
    """Saved forms: favourites, then the last used, then the newest. `many`: there are so many that they need
    a search."""

    tiles: list[Tile]
    more: bool
    many: bool


class OpenedForm(TypedDict):
    """A form for the page to draw, or why there is none. `projects`: those in whose lists it is, by id."""

    refused: str
    spec: RunFormSpec | None
    projects: NotRequired[list[str]]


class Costs(TypedDict):
    """What the latest runs cost, in words."""

    costs: str


class FormPath(BaseModel):
    """A saved form."""

    model_config = SOUND

    path: EndpointPath


class FavouriteChange(FormPath):
    """Whether the form is a favourite."""

    yes: Flag


class Membership(FormPath):
    """Whether the form is in the list of a project."""

    project: Id
    yes: Flag


class FormProjects(TypedDict):
    """The projects in whose lists a form is now, by id."""

    projects: list[str]


class Favourite(TypedDict):
    """Whether the form is a favourite now."""

    favourite: bool


@router.get("")
def tiles(
    services: Services, words: Reader, kind: Word = "", query: ShortText = "", shown: Count = SHOWN
) -> Tiles:
    """Saved forms of a kind, or all, that contain every word."""
    used = services.history.recent_endpoints(Modality.APPS, REMEMBERED)
    place = {path: at for at, path in enumerate(used)}
    kinds = [RunKind(kind)] if kind in list(RunKind) else list(RunKind)
    kept = [
        (record, Face.read(record.face))
        for record in services.saved_forms.list_of(*services.sites)
        if record.kind in kinds
    ]
    wanted = query.casefold().split()
    found = [(record, face) for record, face in kept if is_about(record, face, wanted)]
    found.sort(key=lambda form: (not form[0].favourite, place.get(form[0].path, len(place))))
    told = [
        tile(record, face, words.language, cover_address(services.covers, face.cover))
        for record, face in found[:shown]
    ]
    return {"tiles": told, "more": len(found) > len(told), "many": len(kept) > SHOWN}


@router.get("/form")
def form(services: Services, words: Reader, path: EndpointPath) -> OpenedForm:
    """The saved form of a path."""
    return opened(services, lambda: services.saved_forms.form(path), words)


@router.get("/costs")
def costs(services: Services, words: Reader, path: EndpointPath) -> Costs:
    """What the latest runs of a form cost."""
    return {"costs": cost_words(services.history.costs(path), words)}


@router.post("/like")
def like(services: Services, liking: FavouriteChange) -> Favourite:
    """Make a form a favourite, or no longer one."""
    services.saved_forms.set_favourite(liking.path, favourite=liking.yes)
    return {"favourite": liking.yes}


@router.post("/put")
def put(services: Services, asked: Membership) -> FormProjects:
    """Put a form into the list of a project, or take it out."""
    change = services.saved_forms.put_into if asked.yes else services.saved_forms.take_out
    change(asked.path, asked.project)
    return {"projects": list(services.saved_forms.projects_of(asked.path))}


@router.post("/remove")
def remove(services: Services, named: FormPath) -> Nothing:
    """Delete a form; its runs and results stay."""
    services.saved_forms.remove(named.path)
    return {}


def opened(services: PageServices, found: Callable[[], RunForm], words: Words) -> OpenedForm:
    """A form for the page to draw, or why there is none."""
    try:
        form = found()
    except StudioError as fault:
        log.info("no form: %s", fault)
        return {"refused": refusal_sentence(fault, words), "spec": None}
    cover = cover_address(services.covers, form.face.cover)
    spec = run_spec(form, words, services.history.costs(form.path), cover)
    if not services.caller.person:
        return {"refused": "", "spec": spec}
    return {"refused": "", "spec": spec, "projects": list(services.saved_forms.projects_of(form.path))}
