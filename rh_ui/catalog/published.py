"""The files in which RunningHub publishes its models, and their address; read once from data/vocabulary."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from rh_ui.errors import TableFault
from rh_ui.i18n import Message

FILE: Final = Path(__file__).parent / "data" / "vocabulary" / "published.toml"


class Published(BaseModel):
    """Two files in a folder of the web."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    address: str
    """The folder, without a slash at the end."""
    registry: str
    prices: str
    unchanging: frozenset[date]
    """Days that stand in every edition of the files and say nothing of it."""

    @property
    def urls(self) -> tuple[str, str]:
        """Of the registry and of the price list."""
        return f"{self.address}/{self.registry}", f"{self.address}/{self.prices}"


@cache
def published() -> Published:
    return Published.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8")))


RECORD: Final = "looked.json"


class LastLook(BaseModel):
    """When RunningHub's files were last checked, and the result."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    at: datetime
    changes: int
    """Lines of what they would have changed."""


def last_look(folder: Path) -> LastLook | None:
    """The stored result; None where there was no check yet."""
    try:
        return LastLook.model_validate_json((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def keep_look(folder: Path, look: LastLook) -> None:
    """Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RECORD).write_text(look.model_dump_json(), encoding="utf-8")


NOT_FETCHED: Final = {
    "away": "catalog.fetch_away",
    "disk": "catalog.fetch_disk",
    "gone": "catalog.fetch_gone",
    "large": "catalog.fetch_large",
    "page": "catalog.fetch_page",
    "private": "catalog.fetch_private",
    "slow": "catalog.fetch_slow",
}
"""What went wrong on the way → its sentence."""


def not_fetched(file: str, why: str) -> TableFault:
    """`why`: a key of NOT_FETCHED."""
    return TableFault(Message("catalog.not_fetched", file=file, why=Message(NOT_FETCHED[why])))


def no_address() -> TableFault:
    """What was given is not the address of a file."""
    return TableFault(Message("catalog.no_address"))


def under_way() -> TableFault:
    """Only one check runs at a time."""
    return TableFault(Message("catalog.fetch_busy"))


def without_prices(fault: TableFault) -> Message:
    """The registry came and its price list did not."""
    return Message("catalog.no_prices", why=fault.text)
