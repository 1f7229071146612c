"""Where a file format has room for words about the file: one function a format, and which serves which.

Each says what to put where; no byte of picture, sound, film or mesh is touched. None: the format, or this
file, has no safe place, for instance because another program's note lies there already.
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
"""By true extension."""

__all__ = ["PLANNERS", "Edits", "embed"]
