"""A file of ours that can't be read is renamed and reported, never deleted."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Notice:
    """What a person should know about this start. `key` is that of the page's sentence (`notice.…`)."""

    key: str
    details: Mapping[str, str] = field(default_factory=dict)


def set_aside(path: Path) -> str:
    """Rename a file or folder to `<name>.bad-<time>`: the new name. Raises OSError."""
    moment = f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    tails = (f".bad-{moment}", *(f".bad-{moment}-{number}" for number in range(1, 100)))
    kept = next(free for tail in tails if not (free := path.with_name(f"{path.name}{tail}")).exists())
    path.rename(kept)
    log.warning("%s can't be read; it is kept as %s", path, kept.name)
    return kept.name
