"""Dictionaries that Gradio takes for files: `{"path": …, "meta": {"_type": "gradio.FileData"}}`.

What it finds so marked, at any depth, it copies and serves, on the way in and on the way out. Coming in, the
only files there are are uploads; going out, there are none but what the 3D viewer is given."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeGuard

from gradio.utils import get_upload_folder

from rh_ui.storage.upload_folder import upload_at

DEEPEST: Final = 100
"""Lists and objects within each other, far more than any form or workflow has."""


class TooDeep(ValueError):
    """A value with more than DEEPEST lists and objects within each other."""


def uploaded(path: object) -> Path | None:
    """The file at this path, where it is one that was uploaded to the page; None for any other."""
    return upload_at(Path(get_upload_folder()), path)


def is_marked(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether Gradio would look at this as a file, or stumble over it."""
    return isinstance(value, dict) and "path" in value and "meta" in value


def all_uploaded(value: Any) -> bool:
    """Whether every file in it is an upload and nothing else is named beside it. Raises TooDeep."""
    return all(
        isinstance(found["meta"], dict) and not found.get("url") and uploaded(found["path"]) is not None
        for found in _marked(value)
    )


def _marked(value: Any) -> Iterator[dict[str, Any]]:
    """Level by level, so that no depth of it can exhaust the stack."""
    level = [[value]]
    for _ in range(DEEPEST + 1):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
        yield from (found for found in level if is_marked(found))
    raise TooDeep


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list | tuple) else []


def unmarked(value: Any) -> Any:
    """The same without the marks: what we answer with is never a file."""
    if isinstance(value, dict):
        plain = {key: unmarked(inner) for key, inner in value.items()}
        if is_marked(plain):
            del plain["meta"]
        return plain
    return [unmarked(inner) for inner in value] if isinstance(value, list | tuple) else value
