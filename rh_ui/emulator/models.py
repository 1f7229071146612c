"""Public models and the user's own LoRAs: the list, the address to upload one, the upload (API sheet §3.3,
8)."""

from __future__ import annotations

import hashlib
import re
import time
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from rh_ui.emulator import replies, sample_apps
from rh_ui.emulator.state import base_of, entry_of, fault_of, state_of, who
from rh_ui.emulator.storage import refuse
from rh_ui.emulator.v2_api import json_body, refused, unknown_key

_KINDS: Final = ("UNET", "CHECKPOINT", "LORA", "GGUF")
_MD5: Final = re.compile(r"[0-9a-f]{32}")


async def listed(request: Request) -> JSONResponse:
    """POST /openapi/v2/resource/list: by kind and by words in the name."""
    if who(request) is None:
        return unknown_key(request, "v1", "1002")
    body = (await json_body(request)) or {}
    kind = body.get("resourceType")
    if kind not in _KINDS:
        return refused("v1", "1007")
    words = str(body.get("resourceName") or "").lower()
    fitting = [
        entry
        for entry in sample_apps.resources()
        if entry["resourceType"] == kind and words in str(entry["resourceName"]).lower()
    ]
    size, current = max(1, int(body.get("size") or 10)), max(1, int(body.get("current") or 1))
    records = [
        {
            **entry, "posterUrl": None,
            "thumbnailUrl": f"{base_of(request)}/covers/{entry['id']}.png",
            "createTime": "2026-01-01T00:00:00",
            "owner": {"name": "Demo", "avatar": None}, "versions": [],
            "tags": [{"name": tag} for tag in entry["tags"]],
        }
        for entry in fitting[(current - 1) * size : current * size]
    ]  # fmt: skip
    pages = -(-len(fitting) // size)
    told = {
        "records": records, "size": str(size), "current": str(current), "total": str(len(fitting)),
        "pages": str(pages), "hasNext": current < pages, "hasPrevious": current > 1,
    }  # fmt: skip
    return JSONResponse(replies.envelope(told))


async def lora_place(request: Request) -> JSONResponse:
    """POST /api/openapi/getLoraUploadUrl: the name of a LoRA and where to upload it; no address if it is
    here."""
    body = (await json_body(request)) or {}
    key, digest = body.get("apiKey"), body.get("md5Hex")
    if not isinstance(key, str) or not key or not body.get("loraName"):
        return refused("v1", "301")
    if who(request, key) is None:
        return unknown_key(request, "v1", "802")
    if not isinstance(digest, str) or not _MD5.fullmatch(digest):
        return refused("v1", "301", "md5Hex must be 32 hex digits")
    state = state_of(request)
    name = f"{digest}.safetensors"
    life = -1.0 if fault_of(request, "expire") else state.switches.lora_seconds
    here = state.files.lora_path(name).exists()
    link = None if here else state.files.lora_link(base_of(request), name, time.time() + life)
    return JSONResponse(replies.envelope({"fileName": f"api-lora-cn/{name}", "url": link}))


async def lora_put(request: Request) -> Response:
    """PUT /loras/…: the bytes; 403 when the link has expired, 400 when they are not what was announced."""
    state, name = state_of(request), request.path_params["name"]
    query = request.query_params
    if state.switches.strict_links and "authorization" in request.headers:
        return refuse(400, "InvalidArgument", "Only one way of authorization is allowed.")
    if not state.files.may_put(name, query.get("expires", "0"), query.get("sign", "")):
        return refuse(403, "AccessDenied", "Request has expired")
    digest, size = hashlib.md5(usedforsecurity=False), 0
    part = state.files.lora_path(f"{name}.part")
    with part.open("wb") as target:
        async for block in request.stream():
            digest.update(block)
            size += len(block)
            target.write(block)
    entry_of(request).file = {"name": name, "size": size}
    if digest.hexdigest() != name.removesuffix(".safetensors"):
        part.unlink()
        return refuse(400, "BadDigest", "The content is not what was announced.")
    part.replace(state.files.lora_path(name))
    return Response(status_code=200, headers={"ETag": f'"{digest.hexdigest()}"'})
