"""The examples of an empty stage: each fits the model that it names, and its picture is small."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from rh_ui.catalog.loader import load_catalog
from rh_ui.domain import FieldKind, Modality
from scripts.examples import FOLDER, draw_all, name_of

TABS = [modality.value for modality in Modality if modality is not Modality.APPS]
MOST_BYTES = 25_000
ALL: dict[str, list[dict[str, Any]]] = json.loads((FOLDER / "examples.json").read_text(encoding="utf-8"))


def test_every_tab_has_six() -> None:
    assert {tab: len(examples) for tab, examples in ALL.items()} == dict.fromkeys(TABS, 6)


@pytest.mark.parametrize("tab", TABS)
def test_each_fills_a_form_that_can_be_sent(tab: str) -> None:
    catalog = load_catalog()
    for example in ALL[tab]:
        endpoint = catalog.get(example["model"])
        assert endpoint.modality.value == tab
        assert not endpoint.deprecated
        lacking = [field.kind for field in endpoint.fields if field.required and field.default is None]
        assert lacking == [FieldKind.TEXT], f"{example['model']} asks for more than words"
        fields = {field.key: field for field in endpoint.fields}
        for key, value in example["values"].items():
            assert value in [option.value for option in fields[key].options], (example["model"], key)
        assert example["en"].isascii() and not example["zh"].isascii()


def test_the_pictures_are_small_and_made_by_the_script(tmp_path: Path) -> None:
    drawn = {path.name for path in draw_all(tmp_path)}
    assert drawn == {path.name for path in FOLDER.glob("*.webp")}
    assert drawn == {name_of(tab, number) for tab in TABS for number in range(6)}
    for name in drawn:
        assert (FOLDER / name).stat().st_size <= MOST_BYTES
        with Image.open(FOLDER / name) as kept, Image.open(tmp_path / name) as again:
            assert kept.format == "WEBP"
            assert kept.size == again.size
