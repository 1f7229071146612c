"""Where RunningHub reports the end of a run: recorded and answered at once. Any other address answers 404."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from rh_ui.errors import StorageFault
from rh_ui.web.api.routing import Unbound
from rh_ui.web.arguments import Id
from rh_ui.web.bodies import read_body

LARGEST: Final = 2 * 1024 * 1024
"""The most bytes of a message that are read; of a larger one only its arrival is recorded."""


def add_receiver(router: APIRouter) -> None:
    """POST /hooks/RUN/SECRET. The secret is checked before the body is read."""

    @router.post("/hooks/{task_id}/{secret}")
    async def told(services: Unbound, task_id: Id, secret: Id, request: Request) -> Response:
        webhooks = services.webhooks
        try:
            if not await run_in_threadpool(webhooks.verify_secret, task_id, secret):
                return Response(status_code=404)
            content = await read_body(request, LARGEST)
            await run_in_threadpool(webhooks.handle, task_id, secret, content or b"")
        except StorageFault:
            return Response(status_code=503)  # RunningHub sends it again then
        return Response(status_code=200)
