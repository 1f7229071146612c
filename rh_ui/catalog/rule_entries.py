"""The rules of the table's files as pydantic models, one per kind; rules has their meaning."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, StrictBool, StrictFloat, StrictInt, StrictStr, model_validator
from pydantic import Field as Constraint

from rh_ui.catalog import rules
from rh_ui.domain import FieldKind

Scalar: TypeAlias = StrictBool | StrictInt | StrictFloat | StrictStr
Number: TypeAlias = StrictInt | StrictFloat
Key: TypeAlias = Annotated[str, Constraint(min_length=1)]
Positive: TypeAlias = Annotated[StrictInt | StrictFloat, Constraint(gt=0)]
Pixels: TypeAlias = Annotated[StrictInt, Constraint(ge=1)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WhenEntry(_Entry):
    """A condition: `{ field = "resolution", values = ["1080p"] }` or `{ field = "cref", given = false }`;
    `also`: another one that must be met as well."""

    field: Key
    values: list[Scalar] | None = None
    given: StrictBool = True
    also: WhenEntry | None = None

    @property
    def named(self) -> list[str]:
        return [self.field, *(self.also.named if self.also else [])]

    def build(self) -> rules.When:
        values = None if self.values is None else tuple(self.values)
        return rules.When(self.field, values, self.given, self.also.build() if self.also else None)


class FieldsRuleEntry(_Entry):
    rule: Literal["exactly_one_of", "excludes"]
    fields: Annotated[list[Key], Constraint(min_length=2)]

    @property
    def named(self) -> list[str]:
        return self.fields

    def build(self) -> rules.Rule:
        fields = tuple(self.fields)
        return rules.Excludes(fields) if self.rule == "excludes" else rules.ExactlyOneOf(fields)


class AtLeastOneEntry(_Entry):
    rule: Literal["at_least_one_of"]
    fields: Annotated[list[Key], Constraint(min_length=1)]
    when: WhenEntry | None = None

    @property
    def named(self) -> list[str]:
        return self.fields

    def build(self) -> rules.Rule:
        return rules.AtLeastOneOf(tuple(self.fields), self.when.build() if self.when else None)


class WhenRuleEntry(_Entry):
    rule: Literal["requires", "forbids", "ignored"]
    when: WhenEntry
    fields: Annotated[list[Key], Constraint(min_length=1)]

    @property
    def named(self) -> list[str]:
        return self.fields

    def build(self) -> rules.Rule:
        when, fields = self.when.build(), tuple(self.fields)
        match self.rule:
            case "requires":
                return rules.Requires(when, fields)
            case "forbids":
                return rules.Forbids(when, fields)
            case "ignored":
                return rules.Ignored(when, fields)


class AllowedEntry(_Entry):
    rule: Literal["allowed"]
    when: WhenEntry
    field: Key
    values: Annotated[list[Scalar], Constraint(min_length=1)]

    @model_validator(mode="after")
    def _narrows_both_ways(self) -> Self:
        if self.when.also is not None:
            raise ValueError("its condition is a single one: the form narrows the fields of both")
        return self

    @property
    def named(self) -> list[str]:
        return [self.field]

    def build(self) -> rules.Rule:
        return rules.Allowed(self.when.build(), self.field, tuple(self.values))


class MaxItemsEntry(_Entry):
    rule: Literal["max_items"]
    fields: Annotated[list[Key], Constraint(min_length=1)]
    limit: StrictInt
    when: WhenEntry | None = None

    @property
    def named(self) -> list[str]:
        return self.fields

    def build(self) -> rules.Rule:
        return rules.MaxItems(tuple(self.fields), self.limit, self.when.build() if self.when else None)


class BetweenEntry(_Entry):
    rule: Literal["product_between", "ratio_between"]
    fields: Annotated[list[Key], Constraint(min_length=2, max_length=2)]
    low: Number | None = None
    high: Number | None = None

    @property
    def named(self) -> list[str]:
        return self.fields

    def build(self) -> rules.Rule:
        kind = rules.ProductBetween if self.rule == "product_between" else rules.RatioBetween
        return kind(self.fields[0], self.fields[1], self.low, self.high)


class MediaEntry(_Entry):
    """Limits of a medium's length in seconds, of its sides in pixels, of its width to its height."""

    rule: Literal["media"]
    field: Key
    when: WhenEntry | None = None
    min_seconds: Positive | None = None
    max_seconds: Positive | None = None
    max_total_seconds: Positive | None = None
    covers: str = ""
    min_side: Pixels | None = None
    max_side: Pixels | None = None
    min_short_side: Pixels | None = None
    max_short_side: Pixels | None = None
    min_ratio: Positive | None = None
    max_ratio: Positive | None = None
    sizes: list[tuple[Pixels, Pixels]] = []

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if not self.model_fields_set - {"rule", "field", "when"}:
            raise ValueError("it limits nothing")
        return self

    @property
    def named(self) -> list[str]:
        return [self.field, *([self.covers] if self.covers else [])]

    def build(self) -> rules.Rule:
        limits = self.model_dump(exclude={"rule", "field", "when", "sizes"})
        when = self.when.build() if self.when else None
        return rules.MediaLimits(self.field, when, sizes=tuple(self.sizes), **limits)


class SumEntry(_Entry):
    """The seconds of shots and the field that says how many there are together."""

    kind: ClassVar[FieldKind] = FieldKind.SHOTS
    rule: Literal["sum_of"]
    field: Key
    total: Key

    @property
    def named(self) -> list[str]:
        return [self.field, self.total]

    def build(self) -> rules.Rule:
        return rules.SumOf(self.field, self.total)


class MentionsEntry(_Entry):
    """The texts that name references, and the field that holds them."""

    kind: ClassVar[FieldKind] = FieldKind.REFERENCES
    rule: Literal["mentions"]
    fields: Annotated[list[Key], Constraint(min_length=1)]
    field: Key

    @property
    def named(self) -> list[str]:
        return [*self.fields, self.field]

    def build(self) -> rules.Rule:
        return rules.Mentions(tuple(self.fields), self.field)


RuleEntry: TypeAlias = Annotated[
    FieldsRuleEntry
    | AtLeastOneEntry
    | WhenRuleEntry
    | AllowedEntry
    | MaxItemsEntry
    | BetweenEntry
    | MediaEntry
    | SumEntry
    | MentionsEntry,
    Constraint(discriminator="rule"),
]
