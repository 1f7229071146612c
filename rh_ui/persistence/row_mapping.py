"""Converts rows to the domain's records and back. Runs no statement."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypedDict

from sqlalchemy import RowMapping

from rh_ui.budget_rules import ASKS_FOR
from rh_ui.domain import (
    Charged,
    JsonValue,
    Modality,
    Money,
    Output,
    OutputKind,
    OutputState,
    Params,
    Pause,
    Plan,
    RunKind,
    Task,
    TaskError,
    TaskState,
)
from rh_ui.people import NOBODY, RunOwner


@dataclass(frozen=True, slots=True)
class NewTask:
    """What is known when a task is made; it starts as queued unless it runs already."""

    id: str
    endpoint: str
    modality: Modality
    params: Params
    site: str
    account: str
    worker: str | None = None
    """The process in whose queue it waits."""
    request_id: str = ""
    estimate: Money | None = None
    submitter: str = ""
    remote_id: str = ""
    """The remote id of a run that was made elsewhere: it begins as running, and is only collected."""
    order_digest: str = ""
    """The same for equal orders (services.order_identity)."""
    seen: frozenset[str] | None = None
    """The runs that the person had seen: an equal order made just before that is not among them counts as the
    same order. None: every order is a new one."""
    words: str = ""
    """The text by which it is known."""
    plan: Plan | None = None
    """What a run of an app or a workflow sends; None for a model, whose params are sent."""
    shot_prompts: tuple[str, ...] = ()
    """The prompts of its shots: the search finds it by them, too."""
    owner: RunOwner = NOBODY
    """Whose it is."""
    former_digest: str = ""
    """What `order_digest` said of an equal order before there were people; empty: there was none."""
    request_holder: str = ""
    """The person whose request id it is; empty where there are no people, and for a run that follows another
    one: its request id contains that run's."""
    inputs: tuple[str, ...] = ()
    """The kept inputs in its params, as `<sha256>.<extension>`."""
    by_admin: bool = False
    """Whether an admin orders it, who may say yes to any price."""

    @property
    def request_key(self) -> str:
        """The request id as it is stored: two people may use the same one."""
        if not (self.request_id and self.request_holder):
            return self.request_id
        return hashlib.sha256(f"{self.request_holder}\n{self.request_id}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Link:
    """An uploaded file at the service."""

    url: str
    file_name: str
    """The name that a node of a graph takes in place of a link; empty where it was not stored."""


@dataclass(frozen=True, slots=True)
class SlotLimit:
    """How many slots an account has for the runs of all processes together."""

    slots: int
    uncertain_since: datetime
    """Runs with an unknown outcome that were sent after this time count as having a slot."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """An unfinished run, as other processes need to know it."""

    id: str
    state: TaskState
    site: str
    account: str
    worker: str
    endpoint: str
    submitter: str
    priority: int
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewOutput:
    """A result as the service lists it, before its file is downloaded."""

    position: int
    kind: OutputKind
    remote_url: str = ""
    text: str | None = None
    state: OutputState = OutputState.PENDING
    mime: str = ""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """The cost of a remote task as the service states it; one entry per remote task."""

    site: str
    account: str
    remote_id: str
    money: Money | None
    coins: Decimal | None = None


class TaskChange(TypedDict, total=False):
    """What a move may change besides the state."""

    owner: str | None
    """The worker that the task belongs to from now on."""
    note: str
    remote_id: str
    submitted_at: datetime | None
    finished_at: datetime | None
    charged: Charged
    cost: Money | None
    coins: Decimal | None
    error: TaskError | None
    cancel_asked: bool
    upload_done: int
    upload_total: int
    sent: Params
    hook: str
    """The digest of the attempt's webhook secret (engine.webhook_url.digest)."""
    heard: str


def change_columns(change: Mapping[str, Any]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for key, value in change.items():
        if key == "owner":
            columns["worker"] = value
        elif key == "cost":
            columns["cost_amount"] = value.amount if value else None
            columns["cost_currency"] = value.currency if value else ""
        elif key == "coins":
            columns["cost_coins"] = value
        elif key == "error":
            columns["error_code"] = str(value.code) if value else None
            columns["error_message"] = value.message if value else ""
        elif key == "charged":
            columns["charged"] = value.value
        else:
            columns[key] = value
    return columns


def new_task_columns(task: NewTask, now: datetime, asks: str) -> dict[str, Any]:
    """`asks`: the note of a run that asks an admin; empty: it need not."""
    state = TaskState.ASKING if asks else TaskState.RUNNING if task.remote_id else TaskState.QUEUED
    return {
        "id": task.id,
        "request_id": task.request_key or None,
        "state": state.value,
        "note": asks,
        "remote_id": task.remote_id,
        "charged": (Charged.MAYBE if task.remote_id else Charged.NO).value,
        "endpoint": task.endpoint,
        "modality": task.modality.value,
        "params": task.params,
        "prompt": "\n".join(filter(None, (task.words, *task.shot_prompts))),
        "created_at": now,
        "updated_at": now,
        "worker": task.worker,
        "site": task.site,
        "account": task.account,
        "estimate_amount": task.estimate.amount if task.estimate else None,
        "estimate_currency": task.estimate.currency if task.estimate else "",
        "submitter": task.submitter,
        "likeness": task.order_digest,
        "person": task.owner.person,
        "project": task.owner.project,
        "token": task.owner.token,
    }


def output_columns(output: Output) -> dict[str, Any]:
    """Everything about a result that may change after its row was made."""
    return {
        "kind": output.kind.value,
        "state": output.state.value,
        "name": output.name,
        "mime": output.mime,
        "size": output.size,
        "sha256": output.sha256,
        "text": output.text,
        "file_key": output.file_key,
        "thumb_key": output.thumb_key,
        "width": output.width,
        "height": output.height,
        "seconds": output.seconds,
        "remote_url": output.remote_url,
    }


def output_id(task_id: str, position: int) -> str:
    """Sortable, and the same each time a result list is read."""
    return f"{task_id}-{position:03d}"


def plan_json(plan: Plan) -> JsonValue:
    return {
        "kind": plan.kind.value,
        "id": plan.id,
        "body": plan.body,
        "files": list(plan.files),
        "secret": plan.secret,
    }


def plan_of(told: Mapping[str, Any]) -> Plan:
    files = tuple(told["files"])
    return Plan(RunKind(told["kind"]), told["id"], told["body"], files, told["secret"])


def money_of(amount: Decimal | None, currency: str) -> Money | None:
    return Money(amount, currency) if amount is not None and currency else None


def output_of(row: RowMapping) -> Output:
    return Output(
        id=row["id"],
        task_id=row["task_id"],
        position=row["position"],
        kind=OutputKind(row["kind"]),
        state=OutputState(row["state"]),
        name=row["name"],
        mime=row["mime"],
        size=row["size"],
        sha256=row["sha256"],
        text=row["text"],
        file_key=row["file_key"],
        thumb_key=row["thumb_key"],
        width=row["width"],
        height=row["height"],
        seconds=row["seconds"],
        remote_url=row["remote_url"],
        told_at=row["created_at"],
    )


def task_of(row: RowMapping, outputs: Sequence[Output] = ()) -> Task:
    charged, state = Charged(row["charged"]), TaskState(row["state"])
    asked_at = datetime.fromtimestamp(row["asked_at"], UTC) if state is TaskState.ASKING else None
    return Task(
        id=row["id"],
        state=state,
        endpoint=row["endpoint"],
        modality=Modality(row["modality"]),
        params=row["params"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        remote_id=row["remote_id"],
        site=row["site"],
        account=row["account"],
        submitted_at=row["submitted_at"],
        finished_at=row["finished_at"],
        estimate=money_of(row["estimate_amount"], row["estimate_currency"]),
        cost=money_of(row["cost_amount"], row["cost_currency"]),
        coins=row["cost_coins"],
        charged=charged,
        error=None
        if row["error_code"] is None
        else TaskError(row["error_code"], row["error_message"], charged),
        note=row["note"],
        cancel_asked=bool(row["cancel_asked"]),
        upload_done=row["upload_done"],
        upload_total=row["upload_total"],
        outputs=tuple(outputs),
        worker=row["worker"] or "",
        submitter=row["submitter"],
        owner=RunOwner(row["person"], row["project"], row["token"]),
        priority=row["priority"],
        hooked=bool(row["hook"]),
        heard=row["heard"],
        words=row["prompt"],
        asks_until=asked_at + ASKS_FOR if asked_at else None,
    )


def queue_row_of(row: RowMapping) -> QueueRow:
    named = {**row, "state": TaskState(row["state"]), "worker": row["worker"] or ""}
    return QueueRow(**named)


def pause_of(row: RowMapping) -> Pause:
    seen = money_of(row["amount"], row["currency"])
    return Pause(row["site"], row["account"], row["code"], row["since"], seen, row["coins"])
