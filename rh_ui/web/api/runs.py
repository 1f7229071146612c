"""/runs: the runs of a tab, of the drawer, and single runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter
from pydantic import BaseModel, Field, JsonValue
from typing_extensions import TypedDict

from rh_ui.catalog.problems import not_offered, sentence
from rh_ui.domain import OutputState, Task, TaskState
from rh_ui.i18n import Words
from rh_ui.i18n.format import sentences
from rh_ui.people import OWNER, Caller
from rh_ui.services.access import changeable
from rh_ui.services.order_identity import OrderContext
from rh_ui.web.api.routing import ApiRoute, Reader, Services, Signed, Visiting, Visitor, asks_service
from rh_ui.web.arguments import SOUND, Body, Count, EndpointPath, Flag, Id, Refs, ShortText, Tab, Word
from rh_ui.web.serializers import answers, runs
from rh_ui.web.serializers.marked import mark_cards
from rh_ui.web.serializers.messages import error_sentences
from rh_ui.web.serializers.node_errors import blames
from rh_ui.web.serializers.reused_form import FormFile, reused
from rh_ui.web.serializers.settings import Setting, settings
from rh_ui.web.services import PageServices

ACTIVE: Final = tuple(state for state in TaskState if not state.is_final)
FINAL: Final = tuple(state for state in TaskState if state.is_final)
MAX_ACTIVE: Final = 60
RESULTS_PAGE: Final = 12
MOST_RESULTS: Final = 240
ENDED_IN_TRAY: Final = 12
MOST_SEEN: Final = 400
MOST_COPIES: Final = 100
KEY_OWNER: Final = "the owner of the key"

router: Final = APIRouter(prefix="/runs", tags=["runs"], route_class=ApiRoute)


class TabRuns(TypedDict):
    """One tab: its active runs, its newest ended ones, and whether there are more than requested."""

    active: list[answers.Card]
    ended: list[answers.Card]
    more: bool


class AllRuns(TypedDict):
    """The runs of every tab: those that need the user, active ones, and the newest ended ones; and how many
    more are active than shown."""

    attention: list[answers.Card]
    active: list[answers.Card]
    ended: list[answers.Card]
    more: int


class PressContext(BaseModel):
    """What the page says about a press of Generate."""

    model_config = SOUND

    id: ShortText
    """Its request id."""
    number: Count = Field(0, alias="copy")
    """The number of this run among those of the press."""
    fresh: Refs = Field(default_factory=list)
    """Fields that got a new value by the press."""
    seen: Refs = Field(default_factory=list)
    """The runs on the screen."""
    keeps: Flag = False
    """Whether the browser stores its visitor id."""


class Order(BaseModel):
    """The form's values at the press."""

    model_config = SOUND

    endpoint: EndpointPath
    params: Body
    press: PressContext
    project: Id = ""
    """Where the run belongs; empty: it is private."""
    account: ShortText = ""
    """The account that the page named with the price; empty where it named none."""


class Resolution(BaseModel):
    """What a person decides about an unknown outcome: `found` (with RunningHub's id), `lost`, or `again`."""

    model_config = SOUND

    action: Word
    remote_id: ShortText = ""


class Destination(BaseModel):
    """A project, by id."""

    model_config = SOUND

    project: Id


class RunView(TypedDict):
    """A run, and what it sent."""

    task: answers.Card
    settings: list[Setting]


class RunFailure(TypedDict):
    """A sentence, and the code where there is more to read about it."""

    said: str
    code: str


class FilledForm(TypedDict):
    """Values and files by key, what the model no longer takes, which inputs RunningHub refused, and why the
    model is not offered (empty if it is)."""

    values: dict[str, JsonValue]
    media: dict[str, list[FormFile]]
    lost: list[str]
    blames: list[answers.Blame]
    said: str


class WebhookMessage(TypedDict):
    """A sentence and rows in words, and whether the message can be sent again."""

    said: str
    rows: list[tuple[str, str]]
    again: bool


@router.get("/board")
def board(services: Services, words: Reader, modality: Tab, shown: Count = RESULTS_PAGE) -> TabRuns:
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
def tray(services: Services, words: Reader) -> AllRuns:
    """The runs of every tab."""
    history = services.history
    under_way = [state for state in ACTIVE if state is not TaskState.UNKNOWN]
    lost = history.tasks(states=(TaskState.UNKNOWN,), limit=MAX_ACTIVE)
    active = history.tasks(states=under_way, limit=MAX_ACTIVE)
    worked_on = (task.state is not TaskState.ASKING for task in active)
    ended = history.tasks(states=FINAL, limit=ENDED_IN_TRAY)
    return {
        "attention": cards(services, lost, words),
        "active": cards(services, active, words),
        "ended": cards(services, ended, words),
        "more": history.active_count() - sum(worked_on) if len(active) == MAX_ACTIVE else 0,
    }


@router.post("")
def press(services: Services, caller: Signed, visitor: Visiting, order: Order) -> answers.OrderedTask:
    """Start one of the runs that a press of Generate orders."""
    told = order.press
    asked = OrderContext(
        orderer(caller, visitor, demo=services.demo, keeps=told.keeps),
        orderer(OWNER, visitor, demo=services.demo, keeps=told.keeps) if caller.person else "",
        seen=frozenset(told.seen[:MOST_SEEN]),
        fresh=frozenset(told.fresh),
        copy=min(told.number, MOST_COPIES),
    )
    into = services.runs.into(order.project) if order.project else services.runs
    placed = into.order(
        order.endpoint, order.params, request_id=told.id, submitter=visitor.id, context=asked,
        account=order.account,
    )  # fmt: skip
    return runs.ordered_json(placed)


@router.get("/{id}")
def run(services: Services, id: Id) -> answers.Task:
    """One run as it is now."""
    return runs.task_json(services.history.task(id))


@router.post("/{id}/cancel")
def cancel(services: Services, id: Id) -> answers.Task:
    """Ask for a run to be cancelled; its later state shows the outcome."""
    return runs.task_json(services.runs.cancel(id))


@router.post("/{id}/resolve")
@asks_service
def resolve(services: Services, id: Id, said: Resolution) -> answers.Task:
    """End an unknown outcome."""
    return runs.task_json(services.unknown_outcomes.resolve(id, said.action, said.remote_id))


@router.post("/{id}/retry")
def retry(services: Services, visitor: Visiting, id: Id) -> answers.OrderedTask:
    """Send once more what a failed run sent."""
    return runs.ordered_json(services.runs.retry(id, visitor.id))


@router.post("/{id}/move-up")
def move_up(services: Services, id: Id) -> answers.Task:
    """Put a waiting run first among those of its submitter."""
    return runs.task_json(services.runs.move_up(id))


@router.post("/{id}/fetch-files")
def fetch_files(services: Services, id: Id) -> answers.Task:
    """Fetch the files of a finished run again; never starts a new run."""
    return runs.task_json(services.results.retry_files(id))


@router.post("/{id}/project")
def put_into_project(services: Services, id: Id, to: Destination) -> answers.Task:
    """Put a run that has ended into a project."""
    return runs.task_json(services.run_projects.put(id, to.project))


@router.get("/{id}/view")
def view(services: Services, words: Reader, id: Id) -> RunView:
    """A run for the large view, also one without results."""
    task = services.history.task(id)
    return {
        "task": cards(services, [task], words)[0],
        "settings": settings(task, services.catalog.find(task.endpoint), words),
    }


@router.get("/{id}/failure")
def failure(services: Services, words: Reader, id: Id) -> RunFailure:
    """Why a run has no results."""
    task = services.history.task(id)
    if task.error is None:
        return {"said": words(f"state.{task.state.value}"), "code": ""}
    told = error_sentences(task.error, words)
    said = words("code.joined", what=told["what"], do=runs.charge_words(task, words)).strip()
    return {"said": said, "code": told["code"]}


@router.get("/{id}/form")
def form(services: Services, words: Reader, id: Id, endpoint: EndpointPath) -> FilledForm:
    """The form of a model with the values of a past run."""
    found = services.catalog.get(endpoint)
    task = services.history.task(id)
    filled = reused(found, task.params, words)
    return {
        "values": filled.values,
        "media": filled.files,
        "lost": list(filled.lost),
        "blames": blames(task, found, words),
        "said": sentences(sentence(problem, found, words.language) for problem in not_offered(found)),
    }


@router.get("/{id}/webhook")
@asks_service
def webhook(services: Services, words: Reader, id: Id) -> WebhookMessage:
    """The delivery of RunningHub's message at the end of a run."""
    message = services.webhooks.message(services.history.task(id))
    if message is None:
        return {"said": words("hook.none"), "rows": [], "again": False}
    rows = [
        (words("hook.answer"), message.answer),
        (words("hook.tries"), str(message.retries) if message.retries else ""),
        (words("hook.created"), message.created.replace("T", " ")),
        (words("hook.updated"), message.updated.replace("T", " ")),
    ]
    said = words("hook.delivered" if message.delivered else "hook.failed")
    return {"said": said, "rows": [row for row in rows if row[1]], "again": True}


@router.post("/{id}/webhook")
@asks_service
def resend_webhook(services: Services, id: Id) -> answers.Nothing:
    """Have RunningHub's message sent again."""
    services.webhooks.resend(changeable(services.history, services.caller, id))
    return {}


def orderer(caller: Caller, visitor: Visitor, *, demo: bool, keeps: bool) -> str:
    """Whose a press is. Without people, a key has one user, whichever browser they use, and a demo has many
    visitors."""
    if caller.person:
        return f"person {caller.person}"
    if not demo:
        return KEY_OWNER
    return f"visitor {visitor.id}" if keeps else f"at {visitor.place}"


def cards(services: PageServices, tasks: Sequence[Task], words: Words) -> list[answers.Card]:
    """Runs as their cards, with their present progress."""
    history = services.history
    services.results.request_thumbnails(output for task in tasks for output in task.outputs)
    usual = {task.endpoint: None for task in tasks if not task.state.is_final}
    seconds = {path: history.typical_seconds(path) for path in usual}
    waits = any(task.state is TaskState.QUEUED for task in tasks)
    line = services.runs.queue_positions() if waits else {}
    names = services.projects.names(services.caller)
    shown = [
        runs.card_json(
            services.availability.visible(task),
            services.catalog,
            words,
            place=line.get(task.id) if task.state is TaskState.QUEUED else None,
            usual_seconds=seconds.get(task.endpoint),
            percent=services.runs.transfer_percent(task),
            step=services.runs.progress(task),
            caller=services.caller,
            names=names,
            forgotten=bool(task.outputs)
            and all(each.state is OutputState.FORGOTTEN for each in task.outputs),
        )
        for task in tasks
    ]
    mark_cards(services, shown)
    return shown
