"""The documents stay true: what they name exists, and they name every setting."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import AliasChoices

from rh_ui.config import Settings
from tests.contract.source import ROOT, program

DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
README = (ROOT / "README.md").read_text("utf-8")
VARIABLE = re.compile(r"\b(?:(?:RH|GRADIO)_[A-Z0-9_]*[A-Z0-9]|SPACE_(?:ID|HOST))\b")
FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
TARGET = re.compile(r"\bmake ([a-z]+)")
CODE = re.compile(r"`([^`\n]+)`")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
PATHLIKE = re.compile(r"^[\w./-]+(?:\.(?:py|md|toml|txt|sh|png)|/)$")
LINK = re.compile(r"\]\(([^)#:]+)\)")
NOT_HERE = frozenset({"build/screenshots", "0007-short-name.md"})


def settings_variables() -> set[str]:
    return {
        str(name)
        for field in Settings.model_fields.values()
        if isinstance(field.validation_alias, AliasChoices)
        for name in field.validation_alias.choices
    }


def flags_of(*command: str) -> set[str]:
    answer = subprocess.run(
        [sys.executable, *command, "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(FLAG.findall(answer.stdout)) - {"--help"}


def make_targets() -> dict[str, bool]:
    """Target → whether `make help` tells what it does."""
    text = (ROOT / "Makefile").read_text("utf-8")
    told = set(re.findall(r"^([a-z]+):.*## ", text, re.MULTILINE))
    return {target: target in told for target in re.findall(r"^([a-z]+):", text, re.MULTILINE)}


def test_every_variable_is_in_the_readme_and_the_other_way_round() -> None:
    assert set(VARIABLE.findall(README)) == settings_variables()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_variable_in_a_document_exists(document: Path) -> None:
    assert set(VARIABLE.findall(document.read_text("utf-8"))) <= settings_variables()


def test_settings_are_read_in_one_place() -> None:
    """Messages may name a variable of ours; variables of the system (certificates, fonts) may be read
    anywhere."""
    reading = re.compile(r"(?:environ|getenv)[^\n]*\b(?:RH|GRADIO)_")
    assert [module.name for module in program().values() if reading.search(module.text)] == []
    assert reading.search('key = os.environ.get("RH_API_KEY")')


def test_every_variable_named_in_the_code_exists() -> None:
    ours = re.compile(r"\bRH_(?:UI|API)_[A-Z0-9_]*[A-Z0-9]\b")
    named = {name for module in program().values() for name in ours.findall(module.text)}
    assert named == {name for name in settings_variables() if name.startswith("RH_")}


def test_every_flag_of_the_app_is_in_the_readme() -> None:
    assert flags_of("app.py") <= set(FLAG.findall(README))


def test_every_flag_in_a_document_exists() -> None:
    known = flags_of("app.py") | flags_of("-m", "scripts.screenshots") | flags_of("-m", "rh_ui.emulator")
    users = ("-m", "rh_ui", "users")
    known |= flags_of(*users) | flags_of(*users, "add") | flags_of(*users, "invite")
    named = {flag for document in DOCUMENTS for flag in FLAG.findall(document.read_text("utf-8"))}
    assert named <= known


def test_every_make_target_is_explained_and_exists() -> None:
    targets = make_targets()
    assert all(targets.values()), targets
    contributing = set(TARGET.findall((ROOT / "CONTRIBUTING.md").read_text("utf-8")))
    assert contributing == set(targets) - {"help"}
    assert {target for document in DOCUMENTS for target in commands_in(document)} <= set(targets)


def commands_in(document: Path) -> set[str]:
    """`make x` where it is code, not English."""
    text = document.read_text("utf-8")
    pieces = [*CODE.findall(FENCED.sub("", text)), *FENCED.findall(text)]
    return {target for piece in pieces for target in TARGET.findall(piece)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_and_link_leads_somewhere(document: Path) -> None:
    text = document.read_text("utf-8")
    named = [name for name in CODE.findall(FENCED.sub("", text)) if PATHLIKE.match(name)]
    missing = [
        name
        for name in named
        if name not in NOT_HERE and not any((base / name).exists() for base in (ROOT, ROOT / "rh_ui"))
    ]
    missing += [link for link in LINK.findall(text) if not (document.parent / link).exists()]
    assert missing == []


def test_the_space_header_fits_the_pins() -> None:
    header = README.split("---")[1]
    settings = dict(re.findall(r"^(\w+): \"?([^\"\n]+)\"?$", header, re.MULTILINE))
    assert settings["sdk"] == "gradio"
    assert f"gradio=={settings['sdk_version']} " in (ROOT / "requirements.txt").read_text("utf-8")
    assert (ROOT / settings["app_file"]).is_file()
    assert settings["python_version"] in ("3.11", "3.12", "3.13")


def test_every_runtime_pin_is_exact_and_has_its_reason() -> None:
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in pins if not re.fullmatch(r"[\w-]+(\[\w+\])?==[\w.]+ +# \S.+", line)] == []


def test_every_library_that_is_imported_is_pinned() -> None:
    """By the name of the package, which differs from the imported name for these."""
    installed_as = {
        "PIL": "pillow",
        "sse_starlette": "sse-starlette",
        "pydantic_settings": "pydantic-settings",
        "pi_heif": "pi-heif",
        "zipstream": "zipstream-ng",
        "argon2": "argon2-cffi",
    }
    text = (ROOT / "requirements.txt").read_text("utf-8")
    pinned = {name.lower() for name in re.findall(r"^([\w-]+)(?:\[\w+\])?==", text, re.MULTILINE)}
    imported = {name.partition(".")[0] for module in program().values() for name, _ in module.imports()}
    imported |= {"psycopg"}  # SQLAlchemy imports it, by its name in the database's address
    imported |= {"tzdata"}  # zoneinfo reads it where the system has no time zones
    third = imported - set(sys.stdlib_module_names) - {"rh_ui", "app"}
    assert {installed_as.get(name, name).lower() for name in third} == pinned


def test_the_license_is_whole() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_every_decision_has_a_number_of_its_own() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
    numbers = [path.name[:4] for path in records]
    assert len(set(numbers)) == len(numbers)
    for path in records:
        title = path.read_text(encoding="utf-8").splitlines()[0]
        assert title.startswith(f"# {path.name[:4]} "), path.name
