"""The sites of RunningHub that there is a key for. An app, a workflow and a quick creation are at one of
them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final, TypeVar

from rh_ui.errors import Refused, Unreachable
from rh_ui.runninghub.client import Client

T = TypeVar("T")


class Sites:
    """Thread-safe."""

    def __init__(self, clients: Mapping[str, Client]) -> None:
        """`clients`: by the name of each site, as tasks store it, the one that asks there; the first one's
        lists are shown."""
        self._clients: Final = dict(clients)

    @property
    def names(self) -> list[str]:
        return list(self._clients)

    @property
    def first(self) -> Client:
        return next(iter(self._clients.values()))

    def client(self, site: str) -> Client:
        """Of the first one where this site has no key any more."""
        return self._clients.get(site) or self.first

    def find(self, ask: Callable[[Client], T], site: str = "") -> tuple[str, T]:
        """The answer of the first site that has what is asked for, and its name; of `site` only, if that is
        given. Raises what the first site raised if none has it."""
        first, *others = [site] if site in self._clients else self.names
        try:
            return first, ask(self._clients[first])
        except (Refused, Unreachable):
            for name in others:
                with suppress(Refused, Unreachable):
                    return name, ask(self._clients[name])
            raise
