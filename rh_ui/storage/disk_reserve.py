"""Whether the disk has room for the result of one more run."""

from __future__ import annotations

from rh_ui.storage.library import Library


class DiskReserve:
    """Bytes that must be free before a run is sent: its result has to lie somewhere."""

    def __init__(self, library: Library, size: int) -> None:
        self._library = library
        self._size = size

    def has_space(self) -> bool:
        """True also where nobody knows."""
        free = self._library.free()
        return free is None or free >= self._size
