"""The shapes of answers about runs, their results and their cards. Other shapes stand where they are made.

The browser's types are made from them (scripts/api_types.py).
"""

from __future__ import annotations

from pydantic import JsonValue
from typing_extensions import TypedDict

from rh_ui.domain import Charged, Modality, OutputKind, OutputState, TaskState


class Money(TypedDict):
    """An exact amount, as text: to show, compare or sort, never to calculate with."""

    amount: str
    currency: str


class Mark(TypedDict):
    """What the reader thinks of a result; `rating`: 1 to 5, 0 for none."""

    favourite: bool
    rating: int
    hidden: bool


class Marked(TypedDict, total=False):
    """The reader's mark of a result; missing where there is none."""

    mark: Mark


class Output(Marked):
    """One result of a run."""

    id: str
    task: str
    position: int
    kind: OutputKind
    state: OutputState
    name: str
    mime: str
    size: int | None
    text: str | None
    width: int | None
    height: int | None
    seconds: float | None
    url: str
    thumb: str
    sha256: str
    link_ends: str | None


class RunError(TypedDict):
    """Why a run failed, as RunningHub or this program names it."""

    code: str
    message: str
    charged: Charged


class Task(TypedDict):
    """One run."""

    id: str
    state: TaskState
    endpoint: str
    modality: Modality
    remote_id: str
    params: dict[str, JsonValue]
    outputs: list[Output]
    error: RunError | None
    estimate: Money | None
    cost: Money | None
    coins: str | None
    charged: Charged
    note: str
    not_fetched: str | None
    asks_until: str | None
    created_at: str | None
    submitted_at: str | None
    finished_at: str | None


class OrderedTask(Task):
    """A run that was ordered."""

    already_sent: bool


class Failure(TypedDict):
    """Why a run failed, in words."""

    what: str
    do: str
    says: str
    button: str
    code: str


class Blame(TypedDict):
    """What RunningHub said about one input; `field` is empty where the form does not show it."""

    field: str
    label: str
    said: str


class Whose(TypedDict, total=False):
    """Whose a run is, by name, where there are people: the person, empty for one's own; the project, empty
    for a private one. `only_look`: the reader may look at it, but not change it."""

    person: str
    project: str
    only_look: bool


class Card(Task, Whose):
    """A run as its card shows it, in one language."""

    title: str
    model: str
    words: str
    percent: int | None
    step: str
    charge: str
    price: str
    estimate_words: str
    usual_seconds: float | None
    since: str
    can_ask: bool
    can_move_up: bool
    can_cancel: bool
    cancel_free: bool
    can_find: bool
    failure: Failure | None
    blames: list[Blame]
    outside: bool
    hooked: bool
    final: bool
    forgotten: bool
    movable: bool
    tags: list[str]


class Nothing(TypedDict):
    """It was done; there is nothing to return."""


class Sentence(TypedDict):
    """One sentence, in the reader's language."""

    said: str
