"""Files of facts, one JSON object per line, as models; facts and prices make table entries from them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Final, TypeAlias, TypeVar

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    ValidationError,
)
from pydantic import Field as Constraint

from rh_ui.domain import Channel
from rh_ui.errors import TableFault

Raw: TypeAlias = dict[str, object]
"""Something of the table, as its files write it."""
Number: TypeAlias = StrictInt | StrictFloat
Day: TypeAlias = date


def fields_in(raw: Raw) -> list[Raw]:
    """The fields of an endpoint as its file writes it."""
    fields = raw.get("fields")
    return [field for field in fields if isinstance(field, dict)] if isinstance(fields, list) else []


class Fact(BaseModel):
    """What is read of a line, or of a part of it; other keys are ignored."""

    model_config = ConfigDict(extra="ignore")


class PriceRuleFact(Fact):
    when: dict[str, StrictStr]
    price: Number
    extra: Number | None = None
    """For each second of the result, in addition to the price."""
    given: list[str] = []
    absent: list[str] = []


class PriceExtraFact(Fact):
    """The cost of each entry of a field in addition to the price, except the first `free` ones."""

    field: str
    amount: Number
    free: int = 0


class FloorTable(Fact):
    """The least seconds that are charged, by the seconds of the result; the first of each list is a
    heading."""

    header: list[str]
    row: list[str]


class PriceFact(Fact):
    currency: str
    unit: str
    price: Number | None = None
    value: Number | None = None
    rules: list[PriceRuleFact] = []
    depends_on: list[StrictStr] = []
    """What the price depends on, even where no rule names it."""
    floor: bool = False
    at_least: int | None = None
    inputs: list[str] = []
    least: dict[str, int] = {}
    extras: list[PriceExtraFact] = []
    asOf: Day | None = None
    date: Day | None = None
    pricing_type: str = ""
    price_type: str = ""
    rows: list[list[str]] = []
    condition_rows: list[list[str]] = []
    floor_table: FloorTable | None = None

    @property
    def day(self) -> Day | None:
        return self.asOf or self.date


class ListedPrice(PriceFact):
    endpoint: StrictStr


class OptionFact(Fact):
    value: StrictStr | StrictInt


class ParamFact(Fact):
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


STATE_REMARK: Final = re.compile(r"[-\s]*(\[Deprecated\]|[(（]?已下架|暂不可用).*$")
"""What the vendor adds to the name of an endpoint that it is taking away."""
LONGEST_NAME: Final = 120


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()


class EndpointFact(Fact):
    endpoint: StrictStr
    in_seed: StrictBool
    doc_order: int | None = None
    doc_title: str = ""
    name_en: str = ""
    name_cn: Annotated[
        str,
        BeforeValidator(lambda name: name or ""),
        Constraint(validation_alias=AliasChoices("name_cn", "name_zh")),
    ] = ""
    output_type: str
    source: str = ""
    params: list[ParamFact] = []
    price: PriceFact | None = None
    needs_list: bool = False
    """It wants a list of objects, whose parts the vendor does not tell."""
    uncertain: list[str] = []

    @property
    def names(self) -> list[str]:
        """What the vendor calls it, without remarks and without what only repeats the path."""
        given = (self.name_en, self.name_cn, self.doc_title)
        plain = {_plain(STATE_REMARK.sub("", self.endpoint)): ""}
        for name in given:
            name = STATE_REMARK.sub("", " ".join(name.split()))
            plain.setdefault(_plain(name), name)
        return [name for name in plain.values() if name and len(name) <= LONGEST_NAME]

    @property
    def channel(self) -> Channel:
        """By the words for it in its names."""
        names = f"{self.name_cn} {self.doc_title} {self.name_en}"
        if re.search(r"low-price|低价|/economy$", names):
            return Channel.LOW_PRICE
        official = re.search(r"official-stable|稳定版|/stable(-token)?$", names) or re.search(
            r"-official(/|$)", self.endpoint
        )
        return Channel.OFFICIAL_STABLE if official else Channel.NONE

    @property
    def deprecated(self) -> bool:
        names = f"{self.endpoint} {self.doc_title} {self.name_en}".lower()
        return "deprecated" in names or "已下架" in self.name_cn


AnyFact = TypeVar("AnyFact", bound=Fact)


def read_lines(file: Path, kind: type[AnyFact]) -> Iterator[AnyFact]:
    """Every line's fact. Raises TableFault that names the line that can't be read."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield kind.model_validate(json.loads(line))
        except (json.JSONDecodeError, ValidationError) as fault:
            raise TableFault(f"{file.name}, line {number}: {fault}") from fault
