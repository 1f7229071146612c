"""Which links RunningHub can't reach, in whatever spelling."""

from __future__ import annotations

import pytest

from rh_ui.catalog.links import host_of, is_private


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "0x7F000001",
        "2130706433",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "１２７。０。０．１",
        "%31%32%37.0.0.1",
        "me:secret@127.0.0.1",
        "[::1]",
        "[::]",
        "0.0.0.0",
        "0",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::10.0.0.1]",
        "[2002:7f00:1::]",
        "[fe80::1%25eth0]",
        "[fd00::7]",
        "10.1.2.3",
        "172.16.0.9",
        "192.168.1.20",
        "100.64.0.1",
        "169.254.169.254",
        "198.18.0.5",
        "224.0.0.1",
        "localhost",
        "LOCALHOST.",
        "app.localhost",
        "printer.local",
        "nas.lan",
        "gradio.internal",
        "box.home.arpa",
        "studio-pc",
        "５tudio-pc",
    ],
)
def test_what_only_this_network_knows_is_private(host: str) -> None:
    assert is_private(f"http://{host}:7860/rh/x.png")


@pytest.mark.parametrize(
    "host",
    [
        "a.com",
        "8.8.8.8",
        "[2606:4700::1111]",
        "pictures.example",
        "名字.中国",
        "localhost.com",
        "1.2.3.4.5.com",
    ],
)
def test_public_links_are_sent(host: str) -> None:
    assert not is_private(f"https://{host}/local/127.0.0.1/x.png")


@pytest.mark.parametrize(
    "text", ["", "http://", "ftp://a.com/b", "http:///a", "http://[::1", "a b", "http://a .com"]
)
def test_what_is_no_web_address_has_no_host(text: str) -> None:
    assert host_of(text) == ""
    assert not is_private(text)
