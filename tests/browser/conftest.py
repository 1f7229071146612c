"""Browser tests: the real program as a process, the real emulator behind it, a real Chromium before it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from rh_ui.emulator.runner import RunningEmulator, start_emulator

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "build" / "screenshots"
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_SECONDS = 90
RUN_SECONDS = 60
KEY = "demo-shared"


@dataclass(frozen=True)
class RunningApp:
    """A started page: its address, its log, and how to end it."""

    url: str
    log: Path
    process: subprocess.Popen[bytes]

    def call(self, name: str, *data: Any) -> Any:
        """A named function of the API, as the page's own scripts call it."""
        answer = requests.post(f"{self.url}/gradio_api/run/{name}", json={"data": list(data)}, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"][0]

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(30)


def clean_environment() -> dict[str, str]:
    """This process's environment without any setting of ours or Gradio's."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("RH_", "GRADIO_"))}


def start_app(folder: Path, port: int, *arguments: str, **environment: str) -> RunningApp:
    """`python app.py` on a port; returns when the page answers."""
    log = folder / "app.log"
    folder.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as sink:
        process = subprocess.Popen(
            [sys.executable, "app.py", "--port", str(port), "--data-dir", str(folder / "data"), *arguments],
            cwd=ROOT,
            env=clean_environment() | environment,
            stdout=sink,
            stderr=sink,
        )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if requests.get(f"{url}/config", timeout=5).status_code == 200:
                return RunningApp(url, log, process)
        except requests.ConnectionError:
            time.sleep(0.1)
    process.kill()
    raise AssertionError(f"The page did not start:\n{log.read_text()[-2000:]}")


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "Chromium is missing; `make test` installs it"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=list(CHROMIUM_FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """The page as anybody first sees it: no key, demo mode, its own emulator."""
    app = start_app(tmp_path_factory.mktemp("demo"), free_port())
    yield app
    assert app.stop() == 0
    assert "Traceback" not in app.log.read_text()


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    """An emulator of our own, quick and with small files, whose journal tests read."""
    running = start_emulator(tmp_path_factory.mktemp("emulator"), fast=True, small=True)
    script(running, accounts={KEY: {"kind": "SHARED", "limit": 100, "balance": "100000"}})
    yield running
    running.stop()


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory, emulator: RunningEmulator) -> Iterator[RunningApp]:
    """The page with a key, against that emulator as its site."""
    app = start_app(tmp_path_factory.mktemp("live"), free_port(), RH_API_KEY=KEY, RH_API_HOST=emulator.url)
    yield app
    assert app.stop() == 0
    assert "Traceback" not in app.log.read_text()


def script(emulator: RunningEmulator, **orders: Any) -> None:
    """Tell the emulator what to do wrong."""
    answer = requests.post(f"{emulator.url}/_emulator/script", json=orders, timeout=10)
    assert answer.status_code == 200, answer.text


def journal(emulator: RunningEmulator, since: int = 0) -> list[dict[str, Any]]:
    """What reached the emulator after entry number `since`."""
    answer = requests.get(f"{emulator.url}/_emulator/journal", params={"since": since}, timeout=10).json()
    entries: list[dict[str, Any]] = answer["entries"]
    return entries


def is_fault(message: ConsoleMessage) -> bool:
    """Babylon says so as an error when it must do without WebGPU and takes WebGL instead."""
    return message.type == "error" and not message.text.startswith("BJS - ")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh browser profile at desktop size; a script error on the page fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(f"script: {error}"))
    opened.on("console", lambda message: faults.append(message.text) if is_fault(message) else None)
    opened.on("response", lambda answer: faults.append(answer.text()) if answer.status >= 500 else None)
    yield opened
    context.close()
    assert faults == []


def open_page(page: Page, app: RunningApp, modality: str = "image") -> None:
    """Open the page and one studio tab, ready to type."""
    page.goto(app.url)
    page.locator("#image-form .rh-field").first.wait_for()
    open_tab(page, modality)


def open_tab(page: Page, name: str) -> None:
    page.locator(f'#rh-tabs [role=tab][data-tab-id="{name}"]').click()
    if name in ("image", "video", "audio", "3d", "text"):
        part(page, f"{name}-form").locator(".rh-field").first.wait_for()


def part(page: Page, handle: str) -> Any:
    """A stable handle (`3d-form` is no valid CSS id selector, so by attribute)."""
    return page.locator(f'[id="{handle}"]')


def choose_model(page: Page, modality: str, path: str) -> None:
    """Pick a model in the list as a person does: open, type, click."""
    box = part(page, f"{modality}-endpoint").get_by_role("combobox").first
    box.click()
    part(page, f"{modality}-endpoint").locator(f'[role=option][data-value="{path}"]').click()
    part(page, f"{modality}-form").locator(f'form[data-endpoint="{path}"]').wait_for()


def finished(app: RunningApp, words: str, count: int = 1) -> list[dict[str, Any]]:
    """The runs with this prompt, newest first, once `count` of them have ended."""
    deadline = time.monotonic() + RUN_SECONDS
    while True:
        runs = [run for run in app.call("tasks", "", 100) if run["params"].get("prompt") == words]
        ended = [run for run in runs if run["state"] in ("done", "failed", "cancelled")]
        if len(ended) >= count:
            return ended
        assert time.monotonic() < deadline, f"{words}: {[run['state'] for run in runs]} after {RUN_SECONDS} s"
        time.sleep(0.2)


def result_of(page: Page, run: dict[str, Any]) -> Any:
    """The tile of a run's first result, on the run's own tab."""
    return part(page, f"{run['modality']}-results").locator(f'[data-output^="{run["id"]}"]').first


def card_of(page: Page, words: str, modality: str = "image") -> Any:
    """The card of a run that is under way, by its prompt."""
    return part(page, f"{modality}-tasks").locator("[data-task]").filter(has_text=words)


def shot(page: Page, name: str) -> None:
    """A screenshot for people, in a folder git ignores."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")
