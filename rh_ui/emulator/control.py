"""The emulator's own calls: the journal, the script of faults and switches, and reloading the table."""

from __future__ import annotations

from dataclasses import asdict
from decimal import InvalidOperation
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from rh_ui.emulator.fault_injection import ScriptRefused
from rh_ui.emulator.state import EmulatorState, state_of
from rh_ui.emulator.v2_api import json_body


async def journal(request: Request) -> JSONResponse:
    """GET /_emulator/journal?since=N: requests with a number above N, and the last number in use."""
    told = request.query_params.get("since", "0")
    number = int(told) if told.isdigit() else 0
    kept = state_of(request).journal
    return JSONResponse({"last": kept.last, "entries": kept.since(number)})


async def table(request: Request) -> JSONResponse:
    """POST /_emulator/table: reload the table, which may have changed since the start."""
    return JSONResponse({"endpoints": await run_in_threadpool(state_of(request).table.read_again)})


async def script(request: Request) -> JSONResponse:
    """POST /_emulator/script: see rh_ui/emulator/fault_injection.py. GET returns what is set."""
    state = state_of(request)
    if request.method == "POST":
        body = await json_body(request)
        if body is None:
            return JSONResponse({"error": "The body must be a JSON object."}, 400)
        try:
            _apply(state, body)
        except (ScriptRefused, ValueError, TypeError, AttributeError, InvalidOperation) as error:
            return JSONResponse({"error": str(error)}, 400)
    faults = [asdict(fault) for fault in state.faults.faults]
    return JSONResponse({"faults": faults, "settings": asdict(state.switches)})


def _apply(state: EmulatorState, body: dict[str, Any]) -> None:
    known = {"reset", "clear", "faults", "settings", "times", "accounts", "finish"}
    strange = sorted(set(body) - known)
    if strange:
        raise ScriptRefused(f"A script has no {strange[0]!r}. Parts: {', '.join(sorted(known))}.")
    if body.get("reset"):
        state.faults.reset()
        state.accounts.reset()
    if body.get("clear"):
        state.faults.faults.clear()
    times = {f"{name}_seconds": value for name, value in (body.get("times") or {}).items()}
    state.faults.change({**(body.get("settings") or {}), **times})
    for key, told in (body.get("accounts") or {}).items():
        state.accounts.change(key, **told)
    state.faults.add(body.get("faults") or [])
    if "finish" in body:
        state.lifecycle.hurry(None if body["finish"] == "all" else list(body["finish"]))
