"""`python -m rh_ui.emulator`: the emulator alone, on the loopback address."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from rh_ui.emulator.fault_injection import Switches
from rh_ui.emulator.server import open_port, run
from rh_ui.emulator.state import open_state
from rh_ui.errors import StartRefused


def main(arguments: list[str] | None = None) -> int:
    """Run until stopped. Returns 2 when it can't start."""
    parser = argparse.ArgumentParser(prog="python -m rh_ui.emulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes the last one, or any that is free")
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--queue-seconds", type=float, help="how long each task waits")
    parser.add_argument("--run-seconds", type=float, help="how long each task runs at least")
    parser.add_argument("--fast", action="store_true", help="tasks take no longer than drawing their files")
    parser.add_argument("--small", action="store_true", help="draft files: for tests that make hundreds")
    parser.add_argument("--table", type=Path, help="a folder with a table that lies over the packaged one")
    parser.add_argument("--with-parent", action="store_true", help="end when standard input closes")
    told = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    queue, seconds = (0.05, 0.15) if told.fast else (None, None)
    switches = Switches(
        queue_seconds=queue if told.queue_seconds is None else told.queue_seconds,
        run_seconds=seconds if told.run_seconds is None else told.run_seconds,
        small=told.small,
    )
    try:
        state = open_state(told.data_dir, switches, told.table)
        opened = open_port(told.host, told.port, int(state.tasks.remembered("port") or 0))
    except StartRefused as error:
        sys.stderr.write(f"{error}\n")
        return 2
    state.tasks.remember("port", str(opened.getsockname()[1]))
    run(state, opened, with_parent=told.with_parent)
    return 0


if __name__ == "__main__":
    sys.exit(main())
