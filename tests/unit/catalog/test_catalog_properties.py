"""The form, the check and the built body obey one table, for generated payloads."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rh_ui.catalog.problems import sentence
from rh_ui.catalog.rules import Allowed, MediaLimits
from rh_ui.catalog.schema import Endpoint
from rh_ui.catalog.validation import build, check, check_field, complete
from rh_ui.domain import LARGEST_WHOLE, SMALLEST_WHOLE, FieldKind
from rh_ui.errors import PayloadRefused
from rh_ui.i18n import LANGUAGES
from tests.packaged import packaged_catalog
from tests.payloads import allowed, breaches, options_of
from tests.samples import link_for, valid_params

CATALOG = packaged_catalog()
ENDPOINTS = list(CATALOG.endpoints.values())
RULED = [endpoint for endpoint in ENDPOINTS if endpoint.rules]

calm = settings(
    derandomize=True, database=None, deadline=None, max_examples=250,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip


@calm
@given(st.data(), st.sampled_from(RULED))
def test_whoever_follows_the_rules_is_not_refused(data: st.DataObject, endpoint: Endpoint) -> None:
    params = data.draw(allowed(endpoint))
    assert check(endpoint, complete(endpoint, params)) == [], (endpoint.path, params)


def test_rules_name_only_values_and_files_that_exist() -> None:
    """A condition on an option that does not exist would never hold, and nobody would notice."""
    for endpoint in RULED:
        for rule in endpoint.rules:
            when = getattr(rule, "when", None)
            named = [(when.field, when.values)] if when is not None and when.values else []
            if isinstance(rule, Allowed):
                named.append((rule.field, rule.values))
            for key, values in named:
                field = endpoint.field(key)
                assert field is not None
                assert set(values) < set(options_of(field)), (endpoint.path, key)
            if isinstance(rule, MediaLimits):
                field = endpoint.field(rule.field)
                assert field is not None and field.kind.is_media, endpoint.path


@calm
@given(st.data(), st.sampled_from(RULED))
def test_one_step_beyond_is_refused_with_its_sentence(data: st.DataObject, endpoint: Endpoint) -> None:
    ways = list(breaches(endpoint, data.draw(allowed(endpoint))))
    breach = data.draw(st.sampled_from(ways))
    problems = check(endpoint, breach.params)
    assert breach.code in {problem.code for problem in problems}, (endpoint.path, breach)
    for problem in problems:
        assert all(sentence(problem, endpoint, language).endswith((".", "。")) for language in LANGUAGES)


def test_every_rule_of_the_table_can_be_broken_and_is_then_found() -> None:
    """Deterministic, so that no rule of the table is left to chance."""
    found: Counter[str] = Counter()
    for endpoint in ENDPOINTS:
        for breach in breaches(endpoint, valid_params(endpoint, link_for)):
            codes = {problem.code for problem in check(endpoint, breach.params)}
            assert breach.code in codes, (endpoint.path, breach)
            found[breach.rule or breach.code] += 1
    kinds = {type(rule).__name__ for endpoint in ENDPOINTS for rule in endpoint.rules}
    assert kinds - set(found) == {"Ignored", "MediaLimits"}


@pytest.mark.parametrize("number", [2**53 + 1, -(2**53) - 1, LARGEST_WHOLE, SMALLEST_WHOLE])
def test_integers_stay_exact_beyond_what_a_float_holds(number: int) -> None:
    open_ended = [
        (endpoint, field)
        for endpoint in ENDPOINTS
        for field in endpoint.fields
        if field.kind is FieldKind.INTEGER and field.min is None and field.max is None
    ]
    assert open_ended
    for endpoint, field in open_ended:
        params = {**valid_params(endpoint, link_for), field.key: f" {number} "}
        sent = json.loads(json.dumps(build(endpoint, params)))
        assert sent[field.key] == number
        assert build(endpoint, sent) == sent


def test_no_field_of_the_table_takes_a_number_of_more_than_64_bits() -> None:
    whole = [(at, field) for at in ENDPOINTS for field in at.fields if field.kind is FieldKind.INTEGER]
    assert any(field.max is None for _, field in whole)
    for at, field in whole:
        for number in (LARGEST_WHOLE + 1, SMALLEST_WHOLE - 1, 10**30):
            assert check_field(field, number), (at.path, field.key)


def test_a_refusal_carries_every_sentence() -> None:
    endpoint = CATALOG.get("pixverse-v5.6/text-to-video")
    params = {**valid_params(endpoint, link_for), "resolution": "1080p", "duration": "10"}
    with pytest.raises(PayloadRefused) as refused:
        build(endpoint, params)
    assert str(refused.value) == " ".join(sentence(one, endpoint) for one in check(endpoint, params))
