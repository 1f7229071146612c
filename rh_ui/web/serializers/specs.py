"""The shapes of forms for the browser: of models (serializers.form) and of saved forms
(serializers.run_form)."""

from __future__ import annotations

from typing import NotRequired, TypeAlias

from pydantic import JsonValue
from typing_extensions import TypedDict

from rh_ui.catalog.roles import Role
from rh_ui.domain import FieldKind, RunKind

Scalar: TypeAlias = str | int | float | bool
ExactNumber: TypeAlias = int | float | str
"""As text beyond 2^53."""


class SentinelSpec(TypedDict):
    """A number outside the range with a special meaning."""

    value: ExactNumber
    means: str


class ReferencePartsSpec(TypedDict):
    """The keys of a reference's parts, and what its file is."""

    type: str
    name: str
    file: str
    of: FieldKind


class ShotPartsSpec(TypedDict):
    """The keys of a shot's parts, and whether its seconds are sent as text."""

    number: str
    text: str
    seconds: str
    as_text: bool


class FieldSpec(TypedDict):
    """One field; an absent key means none. `total`: of shots, the key of the field with their whole length.
    `multiline` and `resource` are those of a node's input."""

    key: str
    label: str
    kind: FieldKind
    role: NotRequired[Role]
    default: Scalar | list[Scalar] | None
    help: NotRequired[str]
    placeholder: NotRequired[str]
    required: NotRequired[bool]
    many: NotRequired[bool]
    options: NotRequired[list[Scalar]]
    labels: NotRequired[dict[str, str]]
    min: NotRequired[ExactNumber]
    max: NotRequired[ExactNumber]
    step: NotRequired[ExactNumber]
    minLength: NotRequired[int]
    maxLength: NotRequired[int]
    maxItems: NotRequired[int]
    accept: NotRequired[list[str]]
    maxMb: NotRequired[int | float]
    limits: NotRequired[str]
    sentinels: NotRequired[list[SentinelSpec]]
    blank: NotRequired[bool]
    secret: NotRequired[bool]
    withheld: NotRequired[bool]
    parts: NotRequired[ReferencePartsSpec | ShotPartsSpec]
    total: NotRequired[str]
    advanced: NotRequired[bool]
    multiline: NotRequired[bool]
    resource: NotRequired[str]


_From = TypedDict("_From", {"from": bool})


class PriceSpan(_From):
    """The span of unit prices, amounts as exact text. `run`: the cost of a usual run; null where its amount
    of work is not known."""

    low: str
    high: str
    currency: str
    unit: str
    size: int
    run: str | None


class FormSpec(TypedDict):
    """A model's card and form, fields in the order in which they are drawn. `start`: the field states when
    the form opens, valid until a field of `ruled` changes; `formerly`: its earlier paths."""

    path: str
    title: str
    description: str
    summary: str
    task: str
    family: str
    channel: str
    deprecated: bool
    price: PriceSpan | None
    takes: list[str]
    wordsOnly: bool
    fields: list[FieldSpec]
    ruled: NotRequired[list[str]]
    start: NotRequired[dict[str, JsonValue]]
    formerly: NotRequired[list[str]]


class RunFormSpec(FormSpec):
    """A saved form: what earlier runs cost in words, and what to say where it has no inputs."""

    kind: RunKind
    id: str
    cover: str
    costs: str
    empty: str
