"""/models: the models of the table: found, told about, reckoned, and asked for their price."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from pydantic import BaseModel
from typing_extensions import TypedDict

from rh_ui.domain import STUDIOS
from rh_ui.i18n import format
from rh_ui.web.api.routing import ApiRoute, Reader, Services, asks_service
from rh_ui.web.api.runs import cards
from rh_ui.web.arguments import SOUND, Body, EndpointPath, ShortText, Tab
from rh_ui.web.serializers.answers import Card
from rh_ui.web.serializers.estimates import Estimate, estimate_json
from rh_ui.web.serializers.model_details import ModelDetails, about

SAMPLES: Final = 4
RECENT: Final = 12

router: Final = APIRouter(prefix="/models", tags=["models"], route_class=ApiRoute)


class FoundModels(TypedDict):
    """By modality, paths of models, best first."""

    by_modality: dict[str, list[str]]


class RecentModels(TypedDict):
    """Paths of models, the last used first."""

    paths: list[str]


class ModelCard(ModelDetails):
    """What a model made here: how many runs, how long they usually took, and the newest as cards."""

    count: int
    usual_seconds: float | None
    samples: list[Card]


class Asked(BaseModel):
    """A form as it is filled in."""

    model_config = SOUND

    endpoint: EndpointPath
    params: Body


class Quote(TypedDict):
    """The service's own price; null, without words, where it does not tell one. `free`: this one call costs
    nothing; `free_left`: how many calls are still free, null where it does not tell."""

    amount: str | None
    currency: str | None
    words: str
    free: bool
    free_left: int | None


@router.get("/search")
def search(services: Services, query: ShortText) -> FoundModels:
    """The models that fit the words; forgives typing mistakes."""
    found: dict[str, list[str]] = {modality.value: [] for modality in STUDIOS}
    for endpoint in services.finder.find(query):
        if not endpoint.offered:
            continue
        found[endpoint.modality.value].append(endpoint.path)
    return {"by_modality": found}


@router.get("/recent")
def recent(services: Services, modality: Tab) -> RecentModels:
    """A tab's models by their last run here, whichever browser started it."""
    return {"paths": services.history.recent_endpoints(modality, RECENT)}


@router.get("/details")
def details(services: Services, words: Reader, endpoint: EndpointPath) -> ModelCard:
    """A model's card: price and limits in words, and what it made here."""
    found = services.catalog.get(endpoint)
    history = services.history
    return {
        **about(found, words),
        "count": history.finished_count(endpoint),
        "usual_seconds": history.typical_seconds(endpoint),
        "samples": cards(services, history.samples(endpoint, SAMPLES), words),
    }


@router.post("/estimate")
def estimate(services: Services, asked: Asked) -> Estimate:
    """What a run would cost by the table, and what is wrong with it."""
    found = services.catalog.get(asked.endpoint)
    return estimate_json(services.prices.estimate(asked.endpoint, asked.params), found, asked.params)


@router.post("/quote")
@asks_service
def quote(services: Services, asked: Asked) -> Quote:
    """What a run would cost by RunningHub's own word."""
    found = services.prices.quote(asked.endpoint, asked.params)
    money = None if found is None else found.price
    return {
        "amount": None if money is None else str(money.amount),
        "currency": None if money is None else money.currency,
        "words": "" if money is None else format.money(money),
        "free": found is not None and found.free,
        "free_left": None if found is None else found.free_left,
    }
