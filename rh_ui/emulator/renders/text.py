"""Answers as text, without a file."""

from __future__ import annotations

from pathlib import Path

from rh_ui.domain import FieldKind
from rh_ui.emulator.render_request import RenderOutput, RenderRequest
from rh_ui.emulator.renders import inputs


def render_text(request: RenderRequest, folder: Path) -> list[RenderOutput]:
    """One text that repeats the request and says that no model wrote it; the folder stays empty."""
    lines = [f"DEMO · {request.endpoint.title}", ""]
    lines.append(f"You asked: “{request.words}”" if request.words else "No words came with this request.")
    lines += [_seen(request)] if request.attachments else []
    settings = [
        f"{key} = {value}"
        for key, value in request.params.items()
        if isinstance(value, (bool, int, float)) or (isinstance(value, str) and _is_setting(request, key))
    ]
    if settings:
        lines.append(f"Settings that arrived: {', '.join(settings)}.")
    lines += ["", "This answer was made by the demo. With a key, the model's own answer stands here."]
    return [RenderOutput("", "txt", "\n".join(lines))]


def _is_setting(request: RenderRequest, key: str) -> bool:
    field = request.endpoint.field(key)
    return field is not None and field.kind is FieldKind.CHOICE


def _seen(request: RenderRequest) -> str:
    seen = []
    for item in request.attachments:
        told = f"a link in {item.key}, not opened here"
        if item.path is not None:
            size = inputs.picture_size(item.path) if item.kind is FieldKind.IMAGE else None
            told = f"{item.kind} in {item.key}"
            told += f" ({size[0]} x {size[1]})" if size else f" ({item.path.stat().st_size:,} bytes)"
        seen.append(told)
    return f"What came with it: {'; '.join(seen)}."
