"""What only one module of the page's scripts may do."""

from __future__ import annotations

import re

import pytest

from tests.contract.source import ROOT

OURS = [path for path in sorted((ROOT / "assets" / "js").rglob("*.js")) if "vendor" not in path.parts]
SCRIPTS = {path.stem: path.read_text("utf-8") for path in OURS}
KEPT_APART = {
    "keys": r"\bevent\.(?:key|code|keyCode|which|isComposing)\b|\{[^}]*\bkeyCode\b[^}]*\}",
    "layers": r"\.(?:showModal|pushState)\(|\bhistory\.(?:go|back)\b|\"popstate\"",
    "api": r"answer\.json\(\)",
    "format": r"dateStyle|timeStyle|toLocale(?:Date|Time)String",
}
"""By module, what only it may do: keys belong to an input method while words are put together, every
layer has its step in the browser's history, numbers keep their digits, moments are said by one clock."""


@pytest.mark.parametrize("home", KEPT_APART)
def test_it_is_done_in_one_module(home: str) -> None:
    found = {name for name, text in SCRIPTS.items() if re.search(KEPT_APART[home], text)}
    assert found <= {home}


def test_every_handler_of_keys_asks_which_key_it_was() -> None:
    hears = {name for name, text in SCRIPTS.items() if re.search(r"key(?:down|up|press)", text)}
    assert {name for name in hears if "keyOf(" not in SCRIPTS[name]} == set()
    assert len(hears) > 3
