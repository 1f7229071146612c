"""Starts the app, or another page, and a real Chromium; for tests, screenshots and benchmarks."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar

import requests
from playwright.sync_api import Browser, Page, sync_playwright

from scripts.forked import Forked, can_fork

Found = TypeVar("Found")

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 120.0
PORTS = range(12_000, 32_000)
"""Below the ports that Linux (from 32768) and other systems (from 49152) use for connections."""
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_SHELL = "chromium-headless-shell"
"""The same without a window, camera, microphone and settings; it takes a fifth less time for a page."""
CHROMIUM_FLAGS = (
    "--no-sandbox",  # root, as on CI
    "--disable-gpu",
    "--use-fake-device-for-media-stream",  # a camera and a microphone, where a test allows them
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Program:
    """A child process that serves a page."""

    process: subprocess.Popen[bytes] | Forked
    log: Path
    url: str

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def stop(self, how: signal.Signals = signal.SIGTERM, within: float = 30.0) -> int:
        """Ask it to end, and wait. Returns its exit code. If it does not end, kills it and raises
        TimeoutExpired."""
        self.process.send_signal(how)
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def get(self, path: str, /, **given: Any) -> Any:
        """A GET of the page's API. Raises RuntimeError with the answer when it is refused."""
        return self._told(requests.get(f"{self.url}/rh/api{path}", params=given, timeout=60))

    def post(self, path: str, /, language: str = "en", **given: Any) -> Any:
        """A POST of the page's API. Raises RuntimeError with the answer when it is refused."""
        place = f"{self.url}/rh/api{path}?language={language}"
        return self._told(requests.post(place, json=given, timeout=60))

    def _told(self, answer: requests.Response) -> Any:
        if not answer.ok:
            raise RuntimeError(f"{answer.url} answered {answer.status_code}: {answer.text[:500]}")
        return answer.json()

    def call(self, name: str, *values: Any) -> Any:
        """A function of the page's named API. Raises RuntimeError with the answer when it is refused."""
        answer = requests.post(f"{self.url}/gradio_api/run/{name}", json={"data": list(values)}, timeout=60)
        if not answer.ok:
            raise RuntimeError(f"{name} answered {answer.status_code}: {answer.text[:500]}")
        return answer.json()["data"][0]


def clean_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without settings of ours or Gradio's, plus `more`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RH_", "GRADIO_"))}
    return kept | dict(more or {})


def free_port() -> int:
    """A port that is free at the moment: never one that the system may give to a connection before the
    program listens, and rarely one that another process has just found."""
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def start(
    command: Sequence[str],
    port: int,
    log: Path,
    environment: Mapping[str, str] | None = None,
    *,
    forked: bool = False,
) -> Program:
    """Run a command that serves a page on that port; returns when the page answers. `forked`: by the fork
    server, if it can.

    Raises RuntimeError with its output when it ends, or does not answer in START_SECONDS.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    seen = clean_environment(environment)
    with log.open("ab") as sink, Path(os.devnull).open("rb") as nothing:
        process: subprocess.Popen[bytes] | Forked
        if forked and can_fork(seen):
            process = Forked(command, [nothing.fileno(), sink.fileno(), sink.fileno()], seen)
        else:
            process = subprocess.Popen(command, cwd=ROOT, env=seen, stdin=nothing, stdout=sink, stderr=sink)
    program = Program(process, log, f"http://127.0.0.1:{port}")
    answers = False
    try:
        answers = _answers(program)
    finally:  # After Ctrl+C or a test's time limit no program must be left running.
        if not answers:
            process.kill()
            process.wait()
    if not answers:
        raise RuntimeError(f"The page did not start. It said:\n{program.said()[-4000:]}")
    return program


def start_piped(
    command: Sequence[str], sink: IO[bytes], environment: Mapping[str, str]
) -> subprocess.Popen[str] | Forked:
    """Run a command of ours that talks over its standard input and output; by the fork server, if it can.
    `sink`: its standard error."""
    seen = clean_environment(environment)
    if can_fork(seen):
        return Forked.piped(command, sink, seen)
    return subprocess.Popen(
        command, cwd=ROOT, env=seen, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sink
    )


def _answers(program: Program) -> bool:
    """Wait for the first answer; False when the program ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and program.process.poll() is None:
        try:
            if requests.get(program.url, timeout=5).ok:
                return True
        except requests.RequestException:
            time.sleep(0.05)
    return False


def start_app(
    folder: Path,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    port: int = 0,
    forked: bool = True,
) -> Program:
    """`python app.py` with its data and its log in `folder`; port 0: any free one. `forked` saves two thirds
    of a start: its imports. Where a start, an end or the memory itself is what counts, it is False."""
    port = port or free_port()
    command = [sys.executable, "app.py", "--port", str(port), "--data-dir", str(folder / "data"), *arguments]
    return start(command, port, folder / "app.log", environment, forked=forked)


def chromium_program(*, whole: bool = False) -> str:
    """The path of the system's Chromium: `whole`, or the shell if it is there. Raises RuntimeError when there
    is none."""
    names = CHROMIUM_NAMES if whole else (CHROMIUM_SHELL, *CHROMIUM_NAMES)
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise RuntimeError("Chromium is missing: scripts/setup.sh test installs it.")
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless. Raises RuntimeError when there is none."""
    found = chromium_program()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(CHROMIUM_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def look_until(
    look: Callable[[], Found], fits: Callable[[Found], bool] = bool, seconds: float = 60.0
) -> Found:
    """What is seen of another process, once it fits; looked at less and less often. Raises TimeoutError, with
    what was seen last."""
    end, pause = time.monotonic() + seconds, 0.02
    while not fits(found := look()):
        if time.monotonic() > end:
            raise TimeoutError(f"not after {seconds} s: {found!r}")
        time.sleep(pause)
        pause = min(1.5 * pause, 0.25)
    return found


def until(page: Page, condition: str, seconds: float = 30.0) -> None:
    """Wait until a condition, in JavaScript, holds on the page; checked with each frame. Playwright's
    `wait_for_function` evaluates text there, which the page's content policy refuses."""
    held = page.evaluate(
        f"""async (most) => {{
          const end = performance.now() + most;
          const holds = () => {condition};
          while (!holds() && performance.now() < end) await new Promise(requestAnimationFrame);
          return holds();
        }}""",
        seconds * 1000,
    )
    if not held:
        raise TimeoutError(f"{condition}: not after {seconds} s")
