"""The facts file (one JSON object a line) as table entries: what is carried over, and what never is.

Labels, notes and sample texts of the vendor stay behind; so does every default that is a sample text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final, TypeAlias

from pydantic import BaseModel, ConfigDict, StrictBool, StrictFloat, StrictInt, StrictStr, ValidationError

from rh_ui.catalog.schema import PriceUnit
from rh_ui.domain import Channel, FieldKind, Modality
from rh_ui.errors import TableFault

Raw: TypeAlias = dict[str, object]
Number: TypeAlias = StrictInt | StrictFloat

KINDS: Final = {
    "STRING": FieldKind.TEXT,
    "INT": FieldKind.INTEGER,
    "FLOAT": FieldKind.DECIMAL,
    "BOOLEAN": FieldKind.FLAG,
    "LIST": FieldKind.CHOICE,
    "IMAGE": FieldKind.IMAGE,
    "VIDEO": FieldKind.VIDEO,
    "AUDIO": FieldKind.AUDIO,
}
MODALITIES: Final = {
    "image": Modality.IMAGE,
    "video": Modality.VIDEO,
    "audio": Modality.AUDIO,
    "3d": Modality.THREE_D,
    "string": Modality.TEXT,
}
TECHNICAL_TEXT: Final = frozenset({"voice_id"})
"""Text fields whose default is an id the service knows; any other text default is a sample and stays behind.
LoRA names (`source_type` MODEL) are kept as well."""

UNITS: Final = {
    "/次": PriceUnit.CALL,
    "call": PriceUnit.CALL,
    "/秒": PriceUnit.SECOND,
    "/second": PriceUnit.SECOND,
    "second": PriceUnit.SECOND,
    "/5秒": PriceUnit.SECOND,
    "/张": PriceUnit.IMAGE,
    "/1000字符": PriceUnit.THOUSAND_CHARACTERS,
}
FLOOR_MARK: Final = "起"
QUANTITY_KEYS: Final = {
    PriceUnit.SECOND: ("duration",),
    PriceUnit.IMAGE: ("imageNum", "n", "maxImages"),
    PriceUnit.THOUSAND_CHARACTERS: ("text", "prompt"),
}


class _Fact(BaseModel):
    model_config = ConfigDict(extra="ignore")


class OptionFact(_Fact):
    value: StrictStr


class ParamFact(_Fact):
    key: StrictStr
    type: StrictStr
    required: StrictBool
    default: StrictBool | StrictInt | StrictFloat | StrictStr | None = None
    options: list[OptionFact] = []
    min: Number | None = None
    max: Number | None = None
    step: Number | None = None
    minLength: int | None = None
    maxLength: int | None = None
    multiple: bool = False
    max_items: int | None = None
    accept: list[str] = []
    max_size_mb: Number | None = None
    source_type: str = ""


class PriceRuleFact(_Fact):
    when: dict[str, StrictStr]
    price: Number


class PriceFact(_Fact):
    currency: str
    unit: str
    price: Number | None = None
    value: Number | None = None
    rules: list[PriceRuleFact] = []
    asOf: date | None = None


class EndpointFact(_Fact):
    endpoint: StrictStr
    in_seed: StrictBool
    doc_order: int | None = None
    doc_title: str = ""
    name_en: str = ""
    output_type: str
    source: str = ""
    params: list[ParamFact] = []
    price: PriceFact | None = None

    @property
    def channel(self) -> Channel:
        title = f"{self.doc_title} {self.name_en}"
        if "low-price" in title:
            return Channel.LOW_PRICE
        official = "official-stable" in title or re.search(r"-official(/|$)", self.endpoint)
        return Channel.OFFICIAL_STABLE if official else Channel.NONE

    @property
    def deprecated(self) -> bool:
        return "deprecated" in f"{self.endpoint} {self.doc_title} {self.name_en}".lower()


def read_facts(file: Path) -> Iterator[EndpointFact]:
    """Every endpoint in the file. Raises TableFault naming the line that can't be read."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield EndpointFact.model_validate(json.loads(line))
        except (json.JSONDecodeError, ValidationError) as fault:
            raise TableFault(f"{file.name}, line {number}: {fault}") from fault


def entry(fact: EndpointFact, title: str, task: str, notes: list[str]) -> Raw:
    """The endpoint as the table writes it; what was left behind, other than wording, goes to `notes`."""
    raw: Raw = {
        "path": fact.endpoint,
        "title": title,
        "modality": MODALITIES[fact.output_type].value,
        "task": task,
        "channel": fact.channel.value or None,
        "documented": fact.in_seed or None,
        "deprecated": fact.deprecated or None,
        "fields": [_field(param, fact.endpoint, notes) for param in fact.params],
    }
    raw["price"] = _price(fact, notes)
    return {key: value for key, value in raw.items() if value is not None}


def _field(param: ParamFact, endpoint: str, notes: list[str]) -> Raw:
    kind = KINDS[param.type]
    options = [option.value for option in param.options]
    default = param.default
    if kind is FieldKind.TEXT and param.key not in TECHNICAL_TEXT and param.source_type != "MODEL":
        default = None
    if kind is FieldKind.CHOICE and default is not None and default not in options:
        notes.append(f"{endpoint}: {param.key}: a default outside its options is left out.")
        default = None
    many = param.multiple or (kind.is_media and (param.key.endswith("Urls") or param.key == "videos"))
    raw: Raw = {
        "key": param.key,
        "kind": kind.value,
        "required": param.required or None,
        "default": default,
        "options": options or None,
        "min": param.min,
        "max": param.max,
        "step": param.step,
        "min_length": param.minLength,
        "max_length": param.maxLength,
        "many": many or None,
        "max_items": param.max_items,
        "accept": [extension.lower() for extension in param.accept] or None,
        "max_mb": param.max_size_mb,
    }
    return {key: value for key, value in raw.items() if value is not None}


def _price(fact: EndpointFact, notes: list[str]) -> Raw | None:
    price = fact.price
    if price is None:
        return None
    unit = UNITS.get(price.unit.removesuffix(FLOOR_MARK))
    if unit is None:
        notes.append(f"{fact.endpoint}: a price by {price.unit!r} can't be put in rules; it stays unknown.")
        return None
    amount = price.price if price.price is not None else price.value
    amounts = [rule.price for rule in price.rules] if price.rules else [amount]
    if any(not each for each in amounts):
        notes.append(f"{fact.endpoint}: a recorded price is zero or missing; it stays unknown.")
        return None
    counted = next((key for rule in price.rules for key, value in rule.when.items() if value == ""), "")
    if counted:
        unit, amount = PriceUnit.IMAGE, amounts[0]
    keys = {param.key for param in fact.params}
    quantity = counted or next((key for key in QUANTITY_KEYS.get(unit, ()) if key in keys), "")
    if unit is PriceUnit.SECOND and not quantity:
        unit = PriceUnit.INPUT_SECOND
    rules = [] if counted else _price_rules(fact, price, notes)
    if not rules and amount is None:
        notes.append(f"{fact.endpoint}: no recorded price fits its fields; it stays unknown.")
        return None
    raw: Raw = {
        "unit": unit.value,
        "currency": price.currency,
        "date": price.asOf or _date_of(fact),
        "quantity": quantity or None,
        "unit_size": 5 if price.unit == "/5秒" else None,
        "floor": price.unit.endswith(FLOOR_MARK) or None,
        "amount": None if rules else str(Decimal(str(amount))),
        "rules": rules or None,
    }
    return {key: value for key, value in raw.items() if value is not None}


def _price_rules(fact: EndpointFact, price: PriceFact, notes: list[str]) -> list[Raw]:
    params = {param.key: param for param in fact.params}
    rules: list[Raw] = []
    for rule in price.rules:
        when: Raw = {}
        for key, text in rule.when.items():
            value = _typed(params.get(key), text)
            if value is None:
                notes.append(f"{fact.endpoint}: a price for {key} = {text} is left out: not an option.")
                break
            when[key] = value
        else:
            rules.append({"when": when, "amount": str(Decimal(str(rule.price)))})
    return rules


def _typed(param: ParamFact | None, text: str) -> str | bool | int | None:
    """A price condition's text as the value the field really holds; None when it can't hold it."""
    if param is None:
        return None
    match KINDS[param.type]:
        case FieldKind.FLAG:
            return {"true": True, "false": False}.get(text)
        case FieldKind.INTEGER:
            return int(text) if text.lstrip("-").isdigit() else None
        case FieldKind.CHOICE:
            return text if any(option.value == text for option in param.options) else None
        case _:
            return text


def _date_of(fact: EndpointFact) -> date:
    """The day in the name of the fact's source; without one the day the facts were put together."""
    found = re.search(r"\d{4}-\d{2}-\d{2}", fact.source)
    return date.fromisoformat(found.group()) if found else date(2026, 6, 18)
