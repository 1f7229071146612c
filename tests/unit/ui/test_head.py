"""Every style and script of the page is sent to it."""

from __future__ import annotations

from rh_ui.ui.head import SCRIPTS
from rh_ui.ui.routes import ASSETS, STYLES

LATER = {
    "apps",
    "codes",
    "desk",
    "inputs",
    "workflows",
    "about",
    "archive",
    "loras",
    "quick",
    "recorder",
    "resource",
    "safetensors",
    "sources",
    "styles",
    "tray",
    "window",
    "outside",
}
"""Scripts that are fetched when something is opened."""


def names(kind: str) -> list[str]:
    return sorted(path.stem for path in (ASSETS / kind).glob(f"*.{kind}"))


def test_every_style_is_in_the_one_sheet() -> None:
    assert sorted(STYLES) == names("css")


def test_every_script_is_fetched_early_or_on_purpose_later() -> None:
    assert sorted({*SCRIPTS, *LATER}) == names("js")
    assert not LATER.intersection(SCRIPTS)
