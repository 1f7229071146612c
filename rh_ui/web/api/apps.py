"""/apps: RunningHub's apps, opened by their id and listed."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from pydantic import BaseModel
from typing_extensions import TypedDict

from rh_ui.catalog.comfy.run_form import id_in
from rh_ui.errors import StudioError
from rh_ui.web.api.forms import OpenedForm, opened
from rh_ui.web.api.routing import ApiRoute, Reader, Services, asks_service
from rh_ui.web.arguments import LONGEST_SEARCH, SOUND, Count, ShortText, Word
from rh_ui.web.routes.covers import cover_address
from rh_ui.web.serializers.messages import refusal_sentence

SORTS: Final = ("RECOMMEND", "HOTTEST", "NEWEST")

router: Final = APIRouter(prefix="/apps", tags=["apps"], route_class=ApiRoute)


class AppCard(TypedDict):
    """An app in the public list."""

    id: str
    title: str
    description: str
    cover: str


class Apps(TypedDict):
    """A page of the public list, or why it can't be shown; `total` is null where RunningHub does not say."""

    refused: str
    cards: list[AppCard]
    more: bool
    total: int | None


class AppWanted(BaseModel):
    """An app's id, or an address that contains it."""

    model_config = SOUND

    text: ShortText


@router.get("")
@asks_service
def apps(services: Services, words: Reader, page: Count = 1, sort: Word = "", query: ShortText = "") -> Apps:
    """A page of the public list: sorted, or filtered by words in the name."""
    order = sort if sort in SORTS else SORTS[0]
    try:
        found = services.apps.list_public(page=max(1, page), sort=order, words=query[:LONGEST_SEARCH])
    except StudioError as fault:
        return {"refused": refusal_sentence(fault, words), "cards": [], "more": False, "total": None}
    cards: list[AppCard] = [
        {
            "id": card.id,
            "title": card.name or card.id,
            "description": card.description,
            "cover": cover_address(services.covers, card.cover),
        }
        for card in found.cards
    ]
    return {"refused": "", "cards": cards, "more": found.has_more, "total": found.total}


@router.post("/open")
@asks_service
def open_app(services: Services, words: Reader, wanted: AppWanted) -> OpenedForm:
    """The form of an app as it is now."""
    app_id = id_in(wanted.text)
    if not app_id:
        return {"refused": words("apps.no_id"), "spec": None}
    return opened(services, lambda: services.apps.open(app_id), words)
