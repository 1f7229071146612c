"""Two thousand requests that nobody sends on purpose, as everybody who may come to a page with people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest
import requests

from rh_ui.people import Role
from rh_ui.services.people import as_caller
from scripts.processes import look_until
from tests.fuzzing import MODELS, Odd, Sent
from tests.integration.test_fuzz import AT_ONCE, SEED, answer, known, requests_of
from tests.signed import ADMIN, GUEST, MEMBER, OTHER, TeamPage, team_page

ASKERS: Final = ("stranger", GUEST, "token", MEMBER, ADMIN)
"""The admin comes last: what an admin does changes what the others may."""
ENDS: Final = ("/rh/sign-out", "/rh/sign-in", "/rh/join/")
"""These end the session that the browser had, so a browser without one sends them."""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamPage]:
    with team_page(tmp_path_factory.mktemp("team"), calm=False) as found:
        yield found


@pytest.fixture(scope="module")
def askers(page: TeamPage) -> Mapping[str, requests.Session]:
    """Signed in before anything is sent: the forms that are sent slow down whoever guesses from here."""
    return {
        "stranger": page.browser(),
        "token": page.script(page.token(MEMBER)[1]),
        **{name: page.browser(name) for name in (GUEST, MEMBER, ADMIN)},
    }


@pytest.fixture(scope="module")
def values(page: TeamPage, askers: Mapping[str, requests.Session]) -> dict[str, list[Any]]:
    """What there is: a finished run, people, a token, an invitation."""
    run = call(page, askers["token"], "submit", MODELS[0], {"prompt": "a red kite", "resolution": "1k"}, "")
    done = look_until(
        lambda: call(page, askers["token"], "task", run["id"]), lambda task: task["state"] == "done"
    )
    found = known(page.app, done)
    leaver = page.people.add("Leo", "a password of nobody", Role.GUEST, as_caller(page.person(ADMIN)))
    page.people.invite(Role.GUEST, "", as_caller(page.person(ADMIN)))
    digest = page.people.invitations()[0].digest
    people = [page.person(OTHER).id, leaver.id, page.token(OTHER)[0], digest]
    return {
        **found,
        "id": [*found["id"], *people],
        "digest": [digest, "x"],
        "person": people,
        "role": ["guest", "member", "admin"],
        "password": ["", "a password of nobody"],
        "name": [*found["name"], "Zoe"],
        "days": [1, 7],
        "unit": ["CNY", "coins"],
        "amount": ["1", "2.5"],
        "zone": ["UTC", "Asia/Shanghai"],
        "period": ["day", "month"],
        "holder": ["person", "project", "token"],
        "holder_id": people,
    }


def call(page: TeamPage, session: requests.Session, name: str, *data: Any) -> Any:
    address = f"{page.app.url}/gradio_api/run/{name}"
    told = session.post(address, json={"data": list(data)}, timeout=60)
    assert told.ok, told.text
    return told.json()["data"][0]


@pytest.mark.parametrize("who", ASKERS)
def test_nothing_odd_shakes_the_program_whoever_sends_it(
    page: TeamPage, askers: Mapping[str, requests.Session], values: dict[str, list[Any]], who: str
) -> None:
    odd = Odd(SEED + ASKERS.index(who), values)

    def answered(sent: Sent) -> str:
        session = askers["stranger" if sent.path.startswith(ENDS) else who]
        return answer(session, page.app, sent)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = pool.map(answered, requests_of(odd))
        faults = [fault for fault in answers if fault]
    assert not faults, f"FUZZ_SEED={SEED}: {len(faults)} faults\n" + "\n".join(faults[:20])
    said = page.app.said()
    assert "Traceback" not in said, f"FUZZ_SEED={SEED}\n{said[said.index('Traceback') :][:6000]}"
    if who != "stranger":  # it has answered all that, and still knows them
        assert askers[who].get(f"{page.app.url}/rh/api/status", timeout=30).status_code == 200
