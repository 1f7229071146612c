"""/history: every run, one page of rows at a time, read with pandas."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, TypeAlias

from fastapi import APIRouter
from pydantic import Strict
from typing_extensions import TypedDict

from rh_ui.domain import Charged, Modality, Money, OutputState, ShownState, TaskState
from rh_ui.i18n import Words
from rh_ui.web.api.routing import ApiRoute, Reader, Services
from rh_ui.web.arguments import Count, Id, ShortText, Tab
from rh_ui.web.serializers import answers, runs
from rh_ui.web.services import PageServices

PAGE_ROWS: Final = 50
PROMPT_SHOWN: Final = 160
ENDED: Final = frozenset(state.value for state in TaskState if state.is_final)

State: TypeAlias = Annotated[TaskState, Strict(False)] | Literal["unfetched"]
"""To the user, a run whose files are not fetched for now has a state of its own."""

router: Final = APIRouter(prefix="/history", tags=["history"], route_class=ApiRoute)


class HistoryRow(answers.Whose):
    """One run: its model's title, the first line of its prompt, its cost in words, its number of
    files, and whose it is by name."""

    id: str
    created: str
    model: str
    modality: Modality
    state: State
    prompt: str
    cost: str
    files: int
    remote_id: str


class HistoryPage(TypedDict):
    """A page of runs, newest first, after `first` others of `total`. `page`: the requested page, or the last
    one."""

    rows: list[HistoryRow]
    first: int
    total: int
    page: int
    last_page: int


@router.get("")
def history(
    services: Services,
    words: Reader,
    search: ShortText = "",
    modality: Tab | Literal[""] = "",
    state: State | Literal[""] = "",
    person: Id = "",
    project: Id = "",
    page: Count = 0,
) -> HistoryPage:
    """A page of the runs that match a search, a kind, a state, a person and a project (PRIVATE: none); empty
    means all."""
    runs_read = services.among(person, project) if person or project else services.history
    kind = modality or None
    wanted = _wanted(state)
    total = runs_read.count(search=search, modality=kind, state=wanted)
    last_page = max(0, (total - 1) // PAGE_ROWS)
    shown = min(page, last_page)
    first = shown * PAGE_ROWS
    frame = runs_read.page(offset=first, limit=PAGE_ROWS, search=search, modality=kind, state=wanted)
    names = services.projects.names(services.caller)
    owners = runs_read.owners(list(frame["id"])) if services.caller.person else {}
    moments = frame["created"].dt.to_pydatetime()
    rows = frame.itertuples(index=False)
    return {
        "rows": [
            {**_row(row, at, services, words), **runs.whose(owners.get(str(row.id)), services.caller, names)}
            for at, row in zip(moments, rows, strict=True)
        ],
        "first": first,
        "total": total,
        "page": shown,
        "last_page": last_page,
    }


def _wanted(state: State | Literal[""]) -> ShownState | None:
    if state == "":
        return None
    return state if isinstance(state, TaskState) else OutputState.UNFETCHED


def _row(row: Any, created: datetime, services: PageServices, words: Words) -> HistoryRow:
    return {
        "id": row.id,
        "created": created.isoformat(),
        "model": runs.model_title(services.catalog, row.model, words),
        "modality": row.modality,
        "state": row.state,
        "prompt": shorten(row.prompt),
        "cost": _cost(row, words),
        "files": row.files,
        "remote_id": row.remote_id,
    }


def shorten(text: str) -> str:
    """The text as one line of at most PROMPT_SHOWN characters."""
    line = " ".join(text.split())
    return line if len(line) <= PROMPT_SHOWN else line[: PROMPT_SHOWN - 1] + "…"


def _cost(row: Any, words: Words) -> str:
    """The cost in money or in coins, or that it is not known."""
    cost = Money(row.cost, row.currency) if isinstance(row.cost, Decimal) else None
    coins = row.coins if isinstance(row.coins, Decimal) else None
    return runs.cost_words(cost, coins, Charged(row.charged), words, ended=row.state in ENDED)
