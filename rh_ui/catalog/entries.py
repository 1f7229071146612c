"""The table's files as pydantic models: endpoints, fields, prices and corrections; rules are in rule_entries.

Only here outside data become catalog objects. Unknown keys are refused, and so is an entry that contradicts
itself.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import NoneType
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, StrictBool, StrictInt, StrictStr, model_validator
from pydantic import Field as Constraint

from rh_ui.catalog import roles, schema
from rh_ui.catalog.roles import Role
from rh_ui.catalog.rule_entries import (
    Key,
    MentionsEntry,
    Number,
    RuleEntry,
    Scalar,
    SumEntry,
    WhenEntry,
)
from rh_ui.catalog.rules import Mentions, Rule, SumOf
from rh_ui.catalog.tasks import default_ratios, tasks
from rh_ui.domain import Channel, FieldKind, JsonValue, Modality

_RATIO: Final = re.compile(r"\d+:\d+")


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SentinelEntry(_Entry):
    """A value with a special meaning: `{ value = -1, means = "automatic" }`."""

    value: StrictInt | StrictStr
    means: schema.Meaning

    def build(self) -> schema.Sentinel:
        return schema.Sentinel(self.value, self.means)


class ReferencePartsEntry(_Entry):
    """`{ type = "type", name = "tag", file = "url", of = "image" }`"""

    type: Key
    name: Key
    file: Key
    of: FieldKind

    @model_validator(mode="after")
    def _holds_files(self) -> Self:
        if not self.of.is_media:
            raise ValueError("a reference is an image, a video or a sound")
        return self

    def build(self) -> schema.ReferenceParts:
        return schema.ReferenceParts(self.type, self.name, self.file, self.of)


class ShotPartsEntry(_Entry):
    """`{ number = "index", text = "prompt", seconds = "duration", as_text = true }`"""

    number: Key
    text: Key
    seconds: Key
    as_text: StrictBool = False

    def build(self) -> schema.ShotParts:
        return schema.ShotParts(self.number, self.text, self.seconds, self.as_text)


NESTED: Final = {FieldKind.REFERENCES: ReferencePartsEntry, FieldKind.SHOTS: ShotPartsEntry}
"""Kinds whose entries hold several values, and what spells them."""


class FieldEntry(_Entry):
    """One line of an endpoint's `fields`."""

    key: Key
    kind: FieldKind
    role: Role | None = None
    usual: StrictBool = False
    required: StrictBool = False
    default: Scalar | list[StrictStr] | None = None
    options: list[StrictStr] = []
    suggested: list[StrictStr] = []
    min: Number | None = None
    max: Number | None = None
    step: Number | None = None
    min_length: StrictInt | None = None
    max_length: StrictInt | None = None
    max_items: StrictInt | None = None
    many: StrictBool = False
    accept: list[StrictStr] = []
    max_mb: Number | None = None
    takes_id: StrictBool = False
    left_out: StrictStr | None = None
    unconfirmed: StrictBool = False
    withheld: StrictBool = False
    sentinels: list[SentinelEntry] = []
    parts: ReferencePartsEntry | ShotPartsEntry | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        for fault in self._faults():
            raise ValueError(fault)
        return self

    def _faults(self) -> list[str]:
        kind = self.kind
        numeric = kind in (FieldKind.INTEGER, FieldKind.DECIMAL)
        faults = []
        if self.role is not None and kind not in roles.KINDS[self.role]:
            faults.append(f"the role {self.role.value} is for other kinds of fields")
        if (kind is FieldKind.CHOICE) != bool(self.options):
            faults.append("a choice has options, and nothing else has")
        if self.suggested and kind is not FieldKind.TEXT:
            faults.append("only text has suggestions")
        if len(set(self.options)) != len(self.options):
            faults.append("an option stands twice")
        if type(self.parts) is not NESTED.get(kind, NoneType):
            faults.append("references and shots have parts of their own kind, and nothing else has any")
        timed = numeric or kind is FieldKind.SHOTS
        if (not timed and (self.min is not None or self.max is not None)) or (not numeric and self.step):
            faults.append("only a number has min, max and step, and shots the seconds of each")
        worded = (FieldKind.TEXT, FieldKind.SHOTS)
        if kind not in worded and (self.min_length is not None or self.max_length is not None):
            faults.append("only text has a length")
        files = kind.is_media or kind is FieldKind.REFERENCES
        if not files and (self.accept or self.max_mb is not None or self.takes_id):
            faults.append("only media have accept, max_mb and takes_id")
        if self.many and not (kind.is_media or kind in (FieldKind.TEXT, FieldKind.CHOICE)):
            faults.append("numbers and flags are single")
        many = self.many or kind in NESTED
        if self.max_items is not None and (self.max_items < 1 or (self.max_items > 1 and not many)):
            faults.append("max_items above 1 needs many")
        if self.min is not None and self.max is not None and self.min > self.max:
            faults.append("min is above max")
        if not all(self._sentinel_fits(sentinel.value) for sentinel in self.sentinels):
            faults.append("a sentinel is one of the options, or a whole number where the field is a number")
        if self.withheld and self.required and self.default is None:
            faults.append("what is withheld has a default or can be left out")
        if self.left_out is not None and (self.required or self.left_out not in self.options):
            faults.append("left_out is one of the options of a field that is not required")
        if self.default is not None and not self._default_fits():
            faults.append(f"the default {self.default!r} does not fit the field")
        return faults

    def _sentinel_fits(self, value: int | str) -> bool:
        if self.kind is FieldKind.CHOICE:
            return value in self.options
        return self.kind in (FieldKind.INTEGER, FieldKind.DECIMAL) and isinstance(value, int)

    def _default_fits(self) -> bool:
        value = self.default
        if any(sentinel.value == value for sentinel in self.sentinels):
            return True
        if self.many and isinstance(value, list):
            return self.kind is not FieldKind.CHOICE or all(item in self.options for item in value)
        match self.kind:
            case FieldKind.FLAG:
                return isinstance(value, bool)
            case FieldKind.CHOICE:
                return value in self.options
            case FieldKind.TEXT:
                return isinstance(value, str) and len(value) <= (self.max_length or len(value))
            case FieldKind.INTEGER | FieldKind.DECIMAL:
                allowed = (int,) if self.kind is FieldKind.INTEGER else (int, float)
                if isinstance(value, bool) or not isinstance(value, allowed):
                    return False
                return (self.min is None or value >= self.min) and (self.max is None or value <= self.max)
            case _:
                return False

    def build(self, opens_with: str | None = None) -> schema.Field:
        default: JsonValue = list(self.default) if isinstance(self.default, list) else self.default
        return schema.Field(
            key=self.key,
            kind=self.kind,
            role=self.role,
            usual=self.usual,
            required=self.required,
            default=default,
            opens_with=opens_with,
            suggested=tuple(self.suggested),
            options=tuple(schema.Option(value) for value in self.options),
            min=self.min,
            max=self.max,
            step=self.step,
            min_length=self.min_length,
            max_length=self.max_length,
            max_items=self.max_items,
            many=self.many or self.kind in NESTED,
            accept=tuple(self.accept),
            max_mb=self.max_mb,
            takes_id=self.takes_id,
            left_out=self.left_out,
            unconfirmed=self.unconfirmed,
            withheld=self.withheld,
            sentinels=tuple(sentinel.build() for sentinel in self.sentinels),
            parts=self.parts.build() if self.parts else None,
        )


class PriceRuleEntry(_Entry):
    when: dict[str, Scalar] = {}
    amount: Annotated[Decimal, Constraint(gt=0)]
    extra: Annotated[Decimal, Constraint(ge=0)] = Decimal(0)
    given: list[Key] = []
    absent: list[Key] = []

    def build(self) -> schema.PriceRule:
        given, absent = tuple(self.given), tuple(self.absent)
        return schema.PriceRule(dict(self.when), self.amount, self.extra, given, absent)


class PriceExtraEntry(_Entry):
    """`{ field = "imageUrls", amount = "0.2", free = 5 }`"""

    field: Key
    amount: Annotated[Decimal, Constraint(gt=0)]
    free: Annotated[StrictInt, Constraint(ge=0)] = 0


class PriceEntry(_Entry):
    """Amounts are written as text, so that they stay exact. Zero is refused: it would mean “unknown”."""

    unit: schema.PriceUnit
    currency: Annotated[str, Constraint(pattern="^[A-Z]{3}$")]
    date: date
    amount: Annotated[Decimal, Constraint(gt=0)] | None = None
    rules: list[PriceRuleEntry] = []
    floor: StrictBool = False
    unit_size: Annotated[StrictInt, Constraint(ge=1)] = 1
    quantity: str = ""
    at_least: Annotated[StrictInt, Constraint(ge=0)] = 0
    least: dict[str, StrictInt] = {}
    inputs: list[Key] = []
    extras: list[PriceExtraEntry] = []

    @model_validator(mode="after")
    def _is_a_price_there_are_words_for(self) -> Self:
        seconds = (schema.PriceUnit.SECOND, schema.PriceUnit.INPUT_SECOND)
        if (self.at_least or self.least or self.inputs) and self.unit not in seconds:
            raise ValueError("only seconds have a least number that is charged, and inputs")
        is_summed = self.unit is schema.PriceUnit.SECOND
        if is_summed and any(rule.extra for rule in self.rules) and not self.quantity:
            raise ValueError("an extra for each second needs the field that says how many")
        if (self.amount is None) == (not self.rules):
            raise ValueError("a price has an amount or rules")
        if self.unit_size > 1 and self.unit not in (schema.PriceUnit.SECOND, schema.PriceUnit.INPUT_SECOND):
            raise ValueError("only seconds are charged in portions")
        return self

    def build(self) -> schema.Price:
        return schema.Price(
            unit=self.unit,
            currency=self.currency,
            date=self.date,
            amount=self.amount,
            rules=tuple(rule.build() for rule in self.rules),
            floor=self.floor,
            unit_size=self.unit_size,
            quantity=self.quantity,
            at_least=self.at_least,
            least=dict(self.least),
            inputs=tuple(self.inputs),
            extras=tuple(schema.PriceExtra(extra.field, extra.amount, extra.free) for extra in self.extras),
        )


class EndpointEntry(_Entry):
    """One `[[endpoint]]` of a family's file."""

    path: Annotated[str, Constraint(pattern=r"^[^\s/][^\s]*$")]
    title: Key
    name_zh: str = ""
    modality: Modality
    task: str
    channel: Channel = Channel.NONE
    documented: StrictBool = False
    deprecated: StrictBool = False
    names: list[Key] = []
    """What the vendor calls it."""
    formerly: list[Key] = []
    """Older paths of the same endpoint: their corrections apply to it too."""
    not_offered: schema.NotOffered | None = None
    unconfirmed: StrictBool = False
    fields: Annotated[list[FieldEntry], Constraint(min_length=1)]
    rules: list[RuleEntry] = []
    price: PriceEntry | None = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        keys = [field.key for field in self.fields]
        if len(set(keys)) != len(keys):
            raise ValueError("a field stands twice")
        single = [field.role for field in self.fields if field.role not in roles.SHARED]
        twice = [role for role in Role if single.count(role) > 1]
        if twice:
            raise ValueError(f"several fields have the role {twice[0].value}")
        if self.modality not in tasks().get(self.task, ()):
            raise ValueError(f"the task {self.task!r} is unknown, or does not make {self.modality.value}")
        unknown = self._named_keys() - set(keys)
        if unknown:
            raise ValueError(f"rules or price name fields that are not there: {', '.join(sorted(unknown))}")
        kinds = {field.key: field.kind for field in self.fields}
        for rule in self.rules:
            if isinstance(rule, SumEntry | MentionsEntry) and kinds[rule.field] is not rule.kind:
                raise ValueError(f"the rule {rule.rule} is about {rule.kind.value}; {rule.field} holds none")
        return self

    def _named_keys(self) -> set[str]:
        named: set[str] = set()
        for rule in self.rules:
            named.update(rule.named)
            when = getattr(rule, "when", None)
            if isinstance(when, WhenEntry):
                named.update(when.named)
        if self.price is not None:
            for row in self.price.rules:
                named.update(row.when, row.given, row.absent)
            named.update(self.price.inputs, (extra.field for extra in self.price.extras))
            named.update([self.price.quantity] if self.price.quantity else [])
        return named

    def _opens_with(self, field: FieldEntry) -> str | None:
        """The task's own ratio in place of a sample; where none or `automatic` is the default, the model
        decides."""
        wanted = default_ratios().get(self.task)
        sample = field.default is None if field.required else False
        sample = sample or (isinstance(field.default, str) and _RATIO.fullmatch(field.default) is not None)
        return wanted if field.role is Role.RATIO and sample and wanted in field.options else None

    def _rule(self, entry: RuleEntry) -> Rule:
        """With the service's spelling of the part of an entry that it looks at."""
        rule = entry.build()
        if not isinstance(rule, SumOf | Mentions):
            return rule
        parts = next(field.parts for field in self.fields if field.key == rule.field)
        assert isinstance(parts, ReferencePartsEntry | ShotPartsEntry)
        return replace(rule, part=parts.name if isinstance(parts, ReferencePartsEntry) else parts.seconds)

    def build(self, family: str) -> schema.Endpoint:
        return schema.Endpoint(
            path=self.path,
            title=self.title,
            name_zh=self.name_zh,
            modality=self.modality,
            task=self.task,
            family=family,
            channel=self.channel,
            documented=self.documented,
            deprecated=self.deprecated,
            fields=tuple(field.build(self._opens_with(field)) for field in self.fields),
            rules=tuple(self._rule(rule) for rule in self.rules),
            price=self.price.build() if self.price else None,
            formerly=tuple(self.formerly),
            not_offered=self.not_offered,
            unconfirmed=self.unconfirmed,
            names=tuple(self.names),
        )


class CorrectionEntry(_Entry):
    """One `[[correction]]`: hand-made, with its reason, applied to the generated facts when they are read.

    `set` and `drop` act on the field named by `field`, or on the endpoint when it is empty; the fields of
    `add` and the `rules` are added, `extras` to the price.
    """

    paths: Annotated[list[Key], Constraint(min_length=1)]
    reason: Annotated[str, Constraint(min_length=10)]
    field: str = ""
    set: dict[str, object] = {}
    drop: list[str] = []
    add: list[dict[str, object]] = []
    extras: list[PriceExtraEntry] = []
    rules: list[RuleEntry] = []
