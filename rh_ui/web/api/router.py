"""The API as a whole, and its description for others."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from starlette.routing import Router

from rh_ui.web.api import (
    account,
    approvals,
    apps,
    audit,
    bin,
    catalog,
    codes,
    external_runs,
    forms,
    history,
    inputs,
    looks,
    loras,
    models,
    money,
    people,
    projects,
    quick_creations,
    reconciliation,
    results,
    runs,
    start_values,
    status,
    storage,
    tags,
    workflows,
    you,
)
from rh_ui.web.api.refusals import unforeseen
from rh_ui.web.services import PageServices

PREFIX: Final = "/rh/api"
NOUNS: Final = (
    account, approvals, apps, audit, bin, catalog, codes, external_runs, forms, history, inputs, looks, loras,
    models, money, people, projects, quick_creations, reconciliation, results, runs, start_values, status,
    storage, tags, workflows, you,
)  # fmt: skip


def add_api(app: FastAPI, services: PageServices) -> None:
    """Add the API under PREFIX; it uses `services`."""
    app.state.services = services
    # Including their routers would make each of the routes once more, a quarter of the program's start.
    app.mount(PREFIX, Router([route for noun in NOUNS for route in noun.router.routes]))
    app.add_exception_handler(Exception, lambda _request, _fault: unforeseen())


def description() -> dict[str, Any]:
    """The API's OpenAPI description."""
    app = FastAPI(title="RunningHub UI", version="1", separate_input_output_schemas=False)
    for noun in NOUNS:
        app.include_router(noun.router, prefix=PREFIX)
    return app.openapi()
