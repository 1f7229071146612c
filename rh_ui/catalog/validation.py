"""Form values to a body and back: what the table allows, checked and built. No I/O."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Final, TypeAlias

from rh_ui.catalog import nested, rule_check
from rh_ui.catalog.links import host_of
from rh_ui.catalog.problems import not_offered, sentence
from rh_ui.catalog.schema import Endpoint, Field
from rh_ui.domain import INPUT_PREFIX, LARGEST_WHOLE, SMALLEST_WHOLE, FieldKind, JsonValue, Params
from rh_ui.errors import Choices, Detail, PayloadRefused, Problem

MediaValue: TypeAlias = tuple[str, int | None, str]
"""Field key, position in the list (None for a single value), the value."""

EXACT_FLOAT: Final = 2**53
"""Up to here every whole number is exact as a float."""
LONGEST_NUMBER: Final = 40
"""Characters; longer than any number that a field takes, and short enough to convert safely."""
LONGEST_TEXT: Final = 1_000_000
"""Characters of a text whose field has no known limit."""
SHOWN: Final = 60
"""Characters of a refused value in a problem."""

_INPUT: Final = re.compile(re.escape(INPUT_PREFIX) + r"[0-9a-f]+\.([a-z0-9]+)")
_DATA_URI: Final = re.compile(r"data:([a-z]+)/[\w.+-]+;base64,[A-Za-z0-9+/]+={0,2}")
_MAKERS_ID: Final = re.compile(r"(asset://)?[\w-]{4,128}", re.ASCII)
_LINK: Final = re.compile(r"https?://[^\\]+", re.IGNORECASE)
"""As it is sent; `host_of` also reads what browsers accept as a link, such as backslashes."""
_WHOLE: Final = re.compile(r"[+-]?[0-9]+")
_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_COMMA: Final = re.compile(r"[+-]?[0-9]*,[0-9]+")
_THOUSANDS: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}([,.'’ ][0-9]{3})+")

_EXPECTED: Final = {
    FieldKind.TEXT: "text",
    FieldKind.INTEGER: "whole",
    FieldKind.DECIMAL: "number",
    FieldKind.FLAG: "flag",
    FieldKind.CHOICE: "text",
    FieldKind.IMAGE: "link",
    FieldKind.VIDEO: "link",
    FieldKind.AUDIO: "link",
    FieldKind.REFERENCES: "references",
    FieldKind.SHOTS: "shots",
}


def check(endpoint: Endpoint, params: Params) -> list[Problem]:
    """Everything that the table forbids in `params`, including unknown keys; empty when it may be sent.

    Null, blank text and an empty list count as not given. File sizes and durations are not checked here,
    since that needs the file.
    """
    found = [Problem(key, "unknown_field") for key in params if endpoint.field(key) is None]
    for field in endpoint.fields:
        found.extend(check_field(field, params.get(field.key)))
    return [*found, *rule_check.check(endpoint.rules, params, endpoint.defaults)]


def build(endpoint: Endpoint, values: Mapping[str, JsonValue]) -> Params:
    """The body for a form's values. Raises PayloadRefused with every problem at once.

    Empty values are left out (a required field gets its default, if it has one); numbers may be text and stay
    exact; choices are sent as strings, booleans as booleans, lists as lists even for one item.
    """
    body = complete(endpoint, values)
    refuse(endpoint, check(endpoint, body))
    return body


def refuse(endpoint: Endpoint, problems: Sequence[Problem]) -> None:
    """Raises PayloadRefused if there are problems."""
    if problems:
        raise PayloadRefused(" ".join(sentence(problem, endpoint) for problem in problems), problems)


def withdrawn(endpoint: Endpoint, params: Params) -> list[Problem]:
    """What the table no longer offers of a body: the endpoint itself, or a setting of it."""
    if why := not_offered(endpoint):
        return list(why)
    fields = [field for field in endpoint.fields if field.withheld]
    return [problem for field in fields for problem in check_field(field, params.get(field.key))]


def without_left_out(endpoint: Endpoint, params: Params) -> Params:
    """The body without options for which nothing is sent."""
    left_out = {field.key: field.left_out for field in endpoint.fields if field.left_out is not None}
    return {key: value for key, value in params.items() if left_out.get(key, ...) != value}


def complete(endpoint: Endpoint, values: Mapping[str, JsonValue]) -> Params:
    """`converted`, with the defaults of missing required fields; not checked."""
    body = converted(endpoint, values)
    needed = {field.key for field in endpoint.fields if field.required or field.blank}
    needed |= rule_check.required_fields(endpoint.rules, body, endpoint.defaults).keys()
    for field in endpoint.fields:
        if field.key in needed and field.key not in body and field.default is not None:
            default = _converted(field, field.default)
            if default is not None:
                body[field.key] = default
    return body


def converted(endpoint: Endpoint, values: Mapping[str, JsonValue]) -> Params:
    """Form values as their fields send them, without empty ones; nothing is checked and no default filled in.

    Values that can't be converted, and unknown keys, stay as they are for `check` to report.
    """
    body: Params = {key: value for key, value in values.items() if endpoint.field(key) is None}
    for field in endpoint.fields:
        value = _converted(field, values.get(field.key))
        if rule_check.is_given(value) or (field.blank and value == ""):
            body[field.key] = value
    return body


def media_values(endpoint: Endpoint, params: Params) -> list[MediaValue]:
    """Every media value in `params`, in the table's order."""
    found: list[MediaValue] = []
    for field in endpoint.fields:
        value = params.get(field.key)
        if field.file_kind is None:
            continue
        if isinstance(value, str) and value:
            found.append((field.key, None, value))
        elif isinstance(value, list):
            files = (nested.file_of(field, item) for item in value)
            found.extend((field.key, at, file) for at, file in enumerate(files) if isinstance(file, str))
    return found


def replace_media(endpoint: Endpoint, params: Params, mapping: Mapping[str, str]) -> Params:
    """A copy of `params` in which every media value in `mapping` is replaced (inputs by links)."""
    return changed_media(endpoint, params, lambda _, value: mapping.get(value, value))


def changed_media(endpoint: Endpoint, params: Params, change: Callable[[Field, str], str]) -> Params:
    """A copy of `params` in which every media value is what `change` makes of it."""

    def of_item(field: Field, item: JsonValue) -> JsonValue:
        file = nested.file_of(field, item)
        return nested.with_file(field, item, change(field, file)) if isinstance(file, str) else item

    changed: Params = dict(params)
    for field in endpoint.fields:
        value = params.get(field.key)
        if field.file_kind is None or value is None:
            continue
        many = isinstance(value, list)
        items = [of_item(field, item) for item in (value if isinstance(value, list) else [value])]
        changed[field.key] = items if many else items[0]
    return changed


def check_field(field: Field, value: JsonValue) -> list[Problem]:
    """What the field alone forbids about its value."""
    if not rule_check.is_given(value):
        return [Problem(field.key, "required")] if field.required else []
    if field.withheld and value != field.default:
        return [Problem(field.key, "withheld")]
    if not field.many:
        return _check_one(field, value)
    if not isinstance(value, list):
        return [_wrong_type(field, value, "list")]
    found: list[Problem] = []
    if field.max_items is not None and len(value) > field.max_items:
        found.append(Problem(field.key, "too_many_items", {"limit": field.max_items, "count": len(value)}))
    if field.parts is not None:
        return [*found, *nested.problems(field, value, _check_file)]
    for item in value:
        found.extend(_check_one(field, item))
    return found


def _check_one(field: Field, value: JsonValue) -> list[Problem]:
    match field.kind:
        case FieldKind.FLAG:
            return [] if isinstance(value, bool) else [_wrong_type(field, value)]
        case FieldKind.INTEGER | FieldKind.DECIMAL:
            return _check_number(field, value)
        case _:
            if not isinstance(value, str):
                return [_wrong_type(field, value)]
            if not _can_be_sent(value):
                return [Problem(field.key, "bad_characters")]
            by_kind = {FieldKind.TEXT: _check_text, FieldKind.CHOICE: _check_choice}
            return by_kind.get(field.kind, _check_media)(field, value)


def _check_text(field: Field, value: str) -> list[Problem]:
    length, longest = len(value), LONGEST_TEXT if field.max_length is None else field.max_length
    if field.as_json and not _is_json(value):
        return [Problem(field.key, "no_json")]
    if field.min_length is not None and length < field.min_length:
        return [Problem(field.key, "too_short", {"limit": field.min_length, "length": length})]
    if length > longest:
        return [Problem(field.key, "too_long", {"limit": longest, "length": length})]
    return []


def _can_be_sent(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _is_json(text: str) -> bool:
    try:
        json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return False
    return True


def _no_number(word: str) -> None:
    raise ValueError(word)


def _check_number(field: Field, value: JsonValue) -> list[Problem]:
    whole = field.kind is FieldKind.INTEGER
    if isinstance(value, str) and _THOUSANDS.fullmatch(_plain_signs(value)):
        return [_thousands(field, value)]
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        return [_wrong_type(field, value)]
    if isinstance(value, float) and not isfinite(value):
        return [_wrong_type(field, value)]
    if any(value == sentinel.value for sentinel in field.sentinels):
        return []
    low = SMALLEST_WHOLE if field.min is None else field.min
    high = LARGEST_WHOLE if field.max is None else field.max
    if value < low:
        return [Problem(field.key, "too_small", {"limit": low, "value": value})]
    if value > high:
        return [Problem(field.key, "too_big", {"limit": high, "value": value})]
    return []


def _check_choice(field: Field, value: str) -> list[Problem]:
    if value in field.values and value != field.left_out:
        return []
    return [
        Problem(
            field.key, "not_an_option", {"value": short(value), "options": _some(field.key, field.values)}
        )
    ]


def _check_file(field: Field, value: str) -> list[Problem]:
    return _check_media(field, value) if _can_be_sent(value) else [Problem(field.key, "bad_characters")]


def _check_media(field: Field, value: str) -> list[Problem]:
    kept = _INPUT.fullmatch(value)
    if kept:
        if field.accepts(kept[1]):
            return []
        options = _some(field.key, field.accept)
        return [Problem(field.key, "wrong_file_type", {"value": kept[1], "options": options})]
    inline = _DATA_URI.fullmatch(value)
    if inline and inline[1] == field.file_kind:
        return []
    if (_LINK.fullmatch(value) and host_of(value)) or (field.takes_id and _MAKERS_ID.fullmatch(value)):
        return []
    return [Problem(field.key, "not_a_link", {"value": short(value)})]


def _converted(field: Field, value: JsonValue) -> JsonValue:
    """The value as its field sends it; one that can't be converted comes back as it is, for `check` to
    report."""
    if field.parts is not None:
        return nested.converted(field.parts, value)
    if field.many:
        return _converted_list(field, value)
    if isinstance(value, list) and len(value) <= 1:
        value = value[0] if value else None
    return _converted_one(field, value)


def _converted_list(field: Field, value: JsonValue) -> JsonValue:
    if isinstance(value, str) and field.kind is FieldKind.TEXT:
        items: Sequence[JsonValue] = value.splitlines()
    else:
        items = value if isinstance(value, list) else [value]
    return [_converted_one(field, item) for item in items if rule_check.is_given(item)]


def _converted_one(field: Field, value: JsonValue) -> JsonValue:
    match field.kind:
        case FieldKind.INTEGER:
            return _as_whole(value)
        case FieldKind.DECIMAL:
            return _as_decimal(value)
        case FieldKind.FLAG:
            return _as_flag(value)
        case FieldKind.CHOICE:
            chosen = _as_choice(field, value)
            return None if chosen == field.left_out else chosen
        case FieldKind.TEXT:
            return value
        case _:
            return value.strip() if isinstance(value, str) else value


def _as_whole(value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        text = _plain_signs(value)
        return int(text) if _WHOLE.fullmatch(text) else value
    if isinstance(value, float) and abs(value) <= EXACT_FLOAT and value.is_integer():
        return int(value)
    return value


def _as_decimal(value: JsonValue) -> JsonValue:
    if not isinstance(value, str):
        return value
    text = _plain_signs(value)
    if _COMMA.fullmatch(text) and not _THOUSANDS.fullmatch(text):
        text = text.replace(",", ".")
    if not _NUMBER.fullmatch(text):
        return value
    return int(text) if _WHOLE.fullmatch(text) else float(text)


def _as_flag(value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower(), value)
    return value


def _as_choice(field: Field, value: JsonValue) -> JsonValue:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, str) and value not in field.values:
        return value.strip()
    return value


def _plain_signs(text: str) -> str:
    """A number's text, however a keyboard writes its characters; empty for one that is too long."""
    if len(text) > LONGEST_NUMBER:
        return ""
    return unicodedata.normalize("NFKC", text).replace("\u2212", "-").replace("\u3002", ".").strip()


def _thousands(field: Field, value: str) -> Problem:
    """A thousands separator, or a comma that may be one."""
    text = _plain_signs(value)
    plain = re.sub(r"[^0-9+-]", "", text)
    details: dict[str, Detail] = {"value": short(value), "plain": plain}
    if field.kind is FieldKind.DECIMAL and _COMMA.fullmatch(text):
        return Problem(field.key, "comma", {**details, "fraction": text.replace(",", ".")})
    return Problem(field.key, "thousands", details)


def _wrong_type(field: Field, value: JsonValue, expected: str = "") -> Problem:
    details: dict[str, Detail] = {"expected": expected or _EXPECTED[field.kind]}
    return Problem(field.key, "wrong_type", {**details, "value": short(str(value))})


def short(text: str) -> str:
    """As much of a refused value as a sentence holds."""
    shown = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return shown.encode("utf-8", "replace").decode()


def _some(field: str, values: Sequence[str], most: int = 12) -> Choices:
    shown = values if len(values) <= most else [*values[: most - 2], "…", values[-1]]
    return Choices(field, tuple(shown))
