"""The person whom a proxy names: believed from the named proxies only, and never passed on."""

from __future__ import annotations

import ipaddress

import pytest
from starlette.types import Scope

from rh_ui.web.middleware.guard import AccessPolicy, vouched_for

REACH = AccessPolicy(None, proxies=(ipaddress.ip_network("10.0.0.0/8"),), user_header="x-remote-user")


def scope(client: str, *headers: tuple[str, bytes]) -> Scope:
    named = [(name.encode(), value) for name, value in headers]
    return {"type": "http", "client": (client, 1), "headers": named}


def test_a_named_proxy_is_believed() -> None:
    told = ("X-Remote-User", "李雷 ".encode())
    assert vouched_for(scope("10.1.2.3", told), REACH) == "李雷"
    assert vouched_for(scope("::ffff:10.1.2.3", told), REACH) == "李雷"


@pytest.mark.parametrize("client", ["192.0.2.7", "127.0.0.1", "::1", "testclient", ""])
def test_nobody_else_is(client: str) -> None:
    assert vouched_for(scope(client, ("x-remote-user", b"root")), REACH) == ""


def test_what_is_not_sure_is_nobody() -> None:
    twice = scope("10.1.2.3", ("x-remote-user", b"root"), ("X-Remote-User", b"ben"))
    assert vouched_for(twice, REACH) == ""
    assert vouched_for(scope("10.1.2.3"), REACH) == ""
    assert vouched_for({**scope("10.1.2.3"), "client": None}, REACH) == ""
    unnamed = AccessPolicy(None, proxies=REACH.proxies)
    assert vouched_for(scope("10.1.2.3", ("x-remote-user", b"ben"), ("", b"ben")), unnamed) == ""
