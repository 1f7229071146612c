"""The script's types of the API are those of the server's description."""

from __future__ import annotations

from rh_ui.web.api.router import description
from scripts.api_types import FILE, type_of, written


def test_the_types_are_current() -> None:
    assert FILE.read_text(encoding="utf-8") == written(description()), "run `make api`"


def test_every_kind_of_schema_has_its_type() -> None:
    nested = {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "null"}]}}
    assert type_of(nested) == "(string | null)[]"
    assert type_of({"type": "array", "items": {"type": "integer"}}) == "number[]"
    pair = {"type": "array", "prefixItems": [{"type": "string"}, {"type": "boolean"}]}
    assert type_of(pair) == "[string, boolean]"
    assert type_of({"enum": ["en", "zh"], "type": "string"}) == '"en" | "zh"'
    assert type_of({"const": "x"}) == '"x"'
    assert (
        type_of({"type": "object", "additionalProperties": {"type": "boolean"}}) == "Record<string, boolean>"
    )
    assert type_of({"type": "object"}) == "Record<string, unknown>"
    assert type_of({"$ref": "#/components/schemas/Card"}) == "Card"
    assert type_of({}) == "unknown"
    shape = {"type": "object", "properties": {"a": {"type": "string"}, "b-c": {}}, "required": ["a"]}
    assert type_of(shape) == '{ a: string; "b-c"?: unknown; }'
