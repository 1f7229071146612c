"""Downloads: a selection or a whole run as one zip with a manifest, and single files from a zip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import BinaryIO, Final
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import TypeAdapter
from starlette.concurrency import run_in_threadpool

from rh_ui.domain import Output, OutputState, Task
from rh_ui.file_types import Claims, tell
from rh_ui.file_types.claims import ending_of
from rh_ui.file_types.table import of_extension
from rh_ui.media.archive import member
from rh_ui.storage.zip_stream import ZipEntry, bundled
from rh_ui.web.api.routing import Services
from rh_ui.web.arguments import Count, Id, read
from rh_ui.web.bodies import read_body
from rh_ui.web.routes.file_response import BRIEFLY, NEVER, SANDBOX, refused
from rh_ui.web.serializers.manifest import manifests
from rh_ui.web.services import PageServices

MOST: Final = 2000
"""Results in one zip."""
LONGEST_ORDER: Final = MOST * 64
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"})
"""What a browser shows from an archive; everything else is saved."""
IDS: Final[TypeAdapter[list[str]]] = TypeAdapter(list[Id])


def add_zip(router: APIRouter) -> None:
    """GET /zip?run=ID, and POST /zip with `ids`, sent by a form so that the browser saves the answer."""

    @router.get("/zip")
    def of_run(services: Services, run: Id) -> Response:
        task = services.history.task(run)
        return _zip(services, [(output, task) for output in task.outputs])

    @router.post("/zip")
    async def of_selection(services: Services, request: Request) -> Response:
        body = await read_body(request, LONGEST_ORDER)
        listed = parse_qs((body or b"").decode("ascii", "replace")).get("ids", [])
        ids = [each for text in listed for each in text.split(",")]
        if body is None or len(ids) > MOST:
            return refused(f"At most {MOST} results fit into one zip.", 413)
        sound = read(IDS, ids)
        return await run_in_threadpool(lambda: _zip(services, services.history.chosen(sound)))


def add_members(router: APIRouter) -> None:
    """GET /files/ID/members/NUMBER: one file from a result that is a zip."""

    @router.get("/files/{output_id}/members/{number}")
    def of_archive(services: Services, output_id: Id, number: Count, download: bool = False) -> Response:
        source = services.library.open(services.opened(services.history.output(output_id)).file_key)
        with ExitStack() as opened:
            opened.enter_context(source)
            found, blocks = member(source, number)
            first = next(blocks, b"")
            opened.pop_all()  # the answer closes it
        mime = tell(first, Claims(name=found.name)).mime
        shown = "inline" if mime in PICTURES and not download else "attachment"
        name = quote(found.name.rpartition("/")[2], safe="")
        headers = {**BRIEFLY, **SANDBOX, "Content-Disposition": f"{shown}; filename*=utf-8''{name}"}
        return StreamingResponse(_then(first, blocks, source), media_type=mime, headers=headers)


def is_picture(name: str) -> bool:
    """Whether a file of an archive may be a picture that a browser shows, judged by its name."""
    known = of_extension(ending_of(name))
    return known is not None and known.mime in PICTURES


def _then(first: bytes, blocks: Iterator[bytes], source: BinaryIO) -> Iterator[bytes]:
    with source:
        yield first
        yield from blocks


def _zip(services: PageServices, found: Sequence[tuple[Output, Task]]) -> Response:
    results = [(output, task) for output, task in found if output.state is not OutputState.FORGOTTEN]
    if not results:
        return refused("There is no such result.", 404)
    for output, _ in results:
        services.opened(output)
    pieces = [ZipEntry(output.file_key, output.called, output.size, _known(output)) for output, _ in results]
    content = bundled(services.library, pieces, lambda done: manifests(results, done))
    name = f"results-{datetime.now().astimezone():%Y-%m-%d-%H%M%S}.zip"
    headers = {**NEVER, "Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(content, media_type="application/zip", headers=headers)


def _known(output: Output) -> bytes | None:
    return None if output.text is None else output.text.encode("utf-8", "replace")
