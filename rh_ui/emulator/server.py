"""The emulator as a web application, and the server that runs it."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp

from rh_ui.emulator import (
    apps,
    comfy_proxy,
    control,
    models,
    progress,
    storage,
    v1_api,
    v2_api,
    webhooks,
    workflows,
)
from rh_ui.emulator.middleware import Connections, FaultMiddleware
from rh_ui.emulator.state import EmulatorState, state_of
from rh_ui.errors import StartRefused

_log = logging.getLogger(__name__)
_PRUNE_SECONDS: Final = 600.0
LISTENING: Final = "listening on "


async def _nowhere(request: Request) -> Response:
    """Unknown paths and wrong methods, answered in the shape of each API generation (API sheet §13)."""
    switches = state_of(request).switches
    path = request.url.path
    known = any(route.path_regex.match(path) for route in _fixed_routes())
    endpoint = path.removeprefix("/openapi/v2/").removeprefix("price-preview/")
    if known or state_of(request).table.find(endpoint):
        kind = "v2" if path.startswith("/openapi/v2/") else "v1"
        return v2_api.refused(kind, "1009", status=switches.wrong_method_status)
    if path.startswith("/openapi/v2/"):
        return v2_api.refused("v2", "1001", status=switches.unknown_path_status)
    if path.startswith(("/task/openapi/", "/api/", "/uc/openapi/")):
        return v2_api.refused("v1", "412", status=switches.unknown_path_status)
    return JSONResponse({"error": "This is the RunningHub emulator; nothing is here."}, 404)


async def _login(request: Request) -> Response:
    """The target of the fault `redirect`."""
    return HTMLResponse("<html><body><h1>Sign in</h1></body></html>")


def _fixed_routes() -> list[Route]:
    return [
        Route("/openapi/v2/query", v2_api.query, methods=["POST"]),
        Route("/openapi/v2/media/upload/binary", v2_api.upload, methods=["POST"]),
        Route("/openapi/v2/queue/status", v2_api.queue_status, methods=["GET"]),
        Route("/openapi/v2/api-key/list", v2_api.key_list, methods=["GET"]),
        Route("/uc/openapi/accountStatus", v1_api.account_status, methods=["POST"]),
        Route("/task/openapi/cancel", v1_api.cancel, methods=["POST"]),
        Route("/task/openapi/status", v1_api.status, methods=["POST"]),
        Route("/task/openapi/outputs", v1_api.outputs, methods=["POST"]),
        Route("/task/openapi/upload", v1_api.upload, methods=["POST"]),
        Route("/task/openapi/create", workflows.create, methods=["POST"]),
        Route("/openapi/v2/run/workflow/{id}", workflows.run, methods=["POST"]),
        Route("/api/openapi/getJsonApiFormat", workflows.graph, methods=["POST"]),
        Route("/task/openapi/ai-app/run", apps.run_v1, methods=["POST"]),
        Route("/openapi/v2/run/ai-app/{id}", apps.run_v2, methods=["POST"]),
        Route("/task/openapi/quick-ai-app/run", apps.run_quick, methods=["POST"]),
        Route("/api/webapp/apiCallDemo", apps.form, methods=["GET"]),
        Route("/openapi/v2/aiapp/list", apps.listed, methods=["POST"]),
        Route("/api/webapp/list", apps.site_list, methods=["POST"]),
        Route("/api/fast/creation/model/params", apps.styles, methods=["POST"]),
        Route("/openapi/v2/resource/list", models.listed, methods=["POST"]),
        Route("/api/openapi/getLoraUploadUrl", models.lora_place, methods=["POST"]),
        Route("/loras/{name}", models.lora_put, methods=["PUT"]),
        Route("/task/openapi/getWebhookDetail", webhooks.detail, methods=["POST"]),
        Route("/task/openapi/retryWebhook", webhooks.retry, methods=["POST"]),
        Route("/covers/{id}", apps.cover, methods=["GET"]),
        Route("/files/{place:path}", storage.serve, methods=["GET", "HEAD"]),
        Route("/_emulator/journal", control.journal, methods=["GET"]),
        Route("/_emulator/script", control.script, methods=["GET", "POST"]),
        Route("/_emulator/table", control.table, methods=["POST"]),
        Route("/_emulator/login", _login),
    ]


def _native_routes() -> list[BaseRoute]:
    """ComfyUI's API for its own tools, on both machines."""
    return [
        found
        for place in ("/proxy/{key}", "/proxy-plus/{key}")
        for found in (
            Route(f"{place}/object_info", comfy_proxy.object_info, methods=["GET"]),
            Route(f"{place}/object_info/{{kind}}", comfy_proxy.object_info, methods=["GET"]),
            Route(f"{place}/prompt", comfy_proxy.prompt, methods=["POST"]),
            Route(f"{place}/history", comfy_proxy.history, methods=["GET"]),
            Route(f"{place}/history/{{id}}", comfy_proxy.history, methods=["GET"]),
            Route(f"{place}/view", comfy_proxy.view, methods=["GET"]),
            Route(f"{place}/upload/image", comfy_proxy.upload, methods=["POST"]),
            WebSocketRoute(f"{place}/ws", comfy_proxy.follow),
        )
    ]


def build_app(state: EmulatorState, connections: Connections) -> ASGIApp:
    """The whole application, behind FaultMiddleware."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        post = webhooks.WebhookSender(state)
        app.state.post = post
        state.lifecycle.on_end = post.begin
        state.lifecycle.resume()
        pruning = asyncio.get_running_loop().create_task(_prune_for_ever(state))
        yield
        pruning.cancel()
        post.stop()
        await state.lifecycle.stop()
        state.tasks.close()

    every = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]
    routes: list[BaseRoute] = [
        *_fixed_routes(),
        *_native_routes(),
        WebSocketRoute("/ws/c_instance", progress.follow),
        Route("/openapi/v2/price-preview/run/ai-app/{id}", apps.preview, methods=["POST"]),
        Route("/openapi/v2/price-preview/{endpoint:path}", v2_api.price_preview, methods=["POST"]),
        Route("/openapi/v2/{endpoint:path}", v2_api.submit, methods=["POST"]),
        Route("/{anywhere:path}", _nowhere, methods=every),
    ]
    app = Starlette(routes=routes, lifespan=lifespan)
    app.state.emulator = state
    return FaultMiddleware(app, state, connections)


async def _prune_for_ever(state: EmulatorState) -> None:
    while True:
        state.prune()
        await asyncio.sleep(_PRUNE_SECONDS)


class _Announcing(uvicorn.Server):
    """Prints its address as soon as it listens."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        host, port = (sockets or [])[0].getsockname()[:2]
        sys.stdout.write(f"{LISTENING}http://{host}:{port}\n")
        sys.stdout.flush()


def open_port(host: str, port: int, usual: int = 0) -> socket.socket:
    """A bound socket; port 0 takes the usual one when it is free, else any. Raises StartRefused."""
    last: OSError | None = None
    for wanted in [port] if port else [usual, 0] if usual else [0]:
        # asyncio turns Nagle's algorithm off only where the protocol is given; it costs 40 ms on every kept
        # connection.
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            opened.bind((host, wanted))
        except OSError as error:
            opened.close()
            last = error
        else:
            return opened
    raise StartRefused(f"The address {host}:{port} can't be used: {last}.") from last


def run(state: EmulatorState, opened: socket.socket, *, with_parent: bool = False) -> None:
    """Serve until stopped; `with_parent` ends it when standard input closes."""
    connections = Connections()
    config = uvicorn.Config(
        build_app(state, connections), http=connections.protocol(), ws="websockets-sansio",
        log_level="warning", access_log=False, timeout_graceful_shutdown=1, timeout_keep_alive=30,
        lifespan="on",
    )  # fmt: skip
    server = _Announcing(config)
    if with_parent:
        threading.Thread(target=_watch_parent, args=(server,), daemon=True).start()
    with suppress(KeyboardInterrupt):
        server.run(sockets=[opened])


def _watch_parent(server: uvicorn.Server) -> None:
    while sys.stdin.buffer.read(1024):
        pass
    server.should_exit = True
