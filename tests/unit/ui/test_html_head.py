"""Every style and script of the page is sent to it, and the inline ones may run."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import gradio

from rh_ui.ui.html_head import main_script, tail_html
from rh_ui.ui.page_html import Finished, finished, inline_hashes, without_style_attributes
from rh_ui.web.routes.page_files import ASSETS, BUNDLE, STYLES

LATER = re.compile(r"""import\("\./([\w-]+\.js)"\)""")
AT_ONCE = re.compile(r"""(?:from|import)"\./([\w-]+\.js)\"""")


def test_every_style_is_in_the_one_sheet() -> None:
    assert sorted(STYLES) == sorted(path.stem for path in (ASSETS / "css").glob("*.css"))


def hashed(text: bytes) -> str:
    return f"'sha256-{b64encode(sha256(text).digest()).decode()}'"


def whole(found: Finished) -> bytes:
    return found.before + found.after


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


def test_the_script_that_fits_a_frame_is_there_only_where_somebody_may_frame_the_page() -> None:
    template = Path(gradio.__file__).parent / "templates" / "frontend" / "index.html"
    page = template.read_bytes()
    assert b"iframeResizer.contentWindow" in whole(finished(page, b"", framed=True))
    alone = whole(finished(page, b"", framed=False))
    assert b"iframeResizer.contentWindow" not in alone
    assert alone.count(b"<script") == page.count(b"<script") - 1


def test_gradios_part_of_the_page_is_finished_once_with_the_place_of_our_head() -> None:
    page = b'<html><head><base href="./" /><script>a()</script></head><body></body></html>'
    found = finished(page, b"<script>tail()</script>", framed=True)
    assert found.before == b'<html><head><style></style><base href="./" />'
    assert found.after == b"<script>a()</script><script>tail()</script></head><body></body></html>"
    assert (found.scripts, found.styles) == ([hashed(b"a()"), hashed(b"tail()")], [hashed(b"")])
    assert finished(bytes(bytearray(page)), b"<script>tail()</script>", framed=True) is found


def test_the_page_starts_with_one_script_that_is_there() -> None:
    assert re.findall(r'modulepreload" href="([^"]+)"', tail_html("v1")) == [main_script("v1")]
    name = main_script("v1").rpartition("/")[2]
    assert AT_ONCE.findall((BUNDLE / name).read_text("utf-8")) == []


def test_every_part_that_a_script_of_the_bundle_opens_is_there_and_no_other() -> None:
    scripts = {path.name: path.read_text("utf-8") for path in BUNDLE.glob("*.js")}
    opened = {name for text in scripts.values() for name in LATER.findall(text) + AT_ONCE.findall(text)}
    assert opened | {"main.js"} == set(scripts)
    assert len(LATER.findall(scripts["main.js"])) >= 10
