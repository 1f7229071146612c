"""Makes the script's types of the API from its OpenAPI description: `python -m scripts.api_types
[--check]`."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

from rh_ui.web.api.router import PREFIX, description
from scripts.processes import ROOT

FILE: Final = ROOT / "assets" / "js" / "core" / "api_types.d.ts"
HEAD: Final = (
    "// Made by `make api` from what the server says of its API (rh_ui/web/api); never edited by hand.\n"
)
PLAIN: Final = {
    "string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null",
}  # fmt: skip
SENT_BY_ITSELF: Final = "language"
"""The client adds the user's language to every call (core/api.js)."""


def type_of(schema: Mapping[str, Any]) -> str:
    """A schema as a TypeScript type."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"])
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            between = " & " if several == "allOf" else " | "
            return between.join(dict.fromkeys(type_of(each) for each in schema[several]))
    match schema.get("type"):
        case "array" if "prefixItems" in schema:
            return f"[{', '.join(type_of(each) for each in schema['prefixItems'])}]"
        case "array":
            inner = type_of(schema["items"])
            return f"({inner})[]" if " " in inner else f"{inner}[]"
        case "object" if "properties" in schema:
            return f"{{ {' '.join(_members(schema))} }}"
        case "object":
            more = schema.get("additionalProperties", True)
            return f"Record<string, {type_of(more) if isinstance(more, dict) else 'unknown'}>"
        case str() as kind:
            return PLAIN[kind]
    return "unknown"


def _members(schema: Mapping[str, Any]) -> Iterator[str]:
    needed = schema.get("required", ())
    for name, inner in schema["properties"].items():
        if inner.get("description"):
            yield _doc(inner["description"])
        yield f"{_key(name)}{'' if name in needed else '?'}: {type_of(inner)};"


def _key(name: str) -> str:
    return name if re.fullmatch(r"\w+", name) else json.dumps(name)


def _doc(text: str) -> str:
    return f"/** {' '.join(text.split())} */"


def declared(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    """A named schema as an exported type."""
    if schema.get("description"):
        yield _doc(schema["description"])
    if "properties" in schema:
        yield f"export interface {name} {{"
        yield from (f"  {member}" for member in _members(schema))
        yield "}"
    else:
        yield f"export type {name} = {type_of(schema)};"


def _given(operation: Mapping[str, Any]) -> str:
    """The argument of a call: its path parameters, its query and its body, by name."""
    parts = [
        f"{_key(each['name'])}{'' if each['required'] else '?'}: {type_of(each['schema'])};"
        for each in operation.get("parameters", ())
        if each["name"] != SENT_BY_ITSELF and each["in"] in ("path", "query")
    ]
    told = [f"{{ {' '.join(parts)} }}"] if parts else []
    bodies = operation.get("requestBody", {}).get("content", {}).values()
    told += [type_of(body["schema"]) for body in bodies]
    return " & ".join(told) or "{}"


def _answer(operation: Mapping[str, Any]) -> str:
    return type_of(operation["responses"]["200"]["content"]["application/json"]["schema"])


def calls(name: str, method: str, paths: Mapping[str, Any]) -> Iterator[str]:
    """All calls of one method, by their path under the API's own."""
    yield f"export interface {name} {{"
    for path, operations in paths.items():
        operation = operations.get(method)
        if operation is not None:
            yield f"  {_doc(operation['description'])}"
            answer = f"{{ given: {_given(operation)}; answer: {_answer(operation)} }}"
            yield f"  {json.dumps(path.removeprefix(PREFIX))}: {answer};"
    yield "}"


def written(told: Mapping[str, Any]) -> str:
    """The content of the whole file."""
    lines = [HEAD]
    for name, schema in told["components"]["schemas"].items():
        lines += [*declared(name, schema), ""]
    lines += [*calls("Gets", "get", told["paths"]), "", *calls("Posts", "post", told["paths"])]
    return "\n".join(lines) + "\n"


def main(*words: str) -> int:
    text = written(description())
    if "--check" not in words:
        FILE.write_text(text, encoding="utf-8")
    elif not FILE.is_file() or FILE.read_text(encoding="utf-8") != text:
        sys.stderr.write(f"{FILE.relative_to(ROOT)} is not what the API is now: run `make api`.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
