"""One frozen Settings, read once at the start and passed on as plain values; wrong ones are refused.

Read by app and bootstrap only. Importing it reads nothing.
"""

from __future__ import annotations

import ipaddress
import os
import re
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AliasChoices, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from rh_ui.account_settings import (
    MAIN,
    MOST_FORMER,
    GivenAccount,
    arranged,
    clean_key,
    read_accounts,
    site_address,
)
from rh_ui.account_settings import SITE as SITE
from rh_ui.errors import StartRefused

PROJECT: Final = Path(__file__).parents[1]
"""The folder of app.py."""
SITES: Final = (SITE, "https://www.runninghub.cn")
"""RunningHub's own sites, for the world and for China: accounts, keys and files are separate."""
SPACE_FRAMERS: Final = "'self' https://huggingface.co"
"""The site whose page shows a Hugging Face Space in a frame."""
DEMO_SITE: Final = "demo"
"""The site stored with demo runs: the emulator's address changes at every start."""
DEMO_NAME: Final = "demo"
"""The folder of demo mode in the data folder."""
DEMO_KEY: Final = "demo-shared"
"""The key that the emulator accepts; no secret."""


def _address(value: object) -> object:
    """A bare host name or address. Removes the brackets of an IPv6 address; refuses a scheme or a path."""
    text = str(value).strip().removeprefix("[").removesuffix("]")
    if not re.fullmatch(r"[0-9A-Za-z._:%-]+", text):
        raise ValueError("is no host name or address; it looks like 127.0.0.1")
    return text


def _public(value: object) -> object:
    """Checked like `site_address`; empty if only this computer reaches the page."""
    return site_address(value, "https://studio.example.org") if str(value).strip() else ""


def _mirror(value: object) -> object:
    """Checked like `site_address`; empty for where RunningHub publishes its models."""
    return site_address(value, "https://mirror.example.org/models") if str(value).strip() else ""


def _networks(value: object) -> object:
    """IP addresses and networks, with commas or blanks between them."""
    if not isinstance(value, str):
        return value
    try:
        return tuple(ipaddress.ip_network(word) for word in re.split(r"[\s,]+", value) if word)
    except ValueError:
        raise ValueError("is no list of IP addresses; it looks like 127.0.0.1, 10.0.0.0/8") from None


def _framers(value: object) -> object:
    """`'none'`, `'self'` or addresses of sites, with or without the quotes; empty if nothing is set."""
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


def _keys(value: object) -> object:
    """Keys with commas between them."""
    if not isinstance(value, str):
        return value
    found = tuple(key for key in map(clean_key, value.split(",")) if key is not None)
    if len(found) > MOST_FORMER:
        raise ValueError(f"names more than {MOST_FORMER} keys")
    return found


def _folder(value: object) -> object:
    """An absolute path; `~` is the home folder, a relative one starts in the working directory."""
    text = str(value)
    if "\0" in text or "?" in text:
        raise ValueError("is no name of a folder that a database can lie in; use one without a question mark")
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError:
        raise ValueError("starts with ~, but there is no home folder; name the folder in full") from None


def _secret_file(value: object) -> object:
    return None if value is None else _folder(value)


def _issuer(value: object) -> object:
    """An address like `site_address`, exactly as it is written; empty for none."""
    text = str(value).strip()
    if text:
        site_address(text, "https://login.example.org")
    return text


def _place(value: object) -> object:
    """A URL like `s3://bucket/folder` unchanged, anything else as an absolute path."""
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
    """Beside app.py by default, so that it does not depend on the working directory."""
    database_url: str = Field("", validation_alias=AliasChoices("RH_UI_DATABASE_URL"), repr=False)
    """Empty: a SQLite file in the data folder."""
    storage_url: Annotated[str, BeforeValidator(_place)] = Field(
        "", validation_alias=AliasChoices("RH_UI_STORAGE_URL"), repr=False
    )
    """Empty: a folder in the data folder."""
    reserve_mb: Annotated[int, BeforeValidator(_megabytes)] = Field(
        512, validation_alias=AliasChoices("RH_UI_RESERVE_MB")
    )
    """Megabytes of free disk space below which no run is sent and no result is fetched."""
    uploads_mb: Annotated[int, BeforeValidator(_megabytes)] = Field(
        4096, validation_alias=AliasChoices("RH_UI_UPLOADS_MB")
    )
    """Megabytes that one visitor may upload within an hour, if others reach the page too; 0: no limit."""
    largest_mb: Annotated[int, BeforeValidator(_megabytes)] = Field(
        4096, validation_alias=AliasChoices("RH_UI_MAX_RESULT_MB")
    )
    """Megabytes above which a result is downloaded only if a person asks for it; 0: no limit."""
    api_key: Annotated[SecretStr | None, BeforeValidator(clean_key)] = Field(
        None, validation_alias=AliasChoices("RH_API_KEY")
    )
    api_host: Annotated[str, BeforeValidator(site_address)] = Field(
        SITE, validation_alias=AliasChoices("RH_API_HOST")
    )
    former_keys: Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_keys)] = Field(
        (), validation_alias=AliasChoices("RH_API_FORMER_KEY")
    )
    """Keys that the account had before `api_key`: their runs are followed to their end."""
    accounts_file: Annotated[Path | None, BeforeValidator(_secret_file)] = Field(
        None, validation_alias=AliasChoices("RH_UI_ACCOUNTS")
    )
    """A file that names more accounts (account_settings); not read in demo mode."""
    public_url: Annotated[str, BeforeValidator(_public)] = Field(
        "", validation_alias=AliasChoices("RH_UI_PUBLIC_URL")
    )
    """The address at which others reach this page: people who sign in, or anybody in demo mode; with a key
    and without people only RunningHub's webhooks."""
    proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_networks)] = Field(
        (), validation_alias=AliasChoices("RH_UI_PROXIES")
    )
    """The proxies that are believed when they name the client of a request; nobody else is."""
    admin_name: str = Field("", validation_alias=AliasChoices("RH_UI_ADMIN_NAME"))
    """The first admin's name; used only while there is nobody."""
    admin_password: SecretStr | None = Field(None, validation_alias=AliasChoices("RH_UI_ADMIN_PASSWORD"))
    admin_password_file: Annotated[Path | None, BeforeValidator(_secret_file)] = Field(
        None, validation_alias=AliasChoices("RH_UI_ADMIN_PASSWORD_FILE")
    )
    """A file with the first admin's password, in place of the variable."""
    models_url: Annotated[str, BeforeValidator(_mirror)] = Field(
        "", validation_alias=AliasChoices("RH_UI_MODELS_URL")
    )
    """A folder of the web with the files that RunningHub publishes its models in, in place of its own."""
    proxy_user_header: str = Field(
        "", validation_alias=AliasChoices("RH_UI_PROXY_USER_HEADER"), pattern=r"^[A-Za-z0-9-]*$"
    )
    """The header in which those proxies name the person who signed in there; empty: none."""
    oidc_issuer: Annotated[str, BeforeValidator(_issuer)] = Field(
        "", validation_alias=AliasChoices("RH_UI_OIDC_ISSUER")
    )
    """The company's OpenID provider, exactly as it calls itself; empty: none."""
    oidc_client_id: str = Field("", validation_alias=AliasChoices("RH_UI_OIDC_CLIENT_ID"))
    oidc_client_secret: SecretStr | None = Field(
        None, validation_alias=AliasChoices("RH_UI_OIDC_CLIENT_SECRET")
    )
    """None: a public client."""
    oidc_client_secret_file: Annotated[Path | None, BeforeValidator(_secret_file)] = Field(
        None, validation_alias=AliasChoices("RH_UI_OIDC_CLIENT_SECRET_FILE")
    )
    oidc_name: str = Field("", max_length=60, validation_alias=AliasChoices("RH_UI_OIDC_NAME"))
    """What the button to it calls it; empty: its host name."""
    oidc_admit: Literal["", "member", "guest"] = Field("", validation_alias=AliasChoices("RH_UI_OIDC_ADMIT"))
    """The role in which newcomers come in at once; empty: they wait."""
    embed: bool = Field(True, validation_alias=AliasChoices("RH_UI_EMBED"))
    """Whether results carry their settings inside; the file beside them is always written."""
    framers: Annotated[str, BeforeValidator(_framers)] = Field(
        "", validation_alias=AliasChoices("RH_UI_FRAME_ANCESTORS")
    )
    """The sites that may show this page in a frame; empty: none, or Hugging Face on a Space."""
    space: str = Field("", validation_alias=AliasChoices("SPACE_ID"))
    """The name of the Hugging Face Space that this is; set by Hugging Face."""
    space_host: str = Field("", validation_alias=AliasChoices("SPACE_HOST"))
    """The Space's own host name, set by Hugging Face."""
    demo_asked: bool = Field(False, validation_alias=AliasChoices("RH_UI_DEMO"))
    """Demo mode even with a key."""

    @property
    def demo(self) -> bool:
        """Whether the built-in emulator replaces RunningHub."""
        return not self.accounts

    @cached_property
    def accounts(self) -> tuple[GivenAccount, ...]:
        """The accounts that runs go to, the first of them first; none in demo mode. Raises StartRefused."""
        if self.demo_asked:
            return ()
        if self.former_keys and self.api_key is None:
            raise StartRefused("RH_API_FORMER_KEY needs RH_API_KEY, the key that is used now.")
        own = [GivenAccount(MAIN, self.api_host, self.api_key, self.former_keys)] if self.api_key else []
        place = "RH_API_FORMER_KEY" if self.accounts_file is None else "RH_UI_ACCOUNTS"
        try:
            named = read_accounts(self.accounts_file, os.environ) if self.accounts_file else ()
            return arranged((*own, *named))
        except ValueError as fault:
            raise StartRefused(f"{place} {fault}.") from None

    @property
    def frame_ancestors(self) -> str:
        """The sites that may frame the page, in the syntax of Content-Security-Policy."""
        return self.framers or (SPACE_FRAMERS if self.space else "'none'")

    def shown_at(self, *, people: bool) -> str:
        """The address at which others open the page; empty if they can't. With a key and without people
        there is no sign-in, so the page is for this computer only."""
        found = self.public_url or (f"https://{self.space_host}" if self.space and self.space_host else "")
        return found if self.demo or people else ""

    @property
    def is_exposed(self) -> bool:
        """Whether others reach a page with a key, so that they have to sign in."""
        return not self.demo and not is_loopback(self.host)

    @property
    def told_at(self) -> str:
        """The address for RunningHub's webhooks; the emulator needs none."""
        return "" if self.demo else self.public_url

    @property
    def home(self) -> Path:
        """The folder of this mode: demo results never mix with paid ones."""
        return self.data_dir / DEMO_NAME if self.demo else self.data_dir

    @property
    def secrets(self) -> tuple[str, ...]:
        """Values that no log may show."""
        given = (self.api_key, *self.former_keys, self.admin_password, self.oidc_client_secret)
        keys = (secret for account in self.accounts for secret in account.secrets)
        return tuple(dict.fromkeys([*(found.get_secret_value() for found in given if found), *keys]))


def read_settings(
    *, host: str | None = None, port: str | None = None, data_dir: str | None = None, demo: bool = False
) -> Settings:
    """Settings from the command line (None: not given) and the environment.

    Raises StartRefused with one sentence.
    """
    flags = {"host": host, "port": port, "data_dir": data_dir, "demo_asked": demo or None}
    given: dict[str, Any] = {name: value for name, value in flags.items() if value is not None}
    try:
        settings = Settings(**given)
    except ValidationError as fault:
        raise StartRefused(_sentence(fault, given)) from None
    _ = settings.accounts  # a wrong file is refused now
    return settings


def is_loopback(host: str) -> bool:
    """Whether the address is reached from this computer only."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _sentence(fault: ValidationError, given: dict[str, Any]) -> str:
    """The first error, with the name of the flag or variable that was set. Never repeats the key."""
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
    "literal_error": "is no role for newcomers; write member or guest, or leave it out",
    "string_pattern_mismatch": "is no name of a header; it looks like X-Remote-User",
    "string_too_long": "is longer than 60 characters",
}


def _variable(alias: AliasChoices) -> str:
    """The variable that was set: pydantic names the first one it would have read."""
    names = [str(name) for name in alias.choices]
    return next((name for name in names if os.environ.get(name)), names[0])
