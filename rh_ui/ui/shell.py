"""The web application: Gradio's page, our own routes and the guard around both; and how it is served."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final, Protocol

import gradio as gr
import uvicorn
from fastapi import FastAPI
from gradio.queueing import Queue
from starlette.types import ASGIApp

from rh_ui.catalog.importer.active_catalog import ActiveCatalog
from rh_ui.config import is_loopback
from rh_ui.persistence.run_queries import RunQueries
from rh_ui.quarantine import Notice
from rh_ui.services.apps import Apps
from rh_ui.services.connection_checks import ConnectionChecks
from rh_ui.services.loras import Loras
from rh_ui.services.model_decompression import ModelDecompression
from rh_ui.services.runs import RunService
from rh_ui.services.storage_cleanup import StorageCleanup
from rh_ui.services.storage_failover import FailoverReturn
from rh_ui.storage.library import Library
from rh_ui.storage.upload_folder import LARGEST, Inbox
from rh_ui.ui.guards.calls import CheckedCalls
from rh_ui.ui.guards.envelope import Envelopes
from rh_ui.ui.guards.known_functions import known_functions
from rh_ui.ui.html_head import HeadInjector, head_html, tail_html
from rh_ui.ui.page import build_page, page_i18n
from rh_ui.ui.restore_desk import RestoreDesk, build_restore_router
from rh_ui.ui.tabs.history import DRAWN_LATER
from rh_ui.ui.theme import build_theme
from rh_ui.web.middleware.allowed_routes import Doors
from rh_ui.web.middleware.guard import Guard, reach_of
from rh_ui.web.middleware.response_cache import Kept
from rh_ui.web.middleware.security_headers import ContentPolicy, SecurityHeaders
from rh_ui.web.middleware.upload_limits import Uploads
from rh_ui.web.routes.file_response import Packed
from rh_ui.web.routes.key import build_key_router
from rh_ui.web.routes.page_files import ASSETS, add_refusals, build_router
from rh_ui.web.services import PageServices, build_services

QUEUE_RESTS: Final = {"sleep_when_free": 0.05, "progress_update_sleep_when_free": 0.1}
"""Seconds between two looks, as Gradio 6.31 has them on Windows."""


class Parts(Protocol):
    """What bootstrap hands over."""

    @property
    def table(self) -> ActiveCatalog: ...
    @property
    def studio(self) -> RunService: ...
    @property
    def history(self) -> RunQueries: ...
    @property
    def library(self) -> Library: ...
    @property
    def homing(self) -> FailoverReturn: ...
    @property
    def keeping(self) -> StorageCleanup: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def unpacking(self) -> ModelDecompression: ...
    @property
    def checks(self) -> ConnectionChecks: ...
    @property
    def loras(self) -> Loras: ...
    @property
    def apps(self) -> Apps: ...
    @property
    def demo(self) -> bool: ...
    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def notices(self) -> Sequence[Notice]: ...
    @property
    def frame_ancestors(self) -> str: ...
    @property
    def on_space(self) -> bool: ...
    @property
    def shown_at(self) -> str: ...


def build_app(parts: Parts) -> ASGIApp:
    """The whole page as one ASGI application."""
    services, policy = services_of(parts), ContentPolicy(parts.frame_ancestors, parts.on_space)
    page = Doors(Uploads(CheckedCalls(Kept(mount(services, policy))), parts.inbox))
    reach = reach_of(parts.host, parts.shown_at, demo=parts.demo, any_name=parts.on_space)
    return SecurityHeaders(Guard(page, reach, services.words), policy)


def services_of(parts: Parts) -> PageServices:
    """What the page's modules get of them."""
    return build_services(
        table=parts.table,
        studio=parts.studio,
        history=parts.history,
        library=parts.library,
        homing=parts.homing,
        keeping=parts.keeping,
        unpacking=parts.unpacking,
        checks=parts.checks,
        loras=parts.loras,
        apps=parts.apps,
        notices=parts.notices,
        demo=parts.demo,
        local=is_loopback(parts.host) and not parts.shown_at,
        shown_at=parts.shown_at,
        assets=ASSETS,
    )


def mount(services: PageServices, policy: ContentPolicy) -> FastAPI:
    """The page and our routes, without any guard."""
    page = build_page(services)
    functions = known_functions(page.get_config_file(), DRAWN_LATER)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_middleware(Envelopes, page=page)
    app.add_middleware(
        HeadInjector,
        head=partial(head_html, services, functions),
        tail=tail_html(services.version),
        policy=policy,
    )
    app.add_middleware(Packed, minimum_size=2048, compresslevel=6)
    app.include_router(build_router(services))
    app.include_router(build_key_router(services))
    app.include_router(
        build_restore_router(RestoreDesk(services.catalog, services.library, services.language))
    )
    add_refusals(app)
    gr.mount_gradio_app(
        app,
        page,
        "/",
        theme=build_theme(),
        i18n=page_i18n(services),
        footer_links=[],
        run_history=False,
        max_file_size=LARGEST,
        show_error=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        favicon_path=str(ASSETS / "icon.svg"),
        root_path=services.shown_at or None,  # a full address: whatever a request says
    )
    calm(page._queue)
    return app


def calm(queue: Queue) -> None:
    """Let Gradio's queue look for work less often: nothing of ours is queued, and a look each millisecond
    costs an idle page 4 % of a core."""
    for name, seconds in QUEUE_RESTS.items():
        setattr(queue, name, seconds)


def serve(parts: Parts) -> None:
    """Serve until SIGINT or SIGTERM; open pushes are closed within one second."""
    config = uvicorn.Config(
        build_app(parts),
        host=parts.host,
        port=parts.port,
        ws="none",
        log_level="warning",
        timeout_graceful_shutdown=1,
        server_header=False,
        proxy_headers=False,
    )
    uvicorn.Server(config).run()
