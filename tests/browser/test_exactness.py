"""What the page's scripts do with values, for every endpoint: a form that is filled in again sends the same
body, and the page and the table agree on what a field takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from playwright.sync_api import Page

from rh_ui.catalog.schema import Endpoint, Field
from rh_ui.catalog.validation import build, check_field, converted
from rh_ui.domain import LARGEST_WHOLE, SMALLEST_WHOLE, STUDIOS, FieldKind, JsonValue, Modality, Params
from rh_ui.i18n import load_words
from rh_ui.web.serializers.form import field_spec
from rh_ui.web.serializers.reused_form import KEPT, reused
from scripts.processes import Program
from tests.browser.conftest import open_page, with_sources
from tests.packaged import packaged_catalog
from tests.payloads import allowed

CATALOG: Final = packaged_catalog()
WORDS: Final = load_words("en")
BODIES: Final = 3
"""Payloads a model."""

REFILL: Final = """async ([modality, forms]) => {
  const { studioOf } = await import(new URL('sources/features/studio/studio.js', document.baseURI));
  const studio = studioOf(modality);
  await studio.ready;
  const plain = (key, value) => (value?.arrival ? value.value : value);
  return forms.map(([path, form]) => {
    studio.fill(studio.models.find((model) => model.path === path), form);
    return [JSON.stringify(studio.snapshot(), plain), studio.notice];
  });
}"""
FITS: Final = """async (asked) => {
  const { fits } = await import(new URL('sources/features/studio/spec.js', document.baseURI));
  return asked.map(([field, value]) => fits(field, value));
}"""


def bodies(endpoint: Endpoint) -> list[Params]:
    """A few payloads that the model's form allows."""
    found: list[Params] = []

    @settings(
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=BODIES,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(allowed(endpoint))
    def draw(body: Params) -> None:
        found.append(body)

    draw()
    return found


@pytest.mark.parametrize("modality", STUDIOS)
def test_a_form_filled_in_again_sends_what_was_sent(page: Page, live: Program, modality: Modality) -> None:
    """From the run's payload, as the page gets it, to the body of a press: nothing is lost or added."""
    open_page(page, live, modality.value)
    with_sources(page)
    models = [endpoint for endpoint in CATALOG.of(modality) if endpoint.offered]
    runs = [(endpoint, build(endpoint, body)) for endpoint in models for body in bodies(endpoint)]
    assert {endpoint.path for endpoint, _ in runs} == {endpoint.path for endpoint in models}
    forms = [(endpoint.path, form_of(endpoint, sent)) for endpoint, sent in runs]
    answers = page.evaluate(REFILL, [modality.value, forms])
    for (endpoint, sent), (body, notice) in zip(runs, answers, strict=True):
        assert notice == "", endpoint.path
        assert as_numbers(build(endpoint, as_python(body))) == as_numbers(sent), endpoint.path


def form_of(endpoint: Endpoint, params: Params) -> dict[str, Any]:
    form = reused(endpoint, params, WORDS)
    media = {
        key: [{"kind": "image", "name": value, "size": None, "value": value} for value in values]
        for key, values in form.media.items()
    }
    return {"values": form.values, "media": media}


def as_python(body: str) -> Params:
    params: Params = json.loads(body)
    return params


def as_numbers(value: Params) -> str:
    """Compares types, but 2.0 equals 2: in a browser both are one number."""
    whole = {key: int(one) for key, one in value.items() if isinstance(one, float) and one.is_integer()}
    return json.dumps({**value, **whole}, sort_keys=True)


@pytest.mark.parametrize("modality", STUDIOS)
def test_the_page_and_the_table_agree_on_what_a_field_takes(
    page: Page, live: Program, modality: Modality
) -> None:
    """A carried-over or restored value is kept only where the table takes it."""
    open_page(page, live)
    with_sources(page)
    asked = [
        (endpoint, field, value)
        for endpoint in CATALOG.of(modality)
        for field in endpoint.fields
        if not field.file_kind and not field.withheld
        for value in candidates(field)
    ]
    answers = page.evaluate(FITS, [(field_spec(endpoint, field), value) for endpoint, field, value in asked])
    wrong = [
        (endpoint.path, field.key, value, fits)
        for (endpoint, field, value), fits in zip(asked, answers, strict=True)
        if fits is not takes(endpoint, field, value)
    ]
    assert wrong == []
    assert len(set(answers)) == 2


def candidates(field: Field) -> Iterator[JsonValue]:
    """Values at and beyond the limits of the field, of its kind and of others."""
    singles: list[JsonValue] = [True, "some words", "7", 7, 1.5]
    singles += list(field.values)
    singles += [sentinel.value for sentinel in field.sentinels]
    for limit in (field.min, field.max):
        if limit is not None:
            singles += [str(limit + step) for step in (-1, 0, 1)]
    if field.kind is FieldKind.INTEGER:
        beyond = (SMALLEST_WHOLE - 1, SMALLEST_WHOLE, LARGEST_WHOLE, LARGEST_WHOLE + 1)
        singles += [*map(str, beyond), " 7 ", "+7", "7.0", "1e3"]
    for single in singles:
        yield [single] if field.many else single
    yield singles[1] if field.many else [singles[1]]


def takes(endpoint: Endpoint, field: Field, value: JsonValue) -> bool:
    if isinstance(value, list) is not field.many:
        return False
    kinds = {FieldKind.FLAG: bool, FieldKind.CHOICE: str, FieldKind.TEXT: str}
    wanted = kinds.get(field.kind, (int, float, str))
    if not all(isinstance(item, wanted) for item in (value if isinstance(value, list) else [value])):
        return False
    found = converted(endpoint, {field.key: value}).get(field.key)
    return all(problem.code in KEPT for problem in check_field(field, found))
