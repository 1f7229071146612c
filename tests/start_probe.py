"""`python -m tests.start_probe` says what a started process finds, to compare two ways to start one. Told to
`fail`, it fails."""

from __future__ import annotations

import gc
import importlib
import json
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

RANDOM = ("WRITE_TOKEN",)
"""What Gradio draws when it is imported: the forks of one server share it."""


def found() -> dict[str, Any]:
    main = sys.modules["__main__"]
    return {
        "arguments": sys.argv,
        "main": [main.__name__, vars(main).get("__file__"), main is sys.modules[__name__]],
        "path": sys.path,
        "flags": str(sys.flags),
        "environment": dict(os.environ),
        "folder": str(Path.cwd()),
        "files": sorted(path.name for path in Path("/proc/self/fd").iterdir()),
        "streams": [
            [stream.encoding, stream.errors, stream.line_buffering, stream.write_through]
            for stream in (sys.stdin, sys.stdout, sys.stderr)
            if hasattr(stream, "write_through")
        ],
        "signals": {
            str(number): str(signal.getsignal(number)).partition(" at ")[0]
            for number in signal.valid_signals()
        },
        "blocked": [str(number) for number in signal.pthread_sigmask(signal.SIG_BLOCK, [])],
        "group": [os.getpgid(0), os.getsid(0)],
        "nice": os.getpriority(os.PRIO_PROCESS, 0),
        "umask": os.umask(0o022),
        "collecting": [gc.isenabled(), gc.get_threshold()],
        "threads": [thread.name for thread in threading.enumerate()],
        "handlers": [str(handler) for handler in logging.getLogger().handlers],
        "heard": sys.stdin.read(),
    }


def found_after_imports() -> dict[str, Any]:
    """What Gradio keeps of the environment, once the program is imported as app.py does it."""
    importlib.import_module("rh_ui.bootstrap")
    os.environ.update(
        GRADIO_TEMP_DIR="/this/start", GRADIO_SERVER_PORT="12345", GRADIO_ANALYTICS_ENABLED="False",
        HF_HUB_DISABLE_TELEMETRY="1",
    )  # fmt: skip
    importlib.import_module("rh_ui.ui.shell")
    return {
        f"{name}.{key}": str(value)
        for name, module in sorted(sys.modules.items())
        if name.partition(".")[0] in ("gradio", "gradio_client", "huggingface_hub")
        for key, value in sorted(vars(module).items())
        if isinstance(value, str | int | float | bool | Path | None) and key not in RANDOM
    }


def main() -> int:
    fails = "fail" in sys.argv
    sys.stdout.write(json.dumps({"first": found(), "later": {} if fails else found_after_imports()}))
    sys.stderr.write("said\n")
    if fails:
        raise ValueError("as asked")
    return 3


if __name__ == "__main__":
    sys.exit(main())
