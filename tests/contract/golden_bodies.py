"""The bodies that the page sends for every endpoint, as text to compare.

`python -m tests.contract.golden_bodies` writes the file again. Two forms each: as it opens, with required
fields filled in, and with every field filled in that goes with the others. Of the second one the file has
what differs from the first.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from rh_ui.catalog.form_state import form_state
from rh_ui.catalog.schema import Endpoint, Field
from rh_ui.catalog.validation import build, check
from rh_ui.domain import FieldKind, JsonValue, Params
from tests.packaged import packaged_catalog
from tests.samples import valid_params

FILE: Final = Path(__file__).parent / "golden_bodies.jsonl"
TEXT: Final = "A red kite at dawn"
MOST: Final = 1000


def link(field: Field) -> str:
    return f"https://a.example/{field.key}"


def typical(endpoint: Endpoint) -> Params:
    """The body of the form as it opens, with the required fields filled in."""
    values = {**endpoint.opening, **valid_params(endpoint, link)}
    values = {key: TEXT if _is_written(endpoint, key, given) else given for key, given in values.items()}
    return build(endpoint, _open(endpoint, values))


def full(endpoint: Endpoint) -> Params:
    """The body with every field filled in, as far as the rules allow them together."""
    values = typical(endpoint)
    for field in endpoint.fields:
        for value in _other_values(field):
            tried = {**values, field.key: value}
            if _open(endpoint, tried) == tried and not check(endpoint, tried):
                values = tried
                break
    return build(endpoint, values)


def lines(endpoints: Iterable[Endpoint]) -> dict[str, dict[str, JsonValue]]:
    """The content of the file for each endpoint, by path."""
    found: dict[str, dict[str, JsonValue]] = {}
    for endpoint in endpoints:
        first, second = typical(endpoint), full(endpoint)
        more: Params = {key: given for key, given in second.items() if first.get(key) != given}
        more |= {key: None for key in first if key not in second}
        found[endpoint.path] = {"typical": first, "full": more}
    return found


def read() -> dict[str, dict[str, JsonValue]]:
    """The file's content, by path."""
    stored = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    return {entry.pop("path"): entry for entry in stored}


def _is_written(endpoint: Endpoint, key: str, given: JsonValue) -> bool:
    field = endpoint.field(key)
    return field is not None and field.kind is FieldKind.TEXT and field.default is None and given != ""


def _open(endpoint: Endpoint, values: Params) -> Params:
    """Without fields that the form greys and does not send."""
    states = form_state(endpoint, values)
    return {key: given for key, given in values.items() if states[key].shown}


def _other_values(field: Field) -> list[JsonValue]:
    """Values that a user may enter in place of the default, the farthest from it first."""
    match field.kind:
        case FieldKind.FLAG:
            return [field.default is not True]
        case FieldKind.CHOICE:
            choices: list[JsonValue] = list(reversed(field.values))
            return [[choice] for choice in choices] if field.many else choices
        case FieldKind.INTEGER | FieldKind.DECIMAL:
            edges: list[JsonValue] = [edge for edge in (field.max, field.min) if edge is not None]
            return [*edges, MOST if field.kind is FieldKind.INTEGER else 0.5]
        case FieldKind.TEXT:
            return [[TEXT] if field.many else TEXT]
        case _:
            return [[link(field)] * 2, [link(field)]] if field.many else [link(field)]


def main() -> int:
    written = [
        json.dumps({"path": path, **entry}, ensure_ascii=False, separators=(",", ":"))
        for path, entry in lines(packaged_catalog().endpoints.values()).items()
    ]
    FILE.write_text("\n".join(written) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
