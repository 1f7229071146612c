"""Converts tasks and results to what a card shows. Pure: no I/O, no clock, one language at a time."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Final
from urllib.parse import quote

from rh_ui.catalog.glossary import title
from rh_ui.catalog.schema import Catalog, Endpoint
from rh_ui.domain import (
    MADE_ELSEWHERE,
    Charged,
    Money,
    Output,
    OutputState,
    Task,
    TaskState,
    Unfetched,
)
from rh_ui.engine.link_expiry import link_ends_at
from rh_ui.engine.progress_stream import Step
from rh_ui.engine.queue.fair_queue import QueuePosition
from rh_ui.engine.state_machine import CANCEL_AT_ONCE, CANCEL_BY_ASKING, was_given_up
from rh_ui.errors import NotFound
from rh_ui.i18n import Words, format
from rh_ui.people import COINS, OWNER, Caller, RunOwner
from rh_ui.services.order_identity import OrderResult
from rh_ui.services.projects import NAMELESS, Names
from rh_ui.services.run_projects import may_move
from rh_ui.web.serializers import answers
from rh_ui.web.serializers.messages import error_sentences
from rh_ui.web.serializers.node_errors import blames

CANCELLABLE: Final = CANCEL_AT_ONCE | CANCEL_BY_ASKING
ASKED: Final = re.compile(r"asks:([0-9]{1,12}(?:\.[0-9]{1,8})?) ([A-Za-z]{3,5})")
"""The note of a run that asks: above which amount, in which unit (persistence/budget_admission.py)."""
SINCE: Final = "unreachable"
"""The note whose detail is a time."""
MADE: Final = "no-files-yet"
"""The note of a run that the service has finished."""
WORTH_ASKING: Final = frozenset(
    {SINCE, MADE, "odd-answer", "unknown-word", "key-refused", "perhaps-cancelled"}
)
"""Notes of runs for which a person may want to ask at once."""


def coin_words(count: str, words: Words) -> str:
    """`17 coins`."""
    return words("cost.coin" if count == "1" else "cost.coins", count=count)


def amount_in(amount: Decimal, unit: str, words: Words) -> str:
    """`¥20`, `17 coins`."""
    if unit == COINS:
        return coin_words(format.digits(amount), words)
    return format.money(Money(amount, unit))


def cost_words(
    cost: Money | None, coins: Decimal | None, charged: Charged, words: Words, *, ended: bool
) -> str:
    """`¥3.85 + 17 coins`, one of them, or that the cost is not known; empty where nothing was charged so
    far."""
    told = [format.money(cost)] if cost else []
    told += [] if coins is None else [coin_words(format.digits(coins), words)]
    unknown = ended and not told and charged is not Charged.NO
    return " + ".join(told) or (words("cost.unknown") if unknown else "")


def _cost(task: Task, words: Words) -> str:
    return cost_words(task.cost, task.coins, task.charged, words, ended=task.state.is_final)


def model_title(catalog: Catalog, path: str, words: Words) -> str:
    """The model's title in one language; the path for a model that is no longer in the table."""
    if path == MADE_ELSEWHERE:
        return words("outside.model")
    try:
        return title(catalog.get(path), words.language)
    except NotFound:
        return path


def state_words(task: Task, words: Words, place: int | None = None, percent: int | None = None) -> str:
    """The state in words; a note of the engine replaces the plain state. A time is left as `{since}` or
    `{until}` for the browser, which knows the user's time zone."""
    if task.state is TaskState.ASKING:
        noted = ASKED.fullmatch(task.note)
        if noted is None:  # another version wrote it
            return words("state.asking")
        return words("note.asks", above=amount_in(Decimal(noted[1]), noted[2], words), until="{until}")
    stands = format.ordinal(place, words.language) if place else ""
    if task.note and not task.state.is_final:
        code, _, detail = task.note.partition(":")
        sentence = words.get(f"note.{code}", "")
        if sentence:
            kept = words("state.cancel_kept") if task.cancel_asked and task.state is TaskState.RUNNING else ""
            told = sentence.replace("{code}", detail)
            told += words("state.place", place=stands) if stands else ""
            return format.sentences([told, kept])
    if task.cancel_asked and task.state in CANCELLABLE:
        return words("state.cancelling" if task.state is TaskState.RUNNING else "state.cancelling_sent")
    if task.state is TaskState.QUEUED and stands:
        return words("state.queued_at", place=stands)
    if task.state is TaskState.UPLOADING and task.upload_total:
        told = words("state.uploading_of", done=task.upload_done, total=task.upload_total)
        return told + _percent(percent, words)
    if task.state is TaskState.DOWNLOADING and task.outputs:
        saved = sum(output.state is OutputState.SAVED for output in task.outputs)
        count = len(task.outputs)
        told = words("state.downloading_of", done=min(saved + 1, count), total=count)
        return told + _percent(percent, words)
    return words(f"state.{task.state.value}") if task.state is not TaskState.RUNNING else ""


def step_words(step: Step, endpoint: Endpoint | None, words: Words) -> tuple[str, int | None]:
    """The present step of a graph's run, and the percentage of the whole where it is known."""
    own = endpoint.own if endpoint else None
    node = (own.nodes.get(step.node) if own else "") or words("progress.node", node=step.node)
    if own is None or not own.whole:
        return words("progress.at", node=node, percent=int(100 * step.part)), None
    through = int(100 * step.share(len(own.nodes)))
    return words("progress.of", node=node, percent=through), through


def _percent(percent: int | None, words: Words) -> str:
    return "" if percent is None else words("state.percent", percent=percent)


def charge_words(task: Task, words: Words) -> str:
    """What the run cost, as a sentence; empty until it is settled."""
    if task.state is TaskState.UNKNOWN or (task.state.is_final and task.charged is Charged.MAYBE):
        if task.estimate:
            return words("charge.maybe_estimate", price=format.money(task.estimate))
        return words("charge.maybe")
    if not task.state.is_final or task.state is TaskState.DONE:
        return ""
    if task.charged is Charged.YES:
        if not (task.cost or task.coins):
            return words("charge.yes_unknown")
        many = task.coins and (task.cost or task.coins != 1)
        return words("charge.yes_coins" if many else "charge.yes", cost=_cost(task, words))
    return words("charge.no")


def output_json(output: Output) -> answers.Output:
    """One result for the browser; `url` is the address of the file, `thumb` of its thumbnail."""
    name = quote(output.called, safe="")
    saved = output.state is OutputState.SAVED
    return {
        "id": output.id,
        "task": output.task_id,
        "position": output.position,
        "kind": output.kind,
        "state": output.state,
        "name": output.name,
        "mime": output.mime,
        "size": output.size,
        "text": output.text,
        "width": output.width,
        "height": output.height,
        "seconds": output.seconds,
        "url": f"rh/files/{output.id}/{name}" if saved and output.file_key else "",
        "thumb": f"rh/thumbs/{output.id}" if output.has_picture else "",
        "sha256": output.sha256,
        "link_ends": _iso(link_ends_at(output)),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def task_json(task: Task) -> answers.Task:
    """A task as the named API returns it (DESIGN section 5)."""
    return {
        "id": task.id,
        "state": task.state,
        "endpoint": task.endpoint,
        "modality": task.modality,
        "remote_id": task.remote_id,
        "params": task.params,
        "outputs": [output_json(output) for output in task.outputs],
        "error": None
        if task.error is None
        else {
            "code": task.error.code,
            "message": task.error.message,
            "charged": task.error.charged,
        },
        "estimate": _money_json(task.estimate),
        "cost": _money_json(task.cost),
        "coins": None if task.coins is None else format.digits(task.coins),
        "charged": task.charged,
        "note": task.note,
        "not_fetched": task.note if task.note in list(Unfetched) else None,
        "asks_until": _iso(task.asks_until),
        "created_at": _iso(task.created_at),
        "submitted_at": _iso(task.submitted_at),
        "finished_at": _iso(task.finished_at),
    }


def ordered_json(placed: OrderResult) -> answers.OrderedTask:
    """A task that was ordered, and whether it existed before."""
    return {**task_json(placed.task), "already_sent": placed.already_sent}


def _money_json(value: Money | None) -> answers.Money | None:
    return None if value is None else {"amount": str(value.amount), "currency": value.currency}


def whose(owner: RunOwner | None, caller: Caller, names: Names) -> answers.Whose:
    """Whose a run is, by name, as far as that says something to the caller."""
    if not caller.person or owner is None:
        return {}
    others = owner.person != caller.person
    return {
        "person": names.people.get(owner.person, "") if others else "",
        "project": names.projects.get(owner.project, ""),
        "only_look": not caller.may_change(owner),
    }


def card_json(
    task: Task,
    catalog: Catalog,
    words: Words,
    *,
    place: QueuePosition | None = None,
    usual_seconds: float | None = None,
    percent: int | None = None,
    step: Step | None = None,
    caller: Caller = OWNER,
    names: Names = NAMELESS,
    forgotten: bool = False,
) -> answers.Card:
    """A task as its card shows it to the caller: the API's JSON and the words of one language. `forgotten`:
    all its results are out of sight."""
    mine = caller.may_change(task.owner)
    note, _, detail = task.note.partition(":")
    running = task.state is TaskState.RUNNING
    at, through = step_words(step, catalog.find(task.endpoint), words) if step else ("", None)
    return {
        **task_json(task),
        **whose(task.owner, caller, names),
        "movable": may_move(caller, task),
        "tags": [],
        "title": task.words,
        "model": model_title(catalog, task.endpoint, words),
        "words": state_words(task, words, place.number if place else None, percent),
        "percent": through if percent is None else percent,
        "step": at,
        "charge": charge_words(task, words),
        "price": _cost(task, words),
        "estimate_words": format.money(task.estimate) if task.estimate else "",
        "usual_seconds": usual_seconds,
        "since": detail if note == SINCE else "",
        "can_ask": mine and running and note in WORTH_ASKING,
        "can_move_up": mine and place is not None and not place.first,
        "can_cancel": mine and task.state in CANCELLABLE and not task.cancel_asked and note != MADE,
        "cancel_free": task.state in CANCEL_AT_ONCE,
        "can_find": mine and was_given_up(task),
        "failure": None if task.error is None else error_sentences(task.error, words),
        "blames": blames(task, catalog.find(task.endpoint), words),
        "outside": task.endpoint == MADE_ELSEWHERE,
        "hooked": task.hooked,
        "final": task.state.is_final,
        "forgotten": forgotten,
    }
