"""Reads the service's answers. The only place that knows the names of its fields; no I/O.

Reading is tolerant (API sheet §1, §2, §3, §8, §9, §12): ids become text whatever their JSON type, numbers
stay exact, and only the status word decides the state of a task.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from rh_ui.domain import Money
from rh_ui.errors import NodeProblem
from rh_ui.runninghub.answer_values import count_of, decimal_of, id_text, text_of
from rh_ui.runninghub.error_mapping import mask
from rh_ui.runninghub.failure_reasons import joined, reason_in


class RemoteStatus(StrEnum):
    """The service's states of a task."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCESS = "success"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RemoteOutput:
    """One result as the service lists it; a link, a text, or both."""

    url: str | None
    text: str | None
    output_type: str
    """Lower-case file extension (`png`), empty if not given; it can be wrong, the content decides."""
    node_id: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a task cost, as far as the answer says; None means unknown, never zero."""

    money: Decimal | None
    """Third-party charge plus runtime charge, in the site's currency."""
    coins: Decimal | None
    seconds: Decimal | None


@dataclass(frozen=True, slots=True)
class RemoteTask:
    """A task as the service describes it."""

    status: RemoteStatus
    outputs: tuple[RemoteOutput, ...] = ()
    """In the service's order; items without link and text are left out."""
    error_code: str = ""
    error_message: str = ""
    usage: Usage | None = None
    unknown_word: str = ""
    """The status word as received, if it is not a known one."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A submit was accepted: now there is a task that may cost money."""

    remote_id: str
    task: RemoteTask
    problems: tuple[NodeProblem, ...] = ()
    """What the service's own check found in the graph, although it accepted the task."""


@dataclass(frozen=True, slots=True)
class RunOutputs:
    """A task as the V1 outputs call reports it."""

    task: RemoteTask
    progress: str = field(default="", repr=False)
    """URL of its progress websocket; it contains a credential."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that the service keeps for about a day."""

    url: str
    """The value for a model's media field."""
    file_name: str
    """The value for a workflow's loader node."""
    size: int | None


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """How much of the key's capacity is in use."""

    key_kind: str
    limit: int | None
    running: int
    queued: int


@dataclass(frozen=True, slots=True)
class Account:
    """What the account holds."""

    money: Money | None
    coins: str
    running: int
    key_kind: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a call would cost, as far as the service says; an unknown price is None, never 0."""

    price: Money | None
    free: bool = False
    """This one call is free."""
    free_left: int | None = None
    """How many calls are still free; None where nothing is said of that."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """An error in an answer; `code` may be empty if there was only a message."""

    code: str
    message: str


class Unreadable(ValueError):
    """The body is no JSON object; the message says what it is. Never leaves this package."""


_FINE: Final = frozenset({"", "0", "200"})

_STATUS_WORDS: Final[Mapping[str, RemoteStatus]] = {
    "CREATE": RemoteStatus.QUEUED,
    "CREATED": RemoteStatus.QUEUED,
    "PENDING": RemoteStatus.QUEUED,
    "QUEUED": RemoteStatus.QUEUED,
    "RUNNING": RemoteStatus.RUNNING,
    "SUCCESS": RemoteStatus.SUCCESS,
    "FAILED": RemoteStatus.FAILED,
    "CANCEL": RemoteStatus.CANCELLED,
    "CANCELED": RemoteStatus.CANCELLED,
    "CANCELLED": RemoteStatus.CANCELLED,
}

# Codes that mean a status if the status word is missing (§9: 804 and 813 are no errors).
_STATUS_CODES: Final[Mapping[str, RemoteStatus]] = {
    "804": RemoteStatus.RUNNING,
    "813": RemoteStatus.QUEUED,
    "805": RemoteStatus.FAILED,
}


def read_object(body: bytes, *secrets: str) -> dict[str, object]:
    """The JSON object in a body: numbers exact, NaN and Infinity as null, these secrets masked everywhere.
    Raises Unreadable."""
    if not body.strip():
        raise Unreadable("an empty answer")
    try:
        value = json.loads(body, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        head = body.lstrip()[:64].lower()
        raise Unreadable("a web page" if head.startswith(b"<") else "an unreadable answer") from None
    if not isinstance(value, dict):
        raise Unreadable("an unreadable answer")
    told: dict[str, object] = value
    for secret in filter(None, secrets):
        told = _masked(told, secret)
    return told


def _masked(value: Any, secret: str) -> Any:
    """Values and names of any depth; a number that is the secret becomes a text."""
    if isinstance(value, dict):
        return {mask(name, secret): _masked(item, secret) for name, item in value.items()}
    if isinstance(value, list):
        return [_masked(item, secret) for item in value]
    if isinstance(value, str):
        return mask(value, secret)
    number = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    return mask(str(value), secret) if number and secret in str(value) else value


def complaint(reply: Mapping[str, object]) -> Complaint | None:
    """The error in an answer; None if the code is `""`, `"0"`, `0`, `200` or null."""
    for key in ("errorCode", "error_code", "code"):
        code = id_text(reply.get(key))
        if code not in _FINE:
            return Complaint(code, message_of(reply))
    return None


def says_done(reply: Mapping[str, object]) -> bool:
    """Whether an answer says itself that it was done: a missing code is no consent (API news §12)."""
    return id_text(reply.get("code")) in _FINE - {""}


def message_of(reply: Mapping[str, object]) -> str:
    """The message of an answer, under any of its names."""
    texts = (
        reason_in(reply.get(key)) for key in ("errorMessage", "error_message", "msg", "message", "error")
    )
    return " ".join(next(filter(None, texts), "").splitlines())


def task_of(reply: Mapping[str, object]) -> RemoteTask:
    """A query's answer as a task.

    The status word decides; error codes are only additional. Without a word, the codes 804, 813 and 805 mean
    a status.
    """
    inner = inner_of(reply)
    word = text_of(inner.get("status") or inner.get("taskStatus")).strip()
    if not word and isinstance(reply.get("data"), str):
        word = text_of(reply["data"]).strip()
    found = complaint(inner) or complaint(reply)
    status = _STATUS_WORDS.get(word.upper())
    if status is None and not word and found is not None:
        status = _STATUS_CODES.get(found.code)
    general = found.message if found else message_of(inner)
    return RemoteTask(
        status=status or RemoteStatus.UNKNOWN,
        outputs=_outputs(inner.get("results")),
        error_code=found.code if found else "",
        error_message=joined(_failed_reason(inner), general),
        usage=usage_of(inner.get("usage")),
        unknown_word=word if status is None else "",
    )


def accepted(reply: Mapping[str, object]) -> Accepted | None:
    """A submit's answer if it names a task, whatever else it contains; None if it names none."""
    inner = inner_of(reply)
    remote_id = id_text(inner.get("taskId")) or id_text(inner.get("task_id"))
    if remote_id in ("", "0"):
        return None
    return Accepted(remote_id, task_of(reply), node_problems(reply))


def node_problems(reply: Mapping[str, object]) -> tuple[NodeProblem, ...]:
    """What `promptTips` says is wrong with which input of which node (API sheet §1, 4.1)."""
    tips = inner_of(reply).get("promptTips") or reply.get("promptTips")
    if isinstance(tips, str):
        try:
            tips = json.loads(tips) if tips.strip() else None
        except (ValueError, RecursionError):
            return ()
    told = tips.get("node_errors") if isinstance(tips, dict) else None
    return tuple(
        problem
        for node, entry in (told.items() if isinstance(told, dict) else ())
        for problem in _problems(text_of(node), entry if isinstance(entry, dict) else {})
    )


def _problems(node: str, entry: Mapping[str, object]) -> list[NodeProblem]:
    listed = entry.get("errors")
    found = []
    for error in listed if isinstance(listed, list) else []:
        told = error if isinstance(error, dict) else {}
        extra = told.get("extra_info")
        name = text_of(extra.get("input_name")) if isinstance(extra, dict) else ""
        found.append(NodeProblem(node, name, text_of(told.get("message")) or text_of(told.get("details"))))
    return found or [NodeProblem(node, "", "")]


_OLD_STATES: Final[Mapping[str, RemoteStatus]] = {
    "APIKEY_TASK_IS_RUNNING": RemoteStatus.RUNNING,
    "APIKEY_TASK_IS_QUEUED": RemoteStatus.QUEUED,
}


def run_outputs(reply: Mapping[str, object]) -> RunOutputs | None:
    """The answer of the V1 outputs call; None if it is a refusal. An empty list means an end without
    results."""
    data, found = reply.get("data"), complaint(reply)
    status = _STATUS_CODES.get(found.code) if found else _OLD_STATES.get(message_of(reply))
    inner = data if isinstance(data, dict) else {}
    if found is not None and status is None:
        return None
    if status is RemoteStatus.FAILED and found is not None:
        reason = joined(_failed_reason(inner) or reason_in(data), found.message)
        return RunOutputs(RemoteTask(status, error_code=found.code, error_message=reason))
    if status is None and isinstance(data, list):
        usage = next((usage_of(item) for item in data if isinstance(item, dict)), None)
        return RunOutputs(RemoteTask(RemoteStatus.SUCCESS, _outputs(data), usage=usage))
    return RunOutputs(RemoteTask(status or RemoteStatus.RUNNING), text_of(inner.get("netWssUrl")))


def uploaded_of(reply: Mapping[str, object]) -> Uploaded | None:
    """An upload's answer; None without a usable link."""
    data = inner_of(reply)
    url = text_of(data.get("download_url") or data.get("downloadUrl")).strip()
    if not url.lower().startswith(("http://", "https://")):
        return None
    size = decimal_of(data.get("size"))
    return Uploaded(
        url=url,
        file_name=text_of(data.get("fileName") or data.get("filename")),
        size=int(size) if size is not None else None,
    )


def queue_status_of(reply: Mapping[str, object]) -> QueueStatus:
    """The key's kind and load; a missing count is 0, a missing limit is None."""
    data = inner_of(reply)
    limit = decimal_of(data.get("concurrentLimit"))
    return QueueStatus(
        key_kind=text_of(data.get("apiKeyType")).upper(),
        limit=int(limit) if limit is not None else None,
        running=count_of(data.get("runningCount")),
        queued=count_of(data.get("queuedCount")),
    )


def account_of(reply: Mapping[str, object], site_currency: str) -> Account:
    """The account's balance; `site_currency` is used for an amount without a currency."""
    data = inner_of(reply)
    money = decimal_of(data.get("remainMoney"))
    currency = text_of(data.get("currency")).strip().upper() or site_currency
    return Account(
        money=Money(money, currency) if money is not None else None,
        coins=id_text(data.get("remainCoins")),
        running=count_of(data.get("currentTaskCounts")),
        key_kind=text_of(data.get("apiType")).upper(),
    )


def preview_of(reply: Mapping[str, object], site_currency: str) -> Preview:
    """The previewed price; counts and truth values may be texts (API news §1)."""
    data = inner_of(reply)
    currency = text_of(data.get("currency")).strip().upper() or site_currency
    price = decimal_of(data.get("estimatedPrice"))
    free = _is_true(data.get("isFreeThisCall"))
    left = decimal_of(data.get("remainingFreeLimitCount")) if _is_true(data.get("freeLimit")) else None
    return Preview(
        Money(price, currency) if price is not None and price >= 0 else None,
        free,
        int(left) if left is not None and left >= 0 else None,
    )


def _is_true(value: object) -> bool:
    return value is True or text_of(value).strip().lower() in ("true", "1")


def inner_of(reply: Mapping[str, object]) -> Mapping[str, object]:
    """The content of an envelope; the answer itself if it has none."""
    data = reply.get("data")
    return data if isinstance(data, dict) and "status" not in reply and "taskId" not in reply else reply


def _outputs(results: object) -> tuple[RemoteOutput, ...]:
    outputs = []
    for item in results if isinstance(results, list) else []:
        if not isinstance(item, dict):
            continue
        url = text_of(item.get("url") or item.get("outputUrl") or item.get("fileUrl")).strip()
        texts = (text_of(item.get(key)) for key in ("text", "content", "output"))
        text = next((text for text in texts if text.strip()), "")
        if url or text:
            kind = text_of(item.get("outputType") or item.get("fileType")).strip().lower().removeprefix(".")
            outputs.append(RemoteOutput(url or None, text or None, kind, id_text(item.get("nodeId"))))
    return tuple(outputs)


def usage_of(value: object) -> Usage | None:
    """What a task cost, from its `usage` or from one of its V1 outputs."""
    if not isinstance(value, dict):
        return None
    charges = [decimal_of(value.get(key)) for key in ("thirdPartyConsumeMoney", "consumeMoney")]
    told = [charge for charge in charges if charge is not None]
    return Usage(
        money=sum(told, Decimal(0)) if told else None,
        coins=decimal_of(value.get("consumeCoins")),
        seconds=decimal_of(value.get("taskCostTime")),
    )


def _failed_reason(inner: Mapping[str, object]) -> str:
    """Why a graph failed: the node's own message."""
    return reason_in(inner.get("failedReason") or inner.get("failed_reason"))


def _no_number(_word: str) -> None:
    """NaN and Infinity are not amounts."""
