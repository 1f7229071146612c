"""Webhooks: the end of a task is posted to its address, repeatedly if necessary (API sheet §7)."""

from __future__ import annotations

import asyncio
import http.client
import json
import time
import urllib.error
import urllib.request
from dataclasses import asdict, dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse

from rh_ui.emulator import replies
from rh_ui.emulator.state import EmulatorState, state_of
from rh_ui.emulator.task_store import Record
from rh_ui.emulator.v1_api import task_asked
from rh_ui.emulator.v2_api import find_task, json_body, refused, unknown_key

_PREFIX: Final = "hook:"


@dataclass(slots=True)
class _Delivery:
    """One message and its delivery; kept in the store."""

    id: str
    task: str
    url: str
    data: str
    status: str = "FAILED"
    response: str = ""
    tries: int = 0
    created: str = ""
    updated: str = ""


class WebhookSender:
    """Delivers the messages."""

    def __init__(self, state: EmulatorState) -> None:
        self._state = state
        self._under_way: set[asyncio.Task[None]] = set()

    def begin(self, record: Record) -> None:
        """Report a task's end, if it has a webhook address."""
        if record.hook:
            told = _Delivery(self._state.tasks.new_id(), record.id, record.hook, _data(self._state, record))
            self.send(told, record)

    def send(self, told: _Delivery, record: Record) -> None:
        """Deliver in the background."""
        told.created = told.created or _now()
        task = asyncio.get_running_loop().create_task(self._deliver(told, record))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    def stop(self) -> None:
        for task in list(self._under_way):
            task.cancel()

    async def _deliver(self, told: _Delivery, record: Record) -> None:
        switches = self._state.switches
        data = told.data if record.v1 or switches.hook_form == "string" else json.loads(told.data)
        body = {"event": "TASK_END", "taskId": told.task, "eventData": data}
        for number in range(switches.hook_tries):
            if number:
                await asyncio.sleep(switches.hook_pause)
            told.tries = number + 1
            told.response = await asyncio.to_thread(_post, told.url, body, switches.hook_patience)
            told.status = "SUCCESS" if told.response.startswith("2") else "FAILED"
            told.updated = _now()
            _keep(self._state, told)
            if told.status == "SUCCESS":
                return


def _keep(state: EmulatorState, told: _Delivery) -> None:
    state.tasks.remember(_PREFIX + told.task, json.dumps(asdict(told)))
    state.tasks.remember(_PREFIX + told.id, told.task)


def _find(state: EmulatorState, task_id: str) -> _Delivery | None:
    kept = state.tasks.remembered(_PREFIX + task_id)
    return _Delivery(**json.loads(kept)) if kept else None


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())


def _data(state: EmulatorState, record: Record) -> str:
    """The content of the message, in the V1 or V2 shape."""
    expires = time.time() + state.switches.link_seconds

    def link(name: str) -> str | None:
        return state.files.result_link(record.base, record.id, name, expires) if name else None

    found = replies.results(record, link)
    if record.v1:
        told = replies.outputs(record, found)
        for item in told["data"] if isinstance(told["data"], list) else []:
            item["taskCostTime"] = int(item["taskCostTime"])
    else:
        told = replies.task(record, found, state.switches)
        told |= {"parentTaskId": None, "taskUsageList": None}
    return json.dumps(told, ensure_ascii=False)


def _post(url: str, body: dict[str, Any], patience: float) -> str:
    """The receiver's status, or why there is none."""
    content = json.dumps(body, ensure_ascii=False).encode()
    order = urllib.request.Request(url, content, {"Content-Type": "application/json"}, method="POST")
    straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with straight.open(order, timeout=patience) as answer:
            return f"{answer.status}"
    except urllib.error.HTTPError as error:
        error.close()
        return f"I/O error: status {error.code}"
    except (OSError, ValueError, http.client.HTTPException) as error:
        return f'I/O error on POST request for "{url}": {type(error).__name__}'


async def detail(request: Request) -> JSONResponse:
    """POST /task/openapi/getWebhookDetail."""
    found = await task_asked(request)
    if isinstance(found, JSONResponse):
        return found
    account, task_id = found
    told = _find(state_of(request), task_id) if find_task(request, account, task_id) else None
    if told is None:
        return refused("v1", "1", "webhook event not exists")
    return JSONResponse(
        replies.envelope(
            {
                "id": told.id, "userApiKey": "****", "taskId": told.task, "webhookUrl": told.url,
                "event": "TASK_END", "eventData": told.data, "callbackStatus": told.status,
                "callbackResponse": told.response, "retryCount": told.tries, "createTime": told.created,
                "updateTime": told.updated,
            }
        )
    )  # fmt: skip


async def retry(request: Request) -> JSONResponse:
    """POST /task/openapi/retryWebhook: deliver once more, to another address if one is given."""
    state = state_of(request)
    body = (await json_body(request)) or {}
    account = state.accounts.find(str(body.get("apiKey") or ""))
    if account is None:
        return unknown_key(request, "v1", "802")
    wanted = str(body.get("webhookId") or "")
    task_id = state.tasks.remembered(_PREFIX + wanted)
    record = state.tasks.get(task_id) if task_id.isdigit() else None
    told = _find(state, task_id) if record else None
    if told is None or record is None or record.account != account.key:
        return refused("v1", "1", "webhook event not exists")
    told.url = str(body.get("webhookUrl") or told.url)
    post: WebhookSender = request.app.state.post
    post.send(told, record)
    return JSONResponse({**replies.envelope(None), "msg": ""})
