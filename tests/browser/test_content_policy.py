"""The page runs and loads only its own files: no text becomes a script, nothing comes from other sites.

Every other browser test fails on a violation too (conftest.py); this file proves that violations are seen.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from scripts.processes import Program, until
from tests.browser.conftest import NOTE_VIOLATIONS, open_page, open_tab, violations

TABS = ("image", "video", "audio", "3d", "text", "apps", "gallery", "history", "account")
PUT = """const put = (name, values, place = document.body) => {
  const element = Object.assign(document.createElement(name), values);
  place.prepend(element);
  return element;
};"""
ATTACKS = {
    "a text becomes a function": ("Function('stolen = 1')()", ""),
    "a text becomes an asynchronous function": (
        "new (Object.getPrototypeOf(async () => {}).constructor)('stolen = 1')()",
        "",
    ),
    "a text is evaluated": ("(0, eval)('stolen = 1')", ""),
    "a text runs later": ("setTimeout('stolen = 1')", ""),
    "markup brings a handler": ("put('p', { innerHTML: '<img src=x onerror=stolen=1>' })", "script-src-attr"),
    "a script stands in the page": ("put('script', { textContent: 'stolen = 1' })", ""),
    "a script comes from elsewhere": ("put('script', { src: 'http://127.0.0.1:9/' })", "TypeError"),
    "the page tells another site": ("fetch('http://127.0.0.1:9/?key').catch(() => 0)", "connect-src"),
    "a form goes to another site": (
        "put('form', { action: 'http://127.0.0.1:9/' }).submit()",
        "form-action",
    ),
    "another page stands in this one": ("put('iframe', { src: 'http://127.0.0.1:9/' })", "frame-src"),
    "all addresses lead elsewhere": (
        "put('base', { href: 'http://127.0.0.1:9/' }, document.head)",
        "base-uri",
    ),
}
"""What an attacker's script would do → the directive that refuses it, or our own error; empty: trusted types
come before any."""

COMPILE_ALL = """{
  const refused = [];
  const Asynchronous = Object.getPrototypeOf(async () => {}).constructor;
  const tried = (make, text) => { try { make(text) } catch (fault) { refused.push(`${text}: ${fault}`) } };
  const words = ["element", "trigger", "props", "server", "upload", "watch"];
  const { components, dependencies } = window.gradio_config;
  for (const { js } of dependencies)
    if (js) tried((text) => new Asynchronous(text), `return (\\n${js.trim().replace(/;+$/, "")}\\n);`);
  const loaded = components.filter((part) => part.type === "html");
  for (const { props } of loaded)
    tried((text) => Function(...words, text), props.js_on_load);
  window.found = { refused, events: dependencies.filter((event) => event.js).length, loaded: loaded.length };
}"""


@pytest.fixture
def victim(browser: Browser, demo: Program) -> Iterator[Page]:
    """A page that may report violations."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    context.add_init_script(NOTE_VIOLATIONS)
    page = context.new_page()
    open_page(page, demo)
    yield page
    context.close()


def later(page: Page, script: str) -> None:
    """Run it later: code run by the debugger may make functions from text in spite of the policy."""
    page.evaluate(f"() => void setTimeout(() => {{ {script} }})")


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_an_attacker_would_do_is_refused_and_seen(victim: Page, attack: str) -> None:
    script, directive = ATTACKS[attack]
    assert violations(victim) == []
    before = victim.url
    later(victim, f"{PUT} try {{ {script} }} catch (fault) {{ window.refused = String(fault) }}")
    until(victim, "window.rhViolations.length > 0 || window.refused")
    seen = [*violations(victim), victim.evaluate("window.refused ?? ''")]
    assert any(line.startswith(directive or "require-trusted-types-for") for line in seen), seen
    assert victim.evaluate("window.stolen") is None
    assert victim.url == before


def test_every_text_that_gradio_makes_a_function_of_is_known(page: Page, demo: Program) -> None:
    open_page(page, demo)
    later(page, COMPILE_ALL)
    until(page, "window.found")
    found = page.evaluate("window.found")
    assert found["refused"] == []
    assert found["events"] >= len(TABS)
    assert found["loaded"] > 20


def test_what_a_tab_draws_later_is_known_too(page: Page, demo: Program) -> None:
    """A page with an unlisted text would fail here, in the fixture."""
    open_page(page, demo)
    for tab in TABS:
        open_tab(page, tab)
