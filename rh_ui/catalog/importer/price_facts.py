"""A price as the facts and lists of prices hold it; what the table makes of it is in prices."""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict, StrictFloat, StrictInt, StrictStr

Number: TypeAlias = StrictInt | StrictFloat
Day: TypeAlias = date


class _Fact(BaseModel):
    model_config = ConfigDict(extra="ignore")


class PriceRuleFact(_Fact):
    when: dict[str, StrictStr]
    price: Number
    extra: Number | None = None
    """For each second of the result, beside the price."""
    given: list[str] = []
    absent: list[str] = []


class PriceExtraFact(_Fact):
    """What each entry of a field costs beside the price, the first `free` ones excepted."""

    field: str
    amount: Number
    free: int = 0


class FloorTable(_Fact):
    """The seconds that are charged at least, by the seconds of the result; the first of each list is a
    heading."""

    header: list[str]
    row: list[str]


class PriceFact(_Fact):
    currency: str
    unit: str
    price: Number | None = None
    value: Number | None = None
    rules: list[PriceRuleFact] = []
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
