"""The accounts at RunningHub that a file names (RH_UI_ACCOUNTS). Read once at the start; a wrong one is
refused.

A sentence about a wrong value never repeats the value: it may be a key.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from rh_ui.domain import Modality

SITE: Final = "https://www.runninghub.ai"
MAIN: Final = "main"
"""The account of RH_API_KEY."""
MOST: Final = 20
MOST_FORMER: Final = 10
LONGEST_NAME: Final = 40
LARGEST: Final = 64 * 1024
"""Bytes of a file with accounts, or with a key."""
_FORMS: Final = ("key", "key_file", "key_variable")


@dataclass(frozen=True, slots=True)
class GivenAccount:
    """An account as the settings name it."""

    name: str
    host: str
    key: SecretStr
    former: tuple[SecretStr, ...] = ()
    """Keys that it had before: their runs are followed to their end, and nothing new is sent with them."""
    limit: int | None = None
    """The most runs at once that are sent there; None: as many as the service allows."""
    kinds: frozenset[Modality] = frozenset()
    """The kinds of work that it is preferred for."""
    order: int = 0

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(key.get_secret_value() for key in (self.key, *self.former))


def site_address(value: object, like: str = SITE) -> str:
    """`https://host[:port][/path]` without a slash at the end."""
    text = str(value).strip().rstrip("/")
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or parts.username or parts.query or parts.fragment or re.search(r"\s", text):
        raise ValueError(f"is no address of a site; it looks like {like}")
    return text


def clean_key(value: object) -> SecretStr | None:
    """The key without the characters around it that copying adds; a blank one is no key."""
    text = (value.get_secret_value() if isinstance(value, SecretStr) else str(value or "")).strip()
    if not text:
        return None
    if not re.fullmatch(r"[\x21-\x7e]+", text):
        raise ValueError("holds a blank, a line break or a letter that no key has; copy it again")
    return SecretStr(text)


def read_accounts(file: Path, variables: Mapping[str, str]) -> tuple[GivenAccount, ...]:
    """The accounts of a file, in its order. Raises ValueError with the end of a sentence about the file."""
    try:
        told = _File.model_validate(tomllib.loads(_private_text(file)))
    except tomllib.TOMLDecodeError as fault:
        where = re.search(r"\(at [^)]*\)", str(fault))
        raise ValueError(f"is no TOML {where.group() if where else ''}".rstrip()) from None
    except ValidationError as fault:
        raise ValueError(_sentence(fault)) from None
    except (OSError, ValueError) as fault:
        raise ValueError(_why(fault)) from None
    return tuple(_given(name, entry, file.parent, variables) for name, entry in told.account.items())


def arranged(accounts: Iterable[GivenAccount]) -> tuple[GivenAccount, ...]:
    """All accounts by their order. Raises ValueError for too many, and for two with one name or one key."""
    found = sorted(accounts, key=lambda account: account.order)
    if len(found) > MOST:
        raise ValueError(f"leads to {len(found)} accounts; at most {MOST} can be used")
    names: dict[str, GivenAccount] = {}
    owners: dict[str, GivenAccount] = {}
    for account in found:
        twin = names.setdefault(account.name.casefold(), account)
        if twin is not account:
            raise ValueError(f"names “{account.name}”, but an account is called “{twin.name}” already")
        for secret in account.secrets:
            other = owners.setdefault(secret, account)
            if other is not account:
                raise ValueError(f"gives one key to two accounts: “{other.name}” and “{account.name}”")
        if len(set(account.secrets)) < len(account.secrets):
            raise ValueError(f"names one key of “{account.name}” twice; a former key is another one")
    return tuple(found)


def _private(value: object) -> object:
    key = clean_key(value)
    if key is None:
        raise ValueError("is empty")
    return key


_Key = Annotated[SecretStr, BeforeValidator(_private)]
_Name = Annotated[str, Field(max_length=4096)]


class _Account(BaseModel):
    """The settings of one account in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    host: Annotated[str, BeforeValidator(site_address)] = SITE
    key: _Key | None = None
    key_file: _Name = ""
    key_variable: _Name = ""
    former_keys: tuple[_Key, ...] = Field((), max_length=MOST_FORMER)
    former_key_files: tuple[_Name, ...] = Field((), max_length=MOST_FORMER)
    limit: int | None = Field(None, ge=1, le=1000, strict=True)
    kinds: frozenset[Modality] = frozenset()
    order: int = Field(0, ge=-1000, le=1000, strict=True)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    account: dict[str, _Account] = Field(min_length=1, max_length=MOST)


def _given(name: str, told: _Account, folder: Path, variables: Mapping[str, str]) -> GivenAccount:
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable() or name != name.strip():
        raise ValueError(f"has a name of an account that is not one line of 1 to {LONGEST_NAME} characters")
    try:
        key = _key_of(told, folder, variables)
        former = (*told.former_keys, *(_key_in(folder, path) for path in told.former_key_files))
    except ValueError as fault:
        raise ValueError(f"can't be used: the account “{name}” {fault}") from None
    return GivenAccount(name, told.host, key, former, told.limit, told.kinds, told.order)


def _key_of(told: _Account, folder: Path, variables: Mapping[str, str]) -> SecretStr:
    if sum(bool(getattr(told, form)) for form in _FORMS) != 1:
        raise ValueError("needs one of key, key_file and key_variable")
    if told.key is not None:
        return told.key
    if told.key_file:
        return _key_in(folder, told.key_file)
    key = clean_key(variables.get(told.key_variable, ""))
    if key is None:
        raise ValueError(f"has its key in the variable {told.key_variable}, which is not set")
    return key


def _key_in(folder: Path, path: str) -> SecretStr:
    """The key in a file; its path starts in the folder of the file with the accounts."""
    try:
        key = clean_key(_private_text(folder / Path(path).expanduser()))
    except (OSError, ValueError, RuntimeError) as fault:
        raise ValueError(f"has a key file that {_why(fault)}") from None
    if key is None:
        raise ValueError("has a key file that is empty")
    return key


def _private_text(file: Path) -> str:
    """The text of a file that only this user may read. Raises OSError, and ValueError with the reason."""
    descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as opened:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise ValueError("is no plain file")
        if hasattr(os, "getuid"):
            if found.st_uid != os.getuid():
                raise ValueError("belongs to another user; its owner must be the one that runs this program")
            if found.st_mode & 0o077:
                raise ValueError("can be read by others; allow it to its owner only: chmod 600")
        content = opened.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ValueError("is larger than 64 KB")
    return content.decode("utf-8")


def _why(fault: Exception) -> str:
    if isinstance(fault, UnicodeDecodeError):
        return "is no text in UTF-8"
    if isinstance(fault, OSError):
        return f"can't be read: {(fault.strerror or 'unknown reason').lower()}"
    return str(fault)


def _sentence(fault: ValidationError) -> str:
    """The first error: which account, which value, and why."""
    first: Any = fault.errors(include_url=False, include_context=False, include_input=False)[0]
    place = [str(part) for part in first["loc"] if isinstance(part, str)]
    if len(place) < 2:
        return f"has no accounts as it should: tables [account.NAME], at least one and at most {MOST}"
    _, name, *rest = place
    why = _PLAINER.get(first["type"], first["msg"].removeprefix("Value error, "))
    shown = name if len(name) <= LONGEST_NAME and name.isprintable() else "…"
    return f"can't be used: in the account “{shown}”, {rest[0] if rest else 'the table'} {why}"


_PLAINER: Final = {
    "extra_forbidden": "is no setting of an account",
    "int_type": "is no whole number",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
    "enum": f"knows {', '.join(Modality)}",
    "string_type": "is no text",
    "string_too_long": "is too long",
    "too_long": "has too many entries",
}
