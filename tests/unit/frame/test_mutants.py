"""Mutants are counted only with tests that pass without one, whenever they are loaded."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from scripts.processes import ROOT, clean_environment

THING = "LIMIT = 3\n\n\ndef is_few(count):\n    return count < LIMIT\n"
TESTS = "from tests.thing import is_few\n\n\ndef test_few():\n    assert is_few(2) and not is_few(4)\n"
TWICE = """
from pathlib import Path
loaded = Path("loaded")
times = len(loaded.read_text()) if loaded.exists() else 0
loaded.write_text("x" * (times + 1))
"""


LIST = """least = {least}
[[group]]
modules = ["tests/th*.py"]
tests = ["tests/test_thing.py"]
"""


def examined(folder: Path, tests: str, *words: str) -> subprocess.CompletedProcess[str]:
    package = folder / "tests"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "thing.py").write_text(THING)
    (package / "test_thing.py").write_text(tests)
    words = words or ("tests/thing.py", "--", "tests/test_thing.py")
    command = [sys.executable, "-m", "scripts.mutants", *words]
    environment = clean_environment({"PYTHONPATH": f"{folder}:{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"})
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("more", ["", "\nimport gc\n\ngc.freeze()\n"], ids=["", "frozen"])
def test_what_the_tests_do_not_notice_is_named(tmp_path: Path, more: str) -> None:
    """Also of functions that are left out of garbage collections."""
    ended = examined(tmp_path, TESTS + more)
    assert ended.returncode == 1, ended.stderr
    first, *left = ended.stdout.splitlines()
    assert first == "tests/thing.py: 1 of 3 noticed (33 %)"
    assert [line.partition(": ")[2] for line in left] == ["3 + 1", "count < LIMIT turned"]


@pytest.mark.parametrize(
    ("where", "at"), [("at the first", 0), ("at the second", 1)], ids=lambda value: str(value)
)
@pytest.mark.parametrize("how", ["assert times != {at}", "def test_time(): assert times != {at}"])
def test_tests_that_fail_without_a_mutant_are_no_measure(
    tmp_path: Path, where: str, at: int, how: str
) -> None:
    """Whether they can't be loaded or do not pass."""
    ended = examined(tmp_path, TESTS + TWICE + how.format(at=at) + "\n")
    assert ended.returncode == 1 and ended.stdout == ""
    again = " when they are loaded again" if at else ""
    assert ended.stderr.strip() == f"tests/test_thing.py fail without any mutant{again}"


@pytest.mark.parametrize(("least", "code"), [(33, 0), (34, 1)])
def test_a_list_says_how_many_must_be_noticed(tmp_path: Path, least: int, code: int) -> None:
    listed = tmp_path / "list.toml"
    listed.write_text(LIST.format(least=least))
    ended = examined(tmp_path, TESTS, str(listed))
    assert ended.returncode == code, ended.stderr
    assert ended.stdout.startswith("tests/thing.py: 1 of 3 noticed (33 %)")


def test_every_module_and_test_of_the_own_list_is_there() -> None:
    for group in tomllib.loads((ROOT / "scripts" / "mutants.toml").read_text("utf-8"))["group"]:
        for name in [*group["modules"], *group["tests"]]:
            assert list(ROOT.glob(name)), name
