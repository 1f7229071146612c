"""The V1 calls for standard models: the old upload, account, cancel, status, outputs (API sheet §3.2, 4.4,
4.5, 8)."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse

from rh_ui.emulator import replies
from rh_ui.emulator.accounts import Account
from rh_ui.emulator.runs import progress_address
from rh_ui.emulator.state import base_of, state_of, who
from rh_ui.emulator.v2_api import find_task, json_body, keep, refused, results_of, unknown_key


async def account_status(request: Request) -> JSONResponse:
    """POST /uc/openapi/accountStatus; the key is `apikey`, in lower case."""
    state = state_of(request)
    key = ((await json_body(request)) or {}).get("apikey")
    if not isinstance(key, str) or not key:
        return refused("v1", "1601")
    account = who(request, key)
    if account is None:
        return unknown_key(request, "v1", "806")
    current = sum(state.tasks.counts(account.key))
    left, coins = state.accounts.left(account), state.accounts.coins_left(account)
    return JSONResponse(replies.account_status(account, left, coins, current))


async def task_asked(request: Request) -> tuple[Account, str] | JSONResponse:
    """The account and the task id of a request, or why it is refused."""
    body: dict[str, Any] = (await json_body(request)) or {}
    key, task_id = body.get("apiKey"), str(body.get("taskId") or "")
    if not isinstance(key, str) or not key:
        return refused("v1", "301", "PARAMS_INVALID")
    account = who(request, key)
    if account is None:
        return unknown_key(request, "v1", "802")
    if not task_id.isdigit() or int(task_id) == 0:
        return refused("v1", "301", "taskId must be positive")
    return account, task_id


async def cancel(request: Request) -> JSONResponse:
    """POST /task/openapi/cancel: ends a queued or running task; by a switch the task succeeds first."""
    asked = await task_asked(request)
    if isinstance(asked, JSONResponse):
        return asked
    state = state_of(request)
    record = find_task(request, *asked)
    if record is None:
        return refused("v1", str(state.switches.missing_task_code))
    if not record.status.is_active:
        return refused("v1", "817")
    if state.switches.cancel_word == "SUCCESS":
        state.lifecycle.hurry([record.id])
    else:
        state.lifecycle.cancel(record)
    return JSONResponse(replies.envelope(None))


async def status(request: Request) -> JSONResponse:
    """POST /task/openapi/status."""
    asked = await task_asked(request)
    if isinstance(asked, JSONResponse):
        return asked
    record = find_task(request, *asked)
    return refused("v1", "807") if record is None else JSONResponse(replies.v1_status(record))


async def outputs(request: Request) -> JSONResponse:
    """POST /task/openapi/outputs."""
    asked = await task_asked(request)
    if isinstance(asked, JSONResponse):
        return asked
    record = find_task(request, *asked)
    if record is None:
        return refused("v1", "807")
    found, progress = results_of(request, record), progress_address(base_of(request), record)
    return JSONResponse(replies.outputs(record, found, progress))


async def upload(request: Request) -> JSONResponse:
    """POST /task/openapi/upload: the old upload; returns a name without a link."""
    state = state_of(request)
    async with request.form() as form:
        key, part, kind = form.get("apiKey"), form.get("file"), form.get("fileType") or "input"
        account = who(request, key if isinstance(key, str) else "")
        if account is None:
            return unknown_key(request, "v1", "802")
        if not isinstance(part, UploadFile) or not part.filename:
            return refused("v1", "301", "PARAMS_INVALID")
        if (part.size or 0) > state.switches.upload_limit_mb * 1024 * 1024:
            return refused("v1", "809")
        stored, _ = await keep(request, part)
    name = stored.removesuffix(".zip") if stored.endswith(".zip") else f"api/{stored}"
    return JSONResponse(replies.envelope({"fileName": name, "fileType": kind}))
