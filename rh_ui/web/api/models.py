"""/models: the models of the table: search, details, estimate, and RunningHub's own price."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from pydantic import BaseModel
from typing_extensions import TypedDict

from rh_ui.catalog.glossary import title
from rh_ui.catalog.problems import not_offered, sentence
from rh_ui.domain import STUDIOS
from rh_ui.i18n import format
from rh_ui.web.api.routing import ApiRoute, Reader, Services, asks_service
from rh_ui.web.api.runs import cards
from rh_ui.web.arguments import SOUND, Body, EndpointPath, Id, ShortText, Tab
from rh_ui.web.serializers.answers import Card
from rh_ui.web.serializers.estimates import Estimate, estimate_json
from rh_ui.web.serializers.model_details import ModelDetails, about

SAMPLES: Final = 4
RECENT: Final = 12
CLOSED: Final = 2

router: Final = APIRouter(prefix="/models", tags=["models"], route_class=ApiRoute)


class ClosedModel(TypedDict):
    """A model that is known and can't be run here, and why."""

    title: str
    said: str


class FoundModels(TypedDict):
    """By modality, paths of models, best first; `retired`: those of them that are being retired; `closed`:
    the best of those that are not offered."""

    by_modality: dict[str, list[str]]
    retired: list[str]
    closed: list[ClosedModel]


class RecentModels(TypedDict):
    """Paths of models, the last used first."""

    paths: list[str]


class ModelCard(ModelDetails):
    """A model's details and what it made here: the number of runs, how long they usually took, and the newest
    as cards."""

    count: int
    usual_seconds: float | None
    samples: list[Card]


class FormValues(BaseModel):
    """A form's values."""

    model_config = SOUND

    endpoint: EndpointPath
    params: Body
    project: Id = ""
    """Where the run would belong; empty: it is private."""


class Quote(TypedDict):
    """The service's own price; null, without words, where it gives none. `free`: this call costs nothing;
    `free_left`: the remaining free calls, null where the service does not say; `account`: the one that has
    this price, empty where there is one account."""

    amount: str | None
    currency: str | None
    words: str
    free: bool
    free_left: int | None
    account: str


@router.get("/search")
def search(services: Services, words: Reader, query: ShortText) -> FoundModels:
    """The models that fit the words; tolerates typing mistakes."""
    by_modality: dict[str, list[str]] = {modality.value: [] for modality in STUDIOS}
    found = services.finder.find(query)
    for endpoint in found:
        if endpoint.offered:
            by_modality[endpoint.modality.value].append(endpoint.path)
    closed = [endpoint for endpoint in found if not endpoint.offered][:CLOSED]
    return {
        "by_modality": by_modality,
        "retired": [endpoint.path for endpoint in found if endpoint.deprecated],
        "closed": [
            {
                "title": title(endpoint, words.language),
                "said": format.sentences(
                    sentence(problem, endpoint, words.language) for problem in not_offered(endpoint)
                ),
            }
            for endpoint in closed
        ],
    }


@router.get("/recent")
def recent(services: Services, modality: Tab) -> RecentModels:
    """A tab's models by their last run here, in whichever browser it was started."""
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
def estimate(services: Services, asked: FormValues) -> Estimate:
    """The cost of a run by the table, and what is wrong with it."""
    found = services.catalog.get(asked.endpoint)
    assessed = services.prices.estimate(asked.endpoint, asked.params, asked.project)
    return estimate_json(assessed, found, asked.params)


@router.post("/quote")
@asks_service
def quote(services: Services, asked: FormValues) -> Quote:
    """The cost of a run as RunningHub states it."""
    quoted = services.prices.quote(asked.endpoint, asked.params, asked.project)
    found = None if quoted is None else quoted.preview
    money = None if found is None else found.price
    return {
        "amount": None if money is None else str(money.amount),
        "currency": None if money is None else money.currency,
        "words": "" if money is None else format.money(money),
        "free": found is not None and found.free,
        "free_left": None if found is None else found.free_left,
        "account": "" if quoted is None else quoted.account,
    }
