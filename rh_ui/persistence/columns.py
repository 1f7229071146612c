"""Column types that keep what pandas, SQLite and JSON tend to lose: exact money, time zones, unusual
characters."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from sqlalchemy import BigInteger, DateTime, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from rh_ui.domain import JsonValue

PLACES: Final = Decimal("0.00000001")


class UtcTime(TypeDecorator[datetime]):
    """Aware UTC times, in and out; stored without a time zone on SQLite, which has none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Amount(TypeDecorator[Decimal]):
    """Money as whole hundred-millionths: exact, and SUM works on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        return int(value.quantize(PLACES, rounding=ROUND_HALF_EVEN).scaleb(8))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else plain(Decimal(value).scaleb(-8))


class Json(TypeDecorator[JsonValue]):
    """JSON as text. ASCII only, so that a lone surrogate in a prompt can't make saving fail."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: JsonValue, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=True, allow_nan=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> JsonValue:
        if value is None:
            return None
        loaded: JsonValue = json.loads(value)
        return loaded


class SafeText(TypeDecorator[str]):
    """Text for people and for search. Characters that a database can't store (lone surrogates, NUL) are
    replaced."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return value.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\N{REPLACEMENT CHARACTER}")

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return value


def plain(amount: Decimal) -> Decimal:
    """The amount without trailing zeros and without an exponent: 0.10 → 0.1, 1E+1 → 10."""
    short = amount.normalize()
    exponent = short.as_tuple().exponent
    return short.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else short
