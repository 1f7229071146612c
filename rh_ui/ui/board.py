"""What the page asks for its lists: running cards, results, gallery, header. Private functions of the API;
every answer is a bounded page read from the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import gradio as gr

from rh_ui.catalog.search import Finder
from rh_ui.domain import STUDIOS, JsonValue, Task, TaskState
from rh_ui.errors import NotFound, StorageFault
from rh_ui.i18n import format
from rh_ui.ui.account_desk import AccountDesk, holdings
from rh_ui.ui.codes_desk import CodesDesk
from rh_ui.ui.guards.signatures import typed
from rh_ui.ui.inputs_desk import InputsDesk
from rh_ui.ui.lora_desk import LoraDesk
from rh_ui.ui.named_api import guarded
from rh_ui.ui.orders_desk import OrdersDesk
from rh_ui.ui.outside_desk import OutsideDesk
from rh_ui.ui.quick_desk import QuickDesk
from rh_ui.ui.results_desk import ResultsDesk
from rh_ui.ui.runs_desk import RunsDesk
from rh_ui.ui.storage_desk import StorageDesk
from rh_ui.ui.table_desk import TableDesk
from rh_ui.ui.workflows_desk import WorkflowsDesk
from rh_ui.web.arguments import Body, Count, EndpointPath, Id, Language, ShortText, Tab, Values, Word
from rh_ui.web.serializers import runs
from rh_ui.web.serializers.answers import Card
from rh_ui.web.serializers.model_details import about
from rh_ui.web.serializers.node_errors import blames
from rh_ui.web.serializers.reused_form import reused
from rh_ui.web.services import PageServices

ACTIVE: Final = tuple(state for state in TaskState if not state.is_final)
FINAL: Final = tuple(state for state in TaskState if state.is_final)
MAX_ACTIVE: Final = 60
RESULTS_PAGE: Final = 12
SAMPLES: Final = 4
RECENT: Final = 12
ENDED_IN_TRAY: Final = 12


class Board:
    """The page's questions, bound to the services."""

    def __init__(self, services: PageServices) -> None:
        self._services = services
        self._finder = Finder(services.catalog)
        self._storage = StorageDesk(services)
        orders = OrdersDesk(services).questions
        self._of_somebody = frozenset(orders)
        asked: dict[str, Callable[..., dict[str, Any]]] = (
            {
                question.__name__: question
                for question in (
                    self.board,
                    self.tray,
                    self.header,
                    self.search,
                    self.about,
                    self.recent,
                    self.quote,
                    self.reuse,
                    self.move_up,
                    self.resume,
                )
            }
            | AccountDesk(services).questions
            | CodesDesk(services).questions
            | TableDesk(services).questions
            | InputsDesk(services).questions
            | ResultsDesk(services).questions
            | LoraDesk(services).questions
            | OutsideDesk(services).questions
            | QuickDesk(services).questions
            | RunsDesk(services).questions
            | WorkflowsDesk(services).questions
            | self._storage.questions
            | orders
        )
        self.questions: Final = {name: typed(question) for name, question in asked.items()}

    def ask(self, question: Word, values: Values, request: gr.Request | None = None) -> dict[str, Any]:
        """Any of the page's questions. One function of the API for all: Gradio makes a component in every
        browser for each value of each function, and they slow the page's start."""
        found = self.questions.get(question)
        if found is None:
            raise NotFound("There is no such question.")
        who = {"request": request} if question in self._of_somebody else {}
        told: dict[str, Any] = found(*values, **who)
        return told

    def board(self, modality: Tab, language: Language, shown: Count = RESULTS_PAGE) -> dict[str, Any]:
        """One tab: its active runs, its newest ended ones, and how many there are beyond `shown`."""
        history = self._services.history
        active = history.tasks(modality=modality, states=ACTIVE, limit=MAX_ACTIVE)
        limit = max(1, min(shown, 240))
        ended = history.tasks(modality=modality, states=FINAL, limit=limit + 1)
        return {
            "active": self._cards(active, language),
            "ended": self._cards(ended[:limit], language),
            "more": len(ended) > limit,
        }

    def tray(self, language: Language) -> dict[str, Any]:
        """The runs of every tab: those that need the person, those under way, the newest ended ones; and how
        many more are under way than are shown."""
        history = self._services.history
        under_way = [state for state in ACTIVE if state is not TaskState.UNKNOWN]
        lost = history.tasks(states=(TaskState.UNKNOWN,), limit=MAX_ACTIVE)
        active = history.tasks(states=under_way, limit=MAX_ACTIVE)
        ended = history.tasks(states=FINAL, limit=ENDED_IN_TRAY)
        return {
            "attention": self._cards(lost, language),
            "active": self._cards(active, language),
            "ended": self._cards(ended, language),
            "more": history.active_count() - len(active) if len(active) == MAX_ACTIVE else 0,
        }

    def _cards(self, tasks: Sequence[Task], language: str) -> list[Card]:
        words = self._services.language(language)
        self._services.results.request_thumbnails(output for task in tasks for output in task.outputs)
        usual = {task.endpoint: None for task in tasks if not task.state.is_final}
        seconds = {path: self._services.history.typical_seconds(path) for path in usual}
        waits = any(task.state is TaskState.QUEUED for task in tasks)
        line = self._services.runs.queue_positions() if waits else {}
        return [
            runs.card_json(
                self._services.availability.visible(task),
                self._services.catalog,
                words,
                place=line.get(task.id) if task.state is TaskState.QUEUED else None,
                usual_seconds=seconds.get(task.endpoint),
                percent=self._services.runs.transfer_percent(task),
                step=self._services.runs.progress(task),
            )
            for task in tasks
        ]

    def header(self, language: Language = "en") -> dict[str, Any]:
        """The top line: how many runs are under way and how many need the person, the balance as far as it
        is known, and which table is in use, so that an open page fetches a new one."""
        account = self._services.account.view()
        return {
            **self._counts(),
            "demo": self._services.demo,
            "table": self._services.forms.now().version,
            "balance": holdings(account, self._services.language(language)),
            "storage": self._storage.notice(),
        }

    def _counts(self) -> dict[str, Any]:
        """None where the history can't be read; why is told with the storage."""
        history = self._services.history
        try:
            counts = {"active": history.active_count(), "attention": history.unknown_count()}
            return {**counts, "pauses": self._pauses()}
        except StorageFault:
            return {"active": 0, "attention": 0, "pauses": []}

    def _pauses(self) -> list[dict[str, JsonValue]]:
        """Accounts that send nothing for want of money, and how many runs wait with each."""
        return [
            {"site": pause.site, "account": pause.account, "code": pause.code, "waiting": waiting}
            for pause, waiting in self._services.runs.pauses()
        ]

    def resume(self, site: ShortText, account: Id) -> dict[str, Any]:
        """Let a paused account try again."""
        guarded(lambda: self._services.runs.resume(site, account))
        return {"pauses": self._pauses()}

    def move_up(self, id: Id) -> dict[str, Any]:
        """Put a waiting run first in its submitter's own line."""
        return {**runs.task_json(guarded(lambda: self._services.runs.move_up(id)))}

    def search(self, query: ShortText) -> dict[str, Any]:
        """By modality, paths of the models that fit the words, best first; forgives typing mistakes."""
        found: dict[str, list[str]] = {modality.value: [] for modality in STUDIOS}
        for endpoint in self._finder.find(query):
            found[endpoint.modality.value].append(endpoint.path)
        return found

    def about(self, endpoint: EndpointPath, language: Language) -> dict[str, Any]:
        """A model's card: price and limits in words, and what it made here: how many runs, how long they
        usually took, and the newest as cards."""
        found = guarded(lambda: self._services.catalog.get(endpoint))
        history = self._services.history
        return {
            **about(found, self._services.language(language)),
            "count": history.finished_count(endpoint),
            "usual_seconds": history.typical_seconds(endpoint),
            "samples": self._cards(history.samples(endpoint, SAMPLES), language),
        }

    def recent(self, modality: Tab) -> dict[str, Any]:
        """Paths of a tab's models by their last run here, newest first, whichever browser started it."""
        return {"paths": self._services.history.recent_endpoints(modality, RECENT)}

    def quote(self, endpoint: EndpointPath, params: Body) -> dict[str, Any]:
        """The service's own price, or null words where it does not tell one."""
        money = guarded(lambda: self._services.prices.quote(endpoint, params))
        return {
            "amount": None if money is None else str(money.amount),
            "currency": None if money is None else money.currency,
            "words": "" if money is None else format.money(money),
        }

    def reuse(self, id: Id, endpoint: EndpointPath, language: Language) -> dict[str, Any]:
        """The form of a model as a past run filled it in: values and files by key, and what of it the model
        no longer takes."""
        found = guarded(lambda: self._services.catalog.get(endpoint))
        task = guarded(lambda: self._services.history.task(id))
        form = reused(found, task.params, self._services.language(language))
        return {
            "values": form.values,
            "media": {key: [{"value": ref} for ref in refs] for key, refs in form.media.items()},
            "lost": list(form.lost),
            "blames": blames(task, found, self._services.language(language)),
        }
