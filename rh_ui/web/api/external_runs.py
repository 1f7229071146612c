"""/external-runs: runs that were made elsewhere with the same account."""

from __future__ import annotations

from collections import Counter
from typing import Final

from fastapi import APIRouter
from pydantic import BaseModel
from typing_extensions import TypedDict

from rh_ui.domain import Charged
from rh_ui.i18n import Words, format
from rh_ui.services.external_runs import RemoteRun
from rh_ui.web.api.routing import ApiRoute, Reader, Services, asks_service
from rh_ui.web.arguments import SOUND, ShortText
from rh_ui.web.serializers import runs
from rh_ui.web.serializers.answers import Task
from rh_ui.web.serializers.messages import in_language

router: Final = APIRouter(prefix="/external-runs", tags=["external runs"], route_class=ApiRoute)


class ExternalRun(TypedDict):
    """What RunningHub says about a run: rows in words, the id of the same run here (or empty), and whether a
    run with an unknown outcome may be the same."""

    number: str
    rows: list[tuple[str, str]]
    here: str
    doubt: str


class ExternalRunNumber(BaseModel):
    """The id of a run at RunningHub."""

    model_config = SOUND

    number: ShortText


@router.get("")
@asks_service
def look(services: Services, words: Reader, number: ShortText) -> ExternalRun:
    """A run by its id, and whether it can be imported."""
    seen = services.external_runs.look_up(number)
    rows = [
        (words("outside.state"), words.get(f"outside.state_{seen.state}", seen.state)),
        (words("outside.results"), _results(seen, words)),
        (words("outside.cost"), _cost(seen, words)),
    ]
    if seen.reason:
        rows.append((words("outside.reason"), in_language(seen.reason, words.language)))
    return {
        "number": seen.number,
        "rows": rows,
        "here": seen.here.id if seen.here else "",
        "doubt": words("outside.doubt") if seen.uncertain and seen.here is None else "",
    }


@router.post("")
@asks_service
def bring_in(services: Services, named: ExternalRunNumber) -> Task:
    """Import the run into the history; nothing is charged for it again."""
    return runs.task_json(services.external_runs.import_run(named.number))


def _results(seen: RemoteRun, words: Words) -> str:
    counts = Counter(seen.kinds)
    told = [
        words("outside.count", count=count, kind=words(f"outside.kind_{kind.value}"))
        for kind, count in counts.items()
    ]
    return words("outside.comma").join(told) or words("outside.none")


def _cost(seen: RemoteRun, words: Words) -> str:
    told = [format.money(seen.cost)] if seen.cost else []
    told += [words("account.coins_of", count=seen.coins)] if seen.coins else []
    if told:
        return words("outside.comma").join(told)
    return words("outside.free" if seen.charged is Charged.NO else "outside.cost_unknown")
