"""Starts of the program that cost no imports: `scripts.fork_server` forks for each of them."""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
OWN: Final = ("RH_", "PYTEST_")
"""Variables that no import reads: our own (tests/contract/test_house_rules.py), and the test runner's."""


def seen_by_imports(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith(OWN)}


IMPORTED_WITH: Final = {
    name: value for name, value in seen_by_imports(os.environ).items() if not name.startswith("GRADIO_")
}
"""The server's environment: this process's own, before a test adds something to it."""


class ForkServer:
    """A server and the line to it."""

    def __init__(self) -> None:
        self._line, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with other:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "scripts.fork_server", str(other.fileno())],
                cwd=ROOT, env=IMPORTED_WITH, pass_fds=[other.fileno()],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            )  # fmt: skip

    def start(self, told: Mapping[str, Any], files: Sequence[int]) -> None:
        socket.send_fds(self._line, [json.dumps(told).encode()], files)

    def stop(self) -> None:
        self._line.close()
        self._process.wait()


@cache
def fork_server() -> ForkServer:
    """The one of this process, from its first use to the end of this process."""
    made = ForkServer()
    atexit.register(made.stop)
    return made


def can_fork(environment: Mapping[str, str]) -> bool:
    """Whether the imports of a start with this environment see what the server's imports saw."""
    measured = any(name.startswith("COVERAGE_") for name in os.environ)
    return sys.platform == "linux" and not measured and seen_by_imports(environment) == IMPORTED_WITH


class Forked:
    """A program that the fork server started; what subprocess.Popen is for one that Python started."""

    def __init__(self, args: Sequence[str], files: Sequence[int], environment: Mapping[str, str]) -> None:
        """`files`: its standard input, output and error."""
        self.args: Final = args
        self.stdin: IO[str] | None = None
        self.stdout: IO[str] | None = None
        self.returncode: int | None = None
        self._end, other = socket.socketpair()
        told = {"args": [*args], "env": {**environment}}
        with other:
            fork_server().start(told, [*files, other.fileno()])
        self._lines = self._end.makefile("r", encoding="ascii")
        self.pid: Final = int(self._lines.readline())

    @classmethod
    def piped(cls, args: Sequence[str], sink: IO[bytes], environment: Mapping[str, str]) -> Forked:
        """One with text pipes to its standard input and from its standard output."""
        its_input, to_it = os.pipe()
        from_it, its_output = os.pipe()
        try:
            made = cls(args, [its_input, its_output, sink.fileno()], environment)
        finally:
            os.close(its_input)
            os.close(its_output)
        made.stdin, made.stdout = os.fdopen(to_it, "w"), os.fdopen(from_it)
        return made

    def poll(self) -> int | None:
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._end], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            self.returncode = os.waitstatus_to_exitcode(int(self._lines.readline()))
            self._lines.close()
            self._end.close()
        return self.returncode

    def send_signal(self, how: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, how)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)
