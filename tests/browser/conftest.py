"""Browser tests: the real program as a process, the real emulator behind it, a real Chromium before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, expect

from rh_ui.emulator.runner import RunningEmulator, start_emulator
from scripts.processes import (
    CHROMIUM_FLAGS,
    ROOT,
    Program,
    chromium,
    chromium_program,
    look_until,
    start_app,
    until,
)
from tests.team import WORD

SHOTS = ROOT / "build" / "screenshots"
SCRIPTS = ROOT / "assets" / "js"
RUN_SECONDS = 60
PATIENCE = 15_000
"""Milliseconds until an expectation has failed; the usual five pass unseen on a machine with other work."""
KEY = "demo-shared"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The page as a new visitor sees it: no key, demo mode, its own emulator."""
    app = start_app(tmp_path_factory.mktemp("demo"))
    yield app
    assert app.stop() == 0
    assert "Traceback" not in app.said()


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    """Our own emulator, quick and with small files, whose journal tests read."""
    running = start_emulator(tmp_path_factory.mktemp("emulator"), "--fast", "--small")
    script(running, accounts={KEY: {"kind": "SHARED", "limit": 100, "balance": "100000"}})
    yield running
    running.stop()


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory, emulator: RunningEmulator) -> Iterator[Program]:
    """The page with a key, with that emulator as its site."""
    app = start_app(tmp_path_factory.mktemp("live"), environment=with_key(emulator))
    yield app
    assert app.stop() == 0
    assert "Traceback" not in app.said()


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, emulator: RunningEmulator) -> Iterator[Program]:
    """A page with a key; the environment names the first admin, as in a container."""
    named = {"RH_UI_ADMIN_NAME": "Ada", "RH_UI_ADMIN_PASSWORD": WORD}
    app = start_app(tmp_path_factory.mktemp("studio"), environment={**with_key(emulator), **named})
    yield app
    assert app.stop() == 0
    assert "Traceback" not in app.said()


def with_key(emulator: RunningEmulator, key: str = KEY) -> dict[str, str]:
    """Settings that make the emulator the site and the key a real one."""
    return {"RH_API_KEY": key, "RH_API_HOST": emulator.url}


def script(emulator: RunningEmulator, **orders: Any) -> None:
    """Set faults and switches of the emulator."""
    answer = requests.post(f"{emulator.url}/_emulator/script", json=orders, timeout=10)
    assert answer.status_code == 200, answer.text


def journal(emulator: RunningEmulator, since: int = 0) -> list[dict[str, Any]]:
    """The emulator's journal after entry number `since`."""
    answer = requests.get(f"{emulator.url}/_emulator/journal", params={"since": since}, timeout=10).json()
    entries: list[dict[str, Any]] = answer["entries"]
    return entries


@pytest.fixture
def quiet(emulator: RunningEmulator) -> Iterator[int]:
    """The number of the last journal entry, so that a test sees only its own entries."""
    script(emulator, times={"queue": 0.0, "run": 0.1})
    yield last_of(emulator)
    script(emulator, clear=True, finish="all", times={"queue": 0.0, "run": 0.1})


API = "/rh/api/"


def is_fault(message: ConsoleMessage) -> bool:
    """Whether a console message is an error. Babylon logs one when it falls back from WebGPU to WebGL; failed
    requests are checked by their answers."""
    is_question = API in message.location["url"]
    return message.type == "error" and not is_question and not message.text.startswith("BJS - ")


def is_press(request: Request) -> bool:
    """Whether a request is an order of a press of Generate."""
    return request.method == "POST" and request.url.partition("?")[0].endswith("/rh/api/runs")


def told(answer: Response) -> str:
    """A server error, with the request."""
    return f"{answer.url} {answer.request.post_data} {answer.text()}"


NOTE_VIOLATIONS = """
window.rhViolations = [];
addEventListener("securitypolicyviolation", (event) => window.rhViolations.push(
  [event.effectiveDirective, event.blockedURI, event.sourceFile, event.lineNumber, event.sample].join(" ")
), true);
"""


def violations(page: Page) -> list[str]:
    """The Content-Security-Policy violations of the visible document."""
    found: list[str] = page.evaluate("window.rhViolations ?? []") if page.url.startswith("http") else []
    return found


def where_and_what(message: ConsoleMessage) -> str:
    return f"{message.location['url']} {message.text}"


@contextmanager
def watched(context: BrowserContext) -> Iterator[Page]:
    """A page whose test fails on an error of a script, of the server or of the content policy."""
    opened = context.new_page()
    faults: list[str] = []

    def note(answer: Response) -> None:
        if answer.status >= 500:
            faults.append(told(answer))

    context.add_init_script(NOTE_VIOLATIONS)
    opened.on("pageerror", lambda error: faults.append(f"script: {error}"))
    opened.on(
        "console", lambda message: faults.append(where_and_what(message)) if is_fault(message) else None
    )
    opened.on("response", note)
    yield opened
    found = violations(opened)
    context.close()
    assert faults == []
    assert found == []


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh browser profile at desktop size, with these checks."""
    with watched(browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")) as opened:
        yield opened


@pytest.fixture
def whole_page(browser: Browser) -> Iterator[Page]:
    """The same in the whole browser: with a camera and a microphone, which its shell has not."""
    program = chromium_program(whole=True)
    whole = browser.browser_type.launch(executable_path=program, args=list(CHROMIUM_FLAGS))
    with watched(whole.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")) as opened:
        yield opened
    whole.close()


def open_page(page: Page, app: Program, modality: str = "image") -> None:
    """Open the page and one studio tab, ready to type."""
    page.goto(app.url)
    page.locator("#image-form .rh-field").first.wait_for()
    open_tab(page, modality)


def with_sources(page: Page) -> None:
    """Let a test import a module of assets/js as `sources/…`; the page itself uses the bundle."""
    page.route(
        re.compile(r"/sources/[\w/-]+\.js$"),
        lambda route: route.fulfill(path=SCRIPTS / route.request.url.partition("/sources/")[2]),
    )


def open_tab(page: Page, name: str) -> None:
    page.locator(f'#rh-tabs [role=tab][data-tab-id="{name}"]').click()
    if name in ("image", "video", "audio", "3d", "text"):
        part(page, f"{name}-form").locator(".rh-field").first.wait_for()


def reload(page: Page) -> None:
    """Reload the page when no step of a layer is under way."""
    stepped(page)
    page.reload()


def stepped(page: Page) -> None:
    """Wait until the step of a layer that was closed is removed: Chromium drops a reload meanwhile. A window
    says with the next frame that it was closed."""
    page.evaluate("new Promise((go) => requestAnimationFrame(() => setTimeout(go)))")
    until(page, "!document.documentElement.hasAttribute('data-stepping')")


def part(page: Page, handle: str) -> Any:
    """A stable handle (`3d-form` is no valid CSS id selector, so by attribute)."""
    return page.locator(f'[id="{handle}"]')


def choose_model(page: Page, modality: str, path: str) -> None:
    """Choose a model in the list as a user does: open, type, click."""
    box = part(page, f"{modality}-endpoint").get_by_role("combobox").first
    box.click()
    part(page, f"{modality}-endpoint").locator(f'.rh-option[data-value="{path}"] .rh-option-title').click()
    part(page, f"{modality}-form").locator(f'form[data-endpoint="{path}"]').wait_for()


def sent(emulator: RunningEmulator, since: int, operation: str = "submit") -> list[dict[str, Any]]:
    """What of one kind reached the emulator after entry number `since`."""
    return [entry for entry in journal(emulator, since) if entry["operation"] == operation]


def last_of(emulator: RunningEmulator) -> int:
    """The number of the last journal entry."""
    entries = journal(emulator)
    return int(entries[-1]["n"]) if entries else 0


def arrived(emulator: RunningEmulator, since: int) -> dict[str, Any]:
    """The one submit that reaches the emulator after entry number `since`, as soon as its body is read."""
    (submit,) = look_until(lambda: [entry for entry in sent(emulator, since) if entry["body"] is not None])
    return submit


def finished(app: Program, words: str, count: int = 1) -> list[dict[str, Any]]:
    """The runs with this prompt, newest first, once `count` of them have ended."""

    def ended() -> list[dict[str, Any]]:
        runs = [run for run in app.call("tasks", "", 100) if run["params"].get("prompt") == words]
        return [run for run in runs if run["state"] in ("done", "failed", "cancelled")]

    return look_until(ended, lambda runs: len(runs) >= count, RUN_SECONDS)


def at_rest(app: Program) -> None:
    """Wait until nothing of other tests is running."""
    over = ("done", "failed", "cancelled", "unknown")

    def under_way() -> list[str]:
        return [run["id"] for run in app.call("tasks", "", 100) if run["state"] not in over]

    look_until(under_way, lambda runs: not runs, RUN_SECONDS)


def result_of(page: Page, run: dict[str, Any]) -> Any:
    """The tile of a run's first result, on the run's own tab."""
    return part(page, f"{run['modality']}-results").locator(f'[data-output^="{run["id"]}"]').first


def card_of(page: Page, words: str, modality: str = "image") -> Any:
    """The card of an active run, by its prompt."""
    return part(page, f"{modality}-tasks").locator("[data-task]").filter(has_text=words)


def write_prompt(page: Page, words: str, modality: str = "image") -> None:
    """Type into the first text field of a form."""
    part(page, f"{modality}-form").locator("textarea").first.fill(words)


def shot(page: Page, name: str) -> None:
    """A screenshot for people, in a folder that git ignores."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")
