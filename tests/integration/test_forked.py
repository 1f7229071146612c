"""A program that the fork server starts is the one that Python starts; the fork only saves the imports."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from scripts.forked import Forked, can_fork
from scripts.processes import ROOT, Program, clean_environment, start_app

PROBE = [sys.executable, "-m", "tests.start_probe"]


def answered(process: Forked | subprocess.Popen[str]) -> tuple[Any, int]:
    """What the probe says, and its exit code."""
    assert process.stdin is not None and process.stdout is not None
    with process.stdin as to_it:
        to_it.write("a line\nand half")
    with process.stdout as said:
        told = said.read()
    return json.loads(told), process.wait(60)


def both(log: Path, *words: str, **environment: str) -> tuple[Any, Any]:
    """The probe's answer and its exit code, once forked and once started by Python."""
    seen = clean_environment(environment)
    with log.open("ab") as sink:
        forked = Forked.piped([*PROBE, *words], sink, seen)
        honest = subprocess.Popen(
            [*PROBE, *words], cwd=ROOT, env=seen, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sink,
        )  # fmt: skip
        return answered(forked), answered(honest)


def differing(forked: dict[str, Any], honest: dict[str, Any]) -> dict[str, Any]:
    names = forked.keys() | honest.keys()
    return {
        name: (forked.get(name), honest.get(name)) for name in names if forked.get(name) != honest.get(name)
    }


def test_a_fork_finds_what_a_start_finds(tmp_path: Path) -> None:
    forked, honest = both(tmp_path / "log", "--some", "words", RH_API_KEY="k", RH_UI_PORT="5")
    assert forked[0]["first"]["heard"] == "a line\nand half"
    assert forked[0]["first"]["environment"]["RH_API_KEY"] == "k"
    assert forked[0]["later"]["gradio.routes.DEFAULT_TEMP_DIR"] == "/this/start"
    assert differing(forked[0]["first"], honest[0]["first"]) == {}
    assert differing(forked[0]["later"], honest[0]["later"]) == {}
    assert forked[1] == honest[1] == 3
    assert (tmp_path / "log").read_text() == "said\n" * 2


def test_it_fails_as_a_start_does(tmp_path: Path) -> None:
    forked, honest = both(tmp_path / "log", "fail")
    assert forked[1] == honest[1] == 1
    assert (tmp_path / "log").read_text().count("ValueError: as asked\n") == 2


@pytest.mark.parametrize("name", ["GRADIO_SERVER_NAME", "SPACE_ID", "HOME", "PYTHONWARNINGS"])
def test_an_environment_that_imports_may_read_is_given_to_python(name: str) -> None:
    assert can_fork(clean_environment({"RH_API_KEY": "k"}))
    assert not can_fork(clean_environment({name: "another"}))


def steady(program: Program, text: str) -> str:
    """Without what differs with each start: addresses, times, folders, and drawn words."""
    text = text.replace(str(program.log.parent), "FOLDER").replace(program.url.rpartition(":")[2], "PORT")
    return re.sub(r"\d\d:\d\d:\d\d|[0-9a-f]{16,}|[\w-]{43}", "…", text)


PATHS = ("/", "/config", "/rh/api/status", "/gradio_api/info", "/nowhere")


def test_the_page_of_a_fork_is_the_page(tmp_path: Path) -> None:
    """Its answers, its log, what it writes and how it ends."""
    told: list[Any] = []
    for forked in (True, False):
        program = start_app(tmp_path / str(forked), forked=forked)
        assert isinstance(program.process, Forked) is forked
        try:
            answers = [requests.get(program.url + path, timeout=30) for path in PATHS]
            children = psutil.Process(program.process.pid).children()
        finally:
            code = program.stop()
        files = sorted(path.relative_to(tmp_path / str(forked)) for path in tmp_path.glob(f"{forked}/**/*"))
        shown = [[answer.status_code, steady(program, answer.text)] for answer in answers]
        told.append([shown, steady(program, program.said()), len(children), code, files])
    assert [status for status, _ in told[0][0]] == [200, 200, 200, 200, 404]
    assert told[0] == told[1]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_signal_ends_it_with_all_that_it_started(tmp_path: Path, how: signal.Signals) -> None:
    program = start_app(tmp_path)
    children = psutil.Process(program.process.pid).children(recursive=True)
    assert children and program.process.poll() is None
    assert program.stop(how) == (0 if how is signal.SIGINT else -how)
    assert program.process.poll() == program.process.wait() == program.process.returncode
    assert psutil.wait_procs(children, timeout=15)[1] == []
