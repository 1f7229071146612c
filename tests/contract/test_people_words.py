"""Every action of the audit log, and every refusal about people, has its words in each language."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from rh_ui.i18n import LANGUAGES
from rh_ui.i18n.loader import page_sentences
from rh_ui.people import Action
from tests.contract.source import program

REFUSALS = ("PersonRefused", "SignInRefused")


def refusals() -> Iterator[tuple[str, str]]:
    """The code of each refusal in the code, and its English sentence; empty where it is put together."""
    for module in program().values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in REFUSALS:
                said, code, *_ = node.args
                assert isinstance(code, ast.Constant), f"{module.name}:{node.lineno}"
                yield str(code.value), str(said.value) if isinstance(said, ast.Constant) else ""


def test_every_action_of_the_log_has_words() -> None:
    for language in LANGUAGES:
        told = {key for key in page_sentences(language) if key.startswith("audit.")}
        assert told >= {f"audit.{action}" for action in Action}
        assert all(page_sentences(language)[f"audit.{action}"].strip() for action in Action)


def test_every_refusal_about_people_has_words_and_says_the_same() -> None:
    found = list(refusals())
    assert len(found) > 10
    for code, said in found:
        assert f"refusal.{code}" in page_sentences("zh"), code
        english = page_sentences("en")[f"refusal.{code}"]
        assert said in ("", english), code
