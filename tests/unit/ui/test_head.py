"""Every style and script of the page is sent to it, and those that stand in it may run."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from rh_ui.ui.head import SCRIPTS, inline_hashes, without_style_attributes
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


def hashed(text: bytes) -> str:
    return f"'sha256-{b64encode(sha256(text).digest()).decode()}'"


def test_scripts_and_styles_of_the_page_itself_are_named_by_their_content() -> None:
    page = (
        b"<head><style>a{}</style><script>one()</script><script data-x>two(\n)</script>"
        b'<script type="module" src="./a.js"></script><script src="b.js"></script></head>'
    )
    assert inline_hashes(page) == ([hashed(b"one()"), hashed(b"two(\n)")], [hashed(b"a{}")])


def test_gradios_style_attributes_become_a_style() -> None:
    page = (
        b'<html lang="en" style="margin: 0;\n"><head></head><body style="padding: 0">'
        b'<gradio-app a="b" style="display: flex"></gradio-app></body></html>'
    )
    assert without_style_attributes(page) == (
        b'<html lang="en"><head>'
        b"<style>html{margin: 0;\n}body{padding: 0}gradio-app{display: flex}</style></head>"
        b'<body><gradio-app a="b"></gradio-app></body></html>'
    )
