"""Forms as the browser gets them."""

from __future__ import annotations

import json

import pytest

from rh_ui.catalog.loader import load_catalog
from rh_ui.catalog.schema import Catalog, Field, Option
from rh_ui.domain import FieldKind, Modality
from rh_ui.ui.form import FIRST, endpoint_spec, field_order, field_spec, is_advanced, modality_spec


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


def test_every_field_of_every_endpoint_is_in_its_form(catalog: Catalog) -> None:
    for endpoint in catalog.endpoints.values():
        drawn = endpoint_spec(endpoint)["fields"]
        assert isinstance(drawn, list)
        keys = [field["key"] for field in drawn if isinstance(field, dict)]
        assert sorted(map(str, keys)) == sorted(field.key for field in endpoint.fields), endpoint.path


def test_tabs_share_out_all_endpoints(catalog: Catalog) -> None:
    counts = [len(modality_spec(catalog, modality)) for modality in Modality]
    assert sum(counts) == len(catalog.endpoints)
    assert all(counts)


def test_models_being_retired_come_last(catalog: Catalog) -> None:
    flags = [
        spec.get("deprecated") for spec in modality_spec(catalog, Modality.VIDEO) if isinstance(spec, dict)
    ]
    assert True in flags
    assert flags == sorted(flags, key=bool)


def test_integer_limits_beyond_the_browsers_numbers_travel_as_text() -> None:
    spec = field_spec(Field("seed", FieldKind.INTEGER, min=0, max=2**64 - 1))
    assert spec["max"] == "18446744073709551615"
    assert spec["min"] == 0
    assert json.loads(json.dumps(spec)) == spec


def test_a_default_of_false_is_kept_and_no_default_stays_none() -> None:
    assert field_spec(Field("sound", FieldKind.FLAG, default=False))["default"] is False
    assert field_spec(Field("sound", FieldKind.FLAG))["default"] is None


def test_prompt_and_media_come_first_and_rare_settings_fold_away() -> None:
    prompt = Field("prompt", FieldKind.TEXT, required=True)
    picture = Field("imageUrl", FieldKind.IMAGE, required=True)
    ratio = Field("aspectRatio", FieldKind.CHOICE, options=(Option("1:1"),))
    chaos = Field("chaos", FieldKind.INTEGER)
    assert sorted([chaos, ratio, picture, prompt], key=field_order) == [prompt, picture, ratio, chaos]
    assert [is_advanced(field) for field in (prompt, picture, ratio, chaos)] == [False, False, False, True]


def test_a_required_setting_never_folds_away(catalog: Catalog) -> None:
    for endpoint in catalog.endpoints.values():
        assert not [field.key for field in endpoint.fields if field.required and is_advanced(field)]


def test_every_tab_opens_with_a_model_that_needs_words_only(catalog: Catalog) -> None:
    for modality in Modality:
        first = modality_spec(catalog, modality)[0]
        assert isinstance(first, dict)
        assert first["path"] in FIRST
        assert first["needs"] == []
        assert first["price"] or modality is Modality.TEXT
