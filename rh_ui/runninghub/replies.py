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

from rh_ui.errors import NodeProblem
from rh_ui.runninghub.answer_values import amount_of, decimal_of, id_text, text_of
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
    """Third-party charge plus runtime charge, in the site's currency, as far as told."""
    coins: Decimal | None
    seconds: Decimal | None
    whole: bool = field(default=False, compare=False)
    """Every charge and the coins are told; without it a zero is not the whole cost."""


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
    named: str = ""
    """The id of the task as the answer itself gives it."""
    node_failed: bool = False
    """The answer holds what broke in a node: no cancel leaves that behind."""

    @property
    def tells_status(self) -> bool:
        return self.status is not RemoteStatus.UNKNOWN or self.unknown_word != ""

    def knows(self, remote_id: str) -> bool:
        """Whether the service shows that it has this task: by its status, or at least by its id. An answer
        with neither, as `{}`, says nothing."""
        return self.tells_status or self.named == remote_id


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
    general, broke = found.message if found else message_of(inner), _failed_reason(inner)
    return RemoteTask(
        status=status or RemoteStatus.UNKNOWN,
        outputs=_outputs(inner.get("results")),
        error_code=found.code if found else "",
        error_message=joined(broke, general),
        usage=usage_of(inner.get("usage")),
        unknown_word=word if status is None else "",
        named=id_text(inner.get("taskId")),
        node_failed=bool(broke),
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
        broke = bool(_failed_reason(inner))
        reason = joined(_failed_reason(inner) or reason_in(data), found.message)
        told = RemoteTask(status, error_code=found.code, error_message=reason, node_failed=broke)
        return RunOutputs(told)
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
    charges = [amount_of(value.get(key)) for key in ("thirdPartyConsumeMoney", "consumeMoney")]
    told = [charge for charge in charges if charge is not None]
    spent = amount_of(value.get("consumeCoins"))
    return Usage(
        money=sum(told, Decimal(0)) if told else None,
        coins=spent,
        whole=None not in (*charges, spent),
        seconds=amount_of(value.get("taskCostTime")),
    )


def _failed_reason(inner: Mapping[str, object]) -> str:
    """Why a graph failed: the node's own message."""
    return reason_in(inner.get("failedReason") or inner.get("failed_reason"))


def _no_number(_word: str) -> None:
    """NaN and Infinity are not amounts."""
