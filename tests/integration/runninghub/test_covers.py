"""Pictures of apps and public models, fetched by our server for the page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rh_ui.errors import NotFound
from rh_ui.services import cover_proxy
from rh_ui.services.cover_proxy import CoverProxy
from tests.here import OPEN
from tests.integration.runninghub.conftest import Seen, Start, Wire
from tests.integration.runninghub.test_client_download import PNG


def test_a_picture_comes_by_its_token_and_nothing_else_does(start_server: Start, wire: Wire) -> None:
    server = start_server(lambda _seen: wire.http(200, PNG))
    known = CoverProxy(OPEN)
    token = known.token(f"{server.url}/cover.png")
    assert known.fetch(token) == (PNG, "image/png")
    assert known.token("") == known.token("file:///etc/hostname") == ""
    with pytest.raises(NotFound):
        known.fetch("0" * 24)


def test_what_is_no_picture_or_too_large_a_one_is_none(
    start_server: Start, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = start_server(lambda _seen: wire.http(200, b"<html><script>alert(1)</script></html>"))
    picture = start_server(lambda _seen: wire.http(200, PNG))
    monkeypatch.setattr(cover_proxy, "LARGEST", len(PNG) - 1)
    known = CoverProxy(OPEN)
    for server in (page, picture):
        with pytest.raises(NotFound):
            known.fetch(known.token(f"{server.url}/cover.png"))


def test_one_that_comes_too_slowly_is_given_up(
    start_server: Start, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It never pauses for long, so that only the limit on the whole time can end it."""
    sent: list[int] = []

    def drip(_seen: Seen) -> Iterator[bytes]:
        answer = wire.http(200, PNG)
        for at in range(0, len(answer), 2):
            sent.append(at)
            yield answer[at : at + 2]
            server.ended.wait(0.02)

    server = start_server(drip)
    monkeypatch.setattr(cover_proxy, "LONGEST", 0.3)
    known = CoverProxy(OPEN)
    with pytest.raises(NotFound, match="too slowly"):
        known.fetch(known.token(f"{server.url}/cover.png"))
    assert len(sent) < (len(wire.http(200, PNG))) // 2
