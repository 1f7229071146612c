"""Servers that a test starts beside the service: every port of this machine counts as the service's own."""

from __future__ import annotations

from rh_ui.runninghub.address_guard import AddressGuard

NAMES = ("127.0.0.1", "localhost")


class _EveryPort:
    def __contains__(self, place: object) -> bool:
        return isinstance(place, tuple) and place[0] in NAMES


def here() -> _EveryPort:
    return _EveryPort()


OPEN = AddressGuard(here())
"""Lets through what a test's own servers name; what the guard refuses is tested in test_address_guard.py."""
