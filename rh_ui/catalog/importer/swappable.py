"""The table in use, which a newer one can replace while the program runs."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, ValuesView

from rh_ui.catalog.schema import Endpoint


class SwappableMapping(Mapping[str, Endpoint]):
    """Endpoints by path for a Catalog that everyone keeps: `Catalog(SwappableMapping(read.endpoints))`.

    `swap` is one step: a reader sees the old table or the new one, and an iteration continues on the old one.
    """

    def __init__(self, endpoints: Mapping[str, Endpoint]) -> None:
        self._current = dict(endpoints)

    def swap(self, endpoints: Mapping[str, Endpoint]) -> None:
        self._current = dict(endpoints)

    def __getitem__(self, path: str) -> Endpoint:
        return self._current[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._current)

    def items(self) -> ItemsView[str, Endpoint]:
        return self._current.items()

    def values(self) -> ValuesView[Endpoint]:
        return self._current.values()

    def __len__(self) -> int:
        return len(self._current)
