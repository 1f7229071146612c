"""The program and the emulator check bodies against the same table with separate code: both refuse the same
bodies for the same reasons. The price on the page is what a run is charged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rh_ui.catalog import media_limits, pricing, rule_check, validation
from rh_ui.catalog.media_limits import Measures
from rh_ui.catalog.rules import MediaLimits
from rh_ui.catalog.schema import Endpoint, Field, PriceUnit
from rh_ui.domain import FieldKind, JsonValue, Params
from rh_ui.emulator import media_evaluator
from rh_ui.emulator.charges import charge
from rh_ui.emulator.evaluator import refusals
from rh_ui.emulator.media_evaluator import Measured, file_refusals
from rh_ui.errors import PayloadRefused, Problem
from rh_ui.media.probe import probe
from tests.corpus.films import film as encoded_film
from tests.corpus.sounds import sound as encoded_sound
from tests.packaged import packaged_catalog
from tests.payloads import allowed, breaches, options_of, valid_item
from tests.samples import link_for, valid_params

ENDPOINTS = list(packaged_catalog().endpoints.values())
RULED = [endpoint for endpoint in ENDPOINTS if endpoint.rules]
LIMITED = [
    endpoint for endpoint in ENDPOINTS if any(isinstance(rule, MediaLimits) for rule in endpoint.rules)
]
PRICED = [endpoint for endpoint in ENDPOINTS if endpoint.price is not None]
FINER = {
    "thousands": "wrong_type",
    "comma": "wrong_type",
    "bad_characters": "wrong_type",
    "mentions_none": "mentions",
}
"""The form tells some wrong types more exactly; for the service they are one."""

calm = settings(
    derandomize=True, database=None, deadline=None, max_examples=400,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
Reason = tuple[str, frozenset[str]]


def ours(problems: list[Problem]) -> set[Reason]:
    return {
        (
            FINER.get(problem.code, problem.code),
            frozenset(str(problem.details.get("fields") or problem.field).split(",")),
        )
        for problem in problems
    }


def refused_here(endpoint: Endpoint, body: Params) -> set[Reason]:
    return ours(validation.check(endpoint, body))


def refused_there(endpoint: Endpoint, body: Params) -> set[Reason]:
    return {(refusal.code, frozenset(refusal.fields)) for refusal in refusals(endpoint, body)}


ODD: list[JsonValue] = [
    None, "", "  ", [], [""], [" "], ["", "x"], [[]], {}, {"a": 1}, True, False, "true", 0, -1, 1.0, 1.5,
    float("nan"), float("inf"), 1e300, 2**53 + 1, 2**64, -(2**63) - 1, 10**30, "1", "1,000", "1,5", "１",
    "-1", "auto", "x", "\ud800", "x" * 30_000, "asset://abcdef", "abcdef", "ab", "图片编号", "a b c d",
    "https://example.com/a.png", "http://example.com", "https://", "https:///a.png", "HTTPS://EXAMPLE.COM/a",
    "ftp://example.com/a.png", "//example.com/a.png", "https:\\\\example.com\\a.png",
    "https:/example.com/a.png", "https://example.com\\a.png", "https://@/a.png", "https://user@example.com/",
    "https://exa mple.com/a.png", "https://example.com/a b.png", "http://[::1", "https://例子.com/a.png",
    "data:image/png;base64,AAAA", "data:video/mp4;base64,AAAA", "data:audio/mpeg;base64,AA==",
    "data:image/png;base64,", "data:image/png,AAAA", "data:image/png;base64,A_-A",
    "data:image/svg+xml;base64,AA=A", "data:image/png;name=a;base64,AAAA",
    "data:text/plain;base64,AAAA", "C:\\a.png", "file:///etc/passwd",
]  # fmt: skip


def near(field: Field) -> list[JsonValue]:
    """Values at the limits of the field."""
    found: list[JsonValue] = [*options_of(field)]
    for edge in (field.min, field.max):
        found += [] if edge is None else [edge, edge - 1, edge + 1, float(edge), edge + 0.5, str(edge)]
    for size in (field.min_length, field.max_length):
        found += [] if not size else ["x" * size, "x" * (size - 1), "x" * (size + 1)]
    found += [sentinel.value for sentinel in field.sentinels]
    if field.kind.is_media:
        found.append(link_for(field))
    if field.kind is FieldKind.TEXT:
        found.append("\N{CAT FACE}喵" * 617)
    if field.parts is not None:
        found += [*entries_near(field)]
    lists: list[JsonValue] = [[item] for item in found]
    if field.max_items and found:
        lists += [[found[-1]] * field.max_items, [found[-1]] * (field.max_items + 1)]
    return [*found, *lists]


def entries_near(field: Field) -> list[JsonValue]:
    """Entries of references and shots with one part that is odd, and whole ones."""
    entry = valid_item(field)
    assert isinstance(entry, dict)
    odd = [*ODD, "image_2", "image_0", "image_x", "video_1", 2, 5, "5", "05", "５", 16, "16"]
    return [entry, {**entry, "more": 1}, *({**entry, key: value} for key in entry for value in odd)]


@st.composite
def anything(draw: st.DrawFn, endpoint: Endpoint) -> Params:
    """A body that the form allows, with some unexpected values."""
    body = dict(draw(allowed(endpoint)))
    for field in draw(st.lists(st.sampled_from(endpoint.fields), max_size=4)):
        odd = draw(st.sampled_from([*ODD, *near(field)]))
        body[field.key] = [odd] if field.many and draw(st.booleans()) else odd
    return body


@calm
@given(st.data(), st.sampled_from(ENDPOINTS))
def test_what_is_refused_here_is_refused_there_and_for_the_same_reason(
    data: st.DataObject, endpoint: Endpoint
) -> None:
    body = data.draw(anything(endpoint))
    assert refused_here(endpoint, body) == refused_there(endpoint, body), (endpoint.path, body)


def test_every_odd_and_every_near_value_of_every_field_is_judged_alike() -> None:
    """Deterministic: each field of the table with each value, alone in an otherwise valid body."""
    seen: set[str] = set()
    for endpoint in ENDPOINTS:
        right = valid_params(endpoint, link_for)
        assert refused_here(endpoint, right) == refused_there(endpoint, right) == set()
        for field in endpoint.fields:
            if repr(field) in seen and not endpoint.rules:
                continue
            seen.add(repr(field))
            for odd in [*ODD, *near(field)]:
                body = {**right, field.key: odd}
                assert refused_here(endpoint, body) == refused_there(endpoint, body), (endpoint.path, body)


def test_every_way_to_break_a_rule_is_seen_by_both() -> None:
    for endpoint in ENDPOINTS:
        for breach in breaches(endpoint, valid_params(endpoint, link_for)):
            told = refused_there(endpoint, breach.params)
            assert breach.code in {code for code, _ in told}, (endpoint.path, breach)
            assert told == refused_here(endpoint, breach.params), (endpoint.path, breach)


@calm
@given(st.data(), st.sampled_from(ENDPOINTS))
def test_what_the_form_sends_is_taken(data: st.DataObject, endpoint: Endpoint) -> None:
    body = validation.build(endpoint, data.draw(allowed(endpoint)))
    assert refusals(endpoint, body) == []


def as_typed(value: JsonValue) -> JsonValue:
    """A number as a user types it."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def prices(endpoint: Endpoint, values: Params) -> tuple[object, object]:
    shown = pricing.estimate(endpoint, values).money
    charged = charge(endpoint, validation.build(endpoint, values))
    return shown and shown.amount, charged


@calm
@given(st.data(), st.sampled_from(PRICED))
def test_the_price_shown_is_the_price_charged(data: st.DataObject, endpoint: Endpoint) -> None:
    values = {key: as_typed(value) for key, value in data.draw(allowed(endpoint)).items()}
    shown, charged = prices(endpoint, values)
    assert shown == charged, (endpoint.path, values)


def test_every_setting_that_a_price_hangs_on_costs_what_is_shown() -> None:
    """Deterministic: each option of each field on which a price depends, in an otherwise valid body."""
    reached = set()
    for endpoint in PRICED:
        price = endpoint.price
        assert price is not None
        for key in {price.quantity, *(key for rule in price.rules for key in rule.when)} - {""}:
            field = endpoint.field(key)
            assert field is not None
            for value in [*options_of(field), *near(field)]:
                values = {**valid_params(endpoint, link_for), key: value}
                try:
                    shown, charged = prices(endpoint, values)
                except PayloadRefused:
                    continue
                assert shown == charged, (endpoint.path, values)
                reached.add(price.unit)
    assert reached == {at.price.unit for at in PRICED if at.price} >= {PriceUnit.CALL, PriceUnit.SECOND}


def test_the_seconds_of_a_file_cost_what_is_shown(tmp_path: Path) -> None:
    """Each model that is paid by them, with a video and a sound of 2.3 seconds."""
    film, sound = tmp_path / "film.mp4", tmp_path / "sound.wav"
    film.write_bytes(encoded_film(frames=23))
    sound.write_bytes(encoded_sound("wav", "pcm_s16le", 2.3))
    seconds = {FieldKind.VIDEO: probe(film).seconds, FieldKind.AUDIO: probe(sound).seconds}
    timed = [at for at in PRICED if at.price and at.price.unit is PriceUnit.INPUT_SECOND]
    for endpoint in timed:
        body = validation.build(endpoint, valid_params(endpoint, link_for))
        fields = [field for field in endpoint.fields if field.kind in seconds]
        media = [(at.key, at.kind.value, str(film if at.kind is FieldKind.VIDEO else sound)) for at in fields]
        shown = pricing.estimate(endpoint, body, {at.key: seconds[at.kind] or 0 for at in fields}).money
        assert shown is not None, endpoint.path
        price = endpoint.price
        assert price is not None and shown.amount >= min(price.amounts) * (1 if price.unit_size > 1 else 2)
        assert shown.amount == charge(endpoint, body, media), endpoint.path
        assert charge(endpoint, body, [(key, kind, "") for key, kind, _ in media]) is None, "not looked at"
    assert len(timed) > 10


sides = st.integers(1, 9000)
measures = st.builds(
    Measures, st.none() | sides, st.none() | sides, st.none() | st.floats(0.1, 200, allow_nan=False)
)


@calm
@given(st.data(), st.sampled_from(LIMITED))
def test_files_are_measured_against_the_same_limits(data: st.DataObject, endpoint: Endpoint) -> None:
    body = validation.build(endpoint, data.draw(allowed(endpoint)))
    fields = [field for field in endpoint.fields if field.kind.is_media]
    files = {field.key: data.draw(st.lists(measures, min_size=1, max_size=3)) for field in fields}
    alone = [
        problem
        for key, some in files.items()
        for file in some
        for problem in media_limits.check_media(endpoint, key, file, body)
    ]
    together = [
        problem
        for key, some in files.items()
        for problem in media_limits.check_media_total(endpoint, key, some, body)
    ]
    media = [(key, "image", str(at)) for key, some in files.items() for at in range(len(some))]
    known = iter([Measured(size_of(file), file.seconds) for some in files.values() for file in some])
    with pytest.MonkeyPatch.context() as patch:
        limited = {rule.field for rule in endpoint.rules if isinstance(rule, MediaLimits)}
        at = {(key, path): next(known) for key, _, path in media}
        seen = iter([at[key, path] for key, _, path in media if key in limited])
        patch.setattr(media_evaluator, "measured", lambda *_: next(seen))
        found = file_refusals(endpoint, body, media)
    expected = {(problem.code, problem.field) for problem in alone or together}
    assert {(one.code, one.fields[0]) for one in found} == expected, (endpoint.path, body, files)


def size_of(file: Measures) -> tuple[int, int] | None:
    return (file.width, file.height) if file.width and file.height else None


BROKEN: dict[str, tuple[ModuleType, str, Callable[..., object]]] = {
    "a rule is not looked at": (rule_check, "_broken_choice", lambda *_: None),
    "a condition always holds": (rule_check, "holds", lambda *_: True),
    "a range is not looked at": (validation, "_check_number", lambda *_: []),
    "an option is not looked at": (validation, "_check_choice", lambda *_: []),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_the_comparison_sees_a_fault_in_the_program(monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    module, name, broken = BROKEN[fault]
    monkeypatch.setattr(module, name, broken)
    differ = [
        breach
        for endpoint in RULED
        for breach in breaches(endpoint, valid_params(endpoint, link_for))
        if refused_here(endpoint, breach.params) != refused_there(endpoint, breach.params)
    ]
    assert differ


def test_the_comparison_sees_a_wrong_price(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pricing, "_fitting", lambda rows, _values: list(rows)[:1])
    ruled = [endpoint for endpoint in PRICED if endpoint.price and len(endpoint.price.amounts) > 1]
    differ = []
    for endpoint in ruled:
        assert endpoint.price is not None
        for rule in endpoint.price.rules:
            wanted = dict(rule.when)
            shown = pricing.estimate(endpoint, wanted).money
            if shown is not None and shown.amount != charge(endpoint, wanted):
                differ.append(endpoint.path)
    assert differ
