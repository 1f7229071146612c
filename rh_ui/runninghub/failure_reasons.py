"""Finds the service's reason for a failure in an answer of any shape, the most specific first. Pure.

A reason is a text, an object, a list of either, or any of these as JSON text. What is no sentence (a
traceback, the inputs of a node) is left out, and raw JSON is never shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from rh_ui.runninghub.answer_values import text_of

NO_REASON: Final = frozenset({"success", "ok", "failed", "error", "null", "none"})
"""Messages that come with every answer; for a failed task they explain nothing."""
_TELLING: Final = (
    "exception_message", "errorMessage", "error_message", "errorMessages", "message", "msg", "reason",
    "error", "details", "detail", "failedReason",
)  # fmt: skip
"""The keys of messages, the most specific first."""
_SILENT: Final = frozenset(
    {
        "traceback", "current_inputs", "current_outputs", "exception_type", "node_id", "node_name",
        "node_type", "code", "errorCode", "error_code", "status", "taskId", "prompt_id",
    }
)  # fmt: skip
"""Keys of values that no person reads."""
_OBJECT: Final = re.compile(r"""\{\s*["']|\[\s*[\[{"']|[{\[]\s*[\]}]$|"(?:[^"\\]|\\.)*"$""")
_QUOTED: Final = re.compile(
    r"""["'](?:exception_message|error_?[mM]essage|message|msg|reason)["']\s*:\s*(["'])((?:\\.|(?!\1).)+)"""
)
_MOST: Final = 3
"""Reasons taken from one list."""
_DEPTH: Final = 8


def reason_in(value: object) -> str:
    """The message in an answer's field of any shape; empty if there is none."""
    found = list(dict.fromkeys(_words(value, _DEPTH)))
    return "\n".join(found[:_MOST])


def joined(*reasons: str) -> str:
    """The first of these, and those of the others that add something, one line each."""
    lines: list[str] = []
    for line in (line for reason in reasons for line in reason.splitlines()):
        if line and not any(line in told for told in lines):
            lines.append(line)
    return "\n".join(lines)


def _words(value: object, depth: int) -> Iterator[str]:
    if depth == 0:
        return
    if isinstance(value, dict):
        yield from _of_object(value, depth)
    elif isinstance(value, list):
        for item in value:
            yield from _words(item, depth - 1)
    elif isinstance(value, str):
        yield from _of_text(text_of(value).strip(), depth)


def _of_object(value: Mapping[str, Any], depth: int) -> Iterator[str]:
    """The first of its fields that has a message; a node's message before any other."""
    names = [*_TELLING, *(name for name in value if name not in _TELLING and name not in _SILENT)]
    for name in names:
        inner = value.get(name)
        # Under a key of messages any text is one; under other keys only a nested value can be one.
        if name not in _TELLING and not isinstance(inner, (dict, list)):
            continue
        if found := list(_words(inner, depth - 1)):
            yield from found
            return


def _of_text(text: str, depth: int) -> Iterator[str]:
    if _OBJECT.match(text):
        try:
            yield from _words(json.loads(text), depth - 1)
        except (ValueError, RecursionError):
            # Truncated, or no JSON.
            if quoted := _QUOTED.search(text):
                yield from _of_text(quoted[2].strip(), depth - 1)
    elif text and text.lower() not in NO_REASON:
        yield " ".join(text.split())
