"""The page's scripts: the bundle is current, text never becomes markup, dependencies are pinned."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from tests.contract.source import ROOT

ASSETS = ROOT / "assets"
SCRIPTS = sorted((ASSETS / "js").rglob("*.js"))
OURS = [path for path in SCRIPTS if "vendor" not in path.parts]
MARKUP = re.compile(
    r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|srcdoc|dangerouslySetInnerHTML)\b"
    r"|document\.write|\beval\(|new Function\b"
)
EXACT = re.compile(r"\d+\.\d+\.\d+")


def test_the_bundle_is_made_from_todays_scripts() -> None:
    """Without node; `make check` builds it again and compares every byte. When it fails: `make bundle`."""
    named = [f"assets/js/{path.relative_to(ASSETS / 'js').as_posix()}" for path in SCRIPTS]
    digest = hashlib.sha256()
    for name in sorted([*named, "package-lock.json", "scripts/bundle.js"]):
        digest.update(name.encode() + b"\0" + (ROOT / name).read_bytes() + b"\0")
    assert (ASSETS / "bundle" / "made-from.txt").read_text("ascii").strip() == digest.hexdigest()


def refused(path: Path, text: str) -> list[str]:
    # The notation itself names what it refuses.
    lines = enumerate(text.splitlines(), 1)
    found = [(line, word) for line, words in lines for word in MARKUP.findall(words)]
    return [f"{path.name}:{line}: {word}" for line, word in found if path.name != "h.js"]


def test_no_script_makes_markup_of_text() -> None:
    assert [fault for path in OURS for fault in refused(path, path.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "line",
    ["place.innerHTML = words;", "h('p', { dangerouslySetInnerHTML: x })", "eval(x)"],
)
def test_markup_of_text_is_seen(line: str) -> None:
    assert refused(Path("x.js"), f"\n{line}") != []


def test_tools_are_pinned_exactly_and_no_address_is_written_down() -> None:
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    assert package["private"] is True and "dependencies" not in package
    assert [pin for pin in package["devDependencies"].values() if not EXACT.fullmatch(pin)] == []
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []
    assert [name for name, entry in lock["packages"].items() if name and "integrity" not in entry] == []
    assert lock["packages"][""]["devDependencies"] == package["devDependencies"]
    settings = (ROOT / ".npmrc").read_text("utf-8")
    assert "//" not in settings and "registry=" not in settings.replace("-registry-resolved=", "")


def test_the_vendored_library_is_the_pinned_one_with_its_licences() -> None:
    package = json.loads((ROOT / "package.json").read_text("utf-8"))["devDependencies"]
    vendor = ASSETS / "js" / "vendor"
    first = (vendor / "preact.js").read_text("utf-8").splitlines()[0]
    licences = (vendor / "LICENSES.txt").read_text("utf-8")
    for name in ("preact", "@preact/signals"):
        assert f"{name} {package[name]}" in first
        assert f"{name} {package[name]}" in licences
    assert licences.count("The MIT License (MIT)") + licences.count("MIT License\n") >= 3
