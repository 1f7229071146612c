"""The table in use: a newer registry may be previewed, used from now on and after every restart, and removed
again. Everyone who has `catalog` sees the change at once."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
import threading
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from rh_ui.catalog.importer.containment import lacking
from rh_ui.catalog.importer.overlay import Proposal, keep, propose, write_table
from rh_ui.catalog.importer.registry_files import content_of, day_of, is_price_list, read_document
from rh_ui.catalog.importer.swappable import SwappableMapping
from rh_ui.catalog.loader import DATA_FOLDER, load_catalog
from rh_ui.catalog.schema import Catalog, Endpoint, no_others
from rh_ui.errors import TableFault
from rh_ui.i18n import Message
from rh_ui.quarantine import Notice, set_aside

REGISTRY: Final = "registry.json"
PRICES: Final = "prices.json"
RECORD: Final = "loaded.json"
UNFINISHED: Final = ""
"""The base of a table whose files are being written."""


class Origin(BaseModel):
    """Where a loaded table comes from; stored beside it."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    file: str
    """The user's name of the file."""
    host: str = ""
    """The host that it was fetched from; empty for a file that a user chose."""
    day: date
    """The day of the registry; the day on which it came if it has none."""
    content: str = ""
    """A hash of its content; not its version word, which the vendor never changes."""
    loaded: datetime
    base: str
    """The packaged table that it was laid over."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A registry that was previewed and is not used yet."""

    token: str
    file: str
    day: date
    proposal: Proposal
    edition: int
    """The edition of the table that it was compared with."""
    registry: bytes
    prices: bytes | None
    host: str = ""
    content: str = ""
    in_use: bool = False
    """Whether the table in use was made from the same."""
    notice: str = ""
    """What went wrong on the way."""


@dataclass(frozen=True, slots=True)
class OpenedTable:
    """The table as it was found at the start."""

    catalog: Catalog
    origin: Origin | None = None
    """None: the packaged one."""
    notice: Message | None = None
    aside: tuple[Notice, ...] = ()


class ActiveCatalog:
    """Made by open_table; thread-safe. `folder`: the packaged table; `extra`: the folder of a loaded one."""

    def __init__(
        self,
        folder: Path,
        extra: Path,
        opened: OpenedTable,
        others: Callable[[str], Endpoint | None],
    ) -> None:
        self._folder = folder
        self._extra = extra
        self.kept_in: Final = extra
        """The folder of a loaded table."""
        self._live = SwappableMapping(opened.catalog.endpoints)
        self._lock = threading.Lock()
        self._followers: list[Callable[[], object]] = []
        self._preview: Preview | None = None
        self.catalog: Final = Catalog(self._live, opened.catalog.notices, others)
        self.origin = opened.origin
        """None: the table is the packaged one."""
        self.notice = opened.notice
        """What happened to a loaded table when the program was updated."""
        self.aside: Final = opened.aside
        """The parts of it that could not be read at the start."""
        self.edition = 0
        """Grows with every swap."""
        self.packaged_day: Final = _day_of(opened.catalog if opened.origin is None else load_catalog(folder))

    def follow(self, follower: Callable[[], object]) -> None:
        """Call `follower` after every swap, in the thread that made it."""
        self._followers.append(follower)

    def preview(self, files: Sequence[tuple[Path, str]], host: str = "", notice: str = "") -> Preview:
        """What a registry, and optionally a price list, would change. Files come with their names, and with
        the `host` that they were fetched from; their content shows which is which. Raises TableFault with one
        sentence."""
        with self._lock, _named(files) as paths:
            registry, prices, day, content = _told_apart(paths)
            proposal = propose(registry, prices=prices, folder=self._folder, extra=self._extra, day=day)
            token = hashlib.sha256(f"{content} {day} {self.edition}".encode()).hexdigest()
            self._preview = Preview(
                token=token[:16],
                file=registry.name,
                day=day,
                proposal=proposal,
                edition=self.edition,
                registry=registry.read_bytes(),
                prices=prices.read_bytes() if prices else None,
                host=host,
                content=content,
                in_use=self.origin is not None and self.origin.content == content,
                notice=notice,
            )
            return self._preview

    def use(self, token: str) -> None:
        """Use the last preview, now and after a restart. Raises TableFault; then the old table stays."""
        with self._lock:
            preview = self._preview
            if preview is None or (preview.token, preview.edition) != (token, self.edition):
                raise TableFault(Message("catalog.moved_on"))
            origin = Origin(
                file=preview.file,
                host=preview.host,
                day=preview.day,
                content=preview.content,
                loaded=datetime.now(UTC),
                base=UNFINISHED,
            )
            with _refusing("catalog.not_kept", self._extra):
                self._extra.mkdir(parents=True, exist_ok=True)
                (self._extra / REGISTRY).write_bytes(preview.registry)
                (self._extra / PRICES).unlink(missing_ok=True)
                if preview.prices is not None:
                    (self._extra / PRICES).write_bytes(preview.prices)
            self.origin = _write(self._folder, self._extra, origin, preview.proposal)
            self._swap()

    def go_back(self) -> None:
        """Remove a loaded table. Raises TableFault."""
        with self._lock:
            _forget(self._extra)
            self.origin = None
            self._swap()

    def _swap(self) -> None:
        self._live.swap(load_catalog(self._folder, self._extra).endpoints)
        self._preview = None
        self.notice = None
        self.edition += 1
        for follower in self._followers:
            follower()


def open_table(
    extra: Path,
    folder: Path | None = None,
    others: Callable[[str], Endpoint | None] = no_others,
) -> ActiveCatalog:
    """The packaged table with a loaded one over it, and `others`, which are in no table. A table that was
    laid over an older packaged one is read again, or dropped when it is older than the new one. Raises
    TableFault when nothing is usable."""
    folder = DATA_FOLDER if folder is None else folder
    aside = _put_aside(extra)
    origin = _origin(extra)
    if origin is not None and aside:  # made again from the stored registry
        origin = origin.model_copy(update={"base": UNFINISHED})
    origin, notice = _renewed(folder, extra, origin, aside)
    opened = OpenedTable(load_catalog(folder, extra), origin, notice, tuple(aside))
    return ActiveCatalog(folder, extra, opened, others)


def _put_aside(extra: Path) -> list[Notice]:
    """Files of a loaded table that are cut short; without its record, all of it."""
    with _refusing("catalog.not_removed", extra):
        if (extra / RECORD).exists() and _origin(extra) is None:
            return [Notice("table-aside", {"kept": set_aside(extra)})]
        broken = [file for file in extra.rglob("*.toml") if not _is_whole(file)]
        return [Notice("table-mended", {"kept": set_aside(file)}) for file in broken]


def _is_whole(file: Path) -> bool:
    try:
        tomllib.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return True


def base_of(folder: Path) -> str:
    """A hash of a packaged table's files: another hash, another base."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.toml")):
        digest.update(f"{file.relative_to(folder).as_posix()}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def _renewed(
    folder: Path, extra: Path, origin: Origin | None, aside: list[Notice]
) -> tuple[Origin | None, Message | None]:
    if origin is None:
        if any(extra.glob("*.toml")):
            _forget(extra)
        return None, None
    if origin.base == base_of(folder):
        return origin, None
    shipped = load_catalog(folder)
    packaged = _day_of(shipped)
    told = {"file": origin.file, "loaded": origin.day.isoformat()}
    only: frozenset[str] | None = None
    if origin.base != UNFINISHED:
        lacked = lacking(shipped, load_catalog(folder, extra))
        if not lacked:
            _forget(extra)
            return None, Message("catalog.outdated", packaged=packaged.isoformat(), **told)
        only = lacked if origin.day < packaged else None
    prices = extra / PRICES
    try:
        proposal = propose(
            extra / REGISTRY,
            prices=prices if prices.exists() else None,
            folder=folder,
            extra=extra,
            day=origin.day,
            outdated=True,
            only=only,
        )
        again = _write(folder, extra, origin, proposal)
    except TableFault as fault:
        aside.append(Notice("table-aside", {"kept": set_aside(extra)}))
        return None, Message("catalog.not_rejoined", file=origin.file, why=fault.text)
    return again, None if origin.base == UNFINISHED else Message("catalog.rejoined", **told)


def _write(folder: Path, extra: Path, origin: Origin, proposal: Proposal) -> Origin:
    """The record is written first and last: the next start notices a crash in between and repairs it."""
    finished = origin.model_copy(update={"base": base_of(folder)})
    with _refusing("catalog.not_kept", extra):
        write_table(extra, {RECORD: origin.model_copy(update={"base": UNFINISHED}).model_dump_json()})
        keep(extra, proposal)
        write_table(extra, {RECORD: finished.model_dump_json()})
    return finished


def _forget(extra: Path) -> None:
    """The record is deleted first: files of a table without one are never read."""
    with _refusing("catalog.not_removed", extra):
        for file in [extra / RECORD, extra / REGISTRY, extra / PRICES, *extra.glob("*.toml")]:
            file.unlink(missing_ok=True)


def _origin(extra: Path) -> Origin | None:
    try:
        return Origin.model_validate(json.loads((extra / RECORD).read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError):
        return None


@contextmanager
def _refusing(sentence: str, extra: Path) -> Iterator[None]:
    """An error of the disk as a refusal with this sentence."""
    try:
        yield
    except OSError as fault:
        raise TableFault(Message(sentence, folder=extra.name, why=fault.strerror or str(fault))) from fault


@contextmanager
def _named(files: Sequence[tuple[Path, str]]) -> Iterator[list[Path]]:
    """Temporary copies under the users' names of the files."""
    with tempfile.TemporaryDirectory(prefix="rh-table-") as room:
        paths = []
        for number, (file, name) in enumerate(files):
            plain = re.sub(r"[^\w.() -]+", "_", name.replace("\\", "/").rpartition("/")[2]).lstrip(".")
            path = Path(room) / str(number) / (plain[-80:] or REGISTRY)
            path.parent.mkdir()
            try:
                shutil.copy2(file, path)
            except OSError as fault:
                why = fault.strerror or str(fault)
                raise TableFault(Message("catalog.not_readable", file=path.name, why=why)) from fault
            paths.append(path)
        yield paths


def _told_apart(paths: Sequence[Path]) -> tuple[Path, Path | None, date, str]:
    """The registry, the price list if there is one, their day, and a hash of their content."""
    documents = {path: read_document(path) for path in paths}
    prices = [path for path in paths if is_price_list(documents[path])]
    registries = [path for path in paths if path not in prices]
    if not registries:
        raise TableFault(Message("catalog.only_prices", file=prices[0].name))
    if len(registries) > 1 or len(prices) > 1:
        one, other = (registries if len(registries) > 1 else prices)[:2]
        raise TableFault(Message("catalog.two_alike", file=one.name, other=other.name))
    registry, list_ = registries[0], prices[0] if prices else None
    content = content_of(documents[registry], documents[list_] if list_ else None)
    return registry, list_, day_of(registry, documents[registry]), content


def _day_of(catalog: Catalog) -> date:
    """The day of a table: that of its latest price."""
    days = [endpoint.price.date for endpoint in catalog.endpoints.values() if endpoint.price is not None]
    return max(days, default=date.min)
