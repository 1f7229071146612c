"""The bodies of the endpoints are what they were, byte for byte, but for what is named."""

from __future__ import annotations

import json

from rh_ui.catalog.loader import load_catalog
from rh_ui.domain import JsonValue
from tests.contract import golden_bodies


def _text(body: JsonValue) -> str:
    return json.dumps(body, ensure_ascii=False)


def test_every_body_is_what_it_was() -> None:
    """tests/contract/golden_bodies.jsonl was written before the table was brought up to date."""
    golden = golden_bodies.read()
    assert len(golden) == 355
    now = golden_bodies.lines(load_catalog().endpoints.values())
    changed = [path for path, entry in golden.items() if _text(now.get(path)) != _text(entry)]
    assert changed == []
