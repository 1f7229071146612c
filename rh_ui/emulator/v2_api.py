"""The V2 calls: submit, price-preview, query, upload, queue and key list (API sheet §1 to 3, 8)."""

from __future__ import annotations

import json
import sys
import time
from decimal import Decimal
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse

from rh_ui.catalog.schema import Endpoint
from rh_ui.domain import Params
from rh_ui.emulator import replies
from rh_ui.emulator.accounts import Account, KeyKind, micro
from rh_ui.emulator.charges import price_of
from rh_ui.emulator.evaluator import in_words, is_id, link_of, refusals
from rh_ui.emulator.media_evaluator import Media, file_refusals
from rh_ui.emulator.media_urls import BadMedia
from rh_ui.emulator.state import EmulatorState, base_of, entry_of, fault_of, state_of, who
from rh_ui.emulator.task_store import Record, Status

_KINDS: Final = {
    "image": ("jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff"),
    "video": ("mp4", "mov", "avi", "mkv", "webm"),
    "audio": ("mp3", "wav", "flac", "m4a", "aac", "ogg"),
    "zip": ("zip",),
}
_DEAD: Final = 60.0


async def json_body(request: Request) -> dict[str, Any] | None:
    """The body as an object; None when it is anything else."""
    try:
        body = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return None
    return body if isinstance(body, dict) else None


def refused(operation: str, code: str, told: str = "", status: int = 200) -> JSONResponse:
    return JSONResponse(replies.refusal(operation, code, told), status)


def unknown_key(request: Request, operation: str, code: str) -> JSONResponse:
    return refused(operation, code, status=state_of(request).switches.unknown_key_status)


async def _asked(request: Request, operation: str) -> tuple[Endpoint, Account, dict[str, Any]] | JSONResponse:
    """The model, the account and the body; or why the request is refused."""
    state = state_of(request)
    endpoint = state.table.find(request.path_params["endpoint"])
    if endpoint is None:
        return refused("v2", "1001", status=state.switches.unknown_path_status)
    if endpoint.path in state.switches.withdrawn:
        return refused(operation, "1000")
    account = who(request)
    if account is None:
        return unknown_key(request, operation, "1002")
    body = await json_body(request)
    if body is None:
        return refused(operation, "1007", "the body is not a JSON object|请求体不是 JSON 对象")
    return endpoint, account, body


async def submit(request: Request) -> JSONResponse:
    """POST /openapi/v2/<endpoint>: accept a task, or refuse it with HTTP 200 and a code."""
    asked = await _asked(request, "submit")
    if isinstance(asked, JSONResponse):
        return asked
    endpoint, account, body = asked
    state = state_of(request)
    judged = await _judged(request, "submit", endpoint, account, body)
    if isinstance(judged, JSONResponse):
        return judged
    if sum(state.tasks.counts(account.key)) >= account.limit:
        return refused("submit", state.switches.full_code)
    start, end = state.lifecycle.times(endpoint)
    media, price = tuple(judged[0]), judged[1]
    record = Record(
        id=state.tasks.new_id(), account=account.key, endpoint=endpoint.path, params=body, media=media,
        status=Status.QUEUED, created=time.time(), start_at=start, end_at=end,
        charge=0 if state.switches.free_left else micro(price),
        hook=str(body.get("webhookUrl") or ""), base=base_of(request),
    )  # fmt: skip
    fault = fault_of(request, "fail", "vanish")
    if fault is not None:
        record = replies.doomed(record, fault.do, fault.code or "1015", fault.message)
    state.tasks.save(record)
    state.lifecycle.begin(record)
    return JSONResponse(replies.accepted(record))


async def _judged(
    request: Request, operation: str, endpoint: Endpoint, account: Account, body: Params
) -> tuple[Media, Decimal] | JSONResponse:
    """The media of the body and its price, or why it is refused; the key is checked first (news §1)."""
    state = state_of(request)
    body.pop("apiKey", None)
    if account.kind is not KeyKind.SHARED:
        return refused(operation, "801" if account.kind is KeyKind.FREE else "1014")
    # A preview spends nothing, so an account without money gets one too.
    left = state.accounts.left(account) if operation == "submit" else sys.maxsize
    if state.switches.money_first and left < micro(price_of(endpoint, body, ())):
        return refused(operation, state.switches.money_code)
    reason = _why_not(state, endpoint, body)
    if reason is not None:
        return refused(operation, *reason)
    try:
        media = _media(state, endpoint, body, base_of(request))
    except BadMedia as error:
        return refused(operation, "1013", f"a media file could not be used: {error}|媒体文件处理失败")
    unfit = await run_in_threadpool(file_refusals, endpoint, body, media)
    if unfit:
        return refused(operation, "1007", in_words(unfit))
    price = await run_in_threadpool(price_of, endpoint, body, media)
    if left < micro(price):
        return refused(operation, state.switches.money_code)
    return media, price


def _why_not(state: EmulatorState, endpoint: Endpoint, body: Params) -> tuple[str, str] | None:
    """What the table forbids: code and text."""
    strange = [key for key in body if endpoint.field(key) is None and key not in ("webhookUrl", "appCode")]
    if strange and state.switches.unknown_fields == "refuse":
        return "1007", f"unknown parameter {strange[0]}|未知参数 {strange[0]}"
    wrong = refusals(endpoint, body)
    return ("1007", in_words(wrong)) if wrong else None


def _media(
    state: EmulatorState, endpoint: Endpoint, body: Params, base: str
) -> tuple[tuple[str, str, str], ...]:
    found = []
    for field in endpoint.fields:
        value = body.get(field.key) if field.file_kind else None
        for item in value if isinstance(value, list) else [value] if value else []:
            link = link_of(field, item)
            path = None if is_id(field, link) else state.files.local(link, base)
            found.append((field.key, str(field.file_kind), str(path) if path is not None else ""))
    return tuple(found)


async def price_preview(request: Request) -> JSONResponse:
    """POST /openapi/v2/price-preview/<endpoint>: the cost of a submit; refuses as a submit does, and makes no
    task."""
    asked = await _asked(request, "preview")
    if isinstance(asked, JSONResponse):
        return asked
    endpoint, account, body = asked
    judged = await _judged(request, "preview", endpoint, account, body)
    if isinstance(judged, JSONResponse):
        return judged
    return JSONResponse(replies.price(judged[1], state_of(request).switches.free_left))


def results_of(request: Request, record: Record) -> list[dict[str, Any]]:
    """The results of a finished task, with links that are valid now."""
    state = state_of(request)
    life = state.switches.link_seconds
    expires = (time.time() if state.switches.fresh_links else record.finished) + life
    if fault_of(request, "expire"):
        expires = time.time() - _DEAD

    def link(name: str) -> str | None:
        shown = state.switches.result_name
        return state.files.result_link(base_of(request), record.id, name, expires, shown) if name else None

    return replies.results(record, link)


def find_task(request: Request, account: Account, task_id: str) -> Record | None:
    """A task of this account, unless it has vanished."""
    record = state_of(request).tasks.get(task_id)
    if record is None or record.account != account.key or record.vanished or fault_of(request, "vanish"):
        return None
    return record


async def query(request: Request) -> JSONResponse:
    """POST /openapi/v2/query: the state of a task; for an unknown one an error without a status."""
    account = who(request)
    if account is None:
        return unknown_key(request, "query", "1002")
    body = await json_body(request)
    task_id = (body or {}).get("taskId")
    if not isinstance(task_id, str) or not task_id.isdigit():
        told = replies.refusal("query", "1007", "taskId must be a text of digits|taskId 必须为数字字符串")
        return JSONResponse({"taskId": "", "status": "", **told})
    record = find_task(request, account, task_id)
    if record is None:
        return refused("query", "1004")
    return JSONResponse(replies.task(record, results_of(request, record), state_of(request).switches))


async def upload(request: Request) -> JSONResponse:
    """POST /openapi/v2/media/upload/binary: one part named `file`, with a file name."""
    state = state_of(request)
    if who(request) is None:
        return unknown_key(request, "upload", "401")
    async with request.form() as form:
        part = form.get("file")
        if not isinstance(part, UploadFile) or not part.filename:
            return refused("upload", "1007", "a part named file with a file name is required")
        if (part.size or 0) > state.switches.upload_limit_mb * 1024 * 1024:
            return refused("upload", "1008")
        stored, size = await keep(request, part)
    dead = fault_of(request, "expire") is not None
    expires = time.time() + (-_DEAD if dead else state.switches.upload_seconds)
    link = state.files.upload_link(base_of(request), stored, expires)
    extension = stored.rpartition(".")[2]
    kind = next((kind for kind, known in _KINDS.items() if extension in known), "file")
    return JSONResponse(replies.uploaded(kind, link, stored, size, state.switches.upload_code))


async def keep(request: Request, part: UploadFile) -> tuple[str, int]:
    """Store an upload and write it in the journal. Returns the stored name and the size in bytes."""
    stored, digest, size = state_of(request).files.keep_upload(part.file, part.filename or "")
    entry_of(request).file = {"name": part.filename, "size": size, "sha256": digest, "stored": stored}
    return stored, size


async def queue_status(request: Request) -> JSONResponse:
    """GET /openapi/v2/queue/status: kind of key, its limit, unfinished tasks."""
    account = who(request)
    if account is None:
        return unknown_key(request, "queue", "1002")
    return JSONResponse(replies.queue_status(account, *state_of(request).tasks.counts(account.key)))


async def key_list(request: Request) -> JSONResponse:
    """GET /openapi/v2/api-key/list."""
    account = who(request)
    if account is None:
        return unknown_key(request, "keys", "1002")
    return JSONResponse(replies.key_list(account))
