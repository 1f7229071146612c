"""The price of an endpoint as the table writes it: from a fact's own price, or from a list of prices.

price_tables reads tables of prices as the service shows them. A price that can't be expressed as rules stays
unknown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, TypeAlias

from rh_ui.catalog.importer.fact_files import Number, PriceExtraFact, PriceFact, PriceRuleFact, Raw
from rh_ui.catalog.importer.price_tables import as_rules
from rh_ui.catalog.roles import Role
from rh_ui.catalog.schema import PriceUnit
from rh_ui.domain import FieldKind, Modality
from rh_ui.i18n import Message

Fields: TypeAlias = Mapping[str, Raw]
"""An entry's fields by key, as the table writes them."""

UNITS: Final = {
    **dict.fromkeys(("次", "call", "run", "request", "task"), (PriceUnit.CALL, 1)),
    **dict.fromkeys(("秒", "second", "seconds", "sec", "s"), (PriceUnit.SECOND, 1)),
    **dict.fromkeys(("5秒", "5seconds", "5s"), (PriceUnit.SECOND, 5)),
    **dict.fromkeys(("分钟", "minute", "min"), (PriceUnit.SECOND, 60)),
    **dict.fromkeys(("张", "image", "picture"), (PriceUnit.IMAGE, 1)),
    **dict.fromkeys(("首", "个", "song", "result", "item"), (PriceUnit.RESULT, 1)),
    **dict.fromkeys(
        ("1000字符", "千字符", "1000char", "1000chars", "1000characters", "1kcharacters"),
        (PriceUnit.THOUSAND_CHARACTERS, 1),
    ),
    **dict.fromkeys(("万字符", "10000字符", "10000characters"), (PriceUnit.THOUSAND_CHARACTERS, 10)),
    **dict.fromkeys(
        ("百万tokens", "百万token", "1mtokens", "mtokens", "milliontokens"), (PriceUnit.MILLION_TOKENS, 1)
    ),
}
"""The vendor's words for units, as `_unit` normalises them, and the number of our units in each."""
FLOOR_MARK: Final = "起"
CENT: Final = Decimal("0.01")
OPEN: Final = "from_or_fixed"
"""The `pricing_type` of a figure that may be the price or the lowest of several."""
STAND_INS: Final = frozenset({Decimal("0"), Decimal("0.01"), Decimal("9999")})
"""Figures that the vendor uses where there is no price."""
QUANTITIES: Final = {
    PriceUnit.SECOND: Role.DURATION,
    PriceUnit.IMAGE: Role.COUNT,
    PriceUnit.RESULT: Role.COUNT,
    PriceUnit.THOUSAND_CHARACTERS: Role.PROMPT,
}
"""What says how many units a run is."""


def price_entry(
    path: str, price: PriceFact, fields: Fields, makes: Modality, day: date, notes: list[str]
) -> Raw | None:
    """The price as the table writes it; None, with a note, where it can't. `day`: for a price without one."""
    if price.rows:
        price = as_rules(price, fields)
    unit, size = UNITS.get(_plain_unit(price.unit), (None, 1))
    if unit is None:
        notes.append(_untold(path, Message("catalog.untold_unit", unit=price.unit)))
        return None
    amount = price.price if price.price is not None else price.value
    amounts = [rule.price for rule in price.rules] if price.rules else [amount]
    if any(each is None or Decimal(str(each)) in STAND_INS for each in amounts):
        notes.append(_untold(path, Message("catalog.untold_amount")))
        return None
    deciding = {key for rule in price.rules for key, value in rule.when.items() if value}
    named = [*price.depends_on, *(key for rule in price.rules for key in rule.when)]
    unruled = {key for key in named if key not in deciding}
    if unit is PriceUnit.CALL and unruled.intersection(_of(Role.COUNT, fields)):
        unit = PriceUnit.IMAGE if makes is Modality.IMAGE else PriceUnit.RESULT
    quantity = next(iter(_of(QUANTITIES.get(unit), fields)), "")
    if unit is PriceUnit.SECOND and not quantity and _is_driven(fields):
        unit = PriceUnit.INPUT_SECOND
    if price.rules and not deciding:
        amount = price.rules[0].price
    rules = _rules(path, price.rules, fields, notes) if deciding else []
    if not rules and amount is None:
        notes.append(_untold(path, Message("catalog.untold_fit")))
        return None
    raw: Raw = {
        "unit": unit.value,
        "currency": price.currency,
        "date": price.day or day,
        "quantity": quantity or None,
        "unit_size": size if size > 1 else None,
        "floor": _is_floor(price) or bool(unruled - {quantity}) or None,
        "at_least": price.at_least,
        "inputs": price.inputs or None,
        "least": price.least or None,
        "amount": None if rules else exact(amount),
        "rules": rules or None,
        "extras": [_extra(extra) for extra in price.extras] or None,
    }
    return {key: value for key, value in raw.items() if value is not None}


def _plain_unit(text: str) -> str:
    """`/ 1000 Characters` and `per 1000 characters` as `1000characters`."""
    return re.sub(r"\s", "", text.lower()).removesuffix(FLOOR_MARK).removeprefix("per").lstrip("/")


def _untold(path: str, what: Message) -> Message:
    return Message("catalog.untold", path=path, what=what)


def _of(role: Role | None, fields: Fields) -> list[str]:
    """The keys of the fields with a role."""
    return [key for key, field in fields.items() if role is not None and field.get("role") == role.value]


def _is_floor(price: PriceFact) -> bool:
    return price.floor or price.unit.endswith(FLOOR_MARK) or price.pricing_type == OPEN


def _is_driven(fields: Fields) -> bool:
    """Whether the result lasts as long as a required video or sound."""
    return any(field["kind"] in ("video", "audio") and field.get("required") for field in fields.values())


def _extra(extra: PriceExtraFact) -> Raw:
    raw: Raw = {"field": extra.field, "amount": exact(extra.amount)}
    return raw | ({"free": extra.free} if extra.free else {})


def exact(amount: Number | None) -> str:
    return str(Decimal(str(amount)))


def newest(known: Raw | None, listed: Raw | None) -> Raw | None:
    """The listed price, with the digits of the known one where it is the same but more exact. None if the
    list has no usable figure: the older one may be wrong by now."""
    if known is None or listed is None or not _same_but_for_rounding(known, listed):
        return listed
    return listed | {key: known[key] for key in ("date", "amount", "rules") if key in known}


def _rules(path: str, rules: Sequence[PriceRuleFact], fields: Fields, notes: list[str]) -> list[Raw]:
    found: list[Raw] = []
    for rule in rules:
        when: Raw = {}
        for key, text in rule.when.items():
            if not text:
                continue
            value = _typed(fields.get(key), text)
            if value is None:
                notes.append(_untold(path, Message("catalog.untold_choice", key=key, value=text)))
                break
            when[key] = value
        else:
            raw: Raw = {
                "when": when,
                "given": rule.given or None,
                "absent": rule.absent or None,
                "amount": exact(rule.price),
                "extra": None if rule.extra is None else exact(rule.extra),
            }
            found.append({key: value for key, value in raw.items() if value is not None})
    return found


def _typed(field: Raw | None, text: str) -> str | bool | int | None:
    """The text of a price condition as the field's actual value; None when the field can't have it."""
    if field is None:
        return None
    match FieldKind(str(field["kind"])):
        case FieldKind.FLAG:
            return {"true": True, "false": False}.get(text)
        case FieldKind.INTEGER:
            return int(text) if text.lstrip("-").isdigit() else None
        case FieldKind.CHOICE:
            options = field.get("options")
            values = [str(option) for option in options] if isinstance(options, list) else []
            return next((value for value in values if value.casefold() == text.casefold()), None)
        case _:
            return text


def _same_but_for_rounding(known: Raw, listed: Raw) -> bool:
    alike = ("unit", "currency", "unit_size", "at_least", "inputs", "least", "extras")
    if any(known.get(key) != listed.get(key) for key in alike):
        return False
    ours, theirs = _amounts(known), _amounts(listed)
    return ours.keys() == theirs.keys() and all(
        amount.quantize(CENT, ROUND_HALF_UP) == theirs[key] or amount == theirs[key]
        for key, amount in ours.items()
    )


def _amounts(price: Raw) -> dict[str, Decimal]:
    """By what it depends on."""
    rules = price.get("rules")
    if not isinstance(rules, list):
        return {"": Decimal(str(price["amount"]))}
    keys = ("when", "given", "absent")
    return {
        json.dumps([part, {key: rule.get(key) for key in keys}], sort_keys=True): Decimal(rule[part])
        for rule in rules
        for part in ("amount", "extra")
        if part in rule
    }
