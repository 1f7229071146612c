"""The emulator's own check of a body: what the table's fields and rules forbid in it.

It shares the table with the program, but none of its checks (catalog.validation, catalog.rule_check). So a
fault in those shows as a refusal here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import Final, assert_never
from urllib.parse import urlsplit

from rh_ui.catalog.rules import (
    Allowed,
    AtLeastOneOf,
    ExactlyOneOf,
    Excludes,
    Forbids,
    Ignored,
    MaxItems,
    MediaLimits,
    Mentions,
    ProductBetween,
    RatioBetween,
    Requires,
    Rule,
    SumOf,
    When,
)
from rh_ui.catalog.schema import Endpoint, Field, ReferenceParts, ShotParts
from rh_ui.domain import FieldKind, JsonValue, Params

_TOLD: Final = {
    "required": ("{field} is required", "缺少参数 {field}"),
    "wrong_type": ("{field} has the wrong type: {value}", "{field} 类型错误：{value}"),
    "too_small": ("{field} is {value}, the least is {limit}", "{field} 为 {value}，不能小于 {limit}"),
    "too_big": ("{field} is {value}, the most is {limit}", "{field} 为 {value}，不能大于 {limit}"),
    "too_short": ("{field} has fewer than {limit} characters", "{field} 少于 {limit} 个字符"),
    "too_long": ("{field} has more than {limit} characters", "{field} 超过 {limit} 个字符"),
    "not_an_option": ("{field} can't be {value}", "{field} 不支持 {value}"),
    "not_a_link": ("{field} is no link to a file: {value}", "{field} 不是文件链接：{value}"),
    "too_many_items": ("{field} has more than {limit} entries", "{field} 超过 {limit} 项"),
    "withheld": ("{field} can't be used", "{field} 暂不可用"),
    "at_least_one_of": ("one of {field} is required", "{field} 至少需要一个"),
    "excludes": ("only one of {field} may be given", "{field} 只能填一个"),
    "requires": ("{field} is required with {when}", "{when} 时缺少参数 {field}"),
    "forbids": ("{field} is not allowed with {when}", "{when} 时不能使用 {field}"),
    "allowed": ("{field} can't be {value} with {when}", "{when} 时 {field} 不支持 {value}"),
    "max_items": ("{field} have more than {limit} entries together", "{field} 合计超过 {limit} 项"),
    "product_between": ("{field} multiplied is {value}, out of range", "{field} 乘积为 {value}，超出范围"),
    "ratio_between": ("{field} divided is {value}, out of range", "{field} 比值为 {value}，超出范围"),
    "entry_odd": ("entry {limit} of {field} has other parts", "{field} 第 {limit} 项的字段不正确"),
    "reference_type": ("{field}: entry {limit} is of type {value}", "{field} 第 {limit} 项类型为 {value}"),
    "reference_name": ("{field}: entry {limit} is called {value}", "{field} 第 {limit} 项不能命名为 {value}"),
    "reference_twin": ("{field} has two entries called {value}", "{field} 中有两项名为 {value}"),
    "reference_without_file": ("entry {limit} of {field} has no file", "{field} 第 {limit} 项没有文件"),
    "shot_number": ("entry {limit} of {field} has the number {value}", "{field} 第 {limit} 项编号为 {value}"),
    "shot_without_text": ("entry {limit} of {field} has no prompt", "{field} 第 {limit} 项没有提示词"),
    "shot_too_long": ("{field}: the prompt of entry {limit} is too long", "{field} 第 {limit} 项提示词过长"),
    "shot_seconds": ("{field}: entry {limit} can't last {value} s", "{field} 第 {limit} 项时长 {value} 无效"),
    "sum_of": ("{field} last {value} s together, not {limit}", "{field} 合计 {value} 秒，应为 {limit} 秒"),
    "mentions": ("{field} names {value}, which is not there", "{field} 引用了不存在的 {value}"),
    "media_too_short": ("{field} is shorter than {limit} s", "{field} 短于 {limit} 秒"),
    "media_too_long": ("{field} is longer than {limit} s", "{field} 长于 {limit} 秒"),
    "media_total_too_long": ("{field} together are longer than {limit} s", "{field} 合计长于 {limit} 秒"),
    "media_shorter_than_asked": ("{field} is shorter than {limit} s asked for", "{field} 短于 {limit} 秒"),
    "media_side_too_small": ("a side of {field} is under {limit} px", "{field} 的边长小于 {limit} 像素"),
    "media_side_too_big": ("a side of {field} is over {limit} px", "{field} 的边长大于 {limit} 像素"),
    "media_short_side_too_small": ("{field}: short side under {limit} px", "{field} 短边小于 {limit} 像素"),
    "media_short_side_too_big": ("{field}: short side over {limit} px", "{field} 短边大于 {limit} 像素"),
    "media_ratio": ("{field} is too wide or too tall: {value}", "{field} 宽高比超出范围：{value}"),
    "media_size": ("{field} can't be {value}", "{field} 不支持尺寸 {value}"),
}  # fmt: skip
_LEAST_WHOLE: Final = -(2**63)
_MOST_WHOLE: Final = 2**64 - 1
_DATA: Final = re.compile(r"data:(image|video|audio)/[^;,]+;base64,[A-Za-z0-9+/]+={0,2}")
_ASSET: Final = re.compile(r"(asset://)?[A-Za-z0-9_-]{4,128}")
_AT: Final = re.compile(r"(.?)@((?i:image|video|audio)_?[0-9]+)", re.ASCII | re.DOTALL)
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Refusal:
    """One fault: a word for it, the fields, and the service's sentence."""

    code: str
    fields: tuple[str, ...]
    value: str = ""
    limit: float | None = None
    when: str = ""

    def told(self) -> tuple[str, str]:
        """The sentence in English and in Chinese."""
        parts = {"field": ", ".join(self.fields), "value": self.value, "limit": self.limit, "when": self.when}
        english, chinese = _TOLD[self.code]
        return english.format_map(parts), chinese.format_map(parts)


def in_words(refusals: Sequence[Refusal]) -> str:
    """All sentences as the service writes them: English, a bar, Chinese."""
    told = [refusal.told() for refusal in refusals]
    return f"{'; '.join(one for one, _ in told)}|{'；'.join(other for _, other in told)}"


def refusals(endpoint: Endpoint, body: Params) -> list[Refusal]:
    """Everything wrong with a body. Keys that the table does not have are ignored."""
    found = [one for field in endpoint.fields for one in _of_field(field, body.get(field.key))]
    for rule in endpoint.rules:
        found += _of_rule(rule, BodyValues(endpoint, body))
    return found


class BodyValues:
    """A body as the service reads it: for an empty text or list the default counts."""

    def __init__(self, endpoint: Endpoint, body: Params) -> None:
        self._body = body
        self._defaults = {field.key: field.default for field in endpoint.fields if field.left_out is None}

    def has(self, key: str) -> bool:
        return not _is_empty(self._body.get(key))

    def value(self, key: str) -> JsonValue:
        return self._body[key] if self.has(key) else self._defaults.get(key)

    def entries(self, key: str) -> int:
        value = self._body.get(key)
        return len(value) if isinstance(value, list) else 1 if self.has(key) else 0

    def inside(self, key: str, part: str) -> list[str]:
        """What the entries of a list of objects hold under `part`, as text."""
        value = self._body.get(key)
        items = value if isinstance(value, list) else []
        return [str(item.get(part)) for item in items if isinstance(item, dict)]

    def meets(self, when: When | None) -> bool:
        if when is None:
            return True
        if not self.meets(when.also):
            return False
        met = self.has(when.field) if when.values is None else self.value(when.field) in when.values
        return met if when.given else not met


def _is_empty(value: JsonValue) -> bool:
    return value is None or (isinstance(value, str) and value.strip() == "") or value == []


def _of_field(field: Field, value: JsonValue) -> Iterator[Refusal]:
    if _is_empty(value):
        if field.required:
            yield Refusal("required", (field.key,))
        return
    if field.withheld and value != field.default:
        yield Refusal("withheld", (field.key,))
        return
    if not field.many:
        yield from _of_value(field, value)
        return
    if not isinstance(value, list):
        yield _wrong_type(field, value)
        return
    if field.max_items and len(value) > field.max_items:
        yield Refusal("too_many_items", (field.key,), limit=field.max_items)
    if isinstance(field.parts, ReferenceParts):
        yield from _of_references(field, field.parts, value)
    elif isinstance(field.parts, ShotParts):
        for place, item in enumerate(value, start=1):
            yield from _of_shot(field, field.parts, item, place)
    else:
        for item in value:
            yield from _of_value(field, item)


def _of_references(field: Field, parts: ReferenceParts, items: list[JsonValue]) -> Iterator[Refusal]:
    key, seen = (field.key,), set[str]()
    for place, item in enumerate(items, start=1):
        if not isinstance(item, dict) or sorted(item) != sorted((parts.type, parts.name, parts.file)):
            yield Refusal("entry_odd", key, limit=place)
            continue
        name, file = item[parts.name], item[parts.file]
        prefix, _, number = name.rpartition("_") if isinstance(name, str) else ("", "", "")
        counts = number.isascii() and number.isdecimal() and number[0] != "0" and len(number) < 5
        if item[parts.type] != str(parts.of):
            yield Refusal("reference_type", key, _short(str(item[parts.type])), place)
        elif prefix != str(parts.of) or not counts:
            yield Refusal("reference_name", key, _short(str(name)), place)
        elif name in seen:
            yield Refusal("reference_twin", key, _short(str(name)), place)
        elif not isinstance(file, str) or file == "":
            yield Refusal("reference_without_file", key, limit=place)
        elif not _is_unicode(file):
            yield _wrong_type(field, file)
        elif not _is_file_link(field, file):
            yield Refusal("not_a_link", key, _short(file))
        seen.add(str(name))


def _of_shot(field: Field, parts: ShotParts, item: JsonValue, place: int) -> Iterator[Refusal]:
    key = (field.key,)
    if not isinstance(item, dict) or sorted(item) != sorted((parts.number, parts.text, parts.seconds)):
        yield Refusal("entry_odd", key, limit=place)
        return
    number, text, seconds = item[parts.number], item[parts.text], item[parts.seconds]
    if type(number) is not int or number != place:
        yield Refusal("shot_number", key, _short(str(number)), place)
    elif not isinstance(text, str) or not text.strip():
        yield Refusal("shot_without_text", key, limit=place)
    elif field.max_length is not None and len(text) > field.max_length:
        yield Refusal("shot_too_long", key, limit=place)
    elif not _is_unicode(text):
        yield _wrong_type(field, text)
    elif type(seconds) is not (str if parts.as_text else int) or not _lasts(field, str(seconds)):
        yield Refusal("shot_seconds", key, _short(str(seconds)), place)


def _lasts(field: Field, seconds: str) -> bool:
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) < 6):
        return False
    return (field.min or 1) <= int(seconds) <= (int(seconds) if field.max is None else field.max)


def _of_value(field: Field, value: JsonValue) -> Iterator[Refusal]:
    key = (field.key,)
    if field.kind is FieldKind.FLAG:
        if value is not True and value is not False:
            yield _wrong_type(field, value)
    elif field.kind in (FieldKind.INTEGER, FieldKind.DECIMAL):
        yield from _of_number(field, value)
    elif not isinstance(value, str) or not _is_unicode(value):
        yield _wrong_type(field, value)
    elif field.kind is FieldKind.TEXT:
        if len(value) < (field.min_length or 0):
            yield Refusal("too_short", key, limit=field.min_length)
        if field.max_length is not None and len(value) > field.max_length:
            yield Refusal("too_long", key, limit=field.max_length)
    elif field.kind is FieldKind.CHOICE:
        if value not in [option.value for option in field.options if option.value != field.left_out]:
            yield Refusal("not_an_option", key, _short(value))
    elif not _is_file_link(field, value):
        yield Refusal("not_a_link", key, _short(value))


def _of_number(field: Field, value: JsonValue) -> Iterator[Refusal]:
    fraction = isinstance(value, float) and field.kind is FieldKind.DECIMAL and isfinite(value)
    if isinstance(value, bool) or not (isinstance(value, int) or fraction):
        yield _wrong_type(field, value)
        return
    assert isinstance(value, int | float)
    if value in [sentinel.value for sentinel in field.sentinels]:
        return
    least = field.min if field.min is not None else _LEAST_WHOLE
    most = field.max if field.max is not None else _MOST_WHOLE
    if value < least:
        yield Refusal("too_small", (field.key,), str(value), least)
    elif value > most:
        yield Refusal("too_big", (field.key,), str(value), most)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_file_link(field: Field, value: str) -> bool:
    data = _DATA.fullmatch(value)
    if data is not None:
        return data[1] == str(field.file_kind)
    if is_id(field, value):
        return True
    try:
        link = urlsplit(value)
    except ValueError:
        return False
    odd = any(character.isspace() or character == "\\" for character in value)
    return link.scheme in ("http", "https") and bool(link.hostname) and not odd


def is_id(field: Field, value: str) -> bool:
    """Whether a medium is given by its maker's id, where the field takes one."""
    return field.takes_id and _ASSET.fullmatch(value) is not None


def link_of(field: Field, item: JsonValue) -> str:
    """The file in one entry of a body's media or references."""
    if isinstance(field.parts, ReferenceParts) and isinstance(item, dict):
        return str(item.get(field.parts.file))
    return str(item)


def _wrong_type(field: Field, value: JsonValue) -> Refusal:
    return Refusal("wrong_type", (field.key,), _short(str(value)))


def _short(text: str) -> str:
    return text.encode("utf-8", "replace").decode()[:_LONGEST]


def _of_rule(rule: Rule, said: BodyValues) -> list[Refusal]:
    """What a rule forbids; nothing where its condition is not met."""
    match rule:
        case ExactlyOneOf(keys):
            return [*_none_of(keys, said), *_more_than_one(keys, said)]
        case AtLeastOneOf(keys, when):
            return _none_of(keys, said) if said.meets(when) else []
        case Excludes(keys):
            return _more_than_one(keys, said)
        case Requires(when, keys):
            missing = tuple(key for key in keys if not said.has(key))
            return [Refusal("requires", missing, when=_named(when))] if missing and said.meets(when) else []
        case Forbids(when, keys):
            given = tuple(key for key in keys if said.has(key))
            return [Refusal("forbids", given, when=_named(when))] if given and said.meets(when) else []
        case Allowed(when, key, values):
            value = said.value(key)
            if value is None or value in values or not said.meets(when):
                return []
            return [Refusal("allowed", (key,), _short(str(value)), when=_named(when))]
        case MaxItems(keys, limit, when):
            too_many = sum(said.entries(key) for key in keys) > limit
            return [Refusal("max_items", keys, limit=limit)] if too_many and said.meets(when) else []
        case ProductBetween() | RatioBetween():
            return _out_of_range(rule, said)
        case SumOf(key, total, part):
            return _of_sum(said.inside(key, part), str(said.value(total)), (key, total))
        case Mentions(keys, key, part):
            return _of_mentions(keys, key, said, part)
        case Ignored() | MediaLimits():
            return []
        case _:
            assert_never(rule)


def _of_sum(lengths: list[str], asked: str, keys: tuple[str, str]) -> list[Refusal]:
    """Lengths that are no numbers are refused with their shot."""
    said = [*lengths, asked]
    if not lengths or not all(each.isascii() and each.isdecimal() and len(each) < 10 for each in said):
        return []
    found = sum(int(length) for length in lengths)
    return [] if found == int(asked) else [Refusal("sum_of", keys, str(found), int(asked))]


def _of_mentions(keys: tuple[str, ...], of: str, said: BodyValues, part: str) -> list[Refusal]:
    names = said.inside(of, part)
    for key in keys:
        text = said.value(key)
        for before, name in _AT.findall(text) if isinstance(text, str) else ():
            is_address = before.isascii() and (before.isalnum() or before == ".")
            if name not in names and not is_address:
                return [Refusal("mentions", (key, of), f"@{name}")]
    return []


def _none_of(keys: tuple[str, ...], said: BodyValues) -> list[Refusal]:
    return [] if any(said.has(key) for key in keys) else [Refusal("at_least_one_of", keys)]


def _more_than_one(keys: tuple[str, ...], said: BodyValues) -> list[Refusal]:
    given = tuple(key for key in keys if said.has(key))
    return [Refusal("excludes", given)] if len(given) > 1 else []


def _out_of_range(rule: ProductBetween | RatioBetween, said: BodyValues) -> list[Refusal]:
    one, other = said.value(rule.a), said.value(rule.b)
    if not _is_finite(one) or not _is_finite(other):
        return []
    first, second = Fraction(str(one)), Fraction(str(other))
    if isinstance(rule, RatioBetween):
        if second == 0:
            return []
        found, code = first / second, "ratio_between"
    else:
        found, code = first * second, "product_between"
    above = rule.low is None or Fraction(str(rule.low)) <= found
    below = rule.high is None or found <= Fraction(str(rule.high))
    return [] if above and below else [Refusal(code, (rule.a, rule.b), f"{float(found):g}")]


def _is_finite(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _named(when: When) -> str:
    if when.values is None:
        return when.field if when.given else f"no {when.field}"
    values = "/".join(str(value) for value in when.values)
    return f"{when.field} {'=' if when.given else '≠'} {values}"
