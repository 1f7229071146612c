"""RunningHub UI: parses arguments, builds the program, serves the page until it is told to stop."""

import argparse
import gc
import signal
import sys
from collections.abc import Sequence

from rh_ui import log
from rh_ui.bootstrap import running
from rh_ui.config import read_settings
from rh_ui.errors import StudioError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; 0 after a stop, 2 when it can't start like this (the reason is on standard error)."""
    parser = argparse.ArgumentParser(prog="app.py", description="RunningHub's cloud models in a browser.")
    parser.add_argument("--host", help="address to listen on (RH_UI_HOST; 127.0.0.1)")
    parser.add_argument("--port", help="port to listen on, 0 for any free one (RH_UI_PORT; 7860)")
    parser.add_argument("--data-dir", help="folder for results and history (RH_UI_DATA_DIR; data)")
    parser.add_argument("--demo", action="store_true", help="use the built-in emulator even with a key")
    flags = parser.parse_args(arguments)
    gc.disable()  # what a start makes is kept: to look through it again and again takes a sixth of the start
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn gives the signal back when it has stopped
    try:
        settings = read_settings(host=flags.host, port=flags.port, data_dir=flags.data_dir, demo=flags.demo)
        log.configure(*settings.secrets)
        with running(settings) as services:
            from rh_ui.ui.shell import serve  # Gradio takes seconds to load: refusals come first

            serve(services)
    except StudioError as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 2
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
