"""The composition root: settings in, a working program out. The only place that names concrete parts.

Start order: address, folder, lock, files, database, emulator (demo), client, engine; the end goes the other
way round.
"""

from __future__ import annotations

import errno
import logging
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rh_ui.catalog.importer.active_catalog import ActiveCatalog, open_table
from rh_ui.catalog.schema import Catalog
from rh_ui.config import DEMO_KEY, DEMO_NAME, DEMO_SITE, SITES, Settings, is_loopback
from rh_ui.emulator.runner import start_emulator
from rh_ui.engine.engine import Engine
from rh_ui.errors import StartRefused, StorageFault
from rh_ui.media.thumbnail_worker import ThumbnailProcess
from rh_ui.persistence.database import Database, database_file, open_database
from rh_ui.persistence.file_modes import keep_database_private, keep_private, made_private
from rh_ui.persistence.file_references import FileReferences
from rh_ui.persistence.journal import Journal
from rh_ui.persistence.leases import Leases
from rh_ui.persistence.loras import LoraRepository
from rh_ui.persistence.outbox import AnswerOutbox
from rh_ui.persistence.process_lock import LOCK_NAME, lock_database, lock_folder
from rh_ui.persistence.run_queries import RunQueries
from rh_ui.persistence.saved_forms import SavedFormRepository
from rh_ui.quarantine import Notice
from rh_ui.runninghub.client import Client
from rh_ui.services.apps import Apps
from rh_ui.services.change_feed import ChangeFeed
from rh_ui.services.connection_checks import ConnectionChecks
from rh_ui.services.loras import Loras
from rh_ui.services.model_decompression import ModelDecompression
from rh_ui.services.runs import RunService
from rh_ui.services.saved_forms import SavedForms
from rh_ui.services.storage_cleanup import StorageCleanup
from rh_ui.services.storage_failover import FailoverReturn
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


@dataclass(frozen=True, slots=True)
class Services:
    """The parts a page works with, and the facts about them it shows."""

    table: ActiveCatalog
    studio: RunService
    history: RunQueries
    library: Library
    homing: FailoverReturn
    keeping: StorageCleanup
    inbox: Inbox
    unpacking: ModelDecompression
    checks: ConnectionChecks
    apps: Apps
    loras: Loras
    changes: ChangeFeed
    engine: Engine
    notices: list[Notice]
    """What was found of our own files: put aside, or gone."""
    demo: bool
    site: str
    """The site that runs go to: a host URL, or `demo`."""
    host: str
    port: int
    """The real one, also where the settings left it open (0)."""
    frame_ancestors: str
    """Who may frame the page."""
    on_space: bool
    """Whether this runs as a Hugging Face Space."""
    shown_at: str
    """The page's address for people elsewhere; empty where it has none."""
    _closing: ExitStack

    @property
    def catalog(self) -> Catalog:
        """The table in use; it follows when a newer one is loaded."""
        return self.table.catalog

    @property
    def url(self) -> str:
        """Where a browser on this computer finds the page."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def start(self) -> None:
        """Take up unfinished runs and work. Raises StorageFault."""
        self._closing.callback(self.engine.stop)
        self.engine.start()

    def stop(self) -> None:
        """End everything that build and start began, the last first. Safe to call twice."""
        self._closing.close()


@contextmanager
def running(settings: Settings) -> Iterator[Services]:
    """Services that work inside the `with` block. Raises StartRefused."""
    services = build(settings)
    try:
        services.start()
        mode = "in demo mode: its results are made here and cost nothing" if services.demo else services.site
        log.info("the page will be at %s (%s)", services.shown_at or services.url, mode)
        yield services
    finally:
        services.stop()


def build(settings: Settings) -> Services:
    """Put the program together; nothing works yet. Raises StartRefused, and leaves nothing behind then.

    The network is not touched: without it the page starts, and says so where it needs it.
    """
    with ExitStack() as closing:
        port = free_port(settings.host, settings.port)
        home = prepare_folder(settings.home)
        closing.callback(lock_folder(home).release)
        _close_to_others(settings.data_dir, home)
        library = _open_library(settings, home)
        _tame_gradio(home, port, closing)
        database = _open_database(settings, home, closing)
        forms = SavedForms(SavedFormRepository(database))
        table = open_table(home / TABLE_NAME, others=forms.find)
        for notice in (*table.catalog.notices, *filter(None, [table.notice])):
            log.warning("%s", notice)
        notices = [*database.notices, *table.aside]
        site, client = _connect(settings, home, table, notices, closing)
        changes = ChangeFeed()
        table.follow(changes.bump)
        database.follow(changes.bump)
        history = RunQueries(database)
        homing = FailoverReturn(library, files := FileReferences(database), changes.bump)
        account = (site, client.fingerprint)
        inbox = _open_inbox(settings, home)
        loras = Loras(LoraRepository(database, *account), client)
        keeping = StorageCleanup(library, files, inbox, loras.files)
        engine = Engine(
            catalog=table.catalog,
            journal=(journal := Journal(database, changed=changes.bump)),
            history=history, leases=Leases(database), library=library,
            spool=AnswerOutbox(home / SPOOL_NAME, notices.append),
            clients={account: client},
            artist=ThumbnailProcess(),
            chores=[homing.run, keeping.clear_uploads],
            reserve=settings.reserve_mb * MEGABYTE,
            largest=settings.largest_mb * MEGABYTE or None,
            public=settings.told_at,
        )  # fmt: skip
        studio = RunService(
            catalog=table.catalog,
            library=library,
            journal=journal,
            history=history,
            engine=engine,
            changes=changes,
            current=account,
            demo=settings.demo,
        )
        unpacking = ModelDecompression(library, ThumbnailProcess())
        closing.callback(unpacking.stop)
        checks = ConnectionChecks(client, library, demo=settings.demo, sites=SITES)
        return Services(
            table, studio, history, library, homing, keeping, inbox, unpacking, checks,
            Apps(forms, client, site), loras, changes, engine, notices,
            settings.demo, site, settings.host, port, settings.frame_ancestors, bool(settings.space),
            settings.shown_at, _closing=closing.pop_all(),
        )  # fmt: skip


def _open_database(settings: Settings, home: Path, closing: ExitStack) -> Database:
    """With its lock, where it is a file. Raises StartRefused."""
    address = settings.database_url or f"sqlite:///{home / DATABASE_NAME}"
    file = database_file(address)
    if file is not None:  # also in our own folder: a program with another one may name it
        closing.callback(lock_database(file).release)
    with made_private():
        database = open_database(address)
    if file is not None:
        keep_database_private(file)
    closing.callback(database.close)
    return database


def _close_to_others(data_dir: Path, home: Path) -> None:
    """Also what an earlier start, or demo mode, left open."""
    for folder in (data_dir, home):
        alone = keep_private(folder, (*FOLDERS, DEMO_NAME), (DATABASE_NAME, LOCK_NAME))
    if not alone:
        for name in FOLDERS:
            (home / name).mkdir(mode=0o700, exist_ok=True)


def _open_library(settings: Settings, home: Path) -> Library:
    """The place for files, tried out before anything is paid for. Raises StartRefused."""
    place = settings.storage_url or home / FILES_NAME
    try:
        library = Library(
            place, staging_root=home / STAGING_NAME, spare_root=home / SPARE_NAME, embed=settings.embed,
            reserve=settings.reserve_mb * MEGABYTE,
        )  # fmt: skip
    except StorageFault as fault:
        raise StartRefused(f"RH_UI_STORAGE_URL can't be used. {fault}") from None
    trouble = library.look_home()
    if trouble == AWAY:
        log.warning("the storage does not answer; results are kept in %s until it does", home / SPARE_NAME)
    elif trouble:
        raise StartRefused(
            f"The place for files can't be used: {PLACE_TROUBLES[trouble]}. Results would be lost, so "
            "nothing was started. Name another one: RH_UI_STORAGE_URL, or --data-dir FOLDER."
        )
    return library


def _open_inbox(settings: Settings, home: Path) -> Inbox:
    """Where browsers' uploads go; those of a former program are gone for every page."""
    alone = is_loopback(settings.host) and not settings.shown_at
    share = 0 if alone else settings.uploads_mb
    inbox = Inbox(home / UPLOADS_NAME, reserve=settings.reserve_mb * MEGABYTE, share=share * MEGABYTE)
    inbox.start()
    return inbox


def _connect(
    settings: Settings, home: Path, table: ActiveCatalog, notices: list[Notice], closing: ExitStack
) -> tuple[str, Client]:
    """Who makes the pictures: RunningHub with the person's key, or a child process with one of its own."""
    if settings.demo or settings.api_key is None:
        emulator = start_emulator(home / EMULATOR_NAME, table=home / TABLE_NAME)
        closing.callback(emulator.stop)
        notices.extend(emulator.notices)
        table.follow(emulator.read_table)
        return DEMO_SITE, Client(emulator.url, DEMO_KEY)
    client = Client(settings.api_host, settings.api_key.get_secret_value())
    return client.host, client


def _tame_gradio(home: Path, port: int, closing: ExitStack) -> None:
    """Variables are Gradio's only knobs for these: where browsers' uploads go, and no calls home.

    It reads the port while it is imported, and breaks on a wrong one though ours came from elsewhere.
    """
    values = {
        "GRADIO_TEMP_DIR": str(home / UPLOADS_NAME),
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_ANALYTICS_ENABLED": "False",
        "HF_HUB_DISABLE_TELEMETRY": "1",
    }
    for name, value in values.items():
        before = os.environ.get(name)
        os.environ[name] = value
        if before is None:
            closing.callback(os.environ.pop, name, None)
        else:
            closing.callback(os.environ.__setitem__, name, before)


def free_port(host: str, port: int) -> int:
    """The port when it can be had, any free one for 0. Raises StartRefused.

    Asked before anything is started, so that the sentence is the first and only thing said.
    """
    try:
        kind, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(kind, socket.SOCK_STREAM) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return int(probe.getsockname()[1])
    except socket.gaierror:
        raise StartRefused(f"There is no address {host} here. Use --host 127.0.0.1.") from None
    except OSError as fault:
        raise StartRefused(_port_sentence(host, port, fault)) from None


def _port_sentence(host: str, port: int, fault: OSError) -> str:
    other = f"choose another one: --port {port + 1 if 1024 <= port < 65535 else 7860} (or RH_UI_PORT)"
    if fault.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is taken by another program, perhaps by this one started before. "
            f"Stop that one, or {other}."
        )
    if fault.errno == errno.EACCES:
        return f"Port {port} is kept for the system's own services; {other}."
    if fault.errno == errno.EADDRNOTAVAIL:
        return f"This computer has no address {host}. Use --host 127.0.0.1."
    return f"Port {port} on {host} can't be opened ({fault.strerror or fault}); {other}."


def prepare_folder(folder: Path) -> Path:
    """Make the folder, for its owner alone, and prove that it takes a file. Raises StartRefused."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".rh-ui-probe-") as probe:
            probe.write(b"probe")
            probe.flush()
    except OSError as fault:
        raise StartRefused(_folder_sentence(folder, fault)) from None
    return folder


def _folder_sentence(folder: Path, fault: OSError) -> str:
    why = {
        errno.EEXIST: "there is a file of that name",
        errno.ENOTDIR: "a part of its path is a file",
        errno.EACCES: "this user may not write there",
        errno.EPERM: "this user may not write there",
        errno.EROFS: "it is read-only",
        errno.ENOSPC: "the disk is full",
        errno.ENAMETOOLONG: "its name is too long",
    }.get(fault.errno or 0, (fault.strerror or str(fault)).lower())
    return (
        f"The data folder {folder} can't be used: {why}. Results would be lost, so nothing was started. "
        "Make it writable, or choose another one: --data-dir FOLDER (or RH_UI_DATA_DIR)."
    )
