"""The role of a field for a run, whatever its key is: the closed list. The table has the role of each field
(`role`), proposed by importer/role_proposals."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from rh_ui.domain import FieldKind


class Role(StrEnum):
    """The page, the history, names of files and the emulator read these, and never a key."""

    PROMPT = "prompt"
    """Describes what is to be made or said; a run is identified by it."""
    NEGATIVE_PROMPT = "negative_prompt"
    """Describes what is to be avoided."""
    LYRICS = "lyrics"
    """The words that are sung."""
    TITLE = "title"
    """The title of the work."""
    SEED = "seed"
    """The start of the random numbers; the same seed repeats the result."""
    FIRST_FRAME = "first_frame"
    """The first picture of a video."""
    LAST_FRAME = "last_frame"
    """The last picture of a video."""
    REFERENCE = "reference"
    """Files that the result follows in looks, movement or sound."""
    SHOTS = "shots"
    """The shots of a video, one after another."""
    VOICE = "voice"
    """The voice that speaks."""
    DURATION = "duration"
    """Seconds of the result."""
    RATIO = "ratio"
    """Width by height, as a choice."""
    RESOLUTION = "resolution"
    """The size or sharpness of the picture, as a choice."""
    WIDTH = "width"
    """In pixels."""
    HEIGHT = "height"
    """In pixels."""
    COUNT = "count"
    """The number of results of a run."""
    FACES = "faces"
    """The number of faces of a 3D model."""


NAMING: Final = (Role.PROMPT, Role.LYRICS, Role.TITLE)
"""Texts by which a person knows a run; the first one that is filled counts."""
SHARED: Final = frozenset({Role.REFERENCE})
"""Roles that several fields of an endpoint may have; any other role occurs once."""

_TEXT: Final = frozenset({FieldKind.TEXT})
_IMAGE: Final = frozenset({FieldKind.IMAGE})
_CHOICE: Final = frozenset({FieldKind.CHOICE})
_WHOLE: Final = frozenset({FieldKind.INTEGER})

KINDS: Final[Mapping[Role, frozenset[FieldKind]]] = {
    Role.PROMPT: _TEXT,
    Role.NEGATIVE_PROMPT: _TEXT,
    Role.LYRICS: _TEXT,
    Role.TITLE: _TEXT,
    Role.SEED: _WHOLE,
    Role.FIRST_FRAME: _IMAGE,
    Role.LAST_FRAME: _IMAGE,
    Role.REFERENCE: frozenset(kind for kind in FieldKind if kind.is_media) | {FieldKind.REFERENCES},
    Role.SHOTS: frozenset({FieldKind.SHOTS}),
    Role.VOICE: _TEXT | _CHOICE,
    Role.DURATION: _WHOLE | _CHOICE | {FieldKind.DECIMAL},
    Role.RATIO: _CHOICE,
    Role.RESOLUTION: _CHOICE,
    Role.WIDTH: _WHOLE,
    Role.HEIGHT: _WHOLE,
    Role.COUNT: _WHOLE | _CHOICE,
    Role.FACES: _WHOLE,
}
"""The kinds that a field with the role may have."""
