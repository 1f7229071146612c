"""What the table holds, as the rest of the program sees it; reading files is in loader, prices in pricing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from rh_ui.catalog.rules import Rule
from rh_ui.domain import RUN_PREFIX, Channel, FieldKind, JsonValue, Modality, Params, Plan
from rh_ui.errors import NotFound


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; `value` is sent as it stands, also where it looks like a number."""

    value: str


class Meaning(StrEnum):
    """What a value stands for that is not what it seems."""

    AUTOMATIC = "automatic"
    RANDOM = "random"
    WHOLE_VIDEO = "whole video"
    NO_LIMIT = "no limit"


@dataclass(frozen=True, slots=True)
class Sentinel:
    """One value with a meaning of its own; a number may lie outside the field's range."""

    value: int | str
    means: Meaning


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter of an endpoint and what it may hold."""

    key: str
    """The service's spelling, mistakes included (`customHight`)."""
    kind: FieldKind
    required: bool = False
    default: JsonValue = None
    """None: no default is known. Never invented."""
    options: tuple[Option, ...] = ()
    min: int | float | None = None
    max: int | float | None = None
    step: int | float | None = None
    min_length: int | None = None
    max_length: int | None = None
    """Characters."""
    max_items: int | None = None
    many: bool = False
    """The body holds a list (of media or of texts), also for a single one. Else a single value."""
    accept: tuple[str, ...] = ()
    """File extensions, lower case, without the dot. Empty: not recorded."""
    max_mb: float | None = None
    takes_id: bool = False
    """A medium may also be named by an id of the maker's own (`asset://…` for Seedance, API sheet §1)."""
    sentinels: tuple[Sentinel, ...] = ()
    blank: bool = False
    """An empty text is sent as one; where nothing is said of it, the default goes out."""
    secret: bool = False
    """Never stored and never told again."""
    as_json: bool = False
    """A text that must be JSON."""

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(option.value for option in self.options)

    def accepts(self, extension: str) -> bool:
        """Whether a file with this extension may be chosen; `jpg` and `jpeg` are one format.

        True where the table records no extensions.
        """
        wanted = _same_format(extension)
        return not self.accept or any(_same_format(known) == wanted for known in self.accept)


def _same_format(extension: str) -> str:
    plain = extension.lower().removeprefix(".")
    return {"jpeg": "jpg", "tif": "tiff"}.get(plain, plain)


class PriceUnit(StrEnum):
    """What a price is for."""

    CALL = "call"
    SECOND = "second"
    """A second of the result."""
    INPUT_SECOND = "input second"
    IMAGE = "image"
    THOUSAND_CHARACTERS = "1000 characters"


@dataclass(frozen=True, slots=True)
class PriceRule:
    """This amount where every field in `when` holds the value beside it."""

    when: Mapping[str, JsonValue]
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """What an endpoint costs: `amount`, or the first of `rules` that fits."""

    unit: PriceUnit
    currency: str
    date: date
    amount: Decimal | None = None
    rules: tuple[PriceRule, ...] = ()
    floor: bool = False
    """The vendor calls it a price "from"."""
    unit_size: int = 1
    """So many units cost `amount` (5: the price is for five seconds); begun ones count in full."""
    quantity: str = ""
    """Key of the field that says how many units are asked for (`duration`, `imageNum`, `text`); empty where
    nothing in the payload says it."""

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """Every amount it can come to; never empty."""
        return tuple(rule.amount for rule in self.rules) if self.amount is None else (self.amount,)


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What an endpoint that is no model of the table calls itself and its parts, by language; where nothing
    is said the glossary is asked."""

    title: Mapping[str, str]
    description: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]]
    """By field key."""
    helps: Mapping[str, Mapping[str, str]]
    options: Mapping[str, Mapping[str, Mapping[str, str]]]
    """By field key and value."""
    nodes: Mapping[str, str] = dataclass_field(default_factory=dict)
    """What the nodes of its graph are called, as far as they are known."""
    whole: bool = False
    """Whether these are all nodes that a run goes through."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One model's way of being called."""

    path: str
    title: str
    modality: Modality
    task: str
    family: str
    channel: Channel
    documented: bool
    deprecated: bool
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...] = ()
    price: Price | None = None
    formerly: tuple[str, ...] = ()
    """Older paths of the same model, the last one first."""
    own: OwnWords | None = None
    plan: Callable[[Params], Plan] | None = None
    """What a run with checked values sends, where that is not the values themselves."""

    def field(self, key: str) -> Field | None:
        return next((field for field in self.fields if field.key == key), None)

    @property
    def defaults(self) -> dict[str, JsonValue]:
        """By key, for the fields that have one."""
        return {field.key: field.default for field in self.fields if field.default is not None}


def no_others(_path: str) -> Endpoint | None:
    """Of a catalog that has its table only."""
    return None


@dataclass(frozen=True, slots=True)
class Catalog:
    """All endpoints by path, in the table's order, and what was set aside while reading it."""

    endpoints: Mapping[str, Endpoint]
    notices: tuple[str, ...] = ()
    others: Callable[[str], Endpoint | None] = no_others
    """What can be run and stands in no table: apps, workflows, quick creations."""

    def find(self, path: str) -> Endpoint | None:
        return self.others(path) if path.startswith(RUN_PREFIX) else self.endpoints.get(path)

    def get(self, path: str) -> Endpoint:
        """Raises NotFound."""
        endpoint = self.find(path)
        if endpoint is None:
            raise NotFound(f"There is no model with the path “{path}” in the table.")
        return endpoint

    def of(self, modality: Modality) -> tuple[Endpoint, ...]:
        return tuple(endpoint for endpoint in self.endpoints.values() if endpoint.modality is modality)
