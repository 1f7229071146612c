"""Chooses the render for an endpoint."""

from __future__ import annotations

from pathlib import Path

from rh_ui.domain import Modality
from rh_ui.emulator.render_request import RenderOutput, RenderRequest


def render(request: RenderRequest, folder: Path) -> list[RenderOutput]:
    """Make the results of one request in the folder. Slow: for a worker thread."""
    folder.mkdir(parents=True, exist_ok=True)
    match request.endpoint.modality:
        case Modality.IMAGE:
            from rh_ui.emulator.renders.image import render_images as make
        case Modality.VIDEO:
            from rh_ui.emulator.renders.video import render_clip as make
        case Modality.AUDIO:
            from rh_ui.emulator.renders.sound import render_sound as make
        case Modality.THREE_D:
            from rh_ui.emulator.renders.model3d import render_model as make
        case Modality.TEXT:
            from rh_ui.emulator.renders.text import render_text as make
    return make(request, folder)
