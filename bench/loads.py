"""One load of a page with an empty cache: the time until it is usable, and what was transferred."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Browser, CDPSession, Page, ViewportSize

MOST_REQUESTS: Final = 50
MOST_KILOBYTES: Final = 345
"""What the page may request and load until it is idle. Both are exact, so a test checks them too."""
VIEW: Final = ViewportSize(width=1440, height=900)
READY: Final = "#image-form :is(textarea, input, select, button):not([disabled])"
"""The first field that takes input: the form is usable."""


@dataclass(frozen=True, slots=True)
class NetworkProfile:
    """The network between the browser and the server; none where `latency` is 0."""

    words: str
    latency: float = 0
    """Additional milliseconds for each answer."""
    megabits: float = 0


HERE: Final = NetworkProfile("on this machine")
HOME: Final = NetworkProfile("40 ms and 20 Mbit/s away", 40, 20)


@dataclass(frozen=True, slots=True)
class Load:
    """The measured values of one load."""

    milliseconds: float
    kilobytes: float
    requests: int


def load(browser: Browser, url: str, ready: str = READY, line: NetworkProfile = HERE) -> Load:
    """Open a page in a fresh profile and wait until `ready` is visible; bytes as transferred."""
    context = browser.new_context(viewport=VIEW)
    page = context.new_page()
    counter = context.new_cdp_session(page)
    sizes: list[float] = []
    counter.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    counter.send("Network.enable")
    if line.latency:
        stretch(counter, line)
    begun = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.locator(ready).first.wait_for()
    took = (time.perf_counter() - begun) * 1000
    page.wait_for_load_state("load")
    settle(page)
    context.close()
    return Load(took, sum(sizes) / 1000, len(sizes))


def stretch(counter: CDPSession, line: NetworkProfile) -> None:
    """Make the browser behave as if the server were this far away."""
    bytes_a_second = line.megabits * 1_000_000 / 8
    counter.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": line.latency,
            "downloadThroughput": bytes_a_second,
            "uploadThroughput": bytes_a_second,
        },
    )


def settle(page: Page) -> None:
    """Wait until the page makes no more requests (its open push of changes does not count)."""
    page.evaluate(
        """() => new Promise((done) => {
          let seen = -1;
          const look = () => {
            const now = performance.getEntriesByType('resource').length;
            if (now === seen) done(); else { seen = now; setTimeout(look, 700); }
          };
          look();
        })"""
    )
