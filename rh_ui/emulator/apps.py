"""The calls for apps and quick creations: run, form, lists, styles (API sheet §5, 6)."""

from __future__ import annotations

from typing import Any, Final

from PIL import Image
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from rh_ui.emulator import replies, sample_apps
from rh_ui.emulator.accounts import KeyKind, amount
from rh_ui.emulator.journal import bearer
from rh_ui.emulator.renders.encoding import encode
from rh_ui.emulator.runs import (
    RunCall,
    RunPlan,
    RunRefused,
    allow,
    asked,
    change,
    check_conditions,
    cost_of,
    take,
)
from rh_ui.emulator.state import base_of, state_of, who
from rh_ui.emulator.v2_api import json_body, refused, unknown_key

_COVER: Final = (480, 320)
_LARGEST_PAGE: Final = 50
_LIKES: Final = {"likeCount": "13", "downloadCount": "0", "useCount": "345", "pv": "0", "collectCount": "9"}


async def run_v1(request: Request) -> JSONResponse:
    """POST /task/openapi/ai-app/run."""
    told = await asked(request, v1=True)
    if isinstance(told, JSONResponse):
        return told
    return _run(request, told, told.body.get("webappId"))


async def run_v2(request: Request) -> JSONResponse:
    """POST /openapi/v2/run/ai-app/{id}."""
    told = await asked(request, v1=False)
    return told if isinstance(told, JSONResponse) else _run(request, told, request.path_params["id"])


async def run_quick(request: Request) -> JSONResponse:
    """POST /task/openapi/quick-ai-app/run."""
    told = await asked(request, v1=True)
    if isinstance(told, JSONResponse):
        return told
    code = told.body.get("quickCreateCode")
    app = sample_apps.apps().get(str(told.body.get("webappId") or ""))
    if not isinstance(code, str) or not code or (app is not None and app.quick_code != code):
        return refused("v1", "301")
    return _run(request, told, told.body.get("webappId"))


async def preview(request: Request) -> JSONResponse:
    """POST /openapi/v2/price-preview/run/ai-app/{id}: refuses as a run does; names no price in coins."""
    switches = state_of(request).switches
    if not switches.app_preview:
        return refused("v2", "1001", status=switches.unknown_path_status)
    told = await asked(request, v1=False)
    if isinstance(told, JSONResponse):
        return told
    try:
        _planned(request, told, request.path_params["id"])
    except RunRefused as error:
        return told.refused(error)
    price = None if told.account.kind is KeyKind.NORMAL else amount(cost_of(told.account))
    return JSONResponse(replies.price(price, switches.free_left))


def _run(request: Request, told: RunCall, app_id: object) -> JSONResponse:
    try:
        return take(request, told, _planned(request, told, app_id))
    except RunRefused as error:
        return told.refused(error)


def _planned(request: Request, told: RunCall, app_id: object) -> RunPlan:
    """The plan of the run. Raises RunRefused."""
    if app_id in (None, ""):
        raise RunRefused("301", "webappId is null")
    if not isinstance(told.body.get("nodeInfoList"), list):
        raise RunRefused("301" if told.v1 else "1007", "nodeInfoList is required")
    told.body.pop("workflow", None)
    allow(told.account)
    app = sample_apps.apps().get(str(app_id))
    if app is None:
        raise RunRefused("901")
    check_conditions(state_of(request), told, app.password)
    path = sample_apps.APP + app.id
    return change(state_of(request), told, path, app.workflow.graph, base_of(request))


async def form(request: Request) -> JSONResponse:
    """GET /api/webapp/apiCallDemo: the app's inputs; the key is in the address."""
    key = request.query_params.get("apiKey", "")
    if who(request, key) is None:
        return unknown_key(request, "v1", "802")
    app = sample_apps.apps().get(request.query_params.get("webappId", ""))
    if app is None:
        return refused("v1", "901")
    base = base_of(request)
    covers = [
        {
            "id": f"{app.id}1", "objName": "demo/cover.png", "url": _cover(base, app),
            "thumbnailUri": _cover(base, app), "imageWidth": str(_COVER[0]), "imageHeight": str(_COVER[1]),
        }
    ]  # fmt: skip
    tags = [{"id": "1", "name": app.told["tagZh"], "nameEn": app.told["tag"], "labels": None}]
    return JSONResponse(
        replies.envelope(
            {
                "curl": _example(base, app, key), "accessEncrypted": bool(app.password),
                "webappName": app.told["name"], "description": app.told["description"],
                "descriptionEn": app.told["descriptionEn"], "statisticsInfo": _LIKES,
                "nodeInfoList": app.nodes, "covers": covers, "tags": tags,
            }
        )
    )  # fmt: skip


async def listed(request: Request) -> JSONResponse:
    """POST /openapi/v2/aiapp/list: the id is only in the example of a call; numbers are texts."""
    header = request.headers.get("authorization", "")
    bare, wanted = not bearer(header), state_of(request).switches.app_list_key
    fits = wanted in ("any", "bare" if bare else "bearer")
    if not fits or who(request, header if bare else "") is None:
        return unknown_key(request, "v1", "1002")
    body = (await json_body(request)) or {}
    found, page = _page(list(sample_apps.apps().values()), body)
    base = base_of(request)
    records = [
        {
            "title": app.told["name"], "description": app.told["description"], "cover": _cover(base, app),
            "invokeExample": _example(base, app, ""),
        }
        for app in found
    ]  # fmt: skip
    return JSONResponse(replies.envelope({"records": records, **page}))


async def site_list(request: Request) -> JSONResponse:
    """POST /api/webapp/list: the site's own list, without a key and with a search."""
    body = (await json_body(request)) or {}
    words = str(body.get("search") or "").lower()
    fitting = [app for app in sample_apps.apps().values() if words in str(app.told["name"]).lower()]
    found, page = _page(fitting, body)
    base = base_of(request)
    records = [
        {
            "id": app.id, "name": app.told["name"], "intro": app.told["description"],
            "covers": [{"url": _cover(base, app)}], "owner": {"id": "1", "name": "Demo", "avatar": None},
            "statisticsInfo": _LIKES,
        }
        for app in found
    ]  # fmt: skip
    return JSONResponse(replies.envelope({"records": records, "total": page["total"]}))


async def styles(request: Request) -> JSONResponse:
    """POST /api/fast/creation/model/params: the styles of a quick creation; `Loar` is the real spelling."""
    body = (await json_body(request)) or {}
    if not isinstance(body.get("type"), int) or not body.get("webappId"):
        return refused("v1", "301")
    app = sample_apps.apps().get(str(body["webappId"]))
    base = base_of(request)
    return JSONResponse(
        replies.envelope(
            [
                {
                    "id": str(number), "type": body["type"], "webappId": app.id, "modelCategory": 1,
                    "modelName": style["name"], "modelKey": style["key"], "content": style["content"],
                    "modelPreviewUrl": f"{base}/covers/{app.id}-{number}.png",
                    "modelTrigger": style.get("trigger", ""),
                    "modelLoar1FileName": style["file"], "modelLoar1Weight": style["weight"],
                    "modelLoar2FileName": None, "modelLoar2Weight": None,
                }
                for number, style in enumerate(app.told.get("styles", ()), 1)
            ]
            if app
            else []
        )
    )  # fmt: skip


async def cover(request: Request) -> Response:
    """GET /covers/{id}: one colour, chosen for an app, a style or a public model."""
    wanted = request.path_params["id"].removesuffix(".png")
    app = sample_apps.apps().get(wanted.partition("-")[0])
    hue = (
        app.told["hue"] if app and "-" not in wanted else f"hsl({37 * sum(wanted.encode()) % 360}, 45%, 60%)"
    )
    if app is None and wanted not in [entry["id"] for entry in sample_apps.resources()]:
        return Response(status_code=404)
    picture = Image.new("RGB", _COVER, hue)
    return Response(encode(picture, "png", _COVER), media_type="image/png")


def _cover(base: str, app: sample_apps.App) -> str:
    return f"{base}/covers/{app.id}.png"


def _example(base: str, app: sample_apps.App, key: str) -> str:
    return (
        f"curl --location --request POST '{base}/openapi/v2/run/ai-app/{app.id}' "
        f"--header 'Authorization: Bearer {key or 'YOUR_KEY'}' --data-raw '{{\"nodeInfoList\": []}}'"
    )


def _page(found: list[sample_apps.App], body: dict[str, Any]) -> tuple[list[sample_apps.App], dict[str, Any]]:
    """One page of a list, and its page counts."""
    size = max(1, min(int(body.get("size") or 10), _LARGEST_PAGE))
    current = max(1, int(body.get("current") or 1))
    pages = -(-len(found) // size)
    told = {
        "current": str(current), "size": str(size), "total": str(len(found)), "pages": str(pages),
        "hasNext": current < pages,
    }  # fmt: skip
    return found[(current - 1) * size : current * size], told
