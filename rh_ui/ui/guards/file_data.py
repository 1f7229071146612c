"""Dictionaries that Gradio takes for files: `{"path": …, "meta": {"_type": "gradio.FileData"}}`.

Gradio copies and serves everything with this mark, at any depth, in calls and in answers. In calls only
uploads may have it; in answers only the files of the 3D viewer.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeGuard

from gradio.utils import get_upload_folder

from rh_ui.storage.upload_folder import upload_at


def is_marked(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether Gradio would take this for a file, or fail on it."""
    return isinstance(value, dict) and "path" in value and "meta" in value


def is_uploaded(file: dict[str, Any]) -> bool:
    """Whether a marked file was uploaded to the page and names no other file."""
    known = isinstance(file["meta"], dict) and not file.get("url")
    return known and upload_at(Path(get_upload_folder()), file["path"]) is not None


def unmarked(value: Any) -> Any:
    """The same without the marks: our answers contain no files."""
    if isinstance(value, dict):
        plain = {key: unmarked(inner) for key, inner in value.items()}
        if is_marked(plain):
            del plain["meta"]
        return plain
    return [unmarked(inner) for inner in value] if isinstance(value, list | tuple) else value
