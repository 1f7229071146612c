"""Fields whose entries hold several values: references and shots. What a caller gives becomes what is sent,
and what is wrong with it is named. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from rh_ui.catalog.rule_check import is_given, whole
from rh_ui.catalog.schema import Endpoint, Field, ReferenceParts, ShotParts
from rh_ui.domain import FieldKind, JsonValue, Params
from rh_ui.errors import Problem

Entry: TypeAlias = Mapping[str, JsonValue]

LONGEST_PROMPT: Final = 1_000_000
"""Characters of a shot's prompt where no limit is known."""


def name_of(kind: FieldKind, number: int) -> str:
    """What the prompt calls a reference, behind an @."""
    return f"{kind.value}_{number}"


def file_of(field: Field, item: JsonValue) -> JsonValue:
    """The file in one entry of a field that takes files."""
    if isinstance(field.parts, ReferenceParts) and isinstance(item, dict):
        return item.get(field.parts.file)
    return item


def with_file(field: Field, item: JsonValue, file: str) -> JsonValue:
    """The same entry with another file."""
    if isinstance(field.parts, ReferenceParts) and isinstance(item, dict):
        return {**item, field.parts.file: file}
    return file


def shot_prompts(endpoint: Endpoint, params: Params) -> tuple[str, ...]:
    """The prompts of all shots in a body, in their order."""
    said: list[JsonValue] = []
    for field in endpoint.fields:
        value = params.get(field.key)
        if isinstance(field.parts, ShotParts) and isinstance(value, list):
            said += [item.get(field.parts.text) for item in value if isinstance(item, dict)]
    return tuple(text.strip() for text in said if isinstance(text, str) and text.strip())


def converted(parts: ReferenceParts | ShotParts, value: JsonValue) -> JsonValue:
    """The entries as they are sent; types, names and numbers that were left out are filled in. A reference
    may come as its file alone. What can't be converted stays for `problems` to name."""
    given = [item for item in (value if isinstance(value, list) else [value]) if is_given(item)]
    if isinstance(parts, ShotParts):
        return [_shot(parts, item, number) for number, item in enumerate(given, start=1)]
    entries: list[JsonValue] = [{parts.file: item} if isinstance(item, str) else item for item in given]
    given_names = (item.get(parts.name) for item in entries if isinstance(item, dict))
    taken = {name for name in given_names if isinstance(name, str)}
    names = (name_of(parts.of, number) for number in range(1, len(entries) + 1))
    free = (name for name in names if name not in taken)
    return [_reference(parts, item, free) for item in entries]


def problems(
    field: Field, items: Sequence[JsonValue], of_file: Callable[[Field, str], list[Problem]]
) -> list[Problem]:
    """What is wrong with the entries by themselves, the first thing of each; `of_file`: with a file."""
    parts = field.parts
    assert parts is not None
    keys = _keys(parts)
    found: list[Problem] = []
    names: set[str] = set()
    for number, item in enumerate(items, start=1):
        if not isinstance(item, dict) or item.keys() != set(keys):
            found.append(Problem(field.key, "entry_odd", {"number": number, "parts": ", ".join(keys)}))
        elif isinstance(parts, ReferenceParts):
            found.extend(_of_reference(field, parts, item, number, names, of_file))
            names.add(str(item[parts.name]))
        else:
            found.extend(_of_shot(field, parts, item, number))
    return found


def _keys(parts: ReferenceParts | ShotParts) -> tuple[str, str, str]:
    if isinstance(parts, ReferenceParts):
        return parts.type, parts.name, parts.file
    return parts.number, parts.text, parts.seconds


def _reference(parts: ReferenceParts, item: JsonValue, free: Iterator[str]) -> JsonValue:
    if not isinstance(item, dict):
        return item
    file, name = item.get(parts.file), item.get(parts.name)
    known: dict[str, JsonValue] = {
        parts.type: item.get(parts.type, parts.of.value),
        parts.name: name if is_given(name) else next(free),
        parts.file: file.strip() if isinstance(file, str) else file,
    }
    return known | {key: value for key, value in item.items() if key not in known}


def _shot(parts: ShotParts, item: JsonValue, number: int) -> JsonValue:
    if not isinstance(item, dict):
        return item
    seconds = item.get(parts.seconds)
    if isinstance(seconds, float) and seconds.is_integer():
        seconds = int(seconds)
    count = whole(seconds.strip() if isinstance(seconds, str) else seconds)
    if count is not None:
        seconds = str(count) if parts.as_text else count
    known: dict[str, JsonValue] = {
        parts.number: item.get(parts.number, number),
        parts.text: item.get(parts.text, ""),
        parts.seconds: seconds,
    }
    return known | {key: value for key, value in item.items() if key not in known}


def _of_reference(
    field: Field,
    parts: ReferenceParts,
    item: Entry,
    number: int,
    before: Collection[str],
    of_file: Callable[[Field, str], list[Problem]],
) -> list[Problem]:
    name, file = item[parts.name], item[parts.file]
    kind = parts.of.value
    if item[parts.type] != kind:
        return [Problem(field.key, "reference_type", {"number": number, "kind": kind})]
    if not isinstance(name, str) or not re.fullmatch(rf"{kind}_[1-9][0-9]{{0,3}}", name, re.ASCII):
        example = name_of(parts.of, number)
        return [Problem(field.key, "reference_name", {"number": number, "example": example})]
    if name in before:
        return [Problem(field.key, "reference_twin", {"name": name})]
    if not isinstance(file, str) or not file:
        return [Problem(field.key, "reference_without_file", {"name": name})]
    return of_file(field, file)


def _of_shot(field: Field, parts: ShotParts, item: Entry, number: int) -> list[Problem]:
    text, seconds = item[parts.text], item[parts.seconds]
    if type(item[parts.number]) is not int or item[parts.number] != number:
        return [Problem(field.key, "shot_number", {"number": number})]
    if not isinstance(text, str) or not text.strip():
        return [Problem(field.key, "shot_without_text", {"number": number})]
    longest = LONGEST_PROMPT if field.max_length is None else field.max_length
    if len(text) > longest:
        details = {"number": number, "limit": longest, "length": len(text)}
        return [Problem(field.key, "shot_too_long", {**details})]
    if any("\ud800" <= character <= "\udfff" for character in text):
        return [Problem(field.key, "bad_characters")]
    count = whole(seconds)
    low, high = field.min or 1, field.max
    is_typed = isinstance(seconds, str) is parts.as_text
    if count is None or not is_typed or count < low or (high is not None and count > high):
        bounds = {"low": low} if high is None else {"low": low, "high": high}
        return [Problem(field.key, "shot_seconds", {"number": number, **bounds})]
    return []
