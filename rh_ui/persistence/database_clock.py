"""Two clocks: this program's own, and the database's, which all programs on one database share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Float
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


def utc_now() -> datetime:
    return datetime.now(UTC)


class DatabaseClock(FunctionElement[float]):
    """Seconds since 1970, when the statement runs."""

    type = Float()
    inherit_cache = True


@compiles(DatabaseClock, "sqlite")
def _sqlite(_element: Any, _compiler: Any, **_more: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(DatabaseClock, "postgresql")
def _postgresql(_element: Any, _compiler: Any, **_more: Any) -> str:
    return "extract(epoch from clock_timestamp())::float8"
