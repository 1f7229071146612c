"""A form from a file: a person who drops a result on the page gets the model and settings that made it.

Only the first and last bytes of the file are sent here, and none of them is stored. Their content can't be
trusted: it is checked like every other form, and files are found by content in this library or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from rh_ui.catalog.comfy.graph import read as read_graph
from rh_ui.catalog.problems import not_offered, sentence
from rh_ui.catalog.schema import Catalog, Endpoint
from rh_ui.catalog.validation import media_values
from rh_ui.domain import INPUT_PREFIX, JsonValue, Params
from rh_ui.errors import InputRefused, StudioError
from rh_ui.i18n import Message, Words, translate
from rh_ui.i18n.format import sentences
from rh_ui.media.embedded_graphs import graphs_in
from rh_ui.media.provenance import WINDOW, Found, Other, Provenance, read_note
from rh_ui.services.input_service import InputService
from rh_ui.storage.library import Library
from rh_ui.web.api.routing import Services
from rh_ui.web.arguments import Count, Language
from rh_ui.web.bodies import read_body
from rh_ui.web.serializers.reused_form import reused
from rh_ui.web.serializers.writable import writable

LARGEST: Final = 2 * WINDOW
NAMED: Final = 6
"""The most settings or files that one sentence names."""
LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class FormFinder:
    """Reads files of the page's visitors."""

    catalog: Catalog
    library: Library
    language: Callable[[str], Words]
    inputs: InputService | None = None
    """The inputs that a caller sees; None: all."""

    def read(self, head: bytes, tail: bytes, language: str) -> dict[str, JsonValue]:
        """The form, or only `said`, why there is none."""
        words = self.language(language)
        match read_note(head, tail):
            case Provenance() as origin:
                return self._form(origin, words)
            case Other(program):
                carried = self._carried(head, tail, language)
                return carried or {"said": words("restore.other", program=program)}
            case Found.NOTHING:
                graph = None if tail else self._graph(head, language)
                carried = graph or self._carried(head, tail, language)
                return carried or {"said": words("restore.nothing"), "nothing": True}
            case Found() as found:
                return {"said": words(f"restore.{found.value}")}

    def _carried(self, head: bytes, tail: bytes, language: str) -> dict[str, JsonValue] | None:
        """The workflow inside a picture, video or sound, or why it can't be run."""
        refused: dict[str, JsonValue] | None = None
        for text in graphs_in(head, tail):
            graph = self._graph(text, language)
            if graph is not None and "workflow" in graph:
                return {"workflow": True, "text": text}
            refused = refused or graph
        return refused

    def _graph(self, content: bytes | str, language: str) -> dict[str, JsonValue] | None:
        """That the file is a workflow, or why it can't be run; None for any other file."""
        try:
            read_graph(content)
        except InputRefused as fault:
            line = fault.args[0]
            is_graph = isinstance(line, Message) and line.key in ("catalog.graph_drawn", "catalog.graph_odd")
            return {"said": translate(line, language)} if is_graph else None
        return {"workflow": True}

    def _form(self, origin: Provenance, words: Words) -> dict[str, JsonValue]:
        endpoint = find_endpoint(self.catalog, origin.endpoint)
        if endpoint is None:
            return {"said": words("card.model_gone", model=origin.model or origin.endpoint)}
        if why := not_offered(endpoint):
            return {"said": sentences(sentence(problem, endpoint, words.language) for problem in why)}
        payload, missing = self._without_missing(endpoint, origin, words)
        form = reused(endpoint, payload, words)
        said = [words("restore.lost", fields=_listed(form.lost))] if form.lost else []
        said += [words("restore.missing", files=_listed(missing))] if missing else []
        return {
            "modality": endpoint.modality.value,
            "endpoint": endpoint.path,
            "values": form.values,
            "media": cast("dict[str, JsonValue]", form.files),
            "notice": sentences([words("restore.done"), *said]),
        }

    def _without_missing(
        self, endpoint: Endpoint, origin: Provenance, words: Words
    ) -> tuple[Params, tuple[str, ...]]:
        """The payload without missing files and dead links, and the names of what was removed."""
        gone: dict[str, str] = {}
        for _, _, value in media_values(endpoint, origin.payload):
            if value in origin.shortened:
                gone[value] = value or words("restore.some_link")
            elif value.startswith(INPUT_PREFIX) and not self._is_here(value):
                gone[value] = origin.inputs.get(value) or words("restore.some_file")
        payload = {key: _without(value, gone) for key, value in origin.payload.items()}
        empty = [words("restore.some_link")] if "" in origin.shortened else []
        return payload, tuple(dict.fromkeys([*gone.values(), *empty]))

    def _is_here(self, ref: str) -> bool:
        try:
            (self.inputs or self.library).input_info(ref)
        except StudioError:
            return False
        return True


def find_endpoint(catalog: Catalog, path: str) -> Endpoint | None:
    """The model that now has this path; for a retired model, its successor."""
    named = catalog.find(path)
    if named is not None and not named.deprecated:
        return named
    moved = (endpoint for endpoint in catalog.endpoints.values() if path in endpoint.formerly)
    return next(moved, named)


def _without(value: JsonValue, gone: Mapping[str, str]) -> JsonValue:
    if isinstance(value, list):
        return [item for item in value if not _is_gone(item, gone)] or None
    return None if isinstance(value, str) and value in gone else value


def _is_gone(item: JsonValue, gone: Mapping[str, str]) -> bool:
    held = item.values() if isinstance(item, dict) else [item]
    return any(isinstance(value, str) and value in gone for value in held)


def _listed(names: tuple[str, ...]) -> str:
    """Names for a sentence: few and short, as they can't be trusted."""
    shown = [name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…" for name in names[:NAMED]]
    return ", ".join([*shown, *([f"… ({len(names)})"] if len(names) > NAMED else [])])


def build_restore_router() -> APIRouter:
    """`POST /rh/restore?head=BYTES&language=CODE`: the body is that many first bytes, then the last ones."""
    router = APIRouter(prefix="/rh", include_in_schema=False)

    @router.post("/restore")
    async def restore(
        services: Services, request: Request, head: Count, language: Language = "en"
    ) -> JSONResponse:
        finder = FormFinder(services.catalog, services.library, services.language, services.inputs)
        body = await read_body(request, LARGEST)
        if body is None:
            return JSONResponse({"said": finder.language(language)("restore.too_much")}, 413)
        told: dict[str, Any] = await run_in_threadpool(finder.read, body[:head], body[head:], language)
        return JSONResponse(writable(told))

    return router
