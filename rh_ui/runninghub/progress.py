"""Progress of a running workflow or app, from the service's websocket (API sheet §10).

Progress is shown and nothing more: unreadable frames are skipped, and a lost connection ends it without an
error. Only queries decide the state of a task.
"""

from __future__ import annotations

import json
import logging
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeGuard

from websockets.exceptions import WebSocketException
from websockets.proxy import get_proxy
from websockets.sync.client import connect
from websockets.uri import parse_uri

from rh_ui.errors import LinkRefused
from rh_ui.runninghub import transport
from rh_ui.runninghub.address_guard import AddressGuard, origin
from rh_ui.runninghub.answer_values import text_of

_OPEN_SECONDS: Final = 10.0
_LOOK_SECONDS: Final = 0.5
_LARGEST_FRAME: Final = 8 * 1024 * 1024
_LONGEST_SILENCE: Final = 600.0
_UNHEARD: Final = logging.Logger("unheard", logging.CRITICAL)  # noqa: LOG001 - outside the tree
"""The library would log the URL, which holds a credential; no log level enables this logger."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a run: nodes that are done, the present node, and how far that one is."""

    done: frozenset[str] = frozenset()
    node: str = ""
    part: float = 0.0
    """Of the present node, 0 to 1."""
    ended: bool = False
    """The graph is finished; the service may still be saving the files."""

    def share(self, nodes: int) -> float | None:
        """Progress of the whole run, 0 to 1; None if the number of nodes is unknown."""
        return min(1.0, (len(self.done) + self.part) / nodes) if nodes > 0 else None


def advanced(before: Progress, frame: str | bytes) -> Progress:
    """The progress after a frame; unchanged if the frame is about something else."""
    if not isinstance(frame, str):
        return before
    try:
        told = json.loads(frame)
    except (ValueError, RecursionError):
        return before
    data = told.get("data") if isinstance(told, dict) else None
    return _after(before, told.get("type"), data) if isinstance(data, dict) else before


def _after(before: Progress, kind: object, data: Mapping[str, Any]) -> Progress:
    node = text_of(data.get("node"))
    match kind:
        case "execution_cached":
            nodes = data.get("nodes")
            cached = {text_of(one) for one in nodes} if isinstance(nodes, list) else set()
            return replace(before, done=before.done | cached)
        case "executing":
            finished = {before.node} if before.node and before.node != node else set()
            return Progress(before.done | finished, node, 0.0, ended=before.ended or not node)
        case "progress":
            value, most = data.get("value"), data.get("max")
            if not _is_number(value) or not _is_number(most) or most <= 0:
                return before
            return replace(before, node=node or before.node, part=max(0.0, min(1.0, value / most)))
        case "executed" if node:
            return replace(before, done=before.done | {node})
        case "execution_success" | "execution_error" | "execution_interrupted":
            return replace(before, ended=True)
    return before


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def follow(address: str, gate: AddressGuard, stopped: Callable[[], bool]) -> Iterator[Progress]:
    """Yields every change until the graph is finished, the connection is lost, or `stopped` returns true.
    Raises nothing."""
    if not address.startswith(("ws://", "wss://")):
        return
    progress, heard = Progress(), time.monotonic()
    try:
        line_made, proxy = _way(address, gate)
        with connect(
            address, sock=line_made, open_timeout=_OPEN_SECONDS, close_timeout=_LOOK_SECONDS,
            max_size=_LARGEST_FRAME, proxy=proxy, logger=_UNHEARD,
        ) as line:  # fmt: skip
            while not stopped() and not progress.ended and time.monotonic() - heard < _LONGEST_SILENCE:
                try:
                    frame = line.recv(timeout=_LOOK_SECONDS)
                except TimeoutError:
                    continue
                heard, before = time.monotonic(), progress
                progress = advanced(progress, frame)
                if progress != before:
                    yield progress
    except (LinkRefused, WebSocketException, OSError, ValueError):
        return


def _way(address: str, gate: AddressGuard) -> tuple[socket.socket | None, str | None]:
    """A connection made by the gate, or the proxy to use. Raises LinkRefused, OSError."""
    place = origin(address)
    if place is None:
        raise LinkRefused
    proxy = get_proxy(parse_uri(address)) if transport.proxies_for(address) else None
    if proxy is None:
        return gate.connect(*place, _OPEN_SECONDS), None
    gate.check_spelled(*place)
    return None, proxy
