"""The emulator obeys the same table as the form: it takes what the rules allow, and refuses the rest with the
sentence that stands under the form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from rh_ui.catalog.loader import load_catalog
from rh_ui.catalog.payload import build, check
from rh_ui.catalog.problems import sentence
from rh_ui.catalog.schema import Endpoint
from rh_ui.emulator.runner import start_emulator
from tests.integration.emulator.caller import Caller
from tests.payloads import allowed, breaches
from tests.samples import link_for, valid_params

ENDPOINTS = list(load_catalog().endpoints.values())
RICH = {"kind": "SHARED", "limit": 1_000_000, "balance": 1_000_000_000}

calm = settings(
    derandomize=True, database=None, deadline=None, max_examples=300,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """A key that can pay for everything, at an emulator that makes nothing yet."""
    running = start_emulator(tmp_path_factory.mktemp("emulator"), queue_seconds=3600)
    caller = Caller(running.url, "demo-rich")
    caller.script(accounts={"demo-rich": RICH})
    yield caller
    running.stop()


@calm
@given(data=st.data(), endpoint=st.sampled_from(ENDPOINTS))
def test_what_the_rules_allow_is_taken(rich: Caller, data: st.DataObject, endpoint: Endpoint) -> None:
    body = build(endpoint, data.draw(allowed(endpoint)))
    told = rich.post(f"/openapi/v2/{endpoint.path}", body)
    assert told["errorCode"] == "", (endpoint.path, body, told)
    assert told["taskId"]


@calm
@given(data=st.data(), endpoint=st.sampled_from(ENDPOINTS))
def test_what_they_forbid_is_refused_with_the_same_sentence(
    rich: Caller, data: st.DataObject, endpoint: Endpoint
) -> None:
    ways = list(breaches(endpoint, data.draw(allowed(endpoint))))
    breach = data.draw(st.sampled_from(ways))
    problems = check(endpoint, breach.params)
    assert breach.code in {problem.code for problem in problems}
    told = rich.post(f"/openapi/v2/{endpoint.path}", breach.params)
    assert (told["errorCode"], told["taskId"]) == ("1007", "")
    english, chinese = (
        " ".join(sentence(one, endpoint, words) for one in problems) for words in ("en", "zh")
    )
    assert told["errorMessage"] == f"{english}|{chinese}"


def test_a_big_integer_arrives_as_it_was_sent(rich: Caller) -> None:
    """The refusal names the number, so every digit shows."""
    number = 2**64 + 1
    endpoint = next(one for one in ENDPOINTS if (seed := one.field("seed")) and seed.max)
    body = {**valid_params(endpoint, link_for), "seed": number}
    told = rich.post(f"/openapi/v2/{endpoint.path}", body)
    assert f"{number:,}" in told["errorMessage"]


def test_a_file_beyond_the_media_limits_is_refused_with_its_sentence(rich: Caller, tmp_path: Path) -> None:
    path = tmp_path / "small.png"
    Image.new("RGB", (299, 400), "teal").save(path)
    link = rich.link_of("small.png", path.read_bytes())
    told = rich.post(
        "/openapi/v2/alibaba/happyhorse-1.0/image-to-video",
        {"imageUrl": link, "resolution": "720p", "duration": "5"},
    )
    assert told["errorCode"] == "1007"
    assert "299 × 400" in told["errorMessage"]
    assert "300" in told["errorMessage"]
