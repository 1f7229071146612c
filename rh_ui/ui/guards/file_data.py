"""Dictionaries that Gradio takes for files: `{"path": …, "meta": {"_type": "gradio.FileData"}}`.

What it finds so marked, at any depth, it copies and serves, on the way in and on the way out. Coming in, the
only files there are are uploads; going out, there are none but what the 3D viewer is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeGuard

from gradio.utils import get_upload_folder

from rh_ui.storage.upload_folder import upload_at


def is_marked(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether Gradio would look at this as a file, or stumble over it."""
    return isinstance(value, dict) and "path" in value and "meta" in value


def is_uploaded(file: dict[str, Any]) -> bool:
    """Whether a marked file was uploaded to the page, and nothing else is named beside it."""
    known = isinstance(file["meta"], dict) and not file.get("url")
    return known and upload_at(Path(get_upload_folder()), file["path"]) is not None


def unmarked(value: Any) -> Any:
    """The same without the marks: what we answer with is never a file."""
    if isinstance(value, dict):
        plain = {key: unmarked(inner) for key, inner in value.items()}
        if is_marked(plain):
            del plain["meta"]
        return plain
    return [unmarked(inner) for inner in value] if isinstance(value, list | tuple) else value
