"""The page in a process of its own without the walls around it, so that a test meets Gradio's guard alone.

`serve PORT DATA`: the page as it is mounted. `answer DATA FILE…`: let every function of the page answer with
these files marked as Gradio's, and print what became of it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable
from typing import Any

import uvicorn

from rh_ui.bootstrap import running
from rh_ui.config import read_settings
from rh_ui.ui.page import build_page
from rh_ui.ui.security_headers import ContentPolicy
from rh_ui.ui.services import PageServices
from rh_ui.ui.shell import mount, services_of


def named(path: object, **more: object) -> dict[str, Any]:
    """A file as Gradio names it."""
    return {"path": path, "meta": {"_type": "gradio.FileData"}, **more}


def nested(value: object) -> list[Any]:
    """On its own, in a list, and far inside."""
    return [value, [value], {"a": [{"b": [[{"c": value}]]}]}]


def serve(services: PageServices, port: int) -> None:
    uvicorn.run(mount(services, ContentPolicy()), port=port, log_level="error", timeout_graceful_shutdown=1)


async def answers(services: PageServices, files: Iterable[str]) -> list[str]:
    """What each function's answer became, as JSON, or the fault where its outputs take no such value."""
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
    port, data, files = (int(words[0]), words[1], ()) if mode == "serve" else (0, words[0], words[1:])
    with running(read_settings(data_dir=data, port=str(port), demo=True)) as parts:
        if mode == "serve":
            serve(services_of(parts), port)
        else:
            sys.stdout.write(json.dumps(asyncio.run(answers(services_of(parts), files))))


if __name__ == "__main__":
    main(*sys.argv[1:])
