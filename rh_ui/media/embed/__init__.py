"""Puts a note into files: one function for each format, and the table of formats.

Each function plans edits; no byte of picture, sound, film or mesh changes. None: the format or this file has
no safe place, for instance because another program's note is there.
"""

from __future__ import annotations

from typing import Final

from rh_ui.media.embed.edits import Edits, Planner, embed
from rh_ui.media.embed.films import edits_for_mp4
from rh_ui.media.embed.models import edits_for_glb
from rh_ui.media.embed.pictures import edits_for_jpeg, edits_for_png, edits_for_webp
from rh_ui.media.embed.sounds import edits_for_flac, edits_for_mp3, edits_for_wav

PLANNERS: Final[dict[str, Planner]] = {
    "png": edits_for_png,
    "jpg": edits_for_jpeg,
    "webp": edits_for_webp,
    "mp4": edits_for_mp4,
    "mov": edits_for_mp4,
    "m4a": edits_for_mp4,
    "mp3": edits_for_mp3,
    "flac": edits_for_flac,
    "wav": edits_for_wav,
    "glb": edits_for_glb,
}
"""By the extension of the content."""

__all__ = ["PLANNERS", "Edits", "embed"]
