"""`python -m scripts.fork_server FD`: has imported the program already, and forks for each start of it.

Most of the processor time of a start is imports (docs/decisions/0053). A fork runs the command as Python
would: its own arguments, environment and files; `__main__` from its file; Python's usual end.
`scripts.forked` is its client.
"""

from __future__ import annotations

import gc
import importlib
import importlib.abc
import json
import os
import runpy
import selectors
import signal
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
SHELL: Final = "rh_ui.ui.shell"
"""The program imports it, and Gradio with it, once its settings are in the environment."""
PARTS: Final = (
    "rh_ui.log",
    "rh_ui.bootstrap",
    SHELL,
    "rh_ui.emulator.server",
    "rh_ui.services.order_identity",
    "tests.integration.emulator.caller",
    "tests.orders",
)
"""What app.py and the children of tests import. Their own modules are run, not imported."""
SET_AT_START: Final = {
    "GRADIO_TEMP_DIR": "/a/folder/of/the/fork/server",
    "GRADIO_SERVER_PORT": "64999",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}
"""What the program sets before it imports Gradio. The first two differ with each start: the fork finds their
values again where a module has kept them."""
PASSED: Final = 4
"""File descriptors of a start: its three files, and where its end is told."""
LONGEST: Final = 1 << 17


def load() -> list[tuple[ModuleType, str, str]]:
    """Import the parts. Returns where modules keep what is set at each start."""
    gc.disable()
    importlib.import_module(PARTS[0])
    os.environ.update(SET_AT_START)
    for part in PARTS[1:]:
        importlib.import_module(part)
    for name in SET_AT_START:
        del os.environ[name]
    package, _, shell = SHELL.rpartition(".")
    del sys.modules[SHELL]
    delattr(sys.modules[package], shell)
    gc.enable()
    gc.freeze()
    return list(kept())


def kept() -> Iterator[tuple[ModuleType, str, str]]:
    """The names in modules that have such a value. Raises LookupError for one that is made from it."""
    folder, port = SET_AT_START["GRADIO_TEMP_DIR"], SET_AT_START["GRADIO_SERVER_PORT"]
    for module in list(sys.modules.values()):
        if module.__name__ == __name__:
            continue
        for name, value in list(vars(module).items()):
            if type(value) is str and value == folder:
                yield module, name, "GRADIO_TEMP_DIR"
            elif type(value) is int and value == int(port):
                yield module, name, "GRADIO_SERVER_PORT"
            elif isinstance(value, str | Path) and folder in str(value):
                raise LookupError(f"{module.__name__}.{name} is made from GRADIO_TEMP_DIR")


class AtTheShell(importlib.abc.MetaPathFinder):
    """Gives the modules of Gradio the values of this start when the program is about to import Gradio."""

    def __init__(self, places: Sequence[tuple[ModuleType, str, str]]) -> None:
        self._places = places

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname == SHELL:
            for module, name, variable in self._places:
                value = os.environ[variable]
                setattr(module, name, type(getattr(module, name))(value))
        return None


class Start:
    """One start: what to run, and its files."""

    def __init__(self, told: Mapping[str, Any], files: Sequence[int]) -> None:
        self.told, self.files = told, files

    def become(self, interrupted: Any) -> None:
        """In the fork: take the place that Popen would have given to it. `interrupted`: what Ctrl+C does."""
        for number, file in enumerate(self.files[:3]):
            os.dup2(file, number)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        signal.signal(signal.SIGINT, interrupted)
        os.environ.clear()
        os.environ.update(self.told["env"])

    def run(self) -> None:
        words = self.told["args"][1:]
        if words[0] == "-m":
            sys.argv = words[1:]
            runpy.run_module(words[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = words
            runpy.run_path(str(Path(words[0]).absolute()), run_name="__main__")


def serve(control: socket.socket) -> Start | None:
    """Fork for each order until the other end closes. Returns what to run in the fork, None in the server."""
    ending: dict[int, tuple[int, int]] = {}
    with selectors.DefaultSelector() as ready:
        ready.register(control, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                if key.fileobj is not control:
                    ready.unregister(key.fd)
                    pid, sink = ending.pop(key.fd)
                    tell(sink, os.waitpid(pid, 0)[1])
                    os.close(sink)
                    os.close(key.fd)
                    continue
                order, files, _, _ = socket.recv_fds(control, LONGEST, PASSED)
                if not order:
                    return None
                start = Start(json.loads(order), files)
                pid = os.fork()
                if not pid:
                    return start
                for file in files[:3]:
                    os.close(file)
                tell(files[3], pid)
                watch = os.pidfd_open(pid)
                ending[watch] = pid, files[3]
                ready.register(watch, selectors.EVENT_READ)


def tell(sink: int, number: int) -> None:
    with suppress(BrokenPipeError):  # nobody waits for it any more
        os.write(sink, f"{number}\n".encode())


def main() -> None:
    """Serve; in a fork, run the command."""
    interrupted = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for whoever started the server
    with socket.socket(fileno=int(sys.argv[1])) as control:
        places = load()
        start = serve(control)
    if start is not None:
        start.become(interrupted)
        sys.meta_path.insert(0, AtTheShell(places))
        start.run()


if __name__ == "__main__":
    main()
