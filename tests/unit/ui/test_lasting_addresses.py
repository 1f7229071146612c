"""Only what is in use is cached for ever, in browsers and in this program's memory: under one address
each."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rh_ui.domain import Modality
from rh_ui.web.routes.page_files import add_refusals, build_router
from tests.door import Admitted

NOW = "abc123"


@pytest.fixture(scope="module")
def client() -> TestClient:
    """The page's parts, of which this is the version in use."""
    forms = SimpleNamespace(models={(Modality.IMAGE, "en"): b"[]"}, version=NOW)
    services: Any = SimpleNamespace(
        version=NOW,
        words={"en": SimpleNamespace(entries={"a": "b"})},
        forms=SimpleNamespace(now=lambda: forms),
        of=lambda _caller: services,
    )
    app = FastAPI()
    app.state.services = services
    app.include_router(build_router())
    app.add_middleware(Admitted)
    add_refusals(app)
    return TestClient(app)


PARTS = (
    "words/{}/en.json",
    "models/{}/en/image.json",
    "styles/{}.css",
    "assets/{}/main.js",
    "assets/{}/icon.svg",
)


@pytest.mark.parametrize("part", PARTS)
def test_the_version_in_use_lasts(client: TestClient, part: str) -> None:
    answer = client.get(f"/rh/{part.format(NOW)}")
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize("version", ["0", "abc1234", "ABC123", "x" * 100, "%20abc123"])
@pytest.mark.parametrize("part", PARTS)
def test_any_other_is_told_and_not_kept(client: TestClient, part: str, version: str) -> None:
    answer = client.get(f"/rh/{part.format(version)}")
    assert "immutable" not in answer.headers.get("cache-control", "")


@pytest.mark.parametrize(
    "name",
    [
        "bundle/%2e%2e/main.js",
        "%2fmain.js",
        "%2e/main.js",
        "bundle/main.js",
        "js/main.js",
        "dom.js",
        "made-from.txt",
        "bundle",
        "bundle/",
        "%00",
        "x" * 5000,
        "..%2f..%2fapp.py",
    ],
)
def test_a_part_has_one_name(client: TestClient, name: str) -> None:
    answer = client.get(f"/rh/assets/{NOW}/{name}")
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("cache-control", "")
    assert "/" not in answer.text


@pytest.mark.parametrize(
    "path", ["zip", "models/1/en/smells.json", "files/a/members/x", "files/a/members/-1"]
)
def test_an_odd_address_is_refused_in_plain_words(client: TestClient, path: str) -> None:
    answer = client.get(f"/rh/{path}")
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"].startswith("text/plain")
