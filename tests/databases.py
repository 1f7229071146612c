"""New SQLite databases for tests: the tables are made once, and their file is copied."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Final

from rh_ui.persistence.database import open_database

NAME: Final = "studio.db"


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        open_database(f"sqlite:///{folder}/{NAME}").close()
        return (Path(folder) / NAME).read_bytes()


def in_folder(folder: Path | str) -> str:
    """The address of the database in that folder; an empty one with all tables if there is none yet."""
    file = Path(folder) / NAME
    if not file.exists():
        file.write_bytes(_empty())
    return f"sqlite:///{file}"
