"""/history: every run, one page of rows at a time, read with pandas."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, TypeAlias

from fastapi import APIRouter
from pydantic import Strict
from typing_extensions import TypedDict

from rh_ui.domain import Charged, Modality, Money, OutputState, ShownState, TaskState
from rh_ui.i18n import Words, format
from rh_ui.services.run_table import SortBy, next_place, order_of
from rh_ui.web.api.routing import ApiRoute, Reader, Services
from rh_ui.web.arguments import Flag, Id, ShortText, Tab
from rh_ui.web.routes.downloads import is_picture
from rh_ui.web.serializers import answers, runs
from rh_ui.web.services import PageServices

PAGE_ROWS: Final = 50
PROMPT_SHOWN: Final = 160
ENDED: Final = frozenset(state.value for state in TaskState if state.is_final)

State: TypeAlias = Annotated[TaskState, Strict(False)] | Literal["unfetched"]
"""To the user, a run whose files are not fetched for now has a state of its own."""

FilteredKind: TypeAlias = Tab | Literal[""]
FilteredState: TypeAlias = State | Literal[""]
"""Empty: all of them, as above."""
Sort: TypeAlias = Annotated[SortBy, Strict(False)]
router: Final = APIRouter(prefix="/history", tags=["history"], route_class=ApiRoute)


class HistoryRow(answers.Whose):
    """One run: its model's title, the first line of its prompt, its cost and its estimate in words, the
    seconds from its submit to its end, its number of files, the address of a small picture (its first result,
    or else its first chosen picture; empty: none), and whose it is by name."""

    id: str
    created: str
    model: str
    modality: Modality
    state: State
    prompt: str
    cost: str
    estimate: str
    seconds: float | None
    files: int
    picture: str
    remote_id: str


class HistoryPage(TypedDict):
    """A page of the runs that match, of `total`. `next`: the place behind which the next page begins; empty:
    this is the last one."""

    rows: list[HistoryRow]
    total: int
    next: str


@router.get("")
def history(
    services: Services,
    words: Reader,
    search: ShortText = "",
    modality: FilteredKind = "",
    state: FilteredState = "",
    person: Id = "",
    project: Id = "",
    sort: Sort = SortBy.CREATED,
    down: Flag = True,
    after: ShortText = "",
) -> HistoryPage:
    """A page of the runs that match a search, a kind, a state, a person and a project (PRIVATE: none); empty
    means all. Sorted upwards or downwards; `after`: the `next` of the page before."""
    runs_read = services.among(person, project) if person or project else services.history
    kind = modality or None
    wanted = shown_state(state)
    order = order_of(sort, down=down, place=after)
    found = runs_read.page(limit=PAGE_ROWS + 1, search=search, modality=kind, state=wanted, order=order)
    shown = found.frame.iloc[:PAGE_ROWS]
    names = services.projects.names(services.caller)
    owners = runs_read.owners(list(shown["id"])) if services.caller.person else {}
    return {
        "rows": [
            {**_row(row, services, words), **runs.whose(owners.get(str(row.id)), services.caller, names)}
            for row in shown.itertuples(index=False)
        ],
        "total": runs_read.count(search=search, modality=kind, state=wanted),
        "next": next_place(found, PAGE_ROWS),
    }


def shown_state(state: FilteredState) -> ShownState | None:
    if state == "":
        return None
    return state if isinstance(state, TaskState) else OutputState.UNFETCHED


def _row(row: Any, services: PageServices, words: Words) -> HistoryRow:
    return {
        "id": row.id,
        "created": row.created.isoformat(),
        "model": runs.model_title(services.catalog, row.model, words),
        "modality": row.modality,
        "state": row.state,
        "prompt": shorten(row.prompt),
        "cost": _cost(row, words),
        "estimate": _estimate(row),
        "seconds": _seconds(row),
        "files": row.files,
        "picture": _picture(row),
        "remote_id": row.remote_id,
    }


def _picture(row: Any) -> str:
    if row.picture:
        return f"rh/thumbs/{row.picture}"
    return f"rh/inputs/{row.input}" if is_picture(row.input) else ""


def _estimate(row: Any) -> str:
    known = isinstance(row.estimate, Decimal) and row.estimate_currency
    return format.money(Money(row.estimate, row.estimate_currency)) if known else ""


def _seconds(row: Any) -> float | None:
    """From the submit to the end; None where one of them is missing (not a time, for pandas)."""
    took = (row.finished - row.submitted).total_seconds()
    return None if math.isnan(took) else max(0.0, took)


def shorten(text: str) -> str:
    """The text as one line of at most PROMPT_SHOWN characters."""
    line = " ".join(text.split())
    return line if len(line) <= PROMPT_SHOWN else line[: PROMPT_SHOWN - 1] + "…"


def _cost(row: Any, words: Words) -> str:
    """The cost in money or in coins, or that it is not known."""
    cost = Money(row.cost, row.currency) if isinstance(row.cost, Decimal) else None
    coins = row.coins if isinstance(row.coins, Decimal) else None
    return runs.cost_words(cost, coins, Charged(row.charged), words, ended=row.state in ENDED)
