"""The object store: result and upload links, with the errors that such a host gives."""

from __future__ import annotations

import mimetypes
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from rh_ui.emulator.media_urls import BadMedia
from rh_ui.emulator.state import fault_of, state_of

_TYPES: Final = {
    ".glb": "model/gltf-binary", ".webp": "image/webp", ".flac": "audio/flac", ".mp3": "audio/mpeg",
}  # fmt: skip


def refuse(status: int, code: str, message: str) -> Response:
    """An error as an object store writes it."""
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{error}'
    return Response(body, status, media_type="application/xml")


async def serve(request: Request) -> Response:
    """GET or HEAD /files/…: with Content-Length, ETag and ranges; 403 when the link has expired."""
    state = state_of(request)
    if state.switches.strict_links and "authorization" in request.headers:
        return refuse(400, "InvalidArgument", "Only one way of authorization is allowed.")
    if fault_of(request, "expire"):
        return refuse(403, "AccessDenied", "Request has expired")
    query = request.query_params
    try:
        path = state.files.resolve(
            request.path_params["place"], query.get("expires", "0"), query.get("sign", "")
        )
    except BadMedia as error:
        gone = "gone" in str(error)
        return refuse(404 if gone else 403, "NoSuchKey" if gone else "AccessDenied", str(error))
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if fault_of(request, "no-range"):
        headers = MutableHeaders(scope=request.scope)
        del headers["range"]
    return FileResponse(path, media_type=kind)
