"""Newer models over the web: RunningHub's own registry and price list, or those at an address that a person
gives. Nothing is fetched by itself, and nothing changes by a look: what came is handed to the active catalog.
"""

from __future__ import annotations

import logging
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from rh_ui.catalog.importer.active_catalog import ActiveCatalog, Preview
from rh_ui.catalog.importer.registry_files import LARGEST
from rh_ui.catalog.published import (
    LastLook,
    keep_look,
    last_look,
    no_address,
    not_fetched,
    published,
    under_way,
    without_prices,
)
from rh_ui.errors import (
    FileFault,
    LinkGone,
    LinkRefused,
    StorageFault,
    TableFault,
    TooLarge,
    TooSlow,
    Unreachable,
    WrongContent,
)
from rh_ui.runninghub.address_guard import AddressGuard
from rh_ui.runninghub.download import Bounds, download

log: Final = logging.getLogger(__name__)
BOUNDS: Final = Bounds(connect=10.0, silence=15.0, longest=60.0, largest=LARGEST)
WHY: Final[dict[type[Exception], str]] = {
    LinkRefused: "private",
    LinkGone: "gone",
    TooLarge: "large",
    TooSlow: "slow",
    WrongContent: "page",
    StorageFault: "disk",
}
"""What went wrong on the way; anything else is `away`."""


class ModelUpdates:
    """Threads may share it; one look at a time."""

    def __init__(self, keeper: ActiveCatalog, address: str = "") -> None:
        """`address` stands in for the folder of the web that RunningHub publishes in."""
        source = published()
        if address:
            source = source.model_copy(update={"address": address})
        self._keeper = keeper
        self._source: Final = source
        self._gate = AddressGuard.around(address, encrypted=True) if address else AddressGuard(encrypted=True)
        self._folder = keeper.kept_in
        self._looking = threading.Lock()

    @property
    def host(self) -> str:
        """Who is asked for what RunningHub publishes."""
        return _taken_apart(self._source.address).netloc

    @property
    def last(self) -> LastLook | None:
        """None: nobody ever looked."""
        return last_look(self._folder)

    def look(self) -> Preview:
        """What RunningHub publishes now would change. Raises TableFault, in one sentence."""
        registry, prices = self._source.urls
        found = self._fetched(registry, prices, needs_prices=False)
        look = LastLook(at=datetime.now(UTC), changes=len(found.proposal.changes))
        try:
            keep_look(self._folder, look)
        except OSError as fault:
            log.warning("when the models were last looked at can't be kept: %s", fault.strerror)
        return found

    def look_at(self, registry: str, prices: str = "") -> Preview:
        """What a registry at this address would change, with a price list at the other. Raises TableFault."""
        return self._fetched(registry.strip(), prices.strip(), needs_prices=True)

    def _fetched(self, registry: str, prices: str, *, needs_prices: bool) -> Preview:
        if not self._looking.acquire(blocking=False):
            raise under_way()
        try:
            with tempfile.TemporaryDirectory(prefix="rh-table-") as room:
                files = [self._fetch(registry, Path(room) / "registry")]
                missing = ""
                if prices:
                    try:
                        files.append(self._fetch(prices, Path(room) / "prices"))
                    except TableFault as fault:
                        if needs_prices or not isinstance(fault.__cause__, LinkGone):
                            raise
                        missing = without_prices(fault)
                return self._keeper.preview(files, _taken_apart(registry).netloc, missing)
        finally:
            self._looking.release()

    def _fetch(self, url: str, target: Path) -> tuple[Path, str]:
        """The file at an address, and what it is called there. No key and no cookie goes along."""
        parts = _taken_apart(url)
        name = unquote(parts.path).rpartition("/")[2] or parts.netloc
        with _refusing(name):
            download(url, target, gate=self._gate, bounds=BOUNDS)
        return target, name


def _taken_apart(url: str) -> SplitResult:
    """Raises TableFault for what is no address of a file."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("https", "http") and parts.hostname and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or "@" in parts.netloc or any(sign.isspace() for sign in url):
        raise no_address()
    return parts


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    """What goes wrong on the way as a refusal that a person can read."""
    try:
        yield
    except (FileFault, Unreachable) as fault:
        why = (word for kind, word in WHY.items() if isinstance(fault, kind))
        raise not_fetched(name, next(why, "away")) from fault
