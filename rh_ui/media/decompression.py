"""Uncompressed copies of compressed 3D models, for the page's viewer."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from rh_ui.file_types import Claims, tell
from rh_ui.media import draco, splats
from rh_ui.media.decode import UNREADABLE

PLAIN: Final = {"glb": "glb", "spz": "splat"}
"""The type of the copy for each type of model."""
LARGEST: Final = 256 * 1024 * 1024
"""The largest file of compressed splats that is read, in bytes."""


def unpack(path: Path, target: Path) -> bool:
    """Write an uncompressed copy of a model to `target`; False if that can't be done, and then there is no
    target."""
    try:
        if tell(path, Claims()).extension != "spz":
            return draco.unpack(path, target)
        if path.stat().st_size > LARGEST:
            return False
        splats.to_splat(path, target)
    except UNREADABLE:
        target.unlink(missing_ok=True)
        return False
    return True
