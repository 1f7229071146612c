"""What an app says about the values of an input: reads every form of `fieldData` (API sheet §5.3)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_TYPES: Final = frozenset({"STRING", "INT", "FLOAT", "BOOLEAN", "COMBO", "IMAGE", "AUDIO", "VIDEO"})
_VALUE_KEYS: Final = ("index", "id", "value")
"""The key of an option whose value is submitted, the first that exists: of `{name, index}`, `{text, id}`,
`{value, index}` and `{label, value}` the index, the id, the index and the value."""
_LABEL_KEYS: Final = ("name", "label", "text", "value", "description")
_KNOWN: Final = frozenset({*_VALUE_KEYS, *_LABEL_KEYS, "default"})


@dataclass(frozen=True, slots=True)
class FieldData:
    """One input's `fieldData`, read."""

    choices: Mapping[str, str] = field(default_factory=dict)
    """Submitted value → label, in order."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """default, min, max, step, multiline, multiselect … as they are written."""
    type: str = ""
    """STRING, INT … if it is given here."""


def read(data: object, value: str) -> FieldData:
    """Read `fieldData`; `value` is the present value of the input. What can't be read is ignored."""
    if isinstance(data, str):
        try:
            data = json.loads(data) if data.strip() else None
        except ValueError:
            return FieldData()
    if isinstance(data, Mapping):
        listed = data.get("options") or data.get("choices") or data.get("values")
        return FieldData(_choices(listed, value) if isinstance(listed, list) else {}, data)
    if not isinstance(data, list) or not data:
        return FieldData()
    first, options = data[0], _options(data)
    if (
        isinstance(first, str)
        and first.upper() in _TYPES
        and (len(data) == 1 or isinstance(data[1], Mapping))
    ):
        listed = options.get("options")
        return FieldData(_choices(listed, value) if isinstance(listed, list) else {}, options, first.upper())
    if isinstance(first, list):
        return FieldData(_choices(first, value), options)
    return FieldData(_choices(data, value), _default(data))


def _options(data: list[Any]) -> Mapping[str, Any]:
    return data[1] if len(data) > 1 and isinstance(data[1], Mapping) else {}


def _default(data: list[Any]) -> Mapping[str, Any]:
    """The last entry of a list may only name the default option."""
    return {"default": data[-1]["default"]} if _is_default(data[-1]) else {}


def _is_default(entry: object) -> bool:
    return (
        isinstance(entry, Mapping)
        and "default" in entry
        and not set(entry) & {"index", "id", "value", "name"}
    )


def _choices(listed: list[Any], value: str) -> dict[str, str]:
    entries = [entry for entry in listed if not _is_default(entry)]
    singles = [entry for entry in entries if isinstance(entry, Mapping) and len(entry) == 1]
    by_value = _names_values(singles, value)
    found: dict[str, str] = {}
    for entry in entries:
        if not isinstance(entry, Mapping):
            submitted = label = as_text(entry)
        elif len(entry) == 1 and not set(entry) & _KNOWN:
            key, inner = next(iter(entry.items()))
            submitted, label = (as_text(inner), str(key)) if by_value else (str(key), as_text(inner))
        else:
            submitted, label = _pair(entry)
        if submitted or label:
            found.setdefault(submitted, label or submitted)
    return found


def _names_values(singles: list[Mapping[str, Any]], value: str) -> bool:
    """For `{"a": "b"}` it is not known which side is submitted: the one that contains the present value."""
    keys = {str(key) for single in singles for key in single}
    inner = {as_text(part) for single in singles for part in single.values()}
    return value in inner and value not in keys


def _pair(entry: Mapping[str, Any]) -> tuple[str, str]:
    usable = {key: as_text(told) for key, told in entry.items() if told is not None}
    submitted = next((usable[key] for key in _VALUE_KEYS if usable.get(key)), "")
    label = next((usable[key] for key in _LABEL_KEYS if usable.get(key)), "")
    return submitted or label, label or submitted


def as_text(value: object) -> str:
    """A scalar as the service writes it in texts."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
