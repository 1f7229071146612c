"""The account's money and limits, read regularly in the background; a page never waits for them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitedEnough
from dataclasses import dataclass, replace
from typing import Final

from rh_ui.domain import Money
from rh_ui.engine.diagnosis import Diagnosis, diagnose
from rh_ui.engine.remote_query import Background
from rh_ui.errors import ServiceFault
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.replies_account import Account

FRESH: Final = 10.0
"""Seconds for which an answer counts as new."""


@dataclass(frozen=True, slots=True)
class AccountView:
    """The account as the page shows it."""

    demo: bool
    site: str
    key_set: bool
    key_kind: str = ""
    """SHARED, NORMAL, EXCLUSIVE …; empty when not known."""
    money: Money | None = None
    coins: str = ""
    running: int = 0
    """Runs at the service, including those of other programs and those that wait there."""
    queued: int = 0
    """The runs of these that wait at the service for a machine."""
    limit: int | None = None
    trouble: Diagnosis | None = None
    """Why nothing newer is known."""


class AccountService:
    """Remembers the last answer and asks again when it is old."""

    def __init__(
        self,
        client: Client | None,
        *,
        site: str,
        demo: bool,
        background: Background,
        changed: Callable[[], None],
        told: Callable[[Account], None] | None = None,
    ) -> None:
        """`background` asks in a thread; `told` is called with what it says the account holds."""
        self._client = client
        self._background = background
        self._changed = changed
        self._told = told
        self._lock = threading.Lock()
        self._asking: Future[None] | None = None
        self._asked_at: float | None = None
        self._view = AccountView(
            demo=demo, site=site, key_set=client is not None, trouble=None if client else Diagnosis("no-key")
        )

    def view(self, wait: float = 0.0) -> AccountView:
        """What is known now. If that is old, asks the service and waits up to `wait` seconds for the
        answer."""
        asking = self._ask_if_old()
        if asking is not None and wait > 0:
            try:
                asking.result(wait)
            except WaitedEnough:
                return self._view
        return self._view

    def _ask_if_old(self) -> Future[None] | None:
        client = self._client
        if client is None:
            return None
        with self._lock:
            if self._asking is not None and not self._asking.done():
                return self._asking
            now = time.monotonic()
            if self._asked_at is not None and now - self._asked_at < FRESH:
                return None
            self._asked_at = now
            self._asking = self._background.background(client, lambda: self._ask(client))
            return self._asking

    def _ask(self, client: Client) -> None:
        before = self._view
        try:
            queue = client.queue_status()
            account = client.account()
        except ServiceFault as fault:
            view = replace(before, trouble=diagnose(fault))
        else:
            view = replace(
                before,
                key_kind=queue.key_kind or account.key_kind,
                money=account.money,
                coins=account.coins,
                running=max(queue.running + queue.queued, account.running),
                queued=queue.queued,
                limit=queue.limit,
                trouble=None,
            )
            if self._told is not None:
                self._told(account)
        self._view = view
        if view != before:
            self._changed()
