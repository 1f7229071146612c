"""Accounts from a file and from the environment: what is read, in which order, and what is refused how."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from rh_ui.config import read_settings
from rh_ui.domain import Modality
from rh_ui.errors import StartRefused

MAIN, SHOP, FILM, OLD = (f"rh_TESTKEY_{word}_0123456789" for word in ("main", "shop", "film", "old"))
CN = "https://www.runninghub.cn"


def accounts_file(folder: Path, text: str, mode: int = 0o600) -> Path:
    file = folder / "accounts.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


@pytest.fixture(autouse=True)
def _main(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RH_API_KEY", MAIN)
    monkeypatch.setenv("RH_UI_ACCOUNTS", str(tmp_path / "accounts.toml"))


def refused() -> str:
    with pytest.raises(StartRefused) as refusal:
        read_settings()
    said = str(refusal.value)
    assert not any(key in said for key in (MAIN, SHOP, FILM, OLD)), said
    assert said.startswith("RH_") and said.endswith(".") and "\n" not in said
    return said


def test_keys_come_from_the_file_another_file_and_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "shop.key").write_text(f"{SHOP}\n")
    (tmp_path / "shop.key").chmod(0o400)
    (tmp_path / "old.key").write_text(OLD)
    (tmp_path / "old.key").chmod(0o600)
    monkeypatch.setenv("FILM_KEY", FILM)
    accounts_file(
        tmp_path,
        f"""
        [account."The shop"]
        host = "{CN}/"
        key_file = "shop.key"
        former_key_files = ["old.key"]
        limit = 3
        [account.films]
        key_variable = "FILM_KEY"
        former_keys = ["rh_TESTKEY_older"]
        kinds = ["video", "audio"]
        order = -1
        """,
    )
    settings = read_settings()
    assert not settings.demo
    films, main, shop = settings.accounts
    assert films.name == "films" and films.kinds == {Modality.VIDEO, Modality.AUDIO}
    assert (main.name, main.limit, main.former) == ("main", None, ())
    assert (shop.name, shop.host, shop.limit) == ("The shop", CN, 3)
    assert shop.secrets == (SHOP, OLD)
    assert set(settings.secrets) == {MAIN, SHOP, OLD, FILM, "rh_TESTKEY_older"}
    told = repr(settings) + str(settings) + repr(settings.accounts) + settings.model_dump_json()
    assert not any(key in told for key in settings.secrets)


def test_a_file_alone_ends_demo_mode_and_demo_mode_reads_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    accounts_file(tmp_path, f'[account.shop]\nkey = "{SHOP}"')
    monkeypatch.delenv("RH_API_KEY")
    settings = read_settings()
    assert not settings.demo and [one.name for one in settings.accounts] == ["shop"]
    accounts_file(tmp_path, "no TOML at all", 0o644)
    assert read_settings(demo=True).demo
    assert read_settings(demo=True).accounts == ()


def test_a_former_key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RH_UI_ACCOUNTS")
    monkeypatch.setenv("RH_API_FORMER_KEY", f" {OLD} ,{SHOP},")
    (main,) = read_settings().accounts
    assert main.secrets == (MAIN, OLD, SHOP)
    assert set(read_settings().secrets) == {MAIN, OLD, SHOP}
    monkeypatch.setenv("RH_API_FORMER_KEY", MAIN)
    assert "twice" in refused()
    monkeypatch.setenv("RH_API_FORMER_KEY", "two words")
    assert "copy it again" in refused()
    monkeypatch.setenv("RH_API_FORMER_KEY", OLD)
    monkeypatch.delenv("RH_API_KEY")
    assert refused() == "RH_API_FORMER_KEY needs RH_API_KEY, the key that is used now."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f'[account.shop]\nkey = "{MAIN}"', "one key to two accounts: “main” and “shop”"),
        (
            f'[account.a]\nkey = "{SHOP}"\n[account.b]\nkey = "{FILM}"\nformer_keys = ["{SHOP}"]',
            "“a” and “b”",
        ),
        (f'[account.a]\nkey = "{SHOP}"\nformer_keys = ["{SHOP}"]', "names one key of “a” twice"),
        (f'[account.MAIN]\nkey = "{SHOP}"', "an account is called “main” already"),
        ("[account.shop]", "needs one of key, key_file and key_variable"),
        (f'[account.shop]\nkey = "{SHOP}"\nkey_variable = "X"', "needs one of key"),
        ('[account.shop]\nkey_variable = "NOT_SET_HERE"', "NOT_SET_HERE, which is not set"),
        ('[account.shop]\nkey_file = "none.key"', "the account “shop” has a key file that can't be read"),
        (f'[account.shop]\nkey = "{SHOP} {FILM}"', "in the account “shop”, key holds a blank"),
        (f'[account.shop]\nkey = {{ a = "{SHOP}" }}', "in the account “shop”, key holds a blank"),
        (f'[account.shop]\nkey = "{SHOP}"\nlimit = 0', "limit is too small"),
        (f'[account.shop]\nkey = "{SHOP}"\nlimit = true', "limit is no whole number"),
        (f'[account.shop]\nkey = "{SHOP}"\nkinds = ["{FILM}"]', "kinds knows image, video"),
        (f'[account.shop]\nkey = "{SHOP}"\nhost = "{FILM}"', "host is no address of a site"),
        (f'[account.shop]\nkeey = "{SHOP}"', "keey is no setting of an account"),
        (f'[account."{"x" * 41}"]\nkey = "{SHOP}"', "1 to 40 characters"),
        (f'[account." shop"]\nkey = "{SHOP}"', "1 to 40 characters"),
        (f'[accounts.shop]\nkey = "{SHOP}"', "tables [account.NAME]"),
        ("", "tables [account.NAME]"),
        (f'[account.shop]\nkey = "{SHOP}', "is no TOML (at end of document)"),
        (
            "".join(f'[account.n{n}]\nkey = "rh_TESTKEY_{n}_x"\n' for n in range(20)),
            "21 accounts; at most 20",
        ),
        ("".join(f'[account.n{n}]\nkey = "rh_TESTKEY_{n}_x"\n' for n in range(21)), "at most 20"),
        ("#" * 70_000, "is larger than 64 KB"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_without_the_key(tmp_path: Path, text: str, why: str) -> None:
    accounts_file(tmp_path, text)
    assert why in refused()


def test_only_its_owner_may_read_a_file_with_keys(tmp_path: Path) -> None:
    assert "can't be read: no such file" in refused()
    file = accounts_file(tmp_path, f'[account.shop]\nkey = "{SHOP}"', 0o640)
    assert "can be read by others; allow it to its owner only: chmod 600" in refused()
    file.chmod(0o600)
    assert len(read_settings().accounts) == 2
    (tmp_path / "shop.key").write_text(SHOP)
    (tmp_path / "shop.key").chmod(0o604)
    accounts_file(tmp_path, '[account.shop]\nkey_file = "shop.key"')
    assert "the account “shop” has a key file that can be read by others" in refused()
    file.unlink()
    os.mkfifo(file, 0o600)
    assert "is no plain file" in refused()
    file.unlink()
    file.mkdir(mode=0o700)
    assert "can't be read: is a directory" in refused()


def test_a_file_of_somebody_else_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    accounts_file(tmp_path, f'[account.shop]\nkey = "{SHOP}"')
    monkeypatch.setattr(os, "getuid", lambda: 4242)
    assert "belongs to another user" in refused()


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    accounts_file(tmp_path, "").write_bytes(b"\xff\xfe\x00")
    assert "is no text in UTF-8" in refused()


def test_reading_says_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    accounts_file(tmp_path, f'[account.shop]\nkey = "{SHOP}"')
    with caplog.at_level(logging.DEBUG):
        assert len(read_settings().accounts) == 2
    assert caplog.records == []
