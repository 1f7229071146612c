"""ComfyUI's API for its own tools, at an address that contains the key (API sheet §11).

It is not known which keys may use it and how a wrong key is answered; here both are as with the V1 calls.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any, Final, cast

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from rh_ui.emulator import replies, sample_apps
from rh_ui.emulator.accounts import Account
from rh_ui.emulator.media_urls import BadMedia
from rh_ui.emulator.progress import tell
from rh_ui.emulator.runs import RunCall, RunRefused, allow, begin, change
from rh_ui.emulator.state import EmulatorState, base_of, state_of, who
from rh_ui.emulator.task_store import Record, Status
from rh_ui.emulator.v2_api import find_task, json_body, keep, refused, unknown_key

_NAME: Final = "graph of your own"
_MOST: Final = 200
_REFUSED: Final = 1008
_LOOK: Final = 0.05
_GROUPS: Final = {
    "png": "images", "jpg": "images", "webp": "images", "gif": "images", "mp4": "gifs", "webm": "gifs",
    "glb": "3d", "mp3": "audio", "wav": "audio", "flac": "audio",
}  # fmt: skip


def _account(request: Request) -> Account | None:
    return who(request, request.path_params["key"])


async def object_info(request: Request) -> JSONResponse:
    """GET object_info: all nodes; the service shows them without a key."""
    found: dict[str, Any] = {}
    for workflow in sample_apps.workflows().values():
        for entry in workflow.graph.values():
            name = str(entry["class_type"])
            inputs = {key: [_type_of(value), {}] for key, value in entry["inputs"].items()}
            known = found.get(name, {}).get("input", {}).get("required", {})
            found[name] = {"input": {"required": known | inputs}, "name": name, "display_name": name}
    wanted = request.path_params.get("kind")
    return JSONResponse({wanted: found[wanted]} if wanted in found else {} if wanted else found)


def _type_of(value: object) -> str:
    kinds = {bool: "BOOLEAN", int: "INT", float: "FLOAT", str: "STRING"}
    return kinds.get(type(value), "*")


async def prompt(request: Request) -> JSONResponse:
    """POST prompt: run a graph; an invalid graph is answered with status 400, as in ComfyUI."""
    account = _account(request)
    if account is None:
        return unknown_key(request, "v1", "802")
    body = (await json_body(request)) or {}
    asked = RunCall(True, account, {"workflow": json.dumps(body.get("prompt"))})
    try:
        allow(account)
        plan = change(state_of(request), asked, sample_apps.WORKFLOW + _NAME, {}, base_of(request))
        record = begin(request, asked, plan, str(body.get("client_id") or ""))
    except RunRefused as error:
        if error.node_errors is None:
            return refused("v1", error.code, error.told)
        told = replies.message(error.code, error.told)
        fault = {"type": "prompt_outputs_failed_validation", "message": told, "details": "", "extra_info": {}}
        return JSONResponse({"error": fault, "node_errors": error.node_errors}, 400)
    return JSONResponse({"prompt_id": record.id, "number": 0, "node_errors": {}})


async def history(request: Request) -> JSONResponse:
    """GET history: ended runs, all of this key or one; a running one is not there yet."""
    account = _account(request)
    if account is None:
        return unknown_key(request, "v1", "802")
    wanted = request.path_params.get("id")
    if wanted is None:
        most = request.query_params.get("max_items", "")
        found = state_of(request).tasks.ended(account.key, int(most) if most.isdigit() else _MOST)
    else:
        record = find_task(request, account, wanted)
        found = [] if record is None or record.status.is_active else [record]
    return JSONResponse({record.id: _past(record) for record in found})


def _past(record: Record) -> dict[str, Any]:
    outputs: dict[str, dict[str, list[Any]]] = {}
    for made in record.files:
        inner, _, name = made.name.rpartition("/")
        place = f"{record.id}/{inner}" if inner else record.id
        file = {"filename": name, "subfolder": place, "type": "output"}
        group, told = ("text", made.text) if not name else (_GROUPS.get(made.output_type, "images"), file)
        outputs.setdefault(made.node_id, {}).setdefault(group, []).append(told)
    well = record.status is Status.SUCCESS
    status: dict[str, Any] = {"status_str": "success" if well else "error", "completed": well, "messages": []}
    return {"prompt": [0, record.id, {}, {}, list(outputs)], "outputs": outputs, "status": status}


async def view(request: Request) -> Response:
    """GET view: a file by its name, made here or uploaded."""
    account = _account(request)
    if account is None:
        return unknown_key(request, "v1", "802")
    query, files = request.query_params, state_of(request).files
    name = query.get("filename", "")
    if query.get("type") == "input":
        try:
            return FileResponse(files.named(name))
        except BadMedia:
            return Response(status_code=404)
    task_id, _, inner = query.get("subfolder", "").partition("/")
    record = find_task(request, account, task_id)
    place = f"{inner}/{name}" if inner else name
    if record is None or place not in [made.name for made in record.files]:
        return Response(status_code=404)
    return FileResponse(files.result_folder(record.id) / place)


async def upload(request: Request) -> JSONResponse:
    """POST upload/image: one part named `image`; the answer has the folder and name for a LoadImage node."""
    if _account(request) is None:
        return unknown_key(request, "v1", "802")
    async with request.form() as form:
        part = form.get("image")
        if not isinstance(part, UploadFile) or not part.filename:
            return JSONResponse({}, 400)
        stored, _ = await keep(request, part)
    return JSONResponse({"name": stored, "subfolder": "api", "type": "input"})


async def follow(websocket: WebSocket) -> None:
    """GET ws?clientId=…: opened before a graph is sent; the frames of every run of this client."""
    state = cast(EmulatorState, websocket.app.state.emulator)
    client = websocket.query_params.get("clientId", "")
    if state.accounts.find(websocket.path_params["key"]) is None or not client:
        await websocket.close(_REFUSED)
        return
    await websocket.accept()
    told: set[str] = set()
    with suppress(WebSocketDisconnect, RuntimeError):
        status = {"status": {"exec_info": {"queue_remaining": 0}}, "sid": client}
        await websocket.send_json({"type": "status", "data": status})
        gone = asyncio.create_task(_until_gone(websocket))
        while not gone.done():
            mine = [
                one for one in state.tasks.active(websocket.path_params["key"]) if one.client_id == client
            ]
            for record in mine:
                if record.id not in told:
                    told.add(record.id)
                    while (state.tasks.get(record.id) or record).status is Status.QUEUED:
                        await asyncio.sleep(_LOOK)
                    await tell(state, record, websocket)
            await asyncio.wait([gone], timeout=_LOOK)


async def _until_gone(websocket: WebSocket) -> None:
    """Messages of a client here are ignored."""
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass
