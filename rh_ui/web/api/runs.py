"""/runs: the runs of a tab, of the drawer, and one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter
from typing_extensions import TypedDict

from rh_ui.domain import Task, TaskState
from rh_ui.i18n import Words
from rh_ui.web.api.routing import ApiRoute, Reader, Services
from rh_ui.web.arguments import Count, Id, Tab
from rh_ui.web.serializers import answers, runs
from rh_ui.web.services import PageServices

ACTIVE: Final = tuple(state for state in TaskState if not state.is_final)
FINAL: Final = tuple(state for state in TaskState if state.is_final)
MAX_ACTIVE: Final = 60
RESULTS_PAGE: Final = 12
MOST_RESULTS: Final = 240
ENDED_IN_TRAY: Final = 12

router: Final = APIRouter(prefix="/runs", tags=["runs"], route_class=ApiRoute)


class Board(TypedDict):
    """One tab: its active runs, its newest ended ones, and whether there are more than were asked for."""

    active: list[answers.Card]
    ended: list[answers.Card]
    more: bool


class Tray(TypedDict):
    """The runs of every tab: those that need the person, those under way, the newest ended ones; and how many
    more are under way than are shown."""

    attention: list[answers.Card]
    active: list[answers.Card]
    ended: list[answers.Card]
    more: int


@router.get("/board")
def board(services: Services, words: Reader, modality: Tab, shown: Count = RESULTS_PAGE) -> Board:
    """One tab's runs."""
    history = services.history
    active = history.tasks(modality=modality, states=ACTIVE, limit=MAX_ACTIVE)
    limit = max(1, min(shown, MOST_RESULTS))
    ended = history.tasks(modality=modality, states=FINAL, limit=limit + 1)
    return {
        "active": cards(services, active, words),
        "ended": cards(services, ended[:limit], words),
        "more": len(ended) > limit,
    }


@router.get("/tray")
def tray(services: Services, words: Reader) -> Tray:
    """The runs of every tab."""
    history = services.history
    under_way = [state for state in ACTIVE if state is not TaskState.UNKNOWN]
    lost = history.tasks(states=(TaskState.UNKNOWN,), limit=MAX_ACTIVE)
    active = history.tasks(states=under_way, limit=MAX_ACTIVE)
    ended = history.tasks(states=FINAL, limit=ENDED_IN_TRAY)
    return {
        "attention": cards(services, lost, words),
        "active": cards(services, active, words),
        "ended": cards(services, ended, words),
        "more": history.active_count() - len(active) if len(active) == MAX_ACTIVE else 0,
    }


@router.get("/{id}")
def run(services: Services, id: Id) -> answers.Task:
    """One run as it is now."""
    return runs.task_json(services.history.task(id))


def cards(services: PageServices, tasks: Sequence[Task], words: Words) -> list[answers.Card]:
    """Runs as their cards, with what is known of them at this moment."""
    history = services.history
    services.results.request_thumbnails(output for task in tasks for output in task.outputs)
    usual = {task.endpoint: None for task in tasks if not task.state.is_final}
    seconds = {path: history.typical_seconds(path) for path in usual}
    waits = any(task.state is TaskState.QUEUED for task in tasks)
    line = services.runs.queue_positions() if waits else {}
    return [
        runs.card_json(
            services.availability.visible(task),
            services.catalog,
            words,
            place=line.get(task.id) if task.state is TaskState.QUEUED else None,
            usual_seconds=seconds.get(task.endpoint),
            percent=services.runs.transfer_percent(task),
            step=services.runs.progress(task),
        )
        for task in tasks
    ]
