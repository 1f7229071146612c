"""RunningHub UI: parses arguments, builds the program, serves the page until it is stopped."""

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
    """Run the program: 0 after a stop, 2 if it can't start like this (standard error has the reason)."""
    parser = argparse.ArgumentParser(prog="app.py", description="RunningHub's cloud models in a browser.")
    parser.add_argument("--host", help="address to listen on (RH_UI_HOST; 127.0.0.1)")
    parser.add_argument("--port", help="port to listen on, 0 for any free one (RH_UI_PORT; 7860)")
    parser.add_argument("--data-dir", help="folder for results and history (RH_UI_DATA_DIR; data)")
    parser.add_argument("--demo", action="store_true", help="use the built-in emulator even with a key")
    flags = parser.parse_args(arguments)
    gc.disable()  # a start keeps almost all it makes; looking for garbage is a sixth of its time
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn gives the signal back at its end
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
