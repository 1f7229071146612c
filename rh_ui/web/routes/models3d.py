"""What the 3D viewer loads: a result as it is, a decompressed copy, or nothing."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from rh_ui.domain import Output, OutputKind
from rh_ui.errors import NotFound, StorageFault
from rh_ui.file_types.table import BIN, of_extension
from rh_ui.media.gltf import Turning, turning
from rh_ui.services.model_decompression import plain_type
from rh_ui.web.api.routing import Services
from rh_ui.web.arguments import Id, Word
from rh_ui.web.routes.file_response import NEVER, READING, ServedFile, served
from rh_ui.web.serializers.runs import output_json
from rh_ui.web.services import PageServices


def address_to_turn(services: PageServices, output: Output) -> str:
    """The address of a model for the viewer; empty if the viewer can't show it from this server alone."""
    address = str(output_json(output)["url"])
    if output.kind is not OutputKind.MODEL or not address:
        return ""
    try:
        with services.library.open(output.file_key) as file:
            how = turning(file, output.name)
    except (NotFound, StorageFault):
        return address
    if how is Turning.UNPACKED:
        return f"rh/files/{output.id}/plain/model.{plain_type(output)}"
    return address if how is Turning.AS_IT_IS else ""


def add_plain(router: APIRouter) -> None:
    """GET /files/ID/plain/model.glb (or .splat): a decompressed model, made at the first request; 204 for one
    that can't be decompressed."""

    @router.api_route("/files/{output_id}/plain/model.{ending}", methods=READING)
    async def plain(services: Services, output_id: Id, ending: Word, request: Request) -> Response:
        output = await run_in_threadpool(lambda: services.opened(services.history.output(output_id)))
        if output.kind is not OutputKind.MODEL or not output.file_key or ending != plain_type(output):
            raise NotFound("There is no such result.")
        key = await run_in_threadpool(services.decompression.plain_copy, output)
        # Shielded: other requests may wait for the same copy.
        key = key or await asyncio.shield(asyncio.wrap_future(services.decompression.request(output)))
        if not key:
            return Response(status_code=204, headers=NEVER)  # not an error: browsers would log one
        offered = ServedFile(
            key, (of_extension(ending) or BIN).mime, f"model.{ending}", f"{output.sha256}-plain"
        )
        return await run_in_threadpool(served, services.library, offered, request)
