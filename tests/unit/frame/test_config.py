"""Settings: which source wins, what is refused, and the sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from rh_ui.config import SITE, is_loopback, read_settings
from rh_ui.errors import StartRefused

KEY = "rh_TESTKEY_0123456789abcdef"


def test_the_defaults() -> None:
    settings = read_settings()
    assert (settings.host, settings.port, settings.api_host) == ("127.0.0.1", 7860, SITE)
    assert settings.data_dir == Path(__file__).parents[3] / "data"
    assert settings.demo
    assert settings.home == settings.data_dir / "demo"
    assert settings.secrets == ()


def test_the_command_line_wins_then_ours_then_gradio_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_SERVER_PORT", "1001")
    assert read_settings().port == 1001
    monkeypatch.setenv("RH_UI_PORT", "1002")
    assert read_settings().port == 1002
    assert read_settings(port="1003").port == 1003
    monkeypatch.setenv("GRADIO_SERVER_NAME", "0.0.0.0")
    assert read_settings().host == "0.0.0.0"
    assert read_settings(host="localhost").host == "localhost"


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    unset = read_settings()
    for name in ("RH_API_KEY", "RH_API_HOST", "RH_UI_PORT", "RH_UI_DATA_DIR", "RH_UI_DEMO"):
        monkeypatch.setenv(name, "")
    assert read_settings() == unset


def test_a_wrong_variable_does_no_harm_under_a_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RH_UI_PORT", "many")
    assert read_settings(port="8000").port == 8000


def test_a_key_ends_demo_mode_and_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RH_API_KEY", f" {KEY}\r\n")
    settings = read_settings()
    assert not settings.demo
    assert settings.home == settings.data_dir
    assert settings.secrets == (KEY,)
    assert KEY not in repr(settings) + str(settings) + settings.model_dump_json()
    assert read_settings(demo=True).demo


@pytest.mark.parametrize("key", ["", "  ", "\n"])
def test_a_blank_key_is_none(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("RH_API_KEY", key)
    assert read_settings().api_key is None


@pytest.mark.parametrize("key", [f"{KEY} x", f"{KEY}\nHost: x", f"{KEY}é", f"{KEY}\x7f", f"“{KEY}”"])
def test_what_can_be_no_header_is_no_key(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("RH_API_KEY", key)
    with pytest.raises(StartRefused, match=r"^RH_API_KEY .*copy it again\.$") as caught:
        read_settings()
    assert KEY not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("https://www.runninghub.cn/", "https://www.runninghub.cn"),
        (" http://127.0.0.1:8123 ", "http://127.0.0.1:8123"),
        ("http://[::1]:8123", "http://[::1]:8123"),
        ("https://gate.example/rh/", "https://gate.example/rh"),
    ],
)
def test_a_site_is_taken_without_its_last_slash(
    monkeypatch: pytest.MonkeyPatch, given: str, read: str
) -> None:
    monkeypatch.setenv("RH_API_HOST", given)
    assert read_settings().api_host == read


@pytest.mark.parametrize(
    "given",
    ["www.runninghub.ai", "ftp://a.example", "https://", "https://a b", "https://u:p@a.example",
     "https://a.example:many", "https://a.example?x=1", "file:///etc/passwd", "http://[::1"],
)  # fmt: skip
def test_a_site_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("RH_API_HOST", given)
    with pytest.raises(StartRefused, match=r"^RH_API_HOST is no address of a site; it looks like https://"):
        read_settings()


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        ({"port": "-1"}, "--port is no port number; a port lies between 1 and 65535."),
        ({"port": "7.5"}, "--port is no port number; a port lies between 1 and 65535."),
        ({"host": "http://127.0.0.1"}, "--host is no host name or address; it looks like 127.0.0.1."),
        ({"data_dir": "a\0b"}, "--data-dir is no name of a folder"),
        ({"data_dir": "what?"}, "--data-dir is no name of a folder"),
    ],
)
def test_a_wrong_flag_is_named(flags: dict[str, str], sentence: str) -> None:
    with pytest.raises(StartRefused) as caught:
        read_settings(**flags)  # type: ignore[arg-type]
    assert str(caught.value).startswith(sentence)


def test_a_wrong_switch_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RH_UI_DEMO", "maybe")
    with pytest.raises(StartRefused, match=r"^RH_UI_DEMO is neither yes nor no; write 1 or 0\.$"):
        read_settings()


def test_a_folder_may_be_relative_or_at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    assert read_settings(data_dir="here").data_dir == tmp_path / "here"
    assert read_settings(data_dir="~/there").data_dir == tmp_path / "me" / "there"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.0.1", "LOCALHOST"])
def test_loopback_is_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "studio.example", "127.0.0.1.example"])
def test_what_others_reach_is_exposed_with_a_key_but_not_in_demo_mode(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    assert not read_settings(host=host).is_exposed
    monkeypatch.setenv("RH_API_KEY", KEY)
    assert not read_settings(host=host, demo=True).is_exposed
    assert not read_settings().is_exposed
    assert read_settings(host=host).is_exposed


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("s3://bucket/folder", "s3://bucket/folder"),
        ("~/results #1", str(Path.home() / "results #1")),
        ("relative", str(Path.cwd() / "relative")),
        (" /mnt/drive/.hidden ", "/mnt/drive/.hidden"),
    ],
)
def test_where_files_go(monkeypatch: pytest.MonkeyPatch, given: str, read: str) -> None:
    monkeypatch.setenv("RH_UI_STORAGE_URL", given)
    assert read_settings().storage_url == read


def test_the_reserve(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().reserve_mb == 512
    monkeypatch.setenv("RH_UI_RESERVE_MB", "0")
    assert read_settings().reserve_mb == 0
    for wrong in ("-1", "many", "1.5"):
        monkeypatch.setenv("RH_UI_RESERVE_MB", wrong)
        with pytest.raises(StartRefused, match=r"^RH_UI_RESERVE_MB is no number of megabytes"):
            read_settings()


def test_where_others_reach_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().public_url == ""
    monkeypatch.setenv("RH_UI_PUBLIC_URL", " https://studio.example.org/rooms/ ")
    assert read_settings().public_url == "https://studio.example.org/rooms"
    monkeypatch.setenv("RH_UI_PUBLIC_URL", "studio.example.org")
    with pytest.raises(StartRefused, match=r"^RH_UI_PUBLIC_URL is no address.*studio\.example\.org\.$"):
        read_settings()


def test_nobody_may_frame_the_page_but_who_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().frame_ancestors == "'none'"
    monkeypatch.setenv("SPACE_ID", "someone/studio")
    assert read_settings().frame_ancestors == "'self' https://huggingface.co"
    monkeypatch.setenv("RH_UI_FRAME_ANCESTORS", "none")
    assert read_settings().frame_ancestors == "'none'"
    monkeypatch.setenv("RH_UI_FRAME_ANCESTORS", "  self 'self'  https://*.example.org:8443 ")
    assert read_settings().frame_ancestors == "'self' 'self' https://*.example.org:8443"


@pytest.mark.parametrize(
    "value",
    ["*", "  ''  ", "none self", "portal.example.org", "https://a.example; script-src *", "https:", "data:"],
)
def test_what_names_no_site_may_not_frame_it(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("RH_UI_FRAME_ANCESTORS", value)
    with pytest.raises(StartRefused, match=r"^RH_UI_FRAME_ANCESTORS .*none, self, or addresses.*\.$"):
        read_settings()


def test_one_address_for_others_serves_people_in_demo_mode_and_messages_with_a_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RH_UI_PUBLIC_URL", "https://studio.example.org/studio/")
    shown = read_settings()
    assert (shown.shown_at(people=False), shown.told_at) == ("https://studio.example.org/studio", "")
    monkeypatch.setenv("RH_API_KEY", "rh_TESTKEY_0123456789abcdef")
    keyed = read_settings()
    assert (keyed.shown_at(people=False), keyed.told_at) == ("", "https://studio.example.org/studio")
    assert keyed.shown_at(people=True) == "https://studio.example.org/studio"


def test_a_space_knows_its_own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPACE_HOST", "someone-studio.hf.space")
    assert read_settings().shown_at(people=False) == ""
    monkeypatch.setenv("SPACE_ID", "someone/studio")
    assert read_settings().shown_at(people=False) == "https://someone-studio.hf.space"
    monkeypatch.setenv("RH_UI_PUBLIC_URL", "https://studio.example.org")
    assert read_settings().shown_at(people=False) == "https://studio.example.org"
