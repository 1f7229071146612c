"""Reads the vendor's public registry (and price list) into facts, entry by entry: an invalid one is repaired
or set aside by name and does not affect the others. merge uses the facts."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from rh_ui.catalog.importer.fact_files import EndpointFact, ParamFact, PriceFact, Raw
from rh_ui.catalog.importer.facts import MODALITIES
from rh_ui.catalog.importer.registry_fields import Spelled, is_needed, is_nested, read_param, read_text
from rh_ui.catalog.importer.registry_files import day_of, models_of, prices_of, read_document, said_day
from rh_ui.errors import TableFault
from rh_ui.i18n import Message

MODEL_SPELLINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "endpoint": ("endpoint", "path"),
    "name": ("nameen", "displayname", "classname", "internalname", "namecn"),
    "name_cn": ("namecn",),
    "output_type": ("outputtype", "output"),
    "category": ("category",),
    "params": ("params", "parameters", "fields"),
}
PRICE_SPELLINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "endpoint": ("endpoint", "path"),
    "currency": ("currency",),
    "unit": ("unit",),
    "price": ("price", "value"),
    "rules": ("rules",),
    "depends_on": ("dependson",),
    "pricing_type": ("pricingtype",),
    "date": ("updatedat", "asof", "date"),
}
PLAIN_PATH: Final = re.compile(r"[\w.\-\[\]()+~]+(/[\w.\-\[\]()+~]+)*")
MOST: Final = 3000
"""Entries of a file; the vendor's has about 420."""
MOST_FIELDS: Final = 200
"""Fields of an endpoint; the vendor's have up to 32."""
MOST_ODD: Final = 20
"""The most remarks about one entry."""
OUTPUTS: Final[Mapping[str, str]] = {
    **{word: word for word in MODALITIES},
    "text": "string", "str": "string", "images": "image", "videos": "video", "music": "audio", "model": "3d",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """One usable endpoint of the registry."""

    fact: EndpointFact
    category: str
    """The vendor's own group (`RunningHub/Kling`); a hint for naming only."""
    price_unreadable: bool = False
    """It has a price that can't be read, so that an older one may be wrong by now."""


@dataclass(slots=True)
class Registry:
    """The content of a registry file. `odd` grows while it is read and merged: by endpoint, what was
    wrong."""

    file: str
    total: int
    listed: list[Listed] = field(default_factory=list)
    odd: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    """What could not be carried over, a sentence each."""
    paths: set[str] = field(default_factory=set)
    """All named paths, including those set aside: they are invalid, not removed."""
    is_whole: bool = True
    """Whether an endpoint that it does not name is no longer offered."""

    def say(self, who: str, *what: str) -> None:
        said = self.odd.setdefault(who, [])
        said.extend(what[: MOST_ODD - len(said)])

    def take_only(self, paths: Container[str]) -> None:
        """Leave all others as they are known, including those not listed."""
        self.listed = [each for each in self.listed if each.fact.endpoint in paths]
        self.is_whole = False

    @property
    def notices(self) -> tuple[str, ...]:
        """One sentence with every invalid entry and what was done with it; empty when there is none."""
        if not self.odd:
            return ()
        named = [Message("catalog.odd_entry", who=who, what=what) for who, what in self.odd.items()]
        key = "catalog.odd_one" if len(named) == 1 else "catalog.odd"
        return (Message(key, file=self.file, count=len(named), named=named),)


def is_registry(file: Path) -> bool:
    """Whether a file is in the vendor's format; else it is taken for our facts, a JSON object a line."""
    if file.suffix == ".jsonl":
        return False
    try:
        document = json.loads(file.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, ValueError):
        return file.suffix == ".json"
    return not (isinstance(document, dict) and "in_seed" in document)


def read_registry(file: Path, prices: Path | None = None, day: date | None = None) -> Registry:
    """Every endpoint in the file that can be used. `prices`: the vendor's price list, when it is apart;
    `day`: what the file is of, where that is known better than it says.

    Raises TableFault, in one sentence, for a file that is no registry or holds nothing of use.
    """
    document = read_document(file)
    models = models_of(document)
    if models is None:
        raise TableFault(Message("catalog.no_registry", file=file.name))
    registry = Registry(file.name, len(models))
    _bound(models, file)
    dated = (day or day_of(file, document)).isoformat()
    costs = _prices(document, file, registry) if isinstance(document, dict) else {}
    if prices is not None:
        costs |= _prices(read_document(prices), prices, registry)
    seen: dict[str, Listed] = {}
    for number, raw in enumerate(models, start=1):
        path = Spelled(raw, MODEL_SPELLINGS).text("endpoint").strip("/") if isinstance(raw, Mapping) else ""
        if path in seen:
            registry.say(path, Message("catalog.twin"))
            continue
        listed = _listed(number, raw, costs, registry, dated)
        if listed is not None:
            seen[path] = listed
    registry.listed.extend(seen.values())
    if not registry.listed:
        raise TableFault(Message("catalog.nothing_usable", file=file.name))
    return registry


def _bound(entries: list[object], file: Path) -> None:
    if len(entries) > MOST:
        raise TableFault(Message("catalog.too_many", file=file.name, count=len(entries), limit=MOST))


def _listed(
    number: int, raw: object, costs: Mapping[str, PriceFact | None], registry: Registry, dated: str
) -> Listed | None:
    if not isinstance(raw, Mapping):
        registry.say(Message("catalog.entry", number=number), Message("catalog.no_object"))
        return None
    spelled = Spelled(raw, MODEL_SPELLINGS)
    path = spelled.text("endpoint").strip("/")
    who = path or spelled.text("name") or Message("catalog.entry", number=number)
    if not PLAIN_PATH.fullmatch(path) or ".." in path:
        registry.say(who, Message("catalog.no_path"))
        return None
    registry.paths.add(path)
    output = spelled.text("output_type").lower()
    if output not in OUTPUTS:
        registry.say(
            path, Message("catalog.makes_nothing", output=output or Message("catalog.nothing_named"))
        )
        return None
    odd: list[str] = []
    try:
        given = _listed_params(spelled.get("params"))
        params = list(_params(given, odd))
        if not params:
            raise TableFault(Message("catalog.no_params"))
        fact = EndpointFact.model_validate(
            {
                "endpoint": path,
                "in_seed": False,
                "name_en": spelled.text("name"),
                "name_cn": spelled.text("name_cn"),
                "output_type": OUTPUTS[output],
                "source": dated,
                "params": params,
                "needs_list": any(is_nested(each) and is_needed(each) for each in given),
                "price": costs.get(path),
            }
        )
    except (TableFault, ValidationError) as fault:
        said = (
            Message("catalog.other_words", why=fault.errors()[0]["msg"])
            if isinstance(fault, ValidationError)
            else fault.text
        )
        registry.say(path, *odd, Message("catalog.set_aside", why=said))
        return None
    if odd:
        registry.say(path, *odd)
    return Listed(fact, spelled.text("category"), path in costs and costs[path] is None)


def _listed_params(raw: object) -> list[object]:
    if isinstance(raw, dict):
        return [{"fieldKey": key, **each} if isinstance(each, dict) else each for key, each in raw.items()]
    return raw if isinstance(raw, list) else []


def _params(given: list[object], odd: list[str]) -> Iterator[ParamFact]:
    seen: set[str] = set()
    if len(given) > MOST_FIELDS:
        raise TableFault(Message("catalog.too_many_fields", limit=MOST_FIELDS))
    for each in given:
        if is_nested(each):
            continue
        param = read_param(each, odd)
        if param is None:
            continue
        if param.key in seen:
            odd.append(Message("catalog.field_twin", key=param.key))
            continue
        seen.add(param.key)
        yield param


def _prices(document: object, file: Path, registry: Registry) -> dict[str, PriceFact | None]:
    """Prices by path; None for one that can't be read: it is unknown, which is no fault of its endpoint."""
    entries = prices_of(document)
    _bound(entries, file)
    found: dict[str, PriceFact | None] = {}
    for number, raw in enumerate(entries, start=1):
        if not isinstance(raw, Mapping):
            registry.say(Message("catalog.price_entry", number=number), Message("catalog.no_object"))
            continue
        spelled = Spelled(raw, PRICE_SPELLINGS)
        path = spelled.text("endpoint").strip("/")
        rules = _price_rules(spelled.get("rules"))
        amount = _amount(spelled.get("price"))
        is_whole = path and spelled.text("unit") and spelled.text("currency")
        if not is_whole or rules is None or (not rules and amount is None):
            if spelled.get("price") is not None or spelled.get("rules"):
                registry.say(
                    path or Message("catalog.price_entry", number=number), Message("catalog.price_unreadable")
                )
                found[path] = None
            elif path:
                registry.notes.append(
                    Message("catalog.untold", path=path, what=Message("catalog.untold_figure"))
                )
            continue
        price = {
            "currency": spelled.text("currency").upper(),
            "unit": spelled.text("unit"),
            "price": amount,
            "rules": rules,
            "depends_on": _words(spelled.get("depends_on")),
            "pricing_type": spelled.text("pricing_type"),
            "asOf": said_day(spelled.text("date")),
        }
        try:
            found[path] = PriceFact.model_validate(price)
        except ValidationError:
            registry.say(path, Message("catalog.price_unreadable"))
            found[path] = None
    return found


def _price_rules(raw: object) -> list[Raw] | None:
    """None when one of them can't be read: an incomplete price list would promise too much."""
    rules: list[Raw] = []
    for each in raw if isinstance(raw, list) else []:
        when = each.get("when") if isinstance(each, dict) else None
        amount = _amount(each.get("price")) if isinstance(each, dict) else None
        if not isinstance(when, dict) or amount is None:
            return None
        rules.append({"when": {str(key): read_text(value) for key, value in when.items()}, "price": amount})
    return rules


def _words(raw: object) -> list[str]:
    return [each for each in raw if isinstance(each, str)] if isinstance(raw, list) else []


def _amount(value: object) -> int | float | None:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        return None
    return value
