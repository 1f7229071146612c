"""The checks of the Account tab against a real service and folder: what is wrong is named, nothing is
paid."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from rh_ui.emulator.runner import start_emulator
from rh_ui.engine.diagnosis import Diagnosis
from rh_ui.runninghub.client import Client
from rh_ui.services.connection_checks import ConnectionChecks
from rh_ui.storage.library import Library
from scripts.processes import free_port

HEX_KEY = "0123456789abcdef" * 2


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    running = start_emulator(tmp_path_factory.mktemp("emulator"), "--fast", "--small")
    yield running.url
    running.stop()


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "files")


def checks(
    library: Library, host: str, key: str = "demo-shared", sites: tuple[str, ...] = ()
) -> ConnectionChecks:
    return ConnectionChecks(Client(host, key), library, demo=False, sites=sites)


def script(url: str, **parts: object) -> None:
    assert requests.post(f"{url}/_emulator/script", json=parts, timeout=30).status_code == 200


def test_everything_that_works_says_so_and_costs_nothing(url: str, library: Library) -> None:
    tried = checks(library, url)
    spent = requests.get(f"{url}/_emulator/journal", timeout=30).json()["last"]
    for what in ConnectionChecks.TRIES:
        verdict = tried.run(what)
        assert verdict.is_well and verdict.seconds > 0, verdict
    entries = requests.get(f"{url}/_emulator/journal?since={spent}", timeout=30).json()["entries"]
    assert {entry["operation"] for entry in entries} == {"queue", "upload", "download", "native"}
    assert [entry.masked for entry in tried.list_keys()] == ["demo-****ared"]


@pytest.mark.parametrize(
    ("key", "kind"), [("demo-shared", "SHARED"), ("demo-consumer", "NORMAL"), ("demo-exclusive", "EXCLUSIVE")]
)
def test_a_key_that_works_tells_its_kind(url: str, library: Library, key: str, kind: str) -> None:
    assert checks(library, url, key).run("key").diagnosis == Diagnosis("well", where=kind)


def test_what_is_wrong_with_a_key(url: str, library: Library) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    wrong = {
        "": Diagnosis("no-key"),
        "a b": Diagnosis("bad-key"),
        "not-of-this-form": Diagnosis("odd-key", "1002"),
    }
    for key, diagnosis in wrong.items():
        assert checks(library, url, key).run("key").diagnosis == diagnosis
    assert checks(library, url, HEX_KEY).run("key").diagnosis.word == "key-refused"
    assert checks(library, nobody).run("key").diagnosis == Diagnosis("net-refused")
    demo = ConnectionChecks(Client(url, "demo-shared"), library, demo=True)
    assert demo.run("key").diagnosis == Diagnosis("no-key")


def test_a_key_of_the_other_site_is_named_and_no_third_place_is_asked(
    url: str, library: Library, tmp_path: Path
) -> None:
    other = start_emulator(tmp_path / "other", "--fast", "--small")
    script(other.url, accounts={HEX_KEY: {"kind": "SHARED", "limit": 1, "balance": "1"}})
    diagnosis = checks(library, url, HEX_KEY, (other.url, url)).run("key").diagnosis
    assert diagnosis == Diagnosis("other-site", "1002", where=other.url)
    before = requests.get(f"{other.url}/_emulator/journal", timeout=30).json()["last"]
    # Where the site is none of RunningHub's own, the key goes nowhere else.
    assert (
        checks(library, url, HEX_KEY, (other.url, "https://x.example")).run("key").diagnosis.word
        == "key-refused"
    )
    assert requests.get(f"{other.url}/_emulator/journal", timeout=30).json()["last"] == before
    other.stop()


@pytest.mark.parametrize(
    ("what", "fault", "word"),
    [
        ("key", {"on": "queue", "do": "html"}, "net-odd"),
        ("key", {"on": "queue", "do": "refuse", "code": "801"}, "code"),
        ("api", {"on": "queue", "do": "html502"}, "net-broken"),
        ("api", {"on": "queue", "do": "http", "status": 429}, "net-busy"),
        ("api", {"on": "queue", "do": "redirect"}, "net-elsewhere"),
        ("upload", {"on": "upload", "do": "drop"}, "net-lost"),
        ("upload", {"on": "upload", "do": "refuse", "code": "808"}, "code"),
        ("upload", {"on": "download", "do": "expire"}, "not-fetched"),
        ("native", {"on": "native", "do": "html"}, "net-odd"),
    ],
)
def test_what_is_wrong_with_a_way(
    url: str, library: Library, what: str, fault: dict[str, object], word: str
) -> None:
    script(url, clear=True, faults=[fault])
    assert checks(library, url).run(what).diagnosis.word == word


def test_what_is_wrong_with_the_storage(url: str, library: Library, tmp_path: Path) -> None:
    tried = checks(library, url)
    assert tried.run("storage").is_well
    assert [path.name for path in (tmp_path / "files").iterdir() if path.name.startswith("check-")] == []
    (tmp_path / "files").rename(tmp_path / "unplugged")
    assert tried.run("storage").diagnosis == Diagnosis("place-gone")
