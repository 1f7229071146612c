"""The page in its own process without our guards, so that a test reaches Gradio's checks alone.

`serve PORT DATA`: the page as it is mounted.
`broken PORT DATA`: the page with all guards, one of which raises at every call.
`answer DATA FILE…`: let every function of the page answer with these files marked as Gradio's, and print the
results.
`routes DATA`: print every route.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable
from typing import Any
from unittest.mock import patch

import requests
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from rh_ui.bootstrap import running
from rh_ui.config import read_settings
from rh_ui.ui.guards.calls import CheckedCalls
from rh_ui.ui.page import build_page
from rh_ui.ui.shell import build_app, mount
from rh_ui.web.access import rows_of
from rh_ui.web.middleware.security_headers import ContentPolicy
from rh_ui.web.routes.page_files import ASSETS
from rh_ui.web.services import PageServices, page_services
from tests.door import Admitted


def named(path: object, **more: object) -> dict[str, Any]:
    """A file as Gradio names it."""
    return {"path": path, "meta": {"_type": "gradio.FileData"}, **more}


def nested(value: object) -> list[Any]:
    """Alone, in a list, and deeply nested."""
    return [value, [value], {"a": [{"b": [[{"c": value}]]}]}]


def bare(services: PageServices) -> FastAPI:
    """The page without our guards, for its owner."""
    app = mount(services, build_page(services), ContentPolicy())
    app.add_middleware(Admitted)
    return app


def serve(app: ASGIApp, port: int) -> None:
    uvicorn.run(app, port=port, log_level="error", timeout_graceful_shutdown=1)


async def answers(services: PageServices, files: Iterable[str]) -> list[str]:
    """The result of each function's answer as JSON, or the exception where its outputs refuse such a
    value."""
    page, told = build_page(services), []
    for function in page.fns.values():
        for value in (value for file in files for value in nested(named(file))):
            given = [value] * len(function.outputs) if len(function.outputs) > 1 else value
            try:
                answer = await page.postprocess_data(function, given, None)
                told.append(json.dumps(answer, default=str))
            except (TypeError, ValueError, AttributeError) as fault:
                told.append(type(fault).__name__)
    return told


def main(mode: str, *words: str) -> None:
    serves = mode in ("serve", "broken")
    port, data, files = (int(words[0]), words[1], ()) if serves else (0, words[0], words[1:])
    with running(read_settings(data_dir=data, port=str(port), demo=True)) as found:
        services = page_services(found, ASSETS)
        if mode == "serve":
            serve(bare(services), port)
        elif mode == "broken":
            fault = KeyError("a fault that nobody foresaw")
            with patch.object(CheckedCalls, "_check", side_effect=fault):
                serve(build_app(found), port)
        elif mode == "routes":
            sys.stdout.write(json.dumps(sorted(set(rows_of(bare(services))))))
        else:
            sys.stdout.write(json.dumps(asyncio.run(answers(services, files))))


def functions(url: str) -> list[dict[str, Any]]:
    """Every function of a served page."""
    config = requests.get(f"{url}/config", timeout=20).json()
    return [entry for entry in config["dependencies"] if entry["backend_fn"]]


def number_of(url: str, name: str) -> int:
    """The number by which a call can name a function of a served page."""
    return next(int(entry["id"]) for entry in functions(url) if entry["api_name"] == name)


if __name__ == "__main__":
    main(*sys.argv[1:])
