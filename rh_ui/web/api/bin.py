"""/bin: results that were deleted, until they are brought back or deleted for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from rh_ui.services.bin import Binned, BinTotals
from rh_ui.web.api.routing import ApiRoute, Services
from rh_ui.web.arguments import SOUND, Count, Flag, Id
from rh_ui.web.serializers import answers, runs
from rh_ui.web.services import PageServices

BIN_PAGE: Final = 48
MOST_BINNED: Final = 500

router: Final = APIRouter(prefix="/bin", tags=["bin"], route_class=ApiRoute)


class BinnedOutput(answers.Output, answers.Whose):
    """A result in the bin: since when, and who put it there, empty for the reader; of one that is not there,
    when it was made."""

    binned_at: str
    binned_by: str


class BinPage(TypedDict):
    """A page of the bin, the latest first; what all of it takes, and how many lie there for 30 days."""

    items: list[BinnedOutput]
    more: bool
    results: int
    bytes: int
    old: int


class Chosen(BaseModel):
    """Results, by id."""

    model_config = SOUND

    ids: Annotated[list[Id], Field(max_length=MOST_BINNED)]


class Moved(TypedDict):
    """How many results it was done with."""

    results: int


@router.get("")
def contents(services: Services, offset: Count = 0, old: Flag = False) -> BinPage:
    """A page of the bin; `old`: only what lies there for 30 days."""
    found = services.bin.listed(BIN_PAGE + 1, offset, old=old)
    return _page(services, found, services.bin.totals())


@router.get("/room")
def room(services: Services, offset: Count = 0, oldest: Flag = False) -> BinPage:
    """What takes the room, to be deleted from here: the largest results first, or the oldest."""
    found = services.bin.taking_room(BIN_PAGE + 1, offset, oldest=oldest)
    return _page(services, found, services.bin.stored())


def _page(services: PageServices, found: Sequence[Binned], totals: BinTotals) -> BinPage:
    names = services.projects.names(services.caller)
    items: list[BinnedOutput] = [
        {
            **runs.output_json(each.output),
            **runs.whose(each.owner, services.caller, names),
            "binned_at": each.at.isoformat(),
            "binned_by": "" if each.by == services.caller.person else names.people.get(each.by, ""),
        }
        for each in found[:BIN_PAGE]
    ]
    return {
        "items": items,
        "more": len(found) > BIN_PAGE,
        "results": totals.results,
        "bytes": totals.bytes,
        "old": totals.old,
    }


@router.post("")
def put(services: Services, chosen: Chosen) -> Moved:
    """Put results into the bin, up to MOST_BINNED at once: all of them or none."""
    return {"results": services.bin.put(chosen.ids)}


@router.post("/restore")
def restore(services: Services, chosen: Chosen) -> Moved:
    """Bring results back."""
    return {"results": services.bin.restore(chosen.ids)}


@router.post("/delete")
def delete(services: Services, chosen: Chosen) -> Moved:
    """Delete results of the bin for good."""
    return {"results": services.bin.delete(chosen.ids)}
