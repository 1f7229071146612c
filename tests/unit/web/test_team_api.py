"""The page's calls about people, over real services: who may do what, and what others learn of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import update

from rh_ui import bootstrap, people_parts
from rh_ui.config import read_settings
from rh_ui.opening import DATABASE_NAME
from rh_ui.people import OWNER, Action, Caller, Role
from rh_ui.persistence.database import open_database
from rh_ui.persistence.schema_team import start_values
from rh_ui.web.api.router import add_api
from rh_ui.web.middleware.door import Door
from rh_ui.web.routes.covers import KEPT
from rh_ui.web.routes.page_files import ASSETS, build_router
from rh_ui.web.services import PageServices, page_services
from tests import databases
from tests.door import Admitted
from tests.team import quick_passwords

PASSWORD = "correct horse battery"
OTHER = "another horse battery"


CHANGES: Final[dict[str, dict[str, Any]]] = {
    "/invitations": {"role": "admin", "days": 7},
    "/people/x/change": {"role": "admin"},
    "/invitations/x/withdraw": {},
    "/you/tokens": {"name": "x"},
    "/you/password": {"old": "x", "new": OTHER},
    "/you/name": {"name": "x"},
    "/you/sessions/end-others": {},
    "/you/sessions/x/end": {},
    "/you/tokens/x/revoke": {},
}


@dataclass
class Team:
    """The API as one caller after another uses it."""

    services: PageServices

    @cached_property
    def app(self) -> FastAPI:
        app = FastAPI(openapi_url=None)
        add_api(app, self.services)
        app.include_router(build_router())
        return app

    def client(self, caller: Caller) -> TestClient:
        return TestClient(Admitted(self.app, caller), raise_server_exceptions=False)

    def post(self, caller: Caller, path: str, /, **given: Any) -> Any:
        answer = self.client(caller).post(f"/rh/api{path}", json=given)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def get(self, caller: Caller, path: str, /, **given: Any) -> Any:
        answer = self.client(caller).get(f"/rh/api{path}", params=given)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused(self, caller: Caller, path: str, /, **given: Any) -> tuple[int, str]:
        answer = self.client(caller).post(f"/rh/api{path}", json=given)
        return answer.status_code, answer.json()["code"]

    def signed_in(self, name: str, password: str = PASSWORD) -> Caller:
        _, secret = self.services.sign_in.sign_in(name, password, "Firefox/143 Linux", "10.0.0.7")
        caller = self.services.sign_in.caller(secret)
        assert caller is not None
        return caller

    def joined(self, admin: Caller, name: str, role: Role) -> Caller:
        """Somebody who followed an invitation."""
        secret = self.post(admin, "/invitations", role=role, days=7)["secret"]
        self.services.people.accept(secret, name, PASSWORD)
        return self.signed_in(name)


@pytest.fixture
def alone(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    """Nobody is there yet; passwords are hashed quickly. A page with a key starts no emulator."""
    monkeypatch.setattr(people_parts, "Passwords", quick_passwords)
    monkeypatch.setenv("RH_API_KEY", "any")
    databases.in_folder(tmp_path)
    program = bootstrap.build(read_settings(data_dir=str(tmp_path), port="0"))
    yield Team(page_services(program.services, ASSETS))
    program.stop()


@pytest.fixture
def team(alone: Team) -> Team:
    alone.post(OWNER, "/people/first", name="Ada", password=PASSWORD)
    return alone


@pytest.fixture
def ada(team: Team) -> Caller:
    return team.signed_in("Ada")


def test_the_first_admin_is_made_once_and_only_where_no_other_computer_comes(alone: Team) -> None:
    address = alone.services.address
    public = Team(replace(alone.services, address=replace(address, local=False)))
    assert public.refused(OWNER, "/people/first", name="Eve", password=PASSWORD) == (403, "not-yours-to-do")
    (ada,) = alone.post(OWNER, "/people/first", name="Ada", password=PASSWORD)["people"]
    assert (ada["name"], ada["role"], ada["state"]) == ("Ada", "admin", "active")
    status, code = alone.refused(OWNER, "/people/first", name="Eve", password=PASSWORD)
    assert (status, code) == (409, "people-exist")


def test_the_door_is_shut_as_soon_as_there_is_a_first_admin(alone: Team) -> None:
    services = alone.services
    door = Door(FastAPI(), services.people, services.sign_in, services.words, services.address)
    client = TestClient(door, base_url="http://127.0.0.1:7860")
    assert client.get("/rh/api/status").status_code == 404, "the owner is admitted, to an app without routes"
    alone.post(OWNER, "/people/first", name="Ada", password=PASSWORD)
    assert client.get("/rh/api/status").status_code == 401


def test_neither_a_page_without_people_nor_a_token_changes_who_comes_in(team: Team, ada: Caller) -> None:
    token = replace(ada, session="", token="t1")
    for caller, (path, given) in product((OWNER, token), CHANGES.items()):
        assert team.refused(caller, path, **given) == (403, "not-yours-to-do")
    assert [person.name for person in team.services.people.list()] == ["Ada"]
    assert team.services.people.invitations() == []


def test_an_invitation_works_once_and_can_be_withdrawn(team: Team, ada: Caller) -> None:
    made = team.post(ada, "/invitations", role="member", days=3)
    (open_one,) = made["invitations"]
    assert (open_one["role"], open_one["made_by"]) == ("member", "Ada")
    assert made["secret"] not in str(team.get(ada, "/invitations"))
    team.services.people.accept(made["secret"], "Bo", PASSWORD)
    assert team.get(ada, "/invitations") == {"invitations": []}
    other = team.post(ada, "/invitations", role="guest", days=3)["invitations"][0]
    assert team.post(ada, f"/invitations/{other['digest']}/withdraw") == {"invitations": []}
    assert team.refused(ada, f"/invitations/{other['digest']}/withdraw") == (409, "invitation-over")
    assert team.refused(ada, "/invitations", role="member", days=91)[0] == 422


def test_an_invitation_may_lead_into_a_project_of_the_admin(team: Team, ada: Caller) -> None:
    assert team.refused(ada, "/invitations", role="guest", project="none", days=3)[0] == 404
    project = team.post(ada, "/projects", name="Spring", shared=False)["id"]
    ada = team.signed_in("Ada")
    made = team.post(ada, "/invitations", role="guest", project=project, days=3)
    assert made["invitations"][0]["project"] == project
    team.services.people.accept(made["secret"], "Gil", PASSWORD)
    assert team.signed_in("Gil").projects == {project: True}


def test_an_admin_changes_roles_and_ends_access(team: Team, ada: Caller) -> None:
    bo = team.joined(ada, "Bo", Role.GUEST)
    rows = team.post(ada, f"/people/{bo.person}/change", role="member")["people"]
    assert {row["name"]: row["role"] for row in rows} == {"Ada": "admin", "Bo": "member"}
    rows = team.post(ada, f"/people/{bo.person}/change", state="gone")["people"]
    assert {row["name"]: row["state"] for row in rows} == {"Ada": "active", "Bo": "gone"}
    assert team.services.sign_in.sessions(bo.person) == []
    assert team.refused(ada, f"/people/{ada.person}/change", role="member") == (409, "last-admin")
    assert team.refused(ada, "/people/nobody/change", role="member")[0] == 404
    assert team.refused(bo, f"/people/{bo.person}/change", role="admin") == (403, "not-yours-to-do")


def test_one_s_own_password_name_and_sessions(team: Team, ada: Caller) -> None:
    elsewhere = team.signed_in("Ada")
    assert [row["own"] for row in team.get(ada, "/you")["sessions"]].count(True) == 1
    assert team.refused(ada, "/you/password", old="wrong", new=OTHER)[1] == "sign-in-wrong"
    assert team.refused(ada, "/you/password", old=PASSWORD, new="short") == (409, "password-short")
    left = team.post(ada, "/you/password", old=PASSWORD, new=OTHER)["sessions"]
    assert [row["id"] for row in left] == [ada.session]
    assert elsewhere.session not in str(left)
    again = team.signed_in("Ada", OTHER)
    left = team.post(ada, f"/you/sessions/{again.session}/end")["sessions"]
    assert [row["own"] for row in left] == [True]
    team.signed_in("Ada", OTHER)
    assert len(team.post(ada, "/you/sessions/end-others")["sessions"]) == 1
    assert team.post(ada, "/you/name", name="Ada  L.")["name"] == "Ada L."
    bo = team.joined(ada, "Bo", Role.MEMBER)
    assert team.refused(bo, "/you/name", name="ada l.") == (409, "name-taken")
    assert team.refused(bo, f"/you/sessions/{ada.session}/end")[0] == 404


def test_whoever_a_proxy_names_manages_and_has_no_session(team: Team, ada: Caller) -> None:
    named = replace(ada, session="")
    secret = team.post(named, "/invitations", role="member", days=7)["secret"]
    team.services.people.accept(secret, "Bo", PASSWORD)
    bo = team.signed_in("Bo")
    team.post(named, f"/people/{bo.person}/change", role="guest")
    token = team.post(named, "/you/tokens", name="nightly")["you"]["tokens"][0]
    assert team.post(named, f"/you/tokens/{token['id']}/revoke")["tokens"] == []
    assert [row["own"] for row in team.get(named, "/you")["sessions"]] == [False]
    assert team.post(named, "/you/password", old=PASSWORD, new=OTHER)["sessions"] == []
    team.signed_in("Ada", OTHER)
    assert team.post(named, "/you/sessions/end-others")["sessions"] == []
    assert team.refused(named, f"/people/{bo.person}/look") == (403, "not-yours-to-do")
    looks = team.services.audit.page(action=Action.LOOK_BEGAN)
    assert looks == [], "a look that never began is not in the log"


def test_a_look_is_written_down_with_its_network_address(team: Team, ada: Caller) -> None:
    bo = team.joined(ada, "Bo", Role.MEMBER)
    team.post(ada, f"/people/{bo.person}/look")
    team.post(replace(ada, looking_at=bo.person), "/people/look/end")
    told = [(row["action"], row["place"]) for row in team.get(bo, "/you/looks")["entries"]]
    assert told == [("look-ended", "testclient"), ("look-began", "testclient")]


def test_who_became_a_guest_ends_the_tokens_that_they_made(team: Team, ada: Caller) -> None:
    bo = team.joined(ada, "Bo", Role.MEMBER)
    token = team.post(bo, "/you/tokens", name="nightly")["you"]["tokens"][0]
    team.post(ada, f"/people/{bo.person}/change", role="guest")
    bo = team.signed_in("Bo")
    assert team.post(bo, f"/you/tokens/{token['id']}/revoke")["tokens"] == []


def test_only_the_browser_keeps_what_needs_a_sign_in(team: Team, ada: Caller) -> None:
    services, client = team.services, team.client(ada)
    models = client.get(f"/rh/models/{services.forms.now().version}/en/image.json")
    assert models.headers["cache-control"] == "private, max-age=31536000, immutable"
    words = client.get(f"/rh/words/{services.version}/en.json")
    assert words.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert KEPT["Cache-Control"].startswith("private, "), "covers"


def test_a_token_s_secret_is_told_once(team: Team, ada: Caller) -> None:
    bo, gil = team.joined(ada, "Bo", Role.MEMBER), team.joined(ada, "Gil", Role.GUEST)
    made = team.post(bo, "/you/tokens", name="nightly", days=30)
    (row,) = made["you"]["tokens"]
    assert (row["name"], row["seen_at"]) == ("nightly", None) and row["ends_at"]
    assert made["secret"].startswith("rhui_")
    assert made["secret"] not in str(team.get(bo, "/you"))
    assert team.services.sign_in.token_caller(made["secret"]) is not None
    assert team.refused(gil, "/you/tokens", name="mine") == (403, "not-yours-to-do")
    assert team.refused(gil, f"/you/tokens/{row['id']}/revoke")[0] == 404
    assert team.post(bo, f"/you/tokens/{row['id']}/revoke")["tokens"] == []
    assert team.services.sign_in.token_caller(made["secret"]) is None


def test_the_audit_log_is_read_page_by_page_and_by_person_and_action(team: Team, ada: Caller) -> None:
    bo = team.joined(ada, "Bo", Role.MEMBER)
    team.post(ada, f"/people/{bo.person}/change", role="guest")
    told = team.get(ada, "/audit")
    assert [row["action"] for row in told["entries"]][:2] == ["role-changed", "signed-in"]
    assert told["entries"][0]["about"] == "Bo · Member → Guest"
    assert told["entries"][1]["place"] == "10.0.0.7"
    assert {row["name"] for row in told["people"]} == {"Ada", "Bo"}
    chinese = team.get(ada, "/audit", language="zh")["entries"][0]["about"]
    assert chinese == "Bo · 成员 → 访客"
    only = team.get(ada, "/audit", action="signed-in")["entries"]
    assert [(row["name"], row["action"]) for row in only] == [("Bo", "signed-in"), ("Ada", "signed-in")]
    of_bo = team.get(ada, "/audit", person=bo.person)["entries"]
    assert {row["name"] for row in of_bo} == {"Ada", "Bo"}
    for _ in range(60):
        team.services.audit.write(ada, Action.SIGNED_OUT, ada.person)
    first = team.get(ada, "/audit")
    second = team.get(ada, "/audit", before=first["next"])
    ids = [row["id"] for row in (*first["entries"], *second["entries"])]
    assert len(first["entries"]) == 50 and not second["next"]
    assert ids == sorted(set(ids), reverse=True) and len(ids) > 60
    answer = team.client(ada).get("/rh/api/audit", params={"action": "no-such-action"})
    assert answer.status_code == 422


def test_an_owner_sees_what_others_did_with_their_things(team: Team, ada: Caller) -> None:
    bo = team.joined(ada, "Bo", Role.MEMBER)
    assert team.get(bo, "/you/looks")["entries"] == []
    token = team.post(bo, "/you/tokens", name="nightly")["you"]["tokens"][0]
    team.services.sign_in.revoke_token(token["id"], ada)
    (row,) = team.get(bo, "/you/looks")["entries"]
    assert (row["name"], row["action"], row["about"]) == ("Ada", "token-revoked", "nightly")
    assert team.get(ada, "/you/looks")["entries"] == []


def test_the_exported_log_holds_everything_and_no_formula(team: Team, ada: Caller) -> None:
    team.joined(ada, "=cmd|' /C calc'!A1", Role.MEMBER)
    for _ in range(600):
        team.services.audit.write(ada, Action.SIGNED_OUT, ada.person)
    answer = team.client(ada).get("/rh/audit.csv", params={"language": "en"})
    assert answer.headers["content-type"].startswith("text/csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "at,person,action,about,owner,place,target,code"
    assert len(lines) - 1 == len(list(whole_log(team)))
    assert not any(cell.startswith(("=", "+", "@")) for line in lines for cell in line.split(","))
    assert any("'=cmd|" in line for line in lines)
    some = team.client(ada).get("/rh/audit.csv", params={"action": "first-admin"}).text.splitlines()
    assert len(some) == 2 and "first-admin" in some[1]


def whole_log(team: Team) -> Iterator[Any]:
    before = ""
    while found := team.services.audit.page(before):
        yield from found
        before = found[-1].id


def test_every_action_has_words_in_both_languages(alone: Team) -> None:
    for language in ("en", "zh"):
        entries = alone.services.language(language).entries
        assert [action for action in Action if f"audit.{action}" not in entries] == []


def test_start_values_come_back_as_a_form_takes_them_and_what_no_longer_fits_is_named(
    team: Team, ada: Caller, tmp_path: Path
) -> None:
    model = "rhart-image-n-g31-flash/text-to-image"
    project = team.post(ada, "/projects", name="Spring")["id"]
    ada = team.signed_in("Ada")
    path = f"/projects/{project}/start-values"
    (told,) = team.post(ada, path, endpoint=model, params={"prompt": None, "resolution": "2k"})["forms"]
    assert (told["project"], told["endpoint"], told["begins"]) == (project, model, False)
    assert team.get(ada, "/projects")["starts"] == [told]
    assert team.get(ada, path, endpoint=model) == {
        "values": {"prompt": None, "resolution": "2k"}, "media": {}, "lost": [],
    }  # fmt: skip
    database = open_database(f"sqlite:///{next(tmp_path.rglob(DATABASE_NAME))}")
    with database.write() as connection:
        connection.execute(update(start_values).values(params={"resolution": "64k", "gone": 1}))
    database.close()
    filled = team.get(ada, path, endpoint=model)
    assert filled["values"] == {} and len(filled["lost"]) == 2
    assert "64k" in " ".join(filled["lost"])
    assert team.refused(ada, path, endpoint=model, params={"gone": 1})[0] == 422
    assert team.refused(ada, "/projects/none/start-values", endpoint=model)[0] == 404
    assert team.post(ada, f"{path}/forget", endpoint=model) == {"forms": []}
