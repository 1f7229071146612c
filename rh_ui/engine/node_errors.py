"""What a refusal says about single inputs, kept as lines in the error of the run so that it survives a
restart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from rh_ui.domain import TaskError
from rh_ui.errors import NodeProblem, NodesRefused, Refused

_FILE: Final = re.compile(r"^File (\d+) of (\d+) in ([^,]*), (.*)$")
_LINE: Final = re.compile(r"^Node (\S+?), (\S*): (.*)$")
_NAMED: Final = re.compile(r"nodeId=([\w:-]+),\s*fieldName=([^\s,;|]+)")
_SETTING: Final = frozenset({"803", "1101"})
"""Codes whose text names the input that does not fit (API sheet §9)."""


def message_with_inputs(fault: Refused) -> str:
    """The message of the refusal, with a line for each input that it names."""
    if not isinstance(fault, NodesRefused):
        return fault.message or str(fault)
    lines = [f"Node {p.node}, {p.name}: {' '.join(p.message.split())}" for p in fault.nodes]
    return "\n".join([fault.message or fault.code, *lines])


@dataclass(frozen=True, slots=True)
class FileProblem:
    """The chosen file because of which a run failed."""

    field: str
    """The key of the field in the form."""
    number: int
    """From 1, of `total` files in this field."""
    total: int
    name: str
    """The user's name of the file; empty where it is no longer known."""

    @property
    def line(self) -> str:
        """The line in the run's error."""
        return f"File {self.number} of {self.total} in {self.field}, {' '.join(self.name.split())}"


def refused_files(error: TaskError) -> tuple[FileProblem, ...]:
    """The chosen files that the error names."""
    found = filter(None, map(_FILE.match, error.message.split("\n")[1:]))
    return tuple(
        FileProblem(field, int(at), int(of), name) for at, of, field, name in (f.groups() for f in found)
    )


def refused_inputs(error: TaskError) -> tuple[str, tuple[NodeProblem, ...]]:
    """The message alone, and the inputs it names; the name and the problem of an input may be empty."""
    first, *rest = (line for line in error.message.split("\n") if not _FILE.match(line))
    found = [NodeProblem(*parts.groups()) for line in rest if (parts := _LINE.match(line))]
    if not found and error.code in _SETTING:
        found = [NodeProblem(node, name, "") for node, name in _NAMED.findall(error.message)]
    return (first if len(found) == len(rest) else "\n".join([first, *rest])), tuple(found)
