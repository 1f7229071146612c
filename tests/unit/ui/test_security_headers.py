"""Every answer has security headers, refusals too; a header of the answer itself stays."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from rh_ui.i18n import load_words
from rh_ui.web.middleware.guard import Guard, reach_of
from rh_ui.web.middleware.security_headers import ContentPolicy, SecurityHeaders
from rh_ui.web.routes.file_response import SANDBOX


def plain(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("words")


def result(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("a file", headers=SANDBOX)


def script(_request: Request) -> Response:
    return Response("1", media_type="text/javascript")


def client(policy: ContentPolicy, host: str = "localhost") -> TestClient:
    inside = Starlette(routes=[Route("/", plain), Route("/file", result), Route("/a.js", script)])
    guard = Guard(inside, reach_of("127.0.0.1", "", demo=True), {"en": load_words("en")})
    return TestClient(SecurityHeaders(guard, policy), base_url=f"http://{host}")


def test_every_answer_refuses_frames_and_guesses() -> None:
    for path, host, status in [
        ("/", "localhost", 200),
        ("/none", "localhost", 404),
        ("/", "evil.example", 403),
    ]:
        answer = client(ContentPolicy(), host).get(path)
        assert answer.status_code == status
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "camera=(self), microphone=(self)" in answer.headers["permissions-policy"]
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_a_result_keeps_its_sandbox() -> None:
    answer = client(ContentPolicy()).get("/file")
    assert answer.headers["content-security-policy"] == SANDBOX["Content-Security-Policy"]
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_space_may_be_shown_by_its_hub_which_the_older_header_would_forbid() -> None:
    answer = client(ContentPolicy("'self' https://huggingface.co")).get("/")
    assert "frame-ancestors 'self' https://huggingface.co" in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers


def test_the_opener_policy_is_told_to_browsers_that_take_it() -> None:
    page = client(ContentPolicy())
    assert (
        page.get("/", headers={"Sec-Fetch-Mode": "navigate"}).headers["cross-origin-opener-policy"]
        == "same-origin"
    )
    assert "cross-origin-opener-policy" not in page.get("/").headers


def test_a_part_of_the_page_says_in_few_bytes_that_as_a_document_it_may_do_nothing() -> None:
    headers = client(ContentPolicy()).get("/a.js").headers
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert sum(len(name) + len(value) + 4 for name, value in headers.items()) < 300
