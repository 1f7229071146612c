"""The emulator obeys the same table as the form: it accepts what the rules allow and names what it
refuses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from rh_ui.catalog import rule_check, rules
from rh_ui.catalog.media_limits import Measures, check_media, check_media_total
from rh_ui.catalog.schema import Endpoint
from rh_ui.catalog.validation import build, check
from rh_ui.domain import FieldKind, JsonValue, Params
from rh_ui.emulator.evaluator import Refusal, in_words, refusals
from rh_ui.emulator.runner import start_emulator
from rh_ui.i18n.loader import word_list
from tests.files import make_clip
from tests.integration.emulator.caller import Caller
from tests.packaged import packaged_catalog
from tests.payloads import allowed, breaches
from tests.samples import link_for, valid_params

ENDPOINTS = list(packaged_catalog().endpoints.values())
RICH = {"kind": "SHARED", "limit": 1_000_000, "balance": 1_000_000_000}

calm = settings(
    derandomize=True, database=None, deadline=None, max_examples=300,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """A key that can pay for everything, at an emulator that makes no files."""
    running = start_emulator(tmp_path_factory.mktemp("emulator"), "--queue-seconds", "3600")
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
def test_what_they_forbid_is_refused_by_name(rich: Caller, data: st.DataObject, endpoint: Endpoint) -> None:
    ways = list(breaches(endpoint, data.draw(allowed(endpoint))))
    breach = data.draw(st.sampled_from(ways))
    problems = check(endpoint, breach.params)
    assert breach.code in {problem.code for problem in problems}
    told = rich.post(f"/openapi/v2/{endpoint.path}", breach.params)
    assert (told["errorCode"], told["taskId"]) == ("1007", "")
    own = refusals(endpoint, breach.params)
    assert {one.code for one in own} == {problem.code for problem in problems}, (endpoint.path, breach, told)
    assert told["errorMessage"] == in_words(own)
    for told_in in told["errorMessage"].split("|"):
        assert all(problem.field in told_in for problem in problems), (endpoint.path, breach, told)


def test_a_big_integer_arrives_as_it_was_sent(rich: Caller) -> None:
    """The refusal names the number, so every digit is visible."""
    number = 2**64 + 1
    endpoint = next(one for one in ENDPOINTS if (seed := one.field("seed")) and seed.max)
    body = {**valid_params(endpoint, link_for), "seed": number}
    told = rich.post(f"/openapi/v2/{endpoint.path}", body)
    assert str(number) in told["errorMessage"]


def test_every_kind_of_rule_is_both_kept_and_broken(rich: Caller) -> None:
    """Deterministic: for each rule of the table, bodies that keep it and every way to break it."""
    kept: Counter[str] = Counter()
    broken: Counter[str] = Counter()
    ruled = [endpoint for endpoint in ENDPOINTS if endpoint.rules]
    for endpoint in ruled:
        for body in keeping(endpoint):
            told = rich.post(f"/openapi/v2/{endpoint.path}", body)
            assert told["errorCode"] == "", (endpoint.path, body, told)
            kept.update({type(rule).__name__ for rule in endpoint.rules if speaks(rule, endpoint, body)})
        for breach in breaches(endpoint, valid_params(endpoint, link_for)):
            if breach.rule:
                told = rich.post(f"/openapi/v2/{endpoint.path}", breach.params)
                own, wrong = refusals(endpoint, breach.params), check(endpoint, breach.params)
                assert told["errorCode"] == "1007", (endpoint.path, breach)
                assert {one.code for one in own} == {one.code for one in wrong}, (endpoint.path, breach)
                assert told["errorMessage"] == in_words(own)
                assert all(one.field in told["errorMessage"] for one in wrong), (endpoint.path, breach)
                broken[breach.rule] += 1
    kinds = {type(rule).__name__ for endpoint in ruled for rule in endpoint.rules}
    assert set(kept) == kinds
    # What is ignored can't be broken; files have a test of their own below.
    assert set(broken) == kinds - {"Ignored", "MediaLimits"}


def keeping(endpoint: Endpoint) -> list[Params]:
    """Some bodies that the model's form allows."""
    found: list[Params] = []

    @settings(calm, max_examples=12, phases=[Phase.generate])
    @given(allowed(endpoint))
    def draw(values: Params) -> None:
        found.append(build(endpoint, values))

    draw()
    return found


def speaks(rule: rules.Rule, endpoint: Endpoint, body: Params) -> bool:
    """Whether the rule's condition holds for this body, or the rule has none."""
    return rule_check.holds(getattr(rule, "when", None), body, endpoint.defaults)


PICTURES: Final[dict[str, tuple[str, tuple[int, int]]]] = {
    "media_side_too_small": ("alibaba/happyhorse-1.0/image-to-video", (299, 400)),
    "media_ratio": ("alibaba/happyhorse-1.0/image-to-video", (1000, 320)),
    "media_side_too_big": ("bytedance/dreamactor-v2", (1930, 1000)),
    "media_short_side_too_big": ("bytedance/dreamactor-v2", (1900, 1090)),
    "media_size": ("rhart-video-s-official/image-to-video", (1280, 722)),
}
CLIPS: Final[dict[str, tuple[str, int, Params]]] = {
    "media_too_short": ("rhart-video-s-official/sora-upload-character", 1, {}),
    "media_too_long": ("kling-v3.0-pro/motion-control", 12, {"characterOrientation": "image"}),
    "media_total_too_long": ("rhart-video/sparkvideo-2.0/multimodal-video", 9, {}),
    "media_shorter_than_asked": ("alibaba/wan-2.7/video-edit", 3, {"duration": "5"}),
    "media_short_side_too_small": ("rhart-video-s-official/sora-upload-character", 3, {}),
}


def test_every_limit_of_a_file_is_broken_below() -> None:
    words = word_list("problem")
    assert {code for code in words if code.startswith("media_")} == {*PICTURES, *CLIPS}


def file_beyond(code: str, folder: Path) -> tuple[str, Path, Measures, Params]:
    """The model, a file that exceeds only this limit, its measures, and what else must be sent."""
    if code in PICTURES:
        path, sides = PICTURES[code]
        file = folder / "a.png"
        Image.new("RGB", sides, "teal").save(file)
        return path, file, Measures(*sides), {}
    path, seconds, more = CLIPS[code]
    sides = (640, 640) if code == "media_short_side_too_small" else (1280, 720)
    return path, make_clip(folder / "a.mp4", seconds, sides, rate=2), Measures(*sides, float(seconds)), more


@pytest.mark.parametrize("code", [*PICTURES, *CLIPS])
def test_a_file_beyond_a_limit_is_refused_for_it(rich: Caller, tmp_path: Path, code: str) -> None:
    path, file, measures, more = file_beyond(code, tmp_path)
    endpoint = next(one for one in ENDPOINTS if one.path == path)
    kind = FieldKind.IMAGE if code in PICTURES else FieldKind.VIDEO
    field = next(field for field in endpoint.fields if field.kind is kind)
    links: list[JsonValue] = [rich.link_of(file.name, file.read_bytes())] * (2 if field.many else 1)
    body = {**valid_params(endpoint, link_for), **more, field.key: links if field.many else links[0]}
    problems = check_media(endpoint, field.key, measures, body)
    problems += check_media_total(endpoint, field.key, [measures] * len(links), body)
    assert [problem.code for problem in problems] == [code]
    told = rich.post(f"/openapi/v2/{endpoint.path}", body)
    assert told["errorCode"] == "1007"
    limit, size = problems[0].details.get("limit"), f"{measures.width} × {measures.height}"
    assert limit is None or isinstance(limit, int | float)
    if code == "media_shorter_than_asked":
        limit = float(limit or 0)  # as it reads a text
    assert told["errorMessage"] == in_words([Refusal(code, (field.key,), size, limit)])
