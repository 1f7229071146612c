"""What workflows, apps and quick creations share: a graph with changes becomes a task.

The refusals are in the order in which the service checks them (API sheet §4, 5).
"""

from __future__ import annotations

import base64
import json
import secrets
import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse

from rh_ui.domain import FieldKind, Params
from rh_ui.emulator import replies, sample_apps
from rh_ui.emulator.accounts import MICRO, Account, KeyKind, micro
from rh_ui.emulator.media_urls import BadMedia
from rh_ui.emulator.state import EmulatorState, base_of, fault_of, state_of, who
from rh_ui.emulator.task_store import Record, Status
from rh_ui.emulator.v2_api import json_body, refused, unknown_key

_PRICE: Final = Decimal("0.17")
_COINS: Final = 17
_LOADERS: Final = {
    "LoadImage": FieldKind.IMAGE, "LoadAudio": FieldKind.AUDIO, "LoadVideo": FieldKind.VIDEO,
}  # fmt: skip
_SAMPLE: Final = 64
"""The original media of a graph have names of 64 hex digits; they always exist."""
_TIERS: Final = ("default", "plus", "ultra")
_RETAIN: Final = (10, 180)
_WORDS: Final = ("text", "value", "prompt")


class RunRefused(Exception):
    """No task: `code` of the sheet with its text, and the faults of the graph if it has any."""

    def __init__(self, code: str, told: str = "", node_errors: dict[str, Any] | None = None) -> None:
        super().__init__(code)
        self.code, self.told, self.node_errors = code, told, node_errors


@dataclass(frozen=True, slots=True)
class RunCall:
    """A request to run something; `v1` decides the shape of its answer."""

    v1: bool
    account: Account
    body: dict[str, Any]

    def flag(self, name: str) -> bool:
        """A boolean that may also be given as a text."""
        return str(self.body.get(name, "")).lower() == "true"

    def refused(self, error: RunRefused) -> JSONResponse:
        answer = replies.refusal("v1" if self.v1 else "submit", error.code, error.told)
        if error.node_errors is not None:
            tips = replies.prompt_tips(error.node_errors)
            answer |= {"data": {"promptTips": tips}} if self.v1 else {"promptTips": tips}
        return JSONResponse(answer)


@dataclass(slots=True)
class RunPlan:
    """A graph with its changes, and what a render needs of it."""

    path: str
    graph: dict[str, dict[str, Any]]
    media: list[tuple[str, str, str]] = field(default_factory=list)


async def asked(request: Request, *, v1: bool) -> RunCall | JSONResponse:
    """The request with its account, or why it is refused."""
    body = await json_body(request)
    key = str((body or {}).get("apiKey") or "") if v1 else ""
    if v1 and not key:
        return refused("v1", "301")
    account = who(request, key)
    shape = "v1" if v1 else "submit"
    if account is None:
        return unknown_key(request, shape, "802" if v1 else "1002")
    if body is None:
        return refused(shape, "301" if v1 else "1007")
    return RunCall(v1, account, body)


def allow(account: Account) -> None:
    """Raises RunRefused for a key that may not run anything."""
    if account.kind is KeyKind.FREE:
        raise RunRefused("801")
    if account.expired:
        raise RunRefused("436")


def check_conditions(state: EmulatorState, told: RunCall, password: str) -> None:
    """Check the password, the machine, the retention, and by a switch the money. Raises RunRefused."""
    body = told.body
    if state.switches.money_first:
        check_money(state, told.account)
    if password and body.get("accessPassword") != password:
        raise RunRefused(state.switches.password_code, "the access password is wrong|访问密码错误")
    tier = body.get("instanceType") or "default"
    if tier not in _TIERS or (
        told.account.kind is KeyKind.EXCLUSIVE and tier != state.switches.exclusive_tier
    ):
        raise RunRefused("435")
    kept = body.get("retainSeconds")
    if kept is not None and not (str(kept).isdigit() and _RETAIN[0] <= int(kept) <= _RETAIN[1]):
        raise RunRefused("301" if told.v1 else "1007", "retainSeconds must be 10 to 180")


def cost_of(account: Account) -> int:
    """The cost of a run with this key, in millionths: in coins for a consumer's key, in money for a shared
    one."""
    if account.kind is KeyKind.NORMAL:
        return _COINS * MICRO
    return micro(_PRICE) if account.kind is KeyKind.SHARED else 0


def check_money(state: EmulatorState, account: Account) -> None:
    """Raises RunRefused where a run costs more than the account has."""
    coins = account.kind is KeyKind.NORMAL
    left = state.accounts.coins_left(account) if coins else state.accounts.left(account)
    if left < cost_of(account):
        raise RunRefused(state.switches.money_code)


def change(state: EmulatorState, told: RunCall, path: str, graph: sample_apps.Graph, base: str) -> RunPlan:
    """The plan for a graph with the request's changes, or for the request's own graph. Raises RunRefused."""
    plan = RunPlan(path, {node: {**entry, "inputs": dict(entry["inputs"])} for node, entry in graph.items()})
    own = told.body.get("workflow")
    if own:
        plan.graph = _own_graph(own)
    else:
        _change(told, plan)
    if not sample_apps.outputs_of(plan.graph):
        raise RunRefused("433", "the prompt has no outputs|工作流没有输出节点", {})
    errors: dict[str, Any] = {}
    for node, entry in plan.graph.items():
        kind = _LOADERS.get(entry["class_type"])
        for name, value in entry["inputs"].items() if kind else ():
            if isinstance(value, str) and name in ("image", "audio", "video", "file"):
                try:
                    _take_media(state, plan, (node, kind or FieldKind.IMAGE), value, base)
                except BadMedia as error:
                    errors |= _node_error(plan.graph, node, name, "custom_validation_failed", str(error))
    _check_numbers(plan.graph, graph, errors)
    if errors:
        raise RunRefused("433", "", errors)
    return plan


def _own_graph(own: object) -> dict[str, dict[str, Any]]:
    try:
        graph = json.loads(own) if isinstance(own, str) else None
    except ValueError:
        graph = None
    fits = isinstance(graph, dict) and all(
        isinstance(entry, dict) and "class_type" in entry and isinstance(entry.get("inputs"), dict)
        for entry in graph.values()
    )
    if not fits or not isinstance(graph, dict):
        raise RunRefused("433", "the prompt is not an API-format graph|工作流不是 API 格式", {})
    return graph


def _change(told: RunCall, plan: RunPlan) -> None:
    code = "803" if told.v1 else "1101"
    listed = told.body.get("nodeInfoList")
    if listed is None and told.v1:
        listed = []
    if not isinstance(listed, list):
        raise RunRefused("301" if told.v1 else "1007", "nodeInfoList is required|缺少 nodeInfoList")
    for item in listed:
        told_item = item if isinstance(item, dict) else {}
        node, name, value = (told_item.get(key) for key in ("nodeId", "fieldName", "fieldValue"))
        inputs = plan.graph.get(str(node), {}).get("inputs", {})
        if name not in inputs or value is None or value == "undefined" or _is_link(inputs[name]):
            raise RunRefused(code, f"nodeId={node}, fieldName={name}")
        inputs[name] = value


def _is_link(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and isinstance(value[1], int)


def _take_media(
    state: EmulatorState, plan: RunPlan, loader: tuple[str, FieldKind], value: str, base: str
) -> None:
    if value in ("", "None") or (len(value.partition(".")[0]) == _SAMPLE and "/" not in value):
        return
    node, kind = loader
    path = state.files.local(value, base) if "://" in value else state.files.named(value)
    plan.media.append((node, str(kind), str(path) if path else ""))


def _check_numbers(graph: sample_apps.Graph, first: sample_apps.Graph, errors: dict[str, Any]) -> None:
    """A number must be replaced by a number, or by a number as text."""
    for node, entry in graph.items():
        before = first.get(node, {}).get("inputs", {})
        for name, value in entry["inputs"].items():
            was = before.get(name)
            if isinstance(was, bool) or not isinstance(was, (int, float)) or _is_link(value):
                continue
            try:
                float(value)
            except (TypeError, ValueError):
                errors |= _node_error(graph, node, name, "invalid_input_type", f"{name} is no number")


def _node_error(graph: sample_apps.Graph, node: str, name: str, kind: str, told: str) -> dict[str, Any]:
    error = {"type": kind, "message": told, "details": name, "extra_info": {"input_name": name}}
    return {
        node: {
            "errors": [error], "dependent_outputs": [found for found, _ in sample_apps.outputs_of(graph)],
            "class_type": graph[node]["class_type"],
        }
    }  # fmt: skip


def take(request: Request, told: RunCall, plan: RunPlan) -> JSONResponse:
    """Make the task and answer. Raises RunRefused when the account lacks money or slots."""
    record = begin(request, told, plan)
    return JSONResponse(replies.taken(record, None) if told.v1 else replies.accepted(record))


def begin(request: Request, told: RunCall, plan: RunPlan, client_id: str = "") -> Record:
    """Make the task. Raises RunRefused when the account lacks money or slots."""
    state = state_of(request)
    personal = told.account.kind is KeyKind.EXCLUSIVE and told.flag("usePersonalQueue")
    check_money(state, told.account)
    running, queued = state.tasks.counts(told.account.key)
    if personal and queued >= state.switches.personal_queue_limit:
        raise RunRefused("814")
    if not personal and running + queued >= told.account.limit:
        raise RunRefused(state.switches.full_code)
    outputs = sample_apps.outputs_of(plan.graph)
    start, end = state.lifecycle.times(sample_apps.scene(plan.path, sample_apps.slowest(outputs)))
    record = Record(
        id=state.tasks.new_id(), account=told.account.key, endpoint=plan.path, params=_drawn(plan.graph),
        media=tuple(plan.media), status=Status.QUEUED, created=time.time(), start_at=start, end_at=end,
        charge=cost_of(told.account), v1=told.v1,
        makes=tuple((node, str(modality)) for node, modality in outputs),
        client_id=client_id or secrets.token_hex(16), hook=str(told.body.get("webhookUrl") or ""),
        base=base_of(request), in_coins=told.account.kind is KeyKind.NORMAL, nodes=tuple(plan.graph),
        fee=micro(Decimal(state.switches.model_fee or 0)),
    )  # fmt: skip
    fault = fault_of(request, "fail", "vanish")
    if fault is not None:
        record = replies.doomed(record, fault.do, fault.code or "805", fault.message)
    state.tasks.save(record)
    state.lifecycle.begin(record)
    return record


def progress_address(base: str, record: Record) -> str | None:
    """The address of a running task's progress; it contains a credential (API sheet §10)."""
    if record.status is not Status.RUNNING or not record.client_id:
        return None
    now = int(time.time())
    ticket = {"userId": "demo", "signExpire": now + 604_800, "ts": now, "sign": record.client_id[::-1]}
    packed = quote(base64.b64encode(json.dumps(ticket).encode()).decode(), safe="")
    host = "ws" + base.removeprefix("http")
    place = f"c_host=10.0.0.5&c_port=80&clientId={record.client_id}"
    return (
        f"{host}/ws/c_instance?{place}&workflowId={record.endpoint.rpartition('/')[2]}&Rh-Comfy-Auth={packed}"
    )


def _drawn(graph: sample_apps.Graph) -> Params:
    """What the pictures of a run show: its text, its seed and its size."""
    words: list[str] = []
    drawn: Params = {}
    for entry in graph.values():
        for name, value in entry["inputs"].items():
            if name in _WORDS and isinstance(value, str):
                words.append(value)
            elif name in ("seed", "width", "height") and not _is_link(value):
                drawn[name] = value
    return {"prompt": words[0] if words else "", **drawn}
