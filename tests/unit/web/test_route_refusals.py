"""What our own addresses beside the API answer when something is missing or fails, whatever the services
answer."""

from __future__ import annotations

from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rh_ui.domain import OutputKind
from rh_ui.errors import FileFault, NoRoom, NotFound, StorageFault, StudioError
from rh_ui.web.routes.file_response import AWAY
from rh_ui.web.routes.key import LARGEST, build_key_router
from rh_ui.web.routes.page_files import add_refusals, build_router
from tests.door import Admitted
from tests.unit.web.edge import Calls

MODEL = SimpleNamespace(
    id="a",
    kind=OutputKind.MODEL,
    name="a.glb",
    file_key="outputs/a.glb",
    sha256="5eed",
    mime="model/x",
    size=1,
)
MEMBER, PLAIN = "/rh/files/a/members/0", "/rh/files/a/plain/model.glb"


def client(**services: Any) -> TestClient:
    told = {"version": "1", "history": Calls(output=MODEL), "library": Calls()} | services
    app = FastAPI()
    app.state.services = SimpleNamespace(
        of=lambda _caller: app.state.services, opened=lambda output: output, **told
    )
    app.include_router(build_router())
    app.include_router(build_key_router())
    app.add_middleware(Admitted)
    add_refusals(app)
    return TestClient(app)


def later(fault: StudioError) -> Future[str]:
    waiting: Future[str] = Future()
    waiting.set_exception(fault)
    return waiting


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (FileFault("Too many models wait to be unpacked."), 503, "Too many models wait to be unpacked."),
        (StorageFault("/srv/files is away"), 503, AWAY),
        (NoRoom("/srv/files is full"), 503, AWAY),
        (NotFound("There is no such result."), 404, "There is no such result."),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize(
    "where", ["the history", "the library", "the copy", "the press", "the work"], ids=lambda value: value
)
def test_what_can_not_be_had_is_told_with_its_status(
    where: str, fault: StudioError, status: int, said: str
) -> None:
    services: dict[str, Any] = {
        "the history": {"history": Calls(output=fault)},
        "the library": {"library": Calls(open=fault), "decompression": Calls(plain_copy="thumbs/a.glb")},
        "the copy": {"decompression": Calls(plain_copy=fault)},
        "the press": {"decompression": Calls(plain_copy="", request=fault)},
        "the work": {"decompression": Calls(plain_copy="", request=later(fault))},
    }[where]
    paths = [PLAIN, MEMBER] if where in ("the history", "the library") else [PLAIN]
    for path in paths:
        answer = client(**services).get(path)
        assert (answer.status_code, answer.text) == (status, said), path
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers.get("retry-after") == ("10" if status == 503 else None)


@pytest.mark.parametrize(
    ("content", "status"),
    [(b" " * LARGEST, 422), (b" " * (LARGEST + 1), 413), (b'{"plus": 1, "token": ""}', 422)],
    ids=["no JSON", "too large", "no flag"],
)
def test_an_odd_question_for_the_address_with_the_key_is_refused(content: bytes, status: int) -> None:
    answer = client().post("/rh/native", content=content)
    assert answer.status_code == status
    assert "Nothing was done and nothing was charged." in answer.text
