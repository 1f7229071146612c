"""What a newer registry must not bring back: closed endpoints, even under a new path, and older prices."""

from __future__ import annotations

from pathlib import Path

import pytest

from rh_ui.catalog.importer.overlay import Proposal, propose
from rh_ui.catalog.loader import DATA_FOLDER, read_entries
from rh_ui.catalog.schema import NotOffered
from rh_ui.domain import FieldKind
from tests.packaged import packaged_catalog
from tests.registries import Model, model, newcomer, write_registry

SHOTS = {"fieldKey": "multiShot", "type": "BOOLEAN", "defaultValue": False}
PRICED = next(entry for entry in read_entries(DATA_FOLDER, []) if "rules" in str(entry.raw.get("price")))


def proposed(folder: Path, listed: Model, **more: object) -> Proposal:
    return propose(write_registry(folder / "registry.json", [listed], **more))


@pytest.mark.parametrize(
    ("more", "withheld"),
    [
        ([], True),
        ([{"fieldKey": "multiPrompt", "type": "COMPLEX[]"}], True),
        ([{"fieldKey": "multiPrompt", "type": "STRING", "multipleInputs": True}], False),
    ],
)
def test_a_switch_under_a_new_path_is_closed_where_its_list_is_missing(
    tmp_path: Path, more: list[Model], withheld: bool
) -> None:
    path = "kling-v3.1-pro/text-to-video"
    field = proposed(tmp_path, newcomer(path, SHOTS, *more)).catalog.get(path).field("multiShot")
    assert field is not None and field.withheld is withheld


@pytest.mark.parametrize("kind", ["COMPLEX", "COMPLEX[]", "complex[]"])
@pytest.mark.parametrize("required", [True, False])
def test_a_list_of_objects_that_the_table_does_not_know_is_left_out_and_keeps_a_model_off_that_needs_it(
    tmp_path: Path, required: bool, kind: str
) -> None:
    path = "maker/new/text-to-image"
    listed = newcomer(path, {"fieldKey": "refs", "type": kind, "required": required, "multipleInputs": True})
    endpoint = proposed(tmp_path, listed).catalog.get(path)
    assert [field.key for field in endpoint.fields] == ["prompt"]
    assert endpoint.not_offered is (NotOffered.REFERENCES if required else None)


@pytest.mark.parametrize("required", [True, False])
def test_a_list_of_objects_that_the_table_knows_is_there_whatever_a_registry_says(
    tmp_path: Path, required: bool
) -> None:
    path = "skyreels-v4/omni-reference-fast"
    known = [field.key for field in packaged_catalog().get(path).fields]
    plain = [{"fieldKey": key, "type": "STRING", "required": key == "prompt"} for key in known[:-1]]
    nested = {"fieldKey": "refImages", "type": "COMPLEX[]", "required": required}
    listed = {"endpoint": path, "name_en": path, "output_type": "video", "params": [*plain, nested]}
    endpoint = proposed(tmp_path, listed).catalog.get(path)
    refs = endpoint.field("refImages")
    assert refs is not None and refs.kind is FieldKind.REFERENCES and refs.required and endpoint.offered


@pytest.mark.parametrize("required", [True, False])
def test_a_model_that_needs_what_has_no_public_name_is_not_offered(tmp_path: Path, required: bool) -> None:
    nameless = {"fieldKey": "7##select", "type": "STRING", "required": required}
    path = "maker/new/text-to-image"
    proposal = proposed(tmp_path, newcomer(path, nameless))
    endpoint = proposal.catalog.get(path)
    assert endpoint.not_offered is (NotOffered.KEYS if required else None)
    assert [field.key for field in endpoint.fields] == ["prompt"]
    (note,) = [note for note in proposal.notes if "7##select" in note]
    assert ("not offered" in note) is required


@pytest.mark.parametrize(
    ("row", "known", "said"),
    [
        ({"price": "much"}, False, "can't be read and is unknown"),
        ({"rules": [{"price": 3}]}, False, "can't be read and is unknown"),
        ({"price": 9999}, False, "stands in for one"),
        ({"unit": "/moon", "price": 3}, False, "can't be put in rules"),
        ({"pricing_type": "unparsed"}, True, "no figure"),
    ],
)
def test_a_newer_price_of_no_use_does_not_leave_the_older_one_without_a_word(
    tmp_path: Path, row: Model, known: bool, said: str
) -> None:
    pricing = [{"endpoint": PRICED.path, "currency": "CNY", "unit": "/次", **row}]
    proposal = proposed(tmp_path, model(PRICED), pricing=pricing)
    assert (proposal.catalog.get(PRICED.path).price is not None) is known
    assert any(PRICED.path in line and said in line for line in (*proposal.notices, *proposal.notes))
