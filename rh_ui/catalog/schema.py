"""The content of the table as the rest of the program sees it; loader reads the files, pricing calculates
prices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from rh_ui.catalog.roles import NAMING, Role
from rh_ui.catalog.rules import Rule
from rh_ui.domain import RUN_PREFIX, Channel, FieldKind, JsonValue, Modality, Params, Plan
from rh_ui.errors import NotFound


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; `value` is sent as it stands, also where it looks like a number."""

    value: str


class Meaning(StrEnum):
    """The special meaning of a value."""

    AUTOMATIC = "automatic"
    RANDOM = "random"
    WHOLE_VIDEO = "whole video"
    NO_LIMIT = "no limit"


class NotOffered(StrEnum):
    """Why an endpoint of the table can't be used yet."""

    REFERENCES = "references"
    """Its references are objects in a list whose inner keys no form of ours has."""
    KEYS = "keys"
    """The names of its fields are not public."""
    PAUSED = "paused"
    """The vendor itself says that it is not available at present."""


@dataclass(frozen=True, slots=True)
class Sentinel:
    """One value with a special meaning; a number may be outside the field's range."""

    value: int | str
    means: Meaning


@dataclass(frozen=True, slots=True)
class ReferenceParts:
    """The service's spelling of what one of a list of references holds."""

    type: str
    name: str
    file: str
    of: FieldKind
    """What each file is; it is also what `type` holds, and what names begin with (`image_1`)."""


@dataclass(frozen=True, slots=True)
class ShotParts:
    """The service's spelling of what one of a list of shots holds; they are numbered from 1."""

    number: str
    text: str
    seconds: str
    as_text: bool = False
    """The seconds are sent as text."""


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter of an endpoint and its allowed values."""

    key: str
    """The service's spelling, including mistakes (`customHight`)."""
    kind: FieldKind
    role: Role | None = None
    """Its role for a run; None: it has no role that the program uses."""
    usual: bool = False
    """Shown outside Advanced even if it is neither a file nor required."""
    required: bool = False
    default: JsonValue = None
    """None: no default is known. Never guessed."""
    opens_with: JsonValue = None
    """What a form opens with in place of the default, where we chose."""
    suggested: tuple[str, ...] = ()
    """Texts that the service knows; it takes others too."""
    options: tuple[Option, ...] = ()
    min: int | float | None = None
    max: int | float | None = None
    """Of shots: the seconds of each."""
    step: int | float | None = None
    min_length: int | None = None
    max_length: int | None = None
    """Characters; of shots, of each prompt."""
    max_items: int | None = None
    many: bool = False
    """The body has a list (of media, texts, references or shots), even for one value; otherwise a single
    value."""
    accept: tuple[str, ...] = ()
    """File extensions, lower case, without the dot. Empty: not recorded."""
    max_mb: float | None = None
    takes_id: bool = False
    """A medium may also be given by an id of its provider (`asset://…` for Seedance, API sheet §1)."""
    sentinels: tuple[Sentinel, ...] = ()
    blank: bool = False
    """An empty text is sent as it is; where the field is not filled in, the default is sent."""
    left_out: str | None = None
    """The option for which nothing is sent, so that the model decides. The vendor's client calls it
    `empty`."""
    unconfirmed: bool = False
    """Its facts come from a note or another source than the service's own record."""
    withheld: bool = False
    """Closed in the form because what it switches on can't be filled in yet: only its default is accepted."""
    secret: bool = False
    """Never stored and never shown again."""
    as_json: bool = False
    """A text that must be JSON."""
    parts: ReferenceParts | ShotParts | None = None
    """Of references and shots: how the service spells what each entry holds."""

    @property
    def file_kind(self) -> FieldKind | None:
        """What the files that it takes are; None where it takes none."""
        if isinstance(self.parts, ReferenceParts):
            return self.parts.of
        return self.kind if self.kind.is_media else None

    @property
    def opening(self) -> JsonValue:
        return self.default if self.opens_with is None else self.opens_with

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(option.value for option in self.options)

    @property
    def named_values(self) -> tuple[str, ...]:
        """The values that have a name: its options, or those that are suggested."""
        return self.values or self.suggested

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
    CALL = "call"
    SECOND = "second"
    """A second of the result."""
    INPUT_SECOND = "input second"
    IMAGE = "image"
    RESULT = "result"
    """Another kind of result than an image of which a run makes several, such as songs."""
    THOUSAND_CHARACTERS = "1000 characters"
    MILLION_TOKENS = "million tokens"
    """The service's own measure of work, which a body does not show."""


@dataclass(frozen=True, slots=True)
class PriceRule:
    """This amount where every field in `when` has the value beside it, one of `given` is given and none of
    `absent` is."""

    when: Mapping[str, JsonValue]
    amount: Decimal
    extra: Decimal = Decimal(0)
    """For each second of the result, in addition to the amount."""
    given: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PriceExtra:
    """The cost of each entry of a field in addition to the price, except the first `free` ones."""

    field: str
    amount: Decimal
    free: int = 0


@dataclass(frozen=True, slots=True)
class Price:
    """The price of an endpoint: `amount`, or the first of `rules` that fits."""

    unit: PriceUnit
    currency: str
    date: date
    amount: Decimal | None = None
    rules: tuple[PriceRule, ...] = ()
    floor: bool = False
    """The vendor calls the price "from"."""
    unit_size: int = 1
    """The number of units for `amount` (5: the price is for five seconds); a started portion counts in
    full."""
    quantity: str = ""
    """Key of the field with the number of requested units (`duration`, `imageNum`, `text`); empty where the
    payload does not have it."""
    at_least: int = 0
    """The least number of units that are charged."""
    least: Mapping[str, int] = dataclass_field(default_factory=dict)
    """By the seconds of the result, the least seconds that are charged where a rule has `given`: there the
    seconds of given files count too."""
    inputs: tuple[str, ...] = ()
    """Fields whose seconds are charged as well, in addition to those of the result."""
    extras: tuple[PriceExtra, ...] = ()

    @property
    def rows(self) -> tuple[PriceRule, ...]:
        """The possible amounts for one unit; never empty."""
        return self.rules if self.amount is None else (PriceRule({}, self.amount),)

    @property
    def amounts(self) -> tuple[Decimal, ...]:
        """Every possible amount; never empty."""
        return tuple(rule.amount for rule in self.rules) if self.amount is None else (self.amount,)


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The texts of an endpoint that is no model of the table, by language; missing ones come from the
    glossary."""

    title: Mapping[str, str]
    description: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]]
    """By field key."""
    helps: Mapping[str, Mapping[str, str]]
    options: Mapping[str, Mapping[str, Mapping[str, str]]]
    """By field key and value."""
    nodes: Mapping[str, str] = dataclass_field(default_factory=dict)
    """The titles of its graph's nodes, as far as they are known."""
    whole: bool = False
    """Whether these are all nodes of a run."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One way of calling a model."""

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
    """Earlier paths of the same model, the last one first."""
    not_offered: NotOffered | None = None
    """Why it is in the table only; None: it can be run."""
    name_zh: str = ""
    """The registry's Chinese name, for a model whose name is in none of our lists of words."""
    unconfirmed: bool = False
    """The kind of its result was read from its name or its place, not from the service's own record."""
    names: tuple[str, ...] = ()
    """What the vendor calls it, in either language: people look for it by these too."""
    own: OwnWords | None = None
    site: str = ""
    """The site that has it, for an app, a workflow and a quick creation; empty: every site has the model."""
    plan: Callable[[Params], Plan] | None = None
    """What a run with checked values sends, where that is not the values themselves."""

    def field(self, key: str) -> Field | None:
        return next((field for field in self.fields if field.key == key), None)

    def of(self, role: Role) -> tuple[Field, ...]:
        """Its fields with a role; at most one, but for those that several may have."""
        return tuple(field for field in self.fields if field.role is role)

    def words_of(self, params: Params) -> str:
        """The text by which a run with these values is known; empty when there is none."""
        told = (params.get(field.key) for role in NAMING for field in self.of(role))
        return next((value.strip() for value in told if isinstance(value, str) and value.strip()), "")

    @property
    def offered(self) -> bool:
        return self.not_offered is None

    @property
    def opening(self) -> dict[str, JsonValue]:
        """The starting values of the form: by key, for the fields that have one."""
        return {field.key: field.opening for field in self.fields if field.opening is not None}

    @property
    def defaults(self) -> dict[str, JsonValue]:
        """The values that the service uses where nothing is sent, by key, as far as they are known: where an
        option stands for sending nothing, the model decides."""
        known = (field for field in self.fields if field.left_out is None and field.default is not None)
        return {field.key: field.default for field in known}


def no_others(_path: str) -> Endpoint | None:
    """For a catalog that only has its table."""
    return None


@dataclass(frozen=True, slots=True)
class Catalog:
    """All endpoints by path, in the table's order, and what was set aside while reading them."""

    endpoints: Mapping[str, Endpoint]
    notices: tuple[str, ...] = ()
    others: Callable[[str], Endpoint | None] = no_others
    """Endpoints that are in no table: apps, workflows, quick creations."""

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
