"""The web application: Gradio's page, our own routes and the guard around both; and how it is served."""

from __future__ import annotations

import gc
from functools import partial
from typing import Final

import gradio as gr
import uvicorn
from fastapi import FastAPI
from gradio.queueing import Queue
from starlette.types import ASGIApp

from rh_ui.services.services import Services
from rh_ui.storage.upload_folder import LARGEST
from rh_ui.ui.guards.calls import CheckedCalls
from rh_ui.ui.guards.known_functions import known_functions
from rh_ui.ui.html_head import START, head_html, tail_html
from rh_ui.ui.page import build_page, page_i18n
from rh_ui.ui.page_html import HeadInjector
from rh_ui.ui.theme import build_theme
from rh_ui.web.access import refuse_unlisted
from rh_ui.web.api.router import add_api
from rh_ui.web.middleware.door import Door
from rh_ui.web.middleware.guard import Guard, reach_of
from rh_ui.web.middleware.response_cache import ResponseCache
from rh_ui.web.middleware.security_headers import ContentPolicy, SecurityHeaders
from rh_ui.web.middleware.upload_limits import Uploads
from rh_ui.web.routes.company_sign_in import build_company_router
from rh_ui.web.routes.file_response import CompressedAnswers
from rh_ui.web.routes.key import build_key_router
from rh_ui.web.routes.page_files import ASSETS, add_refusals, build_router
from rh_ui.web.routes.restore import build_restore_router
from rh_ui.web.routes.sign_in import build_sign_in_router
from rh_ui.web.services import PageServices, page_services

QUEUE_RESTS: Final = {"sleep_when_free": 0.05, "progress_update_sleep_when_free": 0.1}
"""Seconds between two looks of the queue; the values of Gradio 6.31 on Windows."""


def build_app(services: Services) -> ASGIApp:
    """The whole page as one ASGI application."""
    page, address = page_services(services, ASSETS), services.address
    policy = ContentPolicy(address.frame_ancestors, address.on_space)
    blocks = build_page(page)
    mounted = mount(page, blocks, policy)
    mounted.add_middleware(CheckedCalls, page=blocks, words=page.words)
    # the middleware added last is the outermost
    mounted.add_middleware(CompressedAnswers, minimum_size=2048, compresslevel=6)
    inner = Uploads(ResponseCache(mounted), services.uploads)
    app = Door(inner, services.people, services.sign_in, page.words, address, services.company)
    reach = reach_of(
        address.host, address.shown_at, demo=services.demo, people=services.people.exist(),
        any_name=address.on_space, proxies=address.proxies, user_header=address.user_header,
    )  # fmt: skip
    return SecurityHeaders(Guard(app, reach, page.words), policy)


def mount(services: PageServices, page: gr.Blocks, policy: ContentPolicy) -> FastAPI:
    """The page and our routes, without any guard."""
    functions = known_functions(page.get_config_file())
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_middleware(
        HeadInjector,
        head=partial(head_html, services, functions, START.read_text(encoding="utf-8")),
        tail=tail_html(services.version),
        policy=policy,
    )
    add_api(app, services)
    for router in (
        build_router(),
        build_key_router(),
        build_restore_router(),
        build_sign_in_router(),
        build_company_router(),
    ):
        app.router.routes.extend(router.routes)  # FastAPI's own way makes each of them once more
    add_refusals(app)
    refuse_unlisted(app, (function.api_name for function in page.fns.values() if function.fn))
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
        root_path=services.address.shown_at or None,  # a full address, whatever a request says
    )
    slow_down_queue(page._queue)
    return app


def slow_down_queue(queue: Queue) -> None:
    """Make Gradio's queue look for work less often: we queue nothing, and a look each millisecond costs an
    idle page 4 % of a core."""
    for name, seconds in QUEUE_RESTS.items():
        setattr(queue, name, seconds)


def serve(services: Services) -> None:
    """Serve until SIGINT or SIGTERM; open event streams are closed within one second."""
    config = uvicorn.Config(
        build_app(services),
        host=services.address.host,
        port=services.address.port,
        ws="none",
        log_level="warning",
        timeout_graceful_shutdown=1,
        server_header=False,
        proxy_headers=False,
    )
    gc.freeze()  # Objects made at the start stay: the garbage collector need not visit them.
    gc.enable()
    try:
        uvicorn.Server(config).run()
    finally:
        gc.freeze()  # and the operating system frees all memory at the end of the process
