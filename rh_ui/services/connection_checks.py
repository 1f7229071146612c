"""Checks that a person starts: the key, the connection to RunningHub, the storage. None of them costs
anything."""

from __future__ import annotations

import copy
import io
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from rh_ui.engine.diagnosis import NO_KEY, Diagnosis, diagnose
from rh_ui.errors import FileFault, KeyRefused, ServiceFault
from rh_ui.runninghub import account
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.download import Bounds, download
from rh_ui.runninghub.replies_runs import KeyEntry
from rh_ui.runninghub.transport import host_of
from rh_ui.storage.library import Library

PATIENCE: Final = 15.0
"""Seconds that a person waits for one check."""
MOST_BACK: Final = 64 * 1024
"""The largest response of a check, in bytes."""
WELL: Final = "well"
PICTURE: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415478da6368686800"
    "0003040181752e01bc0000000049454e44ae426082"
)
"""A PNG of one pixel, to be uploaded and downloaded again."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of a check; `well` is the word for success."""

    tried: str
    """One of ConnectionChecks.TRIES."""
    diagnosis: Diagnosis
    seconds: float

    @property
    def is_well(self) -> bool:
        return self.diagnosis.word == WELL


class ConnectionChecks:
    """Each check starts at once and waits for its answer. Thread-safe."""

    TRIES: Final = ("key", "api", "upload", "storage", "native")

    def __init__(
        self,
        client: Client,
        library: Library,
        *,
        demo: bool,
        sites: Sequence[str] = (),
    ) -> None:
        """`sites`: RunningHub's own sites; a key is valid at one of them only."""
        self._client = client.at(patience=PATIENCE)
        self._library = library
        self._demo = demo
        self._sites = sites

    def at(self, client: Client) -> Self:
        """The same for another account."""
        other = copy.copy(self)
        other._client = client.at(patience=PATIENCE)
        return other

    def run(self, what: str) -> CheckResult:
        """Run one of TRIES."""
        began = time.monotonic()
        try:
            diagnosis = self._try(what)
        except (ServiceFault, FileFault) as fault:
            diagnosis = diagnose(fault)
        return CheckResult(what, diagnosis, time.monotonic() - began)

    def _try(self, what: str) -> Diagnosis:
        tries: tuple[Callable[[], Diagnosis], ...] = (
            self._key, self._api, self._upload, self._storage, self._native,
        )  # fmt: skip
        return tries[self.TRIES.index(what)]()

    def list_keys(self) -> tuple[KeyEntry, ...]:
        """The account's keys, masked. Raises Refused, Unreachable."""
        return account.keys(self._client)

    def native_address(self, *, plus: bool = False) -> str:
        """The address at which other tools reach RunningHub as a ComfyUI; it contains the key. Raises
        KeyRefused."""
        return self._client.native(plus=plus)

    def _key(self) -> Diagnosis:
        if self._demo:
            return Diagnosis(NO_KEY)
        try:
            kind = self._client.queue_status().key_kind
        except KeyRefused as fault:
            found = diagnose(fault)
            if found.word != "key-refused":
                return found
            other = self._other_site()
            if other and self._is_known_at(other):
                return Diagnosis("other-site", fault.code, where=other)
            return Diagnosis("odd-key", fault.code) if self._client.odd_key else found
        return Diagnosis(WELL, where=kind)

    def _other_site(self) -> str:
        """The other site of RunningHub to which the key belongs; empty if to none. Only RunningHub's own
        sites are asked."""
        others = [site for site in self._sites if site != self._client.host]
        return others[0] if len(others) < len(self._sites) and others else ""

    def _is_known_at(self, site: str) -> bool:
        try:
            self._client.at(site, patience=PATIENCE).queue_status()
        except ServiceFault:
            return False
        return True

    def _api(self) -> Diagnosis:
        self._client.queue_status()
        return Diagnosis(WELL)

    def _upload(self) -> Diagnosis:
        """Upload and download: results of runs come from the same stores."""
        uploaded = self._client.upload(io.BytesIO(PICTURE), "check.png")
        with tempfile.TemporaryDirectory() as folder:
            back = Path(folder, "check.png")
            try:
                bounds = Bounds(connect=PATIENCE, silence=PATIENCE, longest=PATIENCE, largest=MOST_BACK)
                download(uploaded.url, back, gate=self._client.gate, bounds=bounds)
            except (ServiceFault, FileFault):
                return Diagnosis("not-fetched", where=host_of(uploaded.url))
            return Diagnosis(WELL if back.read_bytes() == PICTURE else "changed")

    def _storage(self) -> Diagnosis:
        trouble = self._library.test_write()
        return Diagnosis(f"place-{trouble}" if trouble else WELL)

    def _native(self) -> Diagnosis:
        self._client.try_native()
        return Diagnosis(WELL)
