"""The calls for workflows: two ways to run one, and its graph (API sheet §4)."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from rh_ui.emulator import replies, sample_apps
from rh_ui.emulator.runs import RunCall, RunRefused, allow, asked, change, check_conditions, take
from rh_ui.emulator.state import base_of, state_of


async def create(request: Request) -> JSONResponse:
    """POST /task/openapi/create."""
    told = await asked(request, v1=True)
    return told if isinstance(told, JSONResponse) else _run(request, told, told.body.get("workflowId"))


async def run(request: Request) -> JSONResponse:
    """POST /openapi/v2/run/workflow/{id}."""
    told = await asked(request, v1=False)
    return told if isinstance(told, JSONResponse) else _run(request, told, request.path_params["id"])


def _run(request: Request, told: RunCall, workflow_id: object) -> JSONResponse:
    try:
        allow(told.account)
        workflow = _find(workflow_id)
        check_conditions(state_of(request), told, workflow.password)
        path = sample_apps.WORKFLOW + workflow.id
        return take(request, told, change(state_of(request), told, path, workflow.graph, base_of(request)))
    except RunRefused as error:
        return told.refused(error)


def _find(workflow_id: object) -> sample_apps.Workflow:
    workflow = sample_apps.workflows().get(str(workflow_id or ""))
    if workflow is None:
        raise RunRefused("380")
    if not workflow.saved:
        raise RunRefused("810")
    return workflow


async def graph(request: Request) -> JSONResponse:
    """POST /api/openapi/getJsonApiFormat: the graph as JSON text; note the upper case of `msg`."""
    told = await asked(request, v1=True)
    if isinstance(told, JSONResponse):
        return told
    try:
        allow(told.account)
        workflow = _find(told.body.get("workflowId"))
    except RunRefused as error:
        return told.refused(error)
    answer: dict[str, Any] = replies.envelope({"prompt": json.dumps(workflow.graph)})
    return JSONResponse({**answer, "msg": "SUCCESS"})
