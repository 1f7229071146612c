"""What a browser may refuse, or gives only to secure pages, is used in one module each."""

from __future__ import annotations

import re

import pytest

from tests.contract.source import ROOT

OTHERS = ("assets/bundle/", "assets/js/vendor/")
"""Made of ours, and what others wrote."""
SCRIPTS = [
    path
    for path in (*sorted((ROOT / "assets").rglob("*.js")), *sorted((ROOT / "rh_ui").rglob("*.py")))
    if not path.relative_to(ROOT).as_posix().startswith(OTHERS)
]
KEEPING = re.compile(
    r"\b(?:localStorage|sessionStorage|indexedDB|document\.cookie|cookieStore|caches\.\w+)\b"
)
SECURE = re.compile(
    r"\b(?:randomUUID|crypto\.subtle|navigator\.(?:clipboard|locks|mediaDevices|wakeLock|serviceWorker|share|"
    r"storage|geolocation|permissions|usb|bluetooth)|execCommand|getUserMedia|getDisplayMedia|BroadcastChannel|"
    r"SharedWorker|show(?:Save|Open)FilePicker|showDirectoryPicker|new Notification|Notification\.)"
)
STEPS = re.compile(r"\b(?:replaceState|pushState)\b")
HOMES = {
    KEEPING: {"assets/js/core/browser_storage.js", "assets/inline/start.js", "assets/inline/sign_in.js"},
    SECURE: {"assets/js/core/browser_features.js"},
    STEPS: {"assets/js/core/browser_storage.js", "assets/js/core/layers.js"},
}
"""start.js needs the language before any module is there, sign_in.js the theme. What a browser keeps with a
step of its history is a layer of the page, or what it keeps nowhere else."""


def users(names: re.Pattern[str]) -> set[str]:
    return {str(path.relative_to(ROOT)) for path in SCRIPTS if names.search(path.read_text("utf-8"))}


@pytest.mark.parametrize("names", HOMES, ids=["keeping", "secure", "steps"])
def test_they_are_named_in_their_module_alone(names: re.Pattern[str]) -> None:
    assert users(names) == HOMES[names]


def test_the_check_sees_them() -> None:
    for line in ("localStorage.x", "await caches.open(", "window.sessionStorage"):
        assert KEEPING.search(line)
    for line in ("crypto.randomUUID()", "navigator.clipboard.writeText", "new BroadcastChannel("):
        assert SECURE.search(line)
    assert STEPS.search("history.replaceState({}, '')")
    assert not SECURE.search("event.clipboardData")
    assert not KEEPING.search("cached.open(")
