"""What a field can be to a run, whatever its key is: the closed list. Which field has which role stands in
the table (`role`), proposed by importer/role_proposals.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from rh_ui.domain import FieldKind


class Role(StrEnum):
    """The page, the history, names of files and the emulator read these, and never a key."""

    PROMPT = "prompt"
    """Says in words what is to be made, or said; a run is known by it."""
    NEGATIVE_PROMPT = "negative_prompt"
    """Says what is not to be made."""
    LYRICS = "lyrics"
    """The words that are sung."""
    TITLE = "title"
    """What the work is called."""
    SEED = "seed"
    """The number that chance begins with; the same one gives the same result again."""
    FIRST_FRAME = "first_frame"
    """The picture that a film begins with."""
    LAST_FRAME = "last_frame"
    """The picture that it ends with."""
    REFERENCE = "reference"
    """Files that the result follows in looks, movement or sound."""
    SHOTS = "shots"
    """The shots of a film, one after another."""
    VOICE = "voice"
    """Who speaks."""
    DURATION = "duration"
    """Seconds of the result."""
    RATIO = "ratio"
    """Width by height, as a choice."""
    RESOLUTION = "resolution"
    """How large or sharp the picture is, as a choice."""
    WIDTH = "width"
    """In pixels."""
    HEIGHT = "height"
    """In pixels."""
    COUNT = "count"
    """How many results a run makes."""
    FACES = "faces"
    """How many faces a 3D model has."""


SHARED: Final = frozenset({Role.REFERENCE})
"""Several fields of an endpoint may have such a role; any other stands once."""

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
    Role.REFERENCE: frozenset(kind for kind in FieldKind if kind.is_media),
    Role.SHOTS: frozenset(),
    Role.VOICE: _TEXT | _CHOICE,
    Role.DURATION: _WHOLE | _CHOICE | {FieldKind.DECIMAL},
    Role.RATIO: _CHOICE,
    Role.RESOLUTION: _CHOICE,
    Role.WIDTH: _WHOLE,
    Role.HEIGHT: _WHOLE,
    Role.COUNT: _WHOLE | _CHOICE,
    Role.FACES: _WHOLE,
}
"""What a field with the role can be."""
