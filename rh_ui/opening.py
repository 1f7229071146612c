"""Opens what the data folder has: its folders, files, uploads and database. Part of the composition root."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from rh_ui.config import DEMO_NAME, Settings
from rh_ui.errors import StartRefused, StorageFault
from rh_ui.persistence.database import Database, database_file, open_database
from rh_ui.persistence.file_modes import keep_database_private, keep_private, made_private
from rh_ui.persistence.process_lock import LOCK_NAME, lock_database
from rh_ui.storage.library import Library
from rh_ui.storage.upload_folder import Inbox

log: Final = logging.getLogger(__name__)
DATABASE_NAME: Final = "studio.db"
FILES_NAME: Final = "files"
STAGING_NAME: Final = "staging"
SPARE_NAME: Final = "spare"
SPOOL_NAME: Final = "answers"
EMULATOR_NAME: Final = "emulator"
UPLOADS_NAME: Final = "uploads"
TABLE_NAME: Final = "table"
FOLDERS: Final = (
    FILES_NAME, STAGING_NAME, SPARE_NAME, SPOOL_NAME, EMULATOR_NAME, UPLOADS_NAME, TABLE_NAME,
)  # fmt: skip
AWAY: Final = "away"
MEGABYTE: Final = 1024 * 1024
PLACE_TROUBLES: Final = {
    "gone": "there is no such folder or bucket",
    "refused": "this user may not write there",
    "full": "the disk is full",
}


def database_place(settings: Settings, home: Path) -> Path | None:
    """SQLite's file, which need not exist; None for a server. Raises StartRefused."""
    return database_file(settings.database_url) if settings.database_url else home / DATABASE_NAME


def open_history(settings: Settings, home: Path, closing: ExitStack) -> Database:
    """The database, and the lock of its file if it is one. Raises StartRefused."""
    file = database_file(_address(settings, home))
    if file is not None:  # in our folder too: it may be given to another program
        closing.callback(lock_database(file).release)
    return opened_database(settings, home, closing)


def _address(settings: Settings, home: Path) -> str:
    return settings.database_url or f"sqlite:///{home / DATABASE_NAME}"


def opened_database(settings: Settings, home: Path, closing: ExitStack) -> Database:
    address = _address(settings, home)
    file = database_file(address)
    with made_private():
        database = open_database(address)
    if file is not None:
        keep_database_private(file)
    closing.callback(database.close)
    return database


def make_folders_private(data_dir: Path, home: Path) -> None:
    """Make the folders private, also those that an earlier start, or demo mode, left open."""
    for folder in (data_dir, home):
        alone = keep_private(folder, (*FOLDERS, DEMO_NAME), (DATABASE_NAME, LOCK_NAME))
    if not alone:
        for name in FOLDERS:
            (home / name).mkdir(mode=0o700, exist_ok=True)


def open_library(settings: Settings, home: Path) -> Library:
    """The library, tested with a file before anything is paid for. Raises StartRefused."""
    place = settings.storage_url or home / FILES_NAME
    try:
        library = Library(
            place, staging_root=home / STAGING_NAME, spare_root=home / SPARE_NAME, embed=settings.embed,
            reserve=settings.reserve_mb * MEGABYTE,
        )  # fmt: skip
    except StorageFault as fault:
        raise StartRefused(f"RH_UI_STORAGE_URL can't be used. {fault}") from None
    trouble = library.check_primary()
    if trouble == AWAY:
        log.warning("the storage does not answer; results are kept in %s until it does", home / SPARE_NAME)
    elif trouble:
        raise StartRefused(
            f"The place for files can't be used: {PLACE_TROUBLES[trouble]}. Results would be lost, so "
            "nothing was started. Name another one: RH_UI_STORAGE_URL, or --data-dir FOLDER."
        )
    return library


def open_inbox(settings: Settings, home: Path, alone: bool) -> Inbox:
    """The folder of browsers' uploads. It is emptied: no page can use the uploads of an earlier process."""
    share = 0 if alone else settings.uploads_mb
    inbox = Inbox(home / UPLOADS_NAME, reserve=settings.reserve_mb * MEGABYTE, share=share * MEGABYTE)
    inbox.start()
    return inbox
