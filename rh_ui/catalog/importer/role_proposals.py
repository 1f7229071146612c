"""Proposes the roles of an endpoint's fields, as far as their keys show them; by roles.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Constraint

from rh_ui.catalog import roles
from rh_ui.catalog.importer.fact_files import Raw
from rh_ui.catalog.loader import DATA_FOLDER
from rh_ui.catalog.roles import Role
from rh_ui.domain import FieldKind

FILE: Final = DATA_FOLDER / "vocabulary" / "roles.toml"
_SAID: Final = ("role", "usual")


class _Proposal(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    role: Role | None = None
    keys: Annotated[list[str], Constraint(min_length=1)]
    tasks: list[str] = []
    paths: list[str] = []
    beside: list[str] = []
    usual: bool = False

    def fits(self, path: str, task: str, keys: Iterable[str]) -> bool:
        return (
            (not self.tasks or task in self.tasks)
            and (not self.paths or any(part in path for part in self.paths))
            and (not self.beside or not set(self.beside).isdisjoint(keys))
        )

    def found(self, fields: Sequence[Raw]) -> list[Raw]:
        """The fields it is about; of a role that stands once, one at most."""
        by_key = {str(field["key"]): field for field in fields}
        there = [by_key[key] for key in self.keys if key in by_key]
        if self.role is None:
            return there
        kinds = roles.KINDS[self.role]
        fitting = [each for each in there if "role" not in each and FieldKind(str(each["kind"])) in kinds]
        return fitting if self.role in roles.SHARED else fitting[:1]


class _Proposals(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    propose: list[_Proposal]


@cache
def _proposals() -> tuple[_Proposal, ...]:
    return tuple(_Proposals.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8"))).propose)


def with_roles(path: str, task: str, fields: Sequence[Raw]) -> list[Raw]:
    """The fields, each with the role that is proposed for it and whether it is a usual one; what stood there
    of either is told anew."""
    told = [_bare(field) for field in fields]
    keys = [str(field["key"]) for field in told]
    given: set[Role] = set()
    for proposal in _proposals():
        if proposal.role in given or not proposal.fits(path, task, keys):
            continue
        for field in proposal.found(told):
            if proposal.role is not None:
                field["role"] = proposal.role.value
            if proposal.usual:
                field["usual"] = True
            if proposal.role is not None and proposal.role not in roles.SHARED:
                given.add(proposal.role)
    return [_in_order(field) for field in told]


def with_known_roles(fields: Sequence[Raw], known: Mapping[str, Raw]) -> list[Raw]:
    """The fields with what `known`, the table's fields by key, says of those it has; a role that it gives
    is not given to another one."""
    given = {field["role"] for field in known.values() if "role" in field} - roles.SHARED
    told = []
    for field in fields:
        was = known.get(str(field["key"]), {})
        if was.get("kind") == field["kind"]:
            field = _bare(field) | {key: was[key] for key in _SAID if key in was}
        elif field.get("role") in given:
            field = {key: value for key, value in field.items() if key != "role"}
        told.append(_in_order(field))
    return told


def says_roles(fields: Iterable[Raw]) -> bool:
    """Whether the table that they are from was made since it holds roles."""
    return any(key in field for field in fields for key in _SAID)


def _bare(field: Raw) -> Raw:
    return {key: value for key, value in field.items() if key not in _SAID}


def _in_order(field: Raw) -> Raw:
    """What it is comes right after what it holds."""
    head = {key: field[key] for key in ("key", "kind", *_SAID) if key in field}
    return head | field
