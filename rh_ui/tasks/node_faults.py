"""What a refusal says of single inputs of a graph, kept as lines of the run's error to outlive us."""

from __future__ import annotations

import re
from typing import Final

from rh_ui.domain import TaskError
from rh_ui.errors import NodeProblem, NodesRefused, Refused

_LINE: Final = re.compile(r"^Node (\S+?), (\S*): (.*)$")
_NAMED: Final = re.compile(r"nodeId=([\w:-]+),\s*fieldName=([^\s,;|]+)")
_SETTING: Final = frozenset({"803", "1101"})
"""Codes whose text names the input that does not fit (API sheet §9)."""


def spoken(fault: Refused) -> str:
    """The refusal's message, with a line for each input it blames."""
    if not isinstance(fault, NodesRefused):
        return fault.message or str(fault)
    lines = [f"Node {p.node}, {p.name}: {' '.join(p.message.split())}" for p in fault.nodes]
    return "\n".join([fault.message or fault.code, *lines])


def blamed(error: TaskError) -> tuple[str, tuple[NodeProblem, ...]]:
    """The message alone, and the inputs it blames; a name may be empty, and so may what is wrong."""
    first, *rest = error.message.split("\n")
    found = [NodeProblem(*parts.groups()) for line in rest if (parts := _LINE.match(line))]
    if not found and error.code in _SETTING:
        found = [NodeProblem(node, name, "") for node, name in _NAMED.findall(error.message)]
    return (first if len(found) == len(rest) and rest else error.message), tuple(found)
