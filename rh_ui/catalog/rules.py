"""The closed set of rules between fields, as data. What they mean for a body is in rule_check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from rh_ui.domain import JsonValue


@dataclass(frozen=True, slots=True)
class When:
    """A condition on one other field: it is given, it is not given, or its value is (not) one of `values`."""

    field: str
    values: tuple[JsonValue, ...] | None = None
    """None: the condition is about being given; then defaults do not count."""
    given: bool = True
    """False inverts the condition."""
    also: When | None = None
    """Another condition that must be met as well."""


@dataclass(frozen=True, slots=True)
class ExactlyOneOf:
    """One of `fields` must be given, and only one."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AtLeastOneOf:
    """One of `fields` must be given, where `when` holds (None: always)."""

    fields: tuple[str, ...]
    when: When | None = None


@dataclass(frozen=True, slots=True)
class Excludes:
    """At most one of `fields` may be given."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Requires:
    """Where `when` holds, all of `fields` must be given."""

    when: When
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Forbids:
    """Where `when` holds, none of `fields` may be given."""

    when: When
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ignored:
    """Where `when` holds, the service ignores `fields`. Never a problem; the form greys them."""

    when: When
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Allowed:
    """Where `when` holds, the value of `field` must be one of `values`."""

    when: When
    field: str
    values: tuple[JsonValue, ...]


@dataclass(frozen=True, slots=True)
class MaxItems:
    """At most `limit` entries in all of `fields` together, where `when` holds (None: always)."""

    fields: tuple[str, ...]
    limit: int
    when: When | None = None


@dataclass(frozen=True, slots=True)
class ProductBetween:
    """`a` times `b` is between `low` and `high` (None: no limit on that side)."""

    a: str
    b: str
    low: int | float | None = None
    high: int | float | None = None


@dataclass(frozen=True, slots=True)
class RatioBetween:
    """`a` divided by `b` is between `low` and `high` (None: no limit on that side)."""

    a: str
    b: str
    low: int | float | None = None
    high: int | float | None = None


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """The limits on the files of `field`, where `when` holds (None: always).

    It says nothing about a body itself; media_limits checks it with a file's measures. None: no limit.
    """

    field: str
    when: When | None = None
    min_seconds: float | None = None
    max_seconds: float | None = None
    max_total_seconds: float | None = None
    """All files of the field together."""
    covers: str = ""
    """Key of a field with seconds; the file may not be shorter."""
    min_side: int | None = None
    """Pixels, either side."""
    max_side: int | None = None
    min_short_side: int | None = None
    max_short_side: int | None = None
    min_ratio: float | None = None
    """Width divided by height."""
    max_ratio: float | None = None
    sizes: tuple[tuple[int, int], ...] = ()
    """The only allowed sizes, width and height. Empty: any."""


@dataclass(frozen=True, slots=True)
class SumOf:
    """The shots in `field` last as long together as `total` says."""

    field: str
    total: str
    part: str = ""
    """The service's key of the seconds of a shot."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """Whatever the texts in `fields` name with an @ is one of the references in `field`."""

    fields: tuple[str, ...]
    field: str
    part: str = ""
    """The service's key of the name of a reference."""


Rule: TypeAlias = (
    ExactlyOneOf
    | AtLeastOneOf
    | Excludes
    | Requires
    | Forbids
    | Ignored
    | Allowed
    | MaxItems
    | ProductBetween
    | RatioBetween
    | MediaLimits
    | SumOf
    | Mentions
)
