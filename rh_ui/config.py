"""One frozen Settings, read once at the start and handed down as plain values; what it refuses, and why.

Read by app and bootstrap only. Importing it reads nothing.
"""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import AliasChoices, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from rh_ui.errors import StartRefused

PROJECT: Final = Path(__file__).parents[1]
"""Where app.py lies."""
SITE: Final = "https://www.runninghub.ai"
SITES: Final = (SITE, "https://www.runninghub.cn")
"""RunningHub's own, for the world and for China: accounts, keys and files are apart."""
SPACE_FRAMERS: Final = "'self' https://huggingface.co"
"""Whose page a Hugging Face Space is shown in."""
DEMO_SITE: Final = "demo"
"""The site that demo runs remember: the emulator's address changes at every start."""
DEMO_NAME: Final = "demo"
"""The folder of demo mode in the data folder."""
DEMO_KEY: Final = "demo-shared"
"""A key the emulator knows; no secret."""


def _address(value: object) -> object:
    """A bare host name or address; brackets of an IPv6 address go, a scheme or a path is refused."""
    text = str(value).strip().removeprefix("[").removesuffix("]")
    if not re.fullmatch(r"[0-9A-Za-z._:%-]+", text):
        raise ValueError("is no host name or address; it looks like 127.0.0.1")
    return text


def _site(value: object, like: str = SITE) -> object:
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


def _public(value: object) -> object:
    """As a site; empty where nobody beyond this computer reaches the page."""
    return _site(value, "https://studio.example.org") if str(value).strip() else ""


def _framers(value: object) -> object:
    """`'none'`, `'self'` or addresses of sites, quotes forgiven; empty where nothing is set."""
    if value == "":
        return value
    words = [word.strip("'\"") for word in str(value).split()]
    known = {"none": "'none'", "self": "'self'"}
    if not words or (len(words) > 1 and "none" in words):
        raise ValueError("names nobody; write none, self, or addresses like https://portal.example.org")
    for word in words:
        if word not in known and not re.fullmatch(r"https?://(\*\.)?[0-9A-Za-z.-]+(:[0-9]{1,5}|:\*)?", word):
            raise ValueError(
                "is no list of sites; write none, self, or addresses like https://portal.example.org"
            )
    return " ".join(known.get(word, word) for word in words)


def _key(value: object) -> object:
    """The key without what a copy brings along at its ends; blank is none."""
    text = (value.get_secret_value() if isinstance(value, SecretStr) else str(value or "")).strip()
    if not text:
        return None
    if not re.fullmatch(r"[\x21-\x7e]+", text):
        raise ValueError("holds a blank, a line break or a letter that no key has; copy it again")
    return SecretStr(text)


def _folder(value: object) -> object:
    """An absolute path; `~` is the home folder, a relative one starts in the working directory."""
    text = str(value)
    if "\0" in text or "?" in text:
        raise ValueError("is no name of a folder that a database can lie in; use one without a question mark")
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError:
        raise ValueError("starts with ~, but there is no home folder; name the folder in full") from None


def _place(value: object) -> object:
    """An address like `s3://bucket/folder` as it is, anything else as an absolute path."""
    text = str(value).strip()
    return text if "://" in text or not text else str(_folder(text))


def _megabytes(value: object) -> object:
    text = str(value).strip()
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError("is no number of megabytes; write digits alone, 0 for none")
    return int(text)


class Settings(BaseSettings):
    """Command line before RH_UI_* before GRADIO_* before the defaults here; an empty variable is not set."""

    model_config = SettingsConfigDict(
        frozen=True, env_ignore_empty=True, validate_by_name=True, extra="forbid", hide_input_in_errors=True
    )

    host: Annotated[str, BeforeValidator(_address)] = Field(
        "127.0.0.1", validation_alias=AliasChoices("RH_UI_HOST", "GRADIO_SERVER_NAME")
    )
    """The address to listen on."""
    port: int = Field(7860, ge=0, le=65535, validation_alias=AliasChoices("RH_UI_PORT", "GRADIO_SERVER_PORT"))
    """0 takes any free one."""
    data_dir: Annotated[Path, BeforeValidator(_folder)] = Field(
        PROJECT / "data", validation_alias=AliasChoices("RH_UI_DATA_DIR")
    )
    """Beside app.py by default, so that the runs of yesterday are there from wherever it is started today."""
    database_url: str = Field("", validation_alias=AliasChoices("RH_UI_DATABASE_URL"), repr=False)
    """Empty: a SQLite file in the data folder."""
    storage_url: Annotated[str, BeforeValidator(_place)] = Field(
        "", validation_alias=AliasChoices("RH_UI_STORAGE_URL"), repr=False
    )
    """Empty: a folder in the data folder."""
    reserve_mb: Annotated[int, BeforeValidator(_megabytes)] = Field(
        512, validation_alias=AliasChoices("RH_UI_RESERVE_MB")
    )
    """With less free disk space than this, no run is sent and no result is fetched."""
    uploads_mb: Annotated[int, BeforeValidator(_megabytes)] = Field(
        4096, validation_alias=AliasChoices("RH_UI_UPLOADS_MB")
    )
    """What one visitor may bring in within an hour, where others reach the page too; 0: any number."""
    largest_mb: Annotated[int, BeforeValidator(_megabytes)] = Field(
        4096, validation_alias=AliasChoices("RH_UI_MAX_RESULT_MB")
    )
    """A larger result is not downloaded until a person asks for it; 0: no limit."""
    api_key: Annotated[SecretStr | None, BeforeValidator(_key)] = Field(
        None, validation_alias=AliasChoices("RH_API_KEY")
    )
    api_host: Annotated[str, BeforeValidator(_site)] = Field(
        SITE, validation_alias=AliasChoices("RH_API_HOST")
    )
    public_url: Annotated[str, BeforeValidator(_public)] = Field(
        "", validation_alias=AliasChoices("RH_UI_PUBLIC_URL")
    )
    """The address under which others reach this page: people in demo mode; with a key RunningHub alone, to
    tell of a run's end."""
    embed: bool = Field(True, validation_alias=AliasChoices("RH_UI_EMBED"))
    """Whether results carry their settings inside; beside them they lie anyway."""
    framers: Annotated[str, BeforeValidator(_framers)] = Field(
        "", validation_alias=AliasChoices("RH_UI_FRAME_ANCESTORS")
    )
    """Who may show this page inside one of theirs; empty: nobody, on a Space the hub that shows it."""
    space: str = Field("", validation_alias=AliasChoices("SPACE_ID"))
    """The name of the Hugging Face Space this runs as; there the platform sets it."""
    space_host: str = Field("", validation_alias=AliasChoices("SPACE_HOST"))
    """The Space's own host name, set with it."""
    demo_asked: bool = Field(False, validation_alias=AliasChoices("RH_UI_DEMO"))
    """Demo mode although there is a key."""

    @property
    def demo(self) -> bool:
        """Whether the built-in emulator stands in for RunningHub."""
        return self.demo_asked or self.api_key is None

    @property
    def frame_ancestors(self) -> str:
        """The sites that may frame the page, as a Content-Security-Policy words them."""
        return self.framers or (SPACE_FRAMERS if self.space else "'none'")

    @property
    def shown_at(self) -> str:
        """The address under which people elsewhere open the page; empty where they don't. With a key it is
        for this computer alone, as there is no log-in."""
        found = self.public_url or (f"https://{self.space_host}" if self.space and self.space_host else "")
        return found if self.demo else ""

    @property
    def told_at(self) -> str:
        """The address at which RunningHub tells of a run's end; the emulator has no need of one."""
        return "" if self.demo else self.public_url

    @property
    def home(self) -> Path:
        """Where this mode keeps its files: demo results never mix with paid ones."""
        return self.data_dir / DEMO_NAME if self.demo else self.data_dir

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log may show."""
        return () if self.api_key is None else (self.api_key.get_secret_value(),)


def read_settings(
    *, host: str | None = None, port: str | None = None, data_dir: str | None = None, demo: bool = False
) -> Settings:
    """Settings from the command line's flags (None: not given) and the environment.

    Raises StartRefused with one sentence.
    """
    flags = {"host": host, "port": port, "data_dir": data_dir, "demo_asked": demo or None}
    given: dict[str, Any] = {name: value for name, value in flags.items() if value is not None}
    try:
        settings = Settings(**given)
    except ValidationError as fault:
        raise StartRefused(_sentence(fault, given)) from None
    if not settings.demo and not is_loopback(settings.host):
        raise StartRefused(
            f"There is no log-in yet, so with a key the page listens on this computer only, not on "
            f"{settings.host}: anybody who reached it could spend the key's money. Start it on 127.0.0.1, "
            "or show it to others in demo mode (--demo)."
        )
    return settings


def is_loopback(host: str) -> bool:
    """Whether only this computer reaches the address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _sentence(fault: ValidationError, given: dict[str, Any]) -> str:
    """The first thing wrong, named as the person wrote it; the value of the key is never repeated."""
    first = fault.errors(include_url=False, include_context=False, include_input=False)[0]
    named = str(first["loc"][0]) if first["loc"] else ""
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        if isinstance(alias, AliasChoices) and (named == name or named in alias.choices):
            place = f"--{name.replace('_', '-')}" if name in given else _variable(alias)
            break
    else:
        place = named or "A setting"
    why = first["msg"].removeprefix("Value error, ")
    return f"{place} {_PLAINER.get(first['type'], why)}."


_PLAINER: Final = {
    "int_parsing": "is no port number; a port lies between 1 and 65535",
    "int_type": "is no port number; a port lies between 1 and 65535",
    "greater_than_equal": "is no port number; a port lies between 1 and 65535",
    "less_than_equal": "is no port number; a port lies between 1 and 65535",
    "bool_parsing": "is neither yes nor no; write 1 or 0",
}


def _variable(alias: AliasChoices) -> str:
    """The one that was set: pydantic names the first it would have read."""
    names = [str(name) for name in alias.choices]
    return next((name for name in names if os.environ.get(name)), names[0])
