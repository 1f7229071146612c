"""The page's own addresses under /rh: scripts, words and models, results by id, and the push of changes.

Results are served by id only, never by a path from a caller; Gradio's file route is not used for them.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, Response
from sse_starlette.sse import EventSourceResponse
from starlette.concurrency import run_in_threadpool

from rh_ui.config import PROJECT
from rh_ui.domain import Modality
from rh_ui.errors import NotFound, StorageFault, StudioError
from rh_ui.web.api.refusals import status_of
from rh_ui.web.api.routing import Services, Unbound
from rh_ui.web.arguments import Id, ShortText, Word
from rh_ui.web.middleware.response_cache import FOR_EVER, IMMUTABLE
from rh_ui.web.routes.audit_export import add_audit_export
from rh_ui.web.routes.covers import add_covers
from rh_ui.web.routes.downloads import add_members, add_zip
from rh_ui.web.routes.file_response import AWAY, NEVER, READING, ServedFile, refused, served
from rh_ui.web.routes.history_export import add_history_export
from rh_ui.web.routes.models3d import add_plain
from rh_ui.web.routes.spending_export import add_spending_export
from rh_ui.web.routes.webhooks import add_receiver
from rh_ui.web.services import PageServices

ASSETS: Final = PROJECT / "assets"
FOREVER: Final = {"Cache-Control": FOR_EVER}
OWN_FOREVER: Final = {"Cache-Control": f"private, {IMMUTABLE}"}
"""For who is signed in: no cache between may show it to others."""
STYLES: Final = (
    "base", "form", "media", "nested", "sources", "picker", "studio", "board", "stage", "gallery", "history",
    "lightbox", "about", "tray", "restore", "account", "loras", "runs", "workflows", "team",
)  # fmt: skip
"""In this order: later styles override earlier ones."""
BUNDLE: Final = ASSETS / "bundle"
"""Built from assets/js by `make bundle`; the sources themselves are not served."""
ODD_ADDRESS: Final = "Something in this address is missing or can't be used. Nothing was done."
SIGN_IN: Final = (ASSETS / "inline" / "sign_in.css", ASSETS / "inline" / "sign_in.js")
EXAMPLES: Final = ASSETS / "examples"
"""What an empty stage shows; the pictures are drawn by scripts/examples.py."""
ASSET_TYPES: Final = {
    ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml",
    ".json": "application/json", ".webp": "image/webp",
}  # fmt: skip


def _spoken(content: bytes | None, kept: Mapping[str, str]) -> Response:
    """JSON in one language. None: there is no such language."""
    if content is None:
        return refused("No such language.", 404)
    return Response(content, media_type="application/json", headers=kept)


def _serve(services: PageServices, offered: ServedFile, request: Request) -> Response:
    """A file of the library, or why there is none, as plain text."""
    try:
        return served(services.library, offered, request)
    except StorageFault:
        return refused(AWAY, 503)
    except NotFound:
        return refused("The file is missing in the storage.", 404)


def _serve_parts(router: APIRouter) -> None:
    """What the page loads: scripts, styles, models and words, each under its version."""

    def caching(services: PageServices, version: str) -> dict[str, str]:
        return FOREVER if version == services.version else {"Cache-Control": "no-cache"}

    served_files = (ASSETS / "icon.svg", *SIGN_IN, *BUNDLE.glob("*.js"), *EXAMPLES.glob("*"))
    assets = {path.name: path for path in served_files}

    @router.get("/assets/{version}/{name}")
    def asset(services: Unbound, version: Id, name: ShortText) -> Response:
        """Under one address only, so that nobody can fill the cache with copies."""
        path = assets.get(name)
        if path is None:
            return refused("No such file.", 404)
        return FileResponse(path, media_type=ASSET_TYPES[path.suffix], headers=caching(services, version))

    @router.get("/styles/{version}.css")
    def styles(services: Unbound, version: Id) -> Response:
        """All styles as one file, since a page waits for each file before it shows anything."""
        sheets = [(ASSETS / "css" / f"{name}.css").read_text(encoding="utf-8") for name in STYLES]
        return Response("\n".join(sheets), media_type="text/css", headers=caching(services, version))

    @router.get("/models/{version}/{language}/{modality}.json")
    def models(services: Services, version: Id, language: Word, modality: Modality) -> Response:
        forms = services.forms.now()
        kept = OWN_FOREVER if version == forms.version else NEVER
        return _spoken(forms.models.get((modality, language)), kept)

    @router.get("/words/{version}/{language}.json")
    def words(services: Unbound, version: Id, language: Word) -> Response:
        found = services.words.get(language)
        content = json.dumps(found.entries, ensure_ascii=False).encode() if found else None
        return _spoken(content, FOREVER if version == services.version else NEVER)


def add_refusals(app: FastAPI) -> None:
    """Answer our own addresses in plain text for an invalid value and for an exception that is not handled
    elsewhere."""

    @app.exception_handler(RequestValidationError)
    def odd(_request: Request, fault: RequestValidationError) -> Response:
        in_path = any(error["loc"][0] == "path" for error in fault.errors())
        return refused("There is nothing at this address.", 404) if in_path else refused(ODD_ADDRESS, 422)

    @app.exception_handler(StudioError)
    def told(_request: Request, fault: StudioError) -> Response:
        return refused(AWAY if isinstance(fault, StorageFault) else str(fault), status_of(fault))


def build_router() -> APIRouter:
    """All own routes; each answers 404 in plain text for what does not exist."""
    router = APIRouter(prefix="/rh", include_in_schema=False)

    _serve_parts(router)
    add_zip(router)
    add_members(router)
    add_plain(router)
    add_audit_export(router)
    add_spending_export(router)
    add_history_export(router)
    add_covers(router)
    add_receiver(router)

    @router.api_route("/files/{output_id}/{name}", methods=READING)
    def result_file(
        services: Services, output_id: Id, name: ShortText, request: Request, download: bool = False
    ) -> Response:
        output = services.opened(services.history.output(output_id))
        if not output.file_key:
            return refused("There is no such result.", 404)
        known = ServedFile(
            output.file_key, output.mime, output.name or name, output.sha256, output.size, download
        )
        answer = _serve(services, known, request)
        if answer.status_code != 503:
            services.availability.record_result(output_id, missing=answer.status_code == 404)
        return answer

    @router.api_route("/thumbs/{output_id}", methods=READING)
    def thumbnail(services: Services, output_id: Id, request: Request) -> Response:
        output = services.history.output(output_id)
        if not output.has_picture:
            return refused("There is no small picture of this result.", 404)
        tag = f"{output.sha256}-small"
        answer = _serve(
            services, ServedFile(output.thumb_key, "image/webp", f"{output_id}.webp", tag), request
        )
        if answer.status_code == 404:
            services.results.redraw_thumbnail(output_id)
            return refused("The small picture is being drawn again.", 404)
        return answer

    @router.api_route("/inputs/{name}", methods=READING)
    def kept_input(services: Services, name: Id, request: Request) -> Response:
        info = services.inputs.input_info(f"input:{name}")
        return _serve(
            services, ServedFile(f"inputs/{name}", info.mime, info.name, info.sha256, info.size), request
        )

    @router.get("/events")
    async def events(services: Services, request: Request) -> EventSourceResponse:
        return EventSourceResponse(_changes(services, request.is_disconnected), ping=25)

    return router


async def _changes(
    services: PageServices, is_disconnected: Callable[[], Awaitable[bool]]
) -> AsyncIterator[dict[str, str]]:
    """One `change` event per burst of commits; the browser then refreshes once. It ends when what let the
    caller in has ended."""
    loop = asyncio.get_running_loop()
    woken = asyncio.Event()
    subscription = services.changes.subscribe(lambda: loop.call_soon_threadsafe(woken.set))
    try:
        yield {"event": "change", "data": str(services.changes.version)}
        while not await is_disconnected():
            await woken.wait()
            woken.clear()
            caller = services.caller
            if caller.person and not await run_in_threadpool(services.sign_in.goes_on, caller):
                break
            yield {"event": "change", "data": str(services.changes.version)}
            await asyncio.sleep(0.25)
    finally:
        subscription.close()
