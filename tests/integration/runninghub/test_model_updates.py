"""Newer models over the web: what is fetched, from whom, with what; and what no address may do."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rh_ui.catalog.importer.active_catalog import ActiveCatalog, open_table
from rh_ui.catalog.published import published
from rh_ui.errors import LinkRefused, TableFault
from rh_ui.i18n import translate
from rh_ui.runninghub.address_guard import AddressGuard
from rh_ui.services import model_updates
from rh_ui.services.model_updates import ModelUpdates
from tests.integration.runninghub.conftest import Seen, Start, Wire, always
from tests.registries import newcomer
from tests.vendor_kit import Published, listed, publishing, vendor_model

NEW = "nova-lab/comet-2.0/text-to-image"
PRICE = {NEW: {"unit": "/次", "price": 0.11}}


@pytest.fixture
def keeper(tmp_path: Path) -> ActiveCatalog:
    return open_table(tmp_path / "table")


@pytest.fixture
def place() -> Iterator[Published]:
    with publishing() as found:
        yield found


@pytest.fixture
def updates(keeper: ActiveCatalog, place: Published) -> ModelUpdates:
    return ModelUpdates(keeper, place.url)


def last_changes(updates: ModelUpdates) -> int | None:
    """What the last look told; None: there was none."""
    return None if updates.last is None else updates.last.changes


def with_newcomer(place: Published) -> None:
    place.put([*map(vendor_model, listed(422)), newcomer(NEW) | {"category": "RunningHub/Nova"}], PRICE)


def test_what_is_published_is_looked_at_and_then_taken(
    keeper: ActiveCatalog, updates: ModelUpdates, place: Published
) -> None:
    with_newcomer(place)
    assert last_changes(updates) is None and place.asked == [], "nothing is fetched by itself"
    look = updates.look()
    assert [line.key for line in look.proposal.changes] == ["catalog.new"] and not look.in_use
    assert (look.file, look.host, look.notice) == (published().registry, updates.host, "")
    assert NEW not in keeper.catalog.endpoints and keeper.edition == 0
    assert last_changes(updates) == 1
    keeper.use(look.token)
    price = keeper.catalog.get(NEW).price
    assert price is not None and str(price.amount) == "0.11" and price.date == look.day
    assert keeper.origin is not None and (keeper.origin.host, keeper.origin.day) == (updates.host, look.day)
    again = updates.look()
    assert again.in_use and again.proposal.changes == () and last_changes(updates) == 0
    keeper.go_back()
    assert NEW not in keeper.catalog.endpoints and last_changes(updates) == 0, "a look stays a look"


def test_no_key_and_no_cookie_goes_along(
    updates: ModelUpdates, place: Published, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("RH_API_KEY", "rh_TESTKEY_0123456789abcdef")
    with_newcomer(place)
    updates.look()
    assert [path for path, _ in place.asked] == [
        f"/kit/{published().registry}", f"/kit/{published().prices}",
    ]  # fmt: skip
    for _, headers in place.asked:
        assert not {"authorization", "cookie"} & headers.keys()
        assert "TESTKEY" not in str(headers) and "secret" not in str(headers)


def test_the_same_version_word_over_another_content_is_another_registry(
    keeper: ActiveCatalog, updates: ModelUpdates, place: Published
) -> None:
    with_newcomer(place)
    first = updates.look()
    keeper.use(first.token)
    document = json.loads(place.files[published().registry])
    word = document["version"]
    turned = dict(reversed(list(document.items()))) | {"version": "public-2031-01-01"}
    place.files[published().registry] = json.dumps(turned, indent=2).encode()
    assert updates.look().in_use, "another word, and the same said"
    document["models"][-1]["params"][0]["maxLength"] = 700
    assert document["version"] == word
    place.files[published().registry] = json.dumps(document).encode()
    look = updates.look()
    assert not look.in_use and [line.key for line in look.proposal.changes] == ["catalog.changed"]
    keeper.use(look.token)
    field = keeper.catalog.get(NEW).field("prompt")
    assert field is not None and field.max_length == 700


def test_without_a_price_list_the_models_come_all_the_same(updates: ModelUpdates, place: Published) -> None:
    place.put([*map(vendor_model, listed(422)), newcomer(NEW) | {"category": "x"}])
    look = updates.look()
    assert [line.key for line in look.proposal.changes] == ["catalog.new"]
    assert look.notice.startswith(f"{published().prices} could not be fetched")
    assert look.notice.endswith("The prices that are known stay.")
    assert "已知价格" in translate(look.notice, "zh")


def test_where_there_is_nothing_it_is_said_and_was_no_look(updates: ModelUpdates, place: Published) -> None:
    with pytest.raises(TableFault, match="there is no such file, or not for everybody"):
        updates.look()
    assert last_changes(updates) is None


def test_one_look_at_a_time(keeper: ActiveCatalog, start_server: Start) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def slow(_seen: Seen) -> bytes:
        entered.set()
        go_on.wait(10)
        return b""

    silent = start_server(slow)
    waiting = ModelUpdates(keeper, silent.url)
    faults: list[str] = []

    def look() -> None:
        try:
            waiting.look()
        except TableFault as fault:
            faults.append(str(fault))

    thread = threading.Thread(target=look)
    thread.start()
    assert entered.wait(10)
    with pytest.raises(TableFault, match="still under way"):
        waiting.look()
    go_on.set()
    thread.join(20)
    assert len(faults) == 1 and "could not be fetched" in faults[0]


ADDRESSES = [
    "", "models.json", "file:///etc/passwd", "ftp://example.org/x", "https://", "https:///x", "https://a b/x",
    "https://user:secret@example.org/x", "https://example.org:99999/x", "https://example.org:x/x",
    "javascript:alert(1)", "data:application/json,{}", "https://[::1/x",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_no_address_of_a_file_is_refused(updates: ModelUpdates, address: str) -> None:
    with pytest.raises(TableFault) as refused:
        updates.look_at(address)
    assert "no address of a file" in str(refused.value) and "secret" not in str(refused.value)


PRIVATE = [
    "127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.8",
    "169.254.169.254", "192.168.1.1",
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", PRIVATE)
def test_no_address_leads_into_the_private_network(
    keeper: ActiveCatalog, start_server: Start, wire: Wire, scheme: str, host: str
) -> None:
    inside = start_server(always(wire.http(200, b"{}")))
    with pytest.raises(TableFault, match="leads into a private network"):
        ModelUpdates(keeper).look_at(f"{scheme}://{host}:{inside.port}/models.json")
    assert inside.seen == []


def test_a_mirror_may_be_private_and_lends_that_to_nobody_else(
    keeper: ActiveCatalog, updates: ModelUpdates, place: Published, start_server: Start, wire: Wire
) -> None:
    """The address that whoever runs the program has set is trusted; where it redirects to is not."""
    inside = start_server(always(wire.http(200, b'{"models": []}')))
    mirror = start_server(always(wire.http(302, b"", f"Location: {inside.url}/x")))
    with pytest.raises(TableFault, match="leads into a private network"):
        ModelUpdates(keeper, mirror.url).look()
    with pytest.raises(TableFault, match="leads into a private network"):
        updates.look_at(f"{inside.url}/x")
    assert inside.seen == []
    with_newcomer(place)
    assert updates.look_at(f"{place.url}/{published().registry}").proposal.listed == 423


@pytest.mark.parametrize(
    ("url", "passes"),
    [
        ("https://example.org/x", True), ("HTTPS://example.org/x", True), ("http://example.org/x", False),
        ("http://mirror.lan:8080/x", True), ("http://mirror.lan/x", False), ("ftp://example.org/x", False),
    ],
)  # fmt: skip
def test_only_the_mirror_may_be_reached_without_encryption(url: str, passes: bool) -> None:
    """Also after a redirect: each request of a chain asks the gate."""
    gate = AddressGuard.around("http://mirror.lan:8080", encrypted=True)
    if passes:
        gate.check_scheme(url)
    else:
        with pytest.raises(LinkRefused):
            gate.check_scheme(url)
    AddressGuard.around("http://mirror.lan:8080").check_scheme(url)


def test_a_file_without_end_is_cut_off(
    keeper: ActiveCatalog, start_server: Start, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_updates, "BOUNDS", replace(model_updates.BOUNDS, largest=100_000))
    sent: list[int] = []

    def endless(_seen: Seen) -> Iterator[bytes]:
        yield wire.http(200, b"", length=-1)
        for _ in range(10_000):
            sent.append(1)
            yield b" " * 50_000

    server = start_server(endless)
    with pytest.raises(TableFault, match="larger than a registry may be"):
        ModelUpdates(keeper, server.url).look()
    assert len(sent) < 2000


def test_a_file_that_drips_is_given_up(
    keeper: ActiveCatalog, start_server: Start, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_updates, "BOUNDS", replace(model_updates.BOUNDS, longest=0.3))

    def drip(_seen: Seen) -> Iterator[bytes]:
        answer = wire.http(200, b" " * 4000)
        for at in range(0, len(answer), 2):
            yield answer[at : at + 2]
            server.ended.wait(0.02)

    server = start_server(drip)
    with pytest.raises(TableFault, match="came too slowly"):
        ModelUpdates(keeper, server.url).look()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<!DOCTYPE html><html></html>", "use the address behind"),
        (b'<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>', "use the address behind"),
        (b"", "use the address behind"),
        (b'{"models": [', "is not JSON"),
        (b"[" * 50_000, "is not JSON"),
        (b'{"models": ' + b"[" * 60 + b"]" * 60 + b"}", "lie too deep"),
        (b"[" + b"{}," * 600_000 + b"{}]", "far more than a registry"),
        (b'{"models": [{}]}', "holds no endpoint"),
        (b'{"pricing": []}', "is a price list"),
    ],
)  # fmt: skip
def test_whatever_comes_is_refused_in_words_and_changes_nothing(
    keeper: ActiveCatalog, updates: ModelUpdates, place: Published, body: bytes, said: str
) -> None:
    place.files[published().registry] = body
    with pytest.raises(TableFault) as refused:
        updates.look()
    assert said in str(refused.value) and translate(refused.value.text, "zh") != str(refused.value)
    assert keeper.edition == 0 and keeper.origin is None


def test_a_registry_that_would_take_half_of_the_table_away_is_taken_for_a_part(
    updates: ModelUpdates, place: Published
) -> None:
    place.put([vendor_model(entry) for entry in listed(422)[::3]], {})
    look = updates.look()
    assert look.proposal.changes == ()
    assert any("taken for a part" in notice for notice in look.proposal.notices)
