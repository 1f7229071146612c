"""The page compared with the smallest Gradio pages: time to usable, bytes, model switches, memory."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Final

from playwright.sync_api import Browser, CDPSession, Page

from bench.figures import Figure
from bench.loads import HERE, HOME, MOST_KILOBYTES, MOST_REQUESTS, READY, VIEW, Load, NetworkProfile, load
from scripts.processes import chromium, free_port, start, start_app

LOADS: Final = 7
"""Loads of each page, in turn, so that a busy machine affects both; the first of each is dropped."""
SWITCHES: Final = 15
MANY_SWITCHES: Final = 200

SWITCH: Final = """
async ([index]) => {
  const list = document.querySelector('#image-endpoint');
  const form = document.querySelector('#image-form');
  const option = (list.querySelectorAll('.rh-option'))[index];
  const wanted = option.dataset.value;
  const start = performance.now();
  option.click();
  await new Promise((done) => {
    const look = () => {
      const shown = form.querySelector(`form[data-endpoint="${CSS.escape(wanted)}"]`);
      const field = shown && shown.querySelector('textarea:not([disabled]), input:not([disabled]), button');
      if (field) done(); else requestAnimationFrame(look);
    };
    look();
  });
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - start;
}
"""
"""Choose an entry of the open list; milliseconds until its form is drawn and can be edited."""


SEARCH: Final = """
async ([words]) => {
  const tab = document.querySelector('#image-endpoint');
  const input = tab.querySelector('[role=combobox]');
  const start = performance.now();
  input.value = words;
  const drawn = new Promise((done) => {
    new MutationObserver((seen, observer) => { observer.disconnect(); done(); })
      .observe(tab.querySelector('.rh-list'), {childList: true});
  });
  input.dispatchEvent(new Event('input'));
  await drawn;
  tab.querySelector('.rh-list').getBoundingClientRect();
  return performance.now() - start;
}
"""
"""Type text into the open list; milliseconds until the results are drawn and laid out."""
QUERIES: Final = ("nano banan", "klng", "negatve prompt", "反向提示词", "4k", "i", "text to image", "")

BARE_SWITCH: Final = """
async ([index]) => {
  const start = performance.now();
  document.querySelectorAll('#choice input')[index].click();
  await new Promise((done) => {
    const look = () => {
      const field = document.querySelector(`#field-${index}-7 textarea:not([disabled])`);
      if (field) done(); else requestAnimationFrame(look);
    };
    look();
  });
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return performance.now() - start;
}
"""
"""The same on the bare gr.render page."""


def loads(browser: Browser, own: str, bare: str, line: NetworkProfile) -> tuple[list[Load], list[Load]]:
    pairs = [
        (load(browser, own, line=line), load(browser, bare, "#only textarea", line)) for _ in range(LOADS)
    ]
    return [pair[0] for pair in pairs[1:]], [pair[1] for pair in pairs[1:]]


def load_figures(browser: Browser, own: str, bare: str) -> Iterator[Figure]:
    """Time and bytes, compared with one textbox; on this machine, and over a home connection."""
    page, textbox = loads(browser, own, bare, HERE)
    page_ms, textbox_ms = (median(found.milliseconds for found in part) for part in (page, textbox))
    yield Figure("one textbox: usable after", textbox_ms, "ms")
    yield Figure("one textbox: transferred", median(found.kilobytes for found in textbox), "kB")
    yield Figure("one textbox: requests", median(found.requests for found in textbox), "")
    yield Figure("page: usable after", page_ms, "ms")
    yield Figure("page: transferred", max(found.kilobytes for found in page), "kB", MOST_KILOBYTES)
    yield Figure("page: requests", max(found.requests for found in page), "", MOST_REQUESTS)
    yield Figure("usable, page against one textbox", page_ms / textbox_ms, "×", 1.45)
    page, textbox = loads(browser, own, bare, HOME)
    page_ms, textbox_ms = (median(found.milliseconds for found in part) for part in (page, textbox))
    yield Figure(f"one textbox: usable after, {HOME.words}", textbox_ms, "ms")
    yield Figure(f"page: usable after, {HOME.words}", page_ms, "ms")


def open_list(page: Page) -> int:
    """Open the list of models. Returns the number of models in it."""
    page.locator("#image-endpoint").get_by_role("combobox").first.click()
    options = page.locator("#image-endpoint .rh-option")
    options.first.wait_for(state="attached")
    return options.count()


def switch(page: Page, turn: int) -> float:
    count = open_list(page)
    milliseconds: float = page.evaluate(SWITCH, [turn * 7 % count])
    return milliseconds


def search_figures(page: Page) -> Iterator[Figure]:
    """The time until the list shows the results of a query; every query twice."""
    open_list(page)
    taken: list[float] = [page.evaluate(SEARCH, [words]) for words in QUERIES * 2]
    page.keyboard.press("Escape")
    yield Figure(f"search, median of {len(taken)}", median(taken), "ms", 50)
    yield Figure("search, slowest", max(taken), "ms")


def heap(session: CDPSession) -> tuple[float, float, float]:
    """Megabytes of script memory after a collection, DOM nodes, listeners."""
    session.send("HeapProfiler.collectGarbage")
    metrics = {entry["name"]: entry["value"] for entry in session.send("Performance.getMetrics")["metrics"]}
    return metrics["JSHeapUsedSize"] / 1e6, metrics["Nodes"], metrics["JSEventListeners"]


def bare_switch(browser: Browser, url: str) -> float:
    """The median of a bare gr.render page, in milliseconds."""
    context = browser.new_context(viewport=VIEW)
    page = context.new_page()
    page.goto(url)
    page.locator("#field-0-7 textarea").wait_for()
    taken: list[float] = [page.evaluate(BARE_SWITCH, [turn % 16]) for turn in range(1, SWITCHES + 1)]
    context.close()
    return median(taken)


def switch_figures(browser: Browser, url: str, bare: str) -> Iterator[Figure]:
    """The time of a switch, and whether many of them leak memory."""
    bare_ms = bare_switch(browser, bare)
    context = browser.new_context(viewport=VIEW)
    page = context.new_page()
    page.goto(url)
    page.locator(READY).first.wait_for()
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    first = [switch(page, turn) for turn in range(1, SWITCHES + 1)]
    before = heap(session)
    rest = [switch(page, turn) for turn in range(SWITCHES + 1, MANY_SWITCHES + 1)]
    after = heap(session)
    yield from search_figures(page)
    context.close()
    yield Figure(f"bare gr.render: switch, median of {SWITCHES}", bare_ms, "ms")
    yield Figure(f"switch, median of {SWITCHES}", median(first), "ms", 100)
    yield Figure("switch, page against bare gr.render", median(first) / bare_ms, "×", 2)
    yield Figure(f"switch, median of the next {len(rest)}", median(rest), "ms", 100)
    yield Figure(f"script memory after {MANY_SWITCHES} switches", after[0], "MB")
    yield Figure("script memory, growth", after[0] - before[0], "MB", 2)
    yield Figure("DOM nodes, growth", after[1] - before[1], "", 500)
    yield Figure("listeners, growth", after[2] - before[2], "", 500)


@contextmanager
def pages() -> Iterator[tuple[str, str, str]]:
    """Addresses of the app in demo mode, the one-textbox page and the bare gr.render page, all warm."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as closing:
        own = start_app(Path(folder), forked=False)
        closing.callback(own.stop)
        addresses = [own.url]
        for name in ("one_textbox", "bare_render"):
            port = free_port()
            command = [sys.executable, "-m", f"bench.{name}", str(port)]
            yardstick = start(command, port, Path(folder, f"{name}.log"))
            closing.callback(yardstick.stop)
            addresses.append(yardstick.url)
        yield addresses[0], addresses[1], addresses[2]


def measure() -> list[Figure]:
    """All figures of the page; takes about two minutes."""
    with pages() as (own, one_textbox, bare_render), chromium() as browser:
        return [
            *load_figures(browser, own, one_textbox),
            *switch_figures(browser, own, bare_render),
        ]
