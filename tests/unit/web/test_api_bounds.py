"""Every route of the API describes what it takes and what it answers, and takes nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

import pytest
from fastapi.testclient import TestClient

from rh_ui.web.api.router import PREFIX, description
from rh_ui.web.bodies import LARGEST

TOLD: Final = description()
SCHEMAS: Final[dict[str, Any]] = TOLD["components"]["schemas"]
FREE: Final = {"params"}
"""A form's values, as their fields check them; they are bounded as a whole."""
SECRET: Final = "never said again"


@dataclass(frozen=True)
class Operation:
    """One call of the API, as its description has it."""

    method: str
    path: str
    told: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def query(self) -> dict[str, Any]:
        return {
            each["name"]: each["schema"] for each in self.told.get("parameters", ()) if each["in"] == "query"
        }

    @property
    def body(self) -> dict[str, Any]:
        """The schemas of a JSON body's parts, by name."""
        content = self.told.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {"properties": {}})
        parts: dict[str, Any] = whole(schema)["properties"]
        return parts

    def call(self, client: TestClient, query: dict[str, Any], body: dict[str, Any] | bytes) -> Any:
        path = self.path.replace("{id}", "none").replace("{code}", "none")
        sent: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"content": json.dumps(body)}
        headers = {"Content-Type": "application/json"}
        return client.request(
            self.method, path, params=query, headers=headers, **(sent if self.method == "POST" else {})
        )


def operations() -> Iterator[Operation]:
    for path, methods in TOLD["paths"].items():
        for method, told in methods.items():
            yield Operation(method.upper(), path, told)


EVERY: Final = list(operations())


def whole(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with its references resolved."""
    if "$ref" in schema:
        return whole(SCHEMAS[schema["$ref"].rpartition("/")[2]])
    return schema


def fitting(schema: dict[str, Any]) -> Any:
    """A valid value."""
    schema = whole(schema)
    for one_of_several in ("enum", "examples"):
        if one_of_several in schema:
            return schema[one_of_several][0]
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema:
        return fitting(schema["anyOf"][0])
    if schema.get("type") == "object":
        return {name: fitting(schema["properties"][name]) for name in schema.get("required", ())}
    return {"string": "a", "integer": 1, "boolean": True, "array": [], "null": None}[schema["type"]]


def odd(schema: dict[str, Any]) -> Iterator[Any]:
    """Values that its limits must refuse, each for one reason."""
    schema = whole(schema)
    kinds = [whole(each) for each in schema.get("anyOf", [schema])]
    yield {"x": SECRET} if all(kind.get("type") != "object" for kind in kinds) else [SECRET]
    for kind in kinds:
        match kind.get("type"):
            case "string" if "enum" not in kind and "const" not in kind:
                yield from ("a\x00b", "a" * (kind["maxLength"] + 1))
            case "integer":
                yield from (kind["minimum"] - 1, kind["maximum"] + 1, 1.5, float("nan"))
            case "array":
                yield [fitting(kind["items"])] * (kind["maxItems"] + 1)
            case "object" if "properties" in kind:
                yield fitting(kind) | {SECRET: 1}


def is_text(schema: dict[str, Any]) -> bool:
    """Whether any text is valid, as for the parts of an object in an address."""
    schema = whole(schema)
    kinds = [whole(each) for each in schema.get("anyOf", [schema])]
    return any(each.get("type") == "string" and not {"enum", "const"} & each.keys() for each in kinds)


def open_ends(schema: dict[str, Any], name: str = "") -> Iterator[str]:
    """The parts of a schema that have no limit."""
    schema = whole(schema)
    if "enum" in schema or "const" in schema or name in FREE:
        return
    kind = schema.get("type")
    bound = {"string": "maxLength", "integer": "maximum", "number": "maximum", "array": "maxItems"}
    if kind in bound and bound[kind] not in schema:
        yield f"{name}: {kind} without {bound[kind]}"
    if kind is None and "anyOf" not in schema:
        yield f"{name}: anything"
    if kind == "object" and "properties" not in schema:
        yield f"{name}: any object"
    for part in schema.get("anyOf", ()):
        yield from open_ends(part, name)
    for key, part in schema.get("properties", {}).items():
        yield from open_ends(part, key)
    if kind == "array":
        yield from open_ends(schema["items"], name)


def is_refused(answer: Any) -> None:
    """In the one shape, with nothing of what was sent."""
    told = answer.json()
    assert set(told) == {"code", "sentence", "charged"}, told
    assert told["charged"] == "no"
    assert "Nothing was done and nothing was charged." in told["sentence"]
    assert SECRET not in answer.text and "aaaa" not in answer.text
    assert told["code"] == "bad-argument"


@pytest.mark.parametrize("operation", EVERY, ids=str)
def test_it_says_what_it_is_for_and_what_it_answers(operation: Operation) -> None:
    assert operation.path.startswith(f"{PREFIX}/")
    assert operation.told["description"]
    (content,) = operation.told["responses"]["200"]["content"].values()
    schema = content["schema"]
    named = schema.get("items", schema)["$ref"].rpartition("/")[2]
    assert SCHEMAS[named]["description"], named
    assert "properties" in SCHEMAS[named]
    refused = operation.told["responses"]["default"]["content"]["application/json"]["schema"]
    assert refused == {"$ref": "#/components/schemas/Refusal"}
    assert "422" not in operation.told["responses"], "FastAPI's own shape of refusals"


@pytest.mark.parametrize("operation", EVERY, ids=str)
def test_everything_that_it_takes_is_bounded(operation: Operation) -> None:
    taken = {each["name"]: each["schema"] for each in operation.told.get("parameters", ())} | operation.body
    assert [end for name, schema in taken.items() for end in open_ends(schema, name)] == []


@pytest.mark.parametrize("operation", EVERY, ids=str)
def test_a_name_that_it_does_not_know_is_refused(client: TestClient, operation: Operation) -> None:
    query = {name: fitting(schema) for name, schema in operation.query.items()}
    body = {name: fitting(schema) for name, schema in operation.body.items()}
    answer = operation.call(client, query | {SECRET: "1"}, body)
    assert answer.status_code == 422
    is_refused(answer)
    if body:
        answer = operation.call(client, query, body | {SECRET: "1"})
        assert answer.status_code == 422
        is_refused(answer)


@pytest.mark.parametrize("operation", EVERY, ids=str)
def test_every_part_is_refused_where_it_does_not_fit(client: TestClient, operation: Operation) -> None:
    query = {name: fitting(schema) for name, schema in operation.query.items()}
    body = {name: fitting(schema) for name, schema in operation.body.items()}
    for name, schema in operation.query.items():
        values = [value for value in odd(schema) if not (is_text(schema) and isinstance(value, dict | list))]
        assert values, f"{name}: nothing odd to send"
        for value in values:
            answer = operation.call(client, query | {name: str(value)}, body)
            assert answer.status_code == 422, (name, value)
            is_refused(answer)
    for name, schema in operation.body.items():
        if name in FREE:
            continue
        for value in odd(schema):
            given = deepcopy(body) | {name: value}
            answer = operation.call(client, query, given)
            assert answer.status_code == 422, (name, str(value)[:80])
            assert name in answer.json()["sentence"]
            is_refused(answer)


@pytest.mark.parametrize("operation", [each for each in EVERY if each.body], ids=str)
@pytest.mark.parametrize(
    "content",
    [b"", b"null", b"[]", b'"x"', b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' + b"9" * 5000 + b"}"],
    ids=["empty", "null", "list", "text", "broken", "no text", "deep", "digits"],
)
def test_what_is_no_body_is_refused(client: TestClient, operation: Operation, content: bytes) -> None:
    query = {name: fitting(schema) for name, schema in operation.query.items()}
    answer = operation.call(client, query, content)
    assert answer.status_code == 422
    is_refused(answer)


def test_a_call_that_is_too_large_is_refused(client: TestClient) -> None:
    large = next(each for each in EVERY if each.method == "POST")
    answer = large.call(client, {}, b" " * (LARGEST + 1))
    assert answer.status_code == 413
    is_refused(answer)
