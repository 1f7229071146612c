"""/results: the gallery, the large view, and what can be done when a file is lost."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

from fastapi import APIRouter
from pydantic import BaseModel, Field, Strict
from typing_extensions import TypedDict

from rh_ui.domain import Output, OutputKind
from rh_ui.errors import NotFound, StorageFault
from rh_ui.marks import BEST, MarkChange, MarkFilter
from rh_ui.media.archive import contents
from rh_ui.media.thumbnails import counts_in
from rh_ui.web.api.routing import ApiRoute, Reader, Services
from rh_ui.web.arguments import SOUND, Count, Flag, Id, ShortText
from rh_ui.web.routes.downloads import is_picture
from rh_ui.web.routes.models3d import address_to_turn
from rh_ui.web.serializers import answers, runs
from rh_ui.web.serializers.marked import mark_cards, mark_outputs
from rh_ui.web.serializers.settings import Setting, settings
from rh_ui.web.services import PageServices

GALLERY_PAGE: Final = 48
MOST_IN_PAGE: Final = 96
ARCHIVE_SHOWN: Final = 500
CLOSED_SHOWN: Final = 20
MOST_MARKED: Final = 500

Kind: TypeAlias = Annotated[OutputKind, Strict(False)] | Literal[""]
"""Empty: all kinds."""

router: Final = APIRouter(prefix="/results", tags=["results"], route_class=ApiRoute)


class GalleryItem(answers.Output, answers.Whose):
    """A result, and whose it is."""


class Gallery(TypedDict):
    """A page of results of all tabs, newest first."""

    items: list[GalleryItem]
    more: bool


class ViewedOutput(answers.Output):
    """A result for the large view: also the vertices and faces of a model, and the address for the viewer."""

    vertices: int | None
    faces: int | None
    turned: str


class Result(TypedDict):
    """One result with its run, and what that sent."""

    output: ViewedOutput
    task: answers.Card
    settings: list[Setting]


class NewMarks(BaseModel):
    """What the reader thinks of these results; null: as before. `rating`: 0 takes it away."""

    model_config = SOUND

    ids: Annotated[list[Id], Field(max_length=MOST_MARKED)]
    favourite: Flag | None = None
    rating: Annotated[int, Field(ge=0, le=BEST)] | None = None
    hidden: Flag | None = None


class Member(TypedDict):
    """A file in a zip that can be opened."""

    number: int
    name: str
    size: int
    picture: bool
    url: str


class ClosedMember(TypedDict):
    """A file in a zip that can't be opened, and why."""

    name: str
    why: str


class Archive(TypedDict):
    """The contents of a result that is a zip; `more` and `left` are counted only."""

    members: list[Member]
    more: int
    closed: list[ClosedMember]
    left: int


@router.get("")
def gallery(
    services: Services,
    kind: Kind = "",
    search: ShortText = "",
    person: Id = "",
    project: Id = "",
    offset: Count = 0,
    limit: Count = GALLERY_PAGE,
    favourite: Flag = False,
    hidden: Flag = False,
) -> Gallery:
    """A page of results, of everybody or of a person, of all projects or of one (PRIVATE: of none).
    `favourite`: only the reader's favourites; `hidden`: also what they hid."""
    size = max(1, min(limit, MOST_IN_PAGE))
    history = services.among(person, project) if person or project else services.history
    found = history.outputs(kind=kind or None, search=search, limit=size + 1, offset=offset,
        marked=MarkFilter(services.caller.person, favourite, hidden=hidden),
    )  # fmt: skip
    shown = services.availability.with_missing_flags(found[:size])
    services.results.request_thumbnails(shown)
    owners = services.history.owners({output.task_id for output in shown}) if services.caller.person else {}
    names = services.projects.names(services.caller)
    items: list[GalleryItem] = [
        {
            **runs.output_json(output),
            **runs.whose(owners.get(output.task_id), services.caller, names),
        }
        for output in shown
    ]
    mark_outputs(services, items)
    return {"items": items, "more": len(found) > size}


@router.post("/marks")
def mark(services: Services, said: NewMarks) -> answers.Nothing:
    """Mark results, up to MOST_MARKED at once: for the reader alone, and all of them or none."""
    told: MarkChange = {}
    if said.favourite is not None:
        told["favourite"] = said.favourite
    if said.rating is not None:
        told["rating"] = said.rating
    if said.hidden is not None:
        told["hidden"] = said.hidden
    services.marks.put(said.ids, told)
    return {}


@router.get("/{id}")
def result(services: Services, words: Reader, id: Id) -> Result:
    """One result for the large view."""
    output = services.opened(services.history.output(id))
    task = services.history.task(output.task_id)
    vertices, faces = _mesh(services, output)
    looked = services.availability.check_remote(output)
    turned = address_to_turn(services, looked)
    shown: ViewedOutput = {**runs.output_json(looked), "vertices": vertices, "faces": faces, "turned": turned}
    card = runs.card_json(
        task, services.catalog, words, caller=services.caller,
        names=services.projects.names(services.caller),
    )  # fmt: skip
    mark_outputs(services, [shown])
    mark_cards(services, [card])
    return {
        "output": shown,
        "task": card,
        "settings": settings(task, services.catalog.find(task.endpoint), words),
    }


@router.get("/{id}/archive")
def archive(services: Services, id: Id) -> Archive:
    """The contents of a zip."""
    output = services.opened(services.history.output(id))
    with services.library.open(output.file_key) as source:
        found = contents(source)
    return {
        "members": [
            {
                "number": each.number,
                "name": each.name,
                "size": each.size,
                "picture": is_picture(each.name),
                "url": f"rh/files/{output.id}/members/{each.number}",
            }
            for each in found.members[:ARCHIVE_SHOWN]
        ],
        "more": max(0, len(found.members) - ARCHIVE_SHOWN),
        "closed": [{"name": each.name, "why": each.why.value} for each in found.closed[:CLOSED_SHOWN]],
        "left": max(0, len(found.closed) - CLOSED_SHOWN),
    }


@router.post("/{id}/forget")
def forget(services: Services, id: Id) -> answers.Nothing:
    """Hide a result whose file is lost; its run and its cost stay in the history."""
    services.results.hide(id)
    return {}


@router.post("/{id}/remember")
def remember(services: Services, id: Id) -> answers.Nothing:
    """Show a hidden result again."""
    services.results.show(id)
    return {}


def _mesh(services: PageServices, output: Output) -> tuple[int | None, int | None]:
    """Vertices and faces of a model, as its thumbnail records them."""
    if output.kind not in (OutputKind.MODEL, OutputKind.ARCHIVE) or not output.has_picture:
        return None, None
    try:
        with services.library.open(output.thumb_key) as small:
            return counts_in(small)
    except (NotFound, StorageFault):
        return None, None
