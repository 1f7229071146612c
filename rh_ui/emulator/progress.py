"""The progress of a running workflow or app over a websocket, in ComfyUI's frames (API sheet §10)."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final, TypeAlias, cast

from starlette.websockets import WebSocket, WebSocketDisconnect

from rh_ui.emulator.state import EmulatorState
from rh_ui.emulator.task_store import Record, Status

Frame: TypeAlias = dict[str, Any] | bytes
_STEPS: Final = 4
_PREVIEW: Final = b"\x00\x00\x00\x01\x00\x00\x00\x02made up"
_REFUSED: Final = 1008
_BROKEN: Final = 1011
_LOOK: Final = 0.05
_DROPPED_AFTER: Final = 2
_AT_ONCE: Final = 3
"""Frames that are sent as soon as somebody listens."""


async def follow(websocket: WebSocket) -> None:
    """GET /ws/c_instance: frames spread over the run; they stop when the task ends."""
    state = cast(EmulatorState, websocket.app.state.emulator)
    record = _find(state, websocket)
    if record is None:
        await websocket.close(_REFUSED)
        return
    await websocket.accept()
    with suppress(WebSocketDisconnect, RuntimeError):
        await tell(state, record, websocket)
        await websocket.close()


async def tell(state: EmulatorState, record: Record, websocket: WebSocket) -> None:
    """Send the frames of one run; the connection stays open."""
    fault = state.faults.before("progress", record.endpoint) or state.faults.after(
        "progress", record.endpoint, ""
    )
    dropped = int(fault.value or _DROPPED_AFTER) if fault is not None and fault.do == "drop" else None
    if fault is not None and fault.do == "bad-json":
        await websocket.send_text('{"type": oops')
    frames = list(_frames(record, binary=state.switches.progress_binary))
    for number, frame in enumerate(frames):
        if number == dropped:
            await websocket.close(_BROKEN)
            return
        moment = record.start_at + (record.end_at - record.start_at) * max(0, number - _AT_ONCE) / len(frames)
        while time.time() < moment and _is_running(state, record):
            await asyncio.sleep(_LOOK)
        await _send(websocket, frame)
    while _is_running(state, record):
        await asyncio.sleep(_LOOK)
    ended = state.tasks.get(record.id)
    failed = ended is None or ended.status is not Status.SUCCESS
    reason = ended.error_message if ended else ""
    error = {"exception_message": reason, "exception_type": "RuntimeError", "node_id": record.makes[0][0]}
    known = {"prompt_id": record.id}
    end = ("execution_error", error | known) if failed else ("execution_success", known)
    await _send(websocket, _frame(*end))
    await _send(websocket, _frame("executing", {"node": None, **known}))


def _frames(record: Record, *, binary: bool) -> Iterator[Frame]:
    """All frames up to the end, in order."""
    known = {"prompt_id": record.id}
    yield _frame("status", {"status": {"exec_info": {"queue_remaining": 1}}, "sid": record.client_id})
    yield _frame("execution_start", known)
    cached, rest = record.nodes[:1], record.nodes[1:]
    yield _frame("execution_cached", {"nodes": list(cached), **known})
    made = dict(record.makes)
    for node in rest:
        yield _frame("executing", {"node": node, **known})
        if node in made:
            file = {"filename": f"demo_{node}.png", "subfolder": "", "type": "output"}
            yield _frame("executed", {"node": node, "output": {"images": [file]}, **known})
            continue
        for step in range(1, _STEPS + 1):
            yield _frame("progress", {"node": node, "value": step, "max": _STEPS, **known})
        if binary:
            yield _PREVIEW


def _frame(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"type": kind, "data": data}


async def _send(websocket: WebSocket, frame: Frame) -> None:
    if isinstance(frame, bytes):
        await websocket.send_bytes(frame)
    else:
        await websocket.send_text(json.dumps(frame))


def _is_running(state: EmulatorState, record: Record) -> bool:
    now = state.tasks.get(record.id)
    return now is not None and now.status is Status.RUNNING


def _find(state: EmulatorState, websocket: WebSocket) -> Record | None:
    """The running task of this client, if it has the ticket."""
    query = websocket.query_params
    client = query.get("clientId", "")
    try:
        ticket = json.loads(base64.b64decode(query.get("Rh-Comfy-Auth", ""), validate=True))
    except ValueError:
        return None
    if not client or not isinstance(ticket, dict) or ticket.get("sign") != client[::-1]:
        return None
    return next((record for record in state.tasks.active() if record.client_id == client), None)
