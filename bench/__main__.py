"""Runs the benchmarks, prints their tables, and writes the figures to build/bench.json."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from datetime import UTC, datetime
from typing import Final

from bench import engine, files, page, renders, thumbnails, workflow
from bench.figures import Figure, table
from scripts.processes import ROOT

KEPT: Final = ROOT / "build" / "bench.json"
BENCHES: Final = {
    "page": page.measure,
    "renders": renders.measure,
    "thumbnails": thumbnails.measure,
    "files": files.measure,
    "engine": engine.measure,
}
APART: Final = {"workflow": workflow.measure}
"""Only when named: it installs something."""


def keep(figures: list[Figure]) -> None:
    """Write the figures, for a closing note or a comparison."""
    record = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "figures": [figure.as_json() for figure in figures],
    }
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def main() -> int:
    """Returns 0 when every budget is kept, else 1."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="name", help=f"of {', '.join(BENCHES)} (all), {', '.join(APART)}"
    )
    names = parser.parse_args().names or list(BENCHES)
    benches = BENCHES | APART
    unknown = sorted(set(names) - set(benches))
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]}; there are: {', '.join(benches)}")
    figures = [figure for name in names for figure in benches[name]()]
    keep(figures)
    sys.stdout.write(table(figures))
    return 0 if all(figure.kept for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
