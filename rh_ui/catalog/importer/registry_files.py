"""Files of the vendor: read within limits, told apart, dated, and recognised by their content."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from rh_ui.catalog.importer.registry_fields import Spelled
from rh_ui.catalog.published import published
from rh_ui.errors import TableFault
from rh_ui.i18n import Message

LARGEST: Final = 20_000_000
"""Bytes of a file of the vendor; theirs has about 1 MB."""
MOST_PARTS: Final = 1_000_000
"""Values in a file, counted by the characters between them; theirs has about 60,000."""
DEEPEST: Final = 40
"""Levels of nested lists and objects."""
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
HALF_PAIR: Final = re.compile(r"\\u[dD][89a-fA-F]")
ENTRY: Final = {
    "endpoint": ("endpoint", "path"),
    "params": ("params", "parameters", "fields"),
    "unit": ("unit",),
}
"""What distinguishes a model from a price."""


def is_price_list(document: object) -> bool:
    """Whether a file of the vendor contains only prices."""
    if isinstance(document, dict):
        return "models" not in document and not document.keys().isdisjoint(("pricing", "prices"))
    first = next(iter(document), None) if isinstance(document, list) else None
    if not isinstance(first, Mapping):
        return False
    spelled = Spelled(first, ENTRY)
    return spelled.get("params") is None and spelled.get("unit") is not None


def models_of(document: object) -> list[object] | None:
    """The list under `models`, the values of a mapping there, or the document itself when it is a list."""
    models = document.get("models") if isinstance(document, dict) else document
    if isinstance(models, dict):
        return _by_path(models)
    return models if isinstance(models, list) else None


def prices_of(document: object) -> list[object]:
    """The list under `pricing` or `prices`, the values of a mapping there, or a document that is a list."""
    entries = document.get("pricing", document.get("prices")) if isinstance(document, dict) else document
    if isinstance(entries, dict):
        return _by_path(entries)
    return entries if isinstance(entries, list) else []


def said_day(text: object) -> date | None:
    """The day in a text; None where there is none, or only one that the vendor never changes."""
    found = DAY.search(text) if isinstance(text, str) else None
    try:
        day = date.fromisoformat(found.group() if found else "")
    except ValueError:
        return None
    return None if day in published().unchanging else day


def day_of(file: Path, document: object) -> date:
    """The day of a file: the one in it, else the day on which it came."""
    said = said_day(document.get("version")) if isinstance(document, dict) else None
    return said or datetime.fromtimestamp(file.stat().st_mtime, UTC).date()


def content_of(registry: object, prices: object) -> str:
    """The same for files with the same models and prices, whatever else they contain."""
    said = [models_of(registry), prices_of(registry) if isinstance(registry, dict) else [], prices_of(prices)]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def read_document(file: Path) -> object:
    """A file's JSON. Raises TableFault with one sentence for one that is not JSON, or larger than the
    vendor's."""
    try:
        size = file.stat().st_size
        if size > LARGEST:
            mb, limit = round(size / 1_000_000), LARGEST // 1_000_000
            raise TableFault(Message("catalog.too_big", file=file.name, mb=mb, limit=limit))
        return _parsed(file.read_text(encoding="utf-8-sig"))
    except OSError as fault:
        why = fault.strerror or str(fault)
    except UnicodeDecodeError:
        why = Message("catalog.not_text")
    except (ValueError, RecursionError) as fault:
        why = (
            fault.args[0]
            if isinstance(fault.args[0], Message)
            else Message("catalog.not_json", why=str(fault))
        )
    raise TableFault(Message("catalog.not_readable", file=file.name, why=why))


def _parsed(text: str) -> object:
    """Raises ValueError, with a message of ours or the parser's, and RecursionError."""
    if not text.strip():
        raise ValueError(Message("catalog.is_empty"))
    if text.lstrip().startswith("<"):
        raise ValueError(Message("catalog.is_page"))
    if sum(map(text.count, ",[{")) > MOST_PARTS:
        raise ValueError(Message("catalog.too_many_parts"))
    document: object = json.loads(text)
    level, depth = [document], 0
    while level := [each for value in level for each in _inside(value)]:
        depth += 1
        if depth > DEEPEST:
            raise ValueError(Message("catalog.too_deep"))
    return _whole(document) if HALF_PAIR.search(text) else document


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _whole(value: object) -> object:
    """The same with a question mark for a lone surrogate, which no file of ours could contain."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, dict):
        return {_whole(key): _whole(each) for key, each in value.items()}
    return value


def _by_path(entries: dict[str, object]) -> list[object]:
    return [{"endpoint": path, **each} if isinstance(each, dict) else each for path, each in entries.items()]
