"""People: their names, roles and states, invitations, and that an admin always remains."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import insert, select

from rh_ui.errors import ArgumentRefused, NotFound, PersonRefused, RightRefused
from rh_ui.people import OWNER, Action, PersonState, Role
from rh_ui.persistence.schema_team import project_people, projects
from rh_ui.services.people import digest
from tests.team import WORD, Team


def code_of(caught: pytest.ExceptionInfo[PersonRefused]) -> str:
    return caught.value.code


def test_nobody_then_an_admin_then_others(team: Team) -> None:
    assert not team.people.exist()
    ada = team.admin()
    assert team.people.exist()
    ben = team.member(ada)
    assert [(person.name, person.role, person.state) for person in team.people.list()] == [
        ("Ada", Role.ADMIN, PersonState.ACTIVE),
        ("Ben", Role.MEMBER, PersonState.ACTIVE),
    ]
    assert team.people.get(ben.id) == ben and ben.has_password
    with pytest.raises(NotFound):
        team.people.get("nobody")
    assert team.told() == ["first-admin", "signed-in", "person-added"]


@pytest.mark.parametrize("name", ["ada", "ＡＤＡ", "  Ada ", "A\u0044A"])
def test_a_name_is_unique_whatever_its_case_and_width(team: Team, name: str) -> None:
    ada = team.admin()
    with pytest.raises(PersonRefused) as caught:
        team.member(ada, name)
    assert code_of(caught) == "name-taken"
    ben = team.member(ada)
    with pytest.raises(PersonRefused) as caught:
        team.people.change(ben.id, name=name, by=ada)
    assert code_of(caught) == "name-taken"
    assert team.people.change(ada.person, name="ADA", by=ada).name == "ADA", "one's own, written anew"


def test_of_many_who_choose_one_name_at_once_one_gets_it(team: Team) -> None:
    ada = team.admin()
    start = Barrier(6)

    def add(_number: int) -> str:
        start.wait()
        try:
            return team.member(ada, "Cleo").name
        except PersonRefused as refused:
            return refused.code

    with ThreadPoolExecutor(6) as hands:
        assert sorted(hands.map(add, range(6))) == ["Cleo", *["name-taken"] * 5]


def test_the_last_admin_stays(team: Team) -> None:
    ada = team.admin()
    for change in ({"role": Role.MEMBER}, {"state": PersonState.GONE}):
        with pytest.raises(PersonRefused) as caught:
            team.people.change(ada.person, by=ada, **change)
        assert code_of(caught) == "last-admin"
    ben = team.member(ada, role=Role.ADMIN)
    team.people.change(ben.id, state=PersonState.GONE, by=ada)
    with pytest.raises(PersonRefused):
        team.people.change(ada.person, role=Role.GUEST, by=ada)
    team.people.change(ben.id, state=PersonState.ACTIVE, by=ada)
    assert team.people.change(ada.person, role=Role.GUEST, by=ada).role is Role.GUEST


def test_of_two_admins_who_leave_at_once_one_stays(team: Team) -> None:
    ada = team.admin()
    ben = team.member(ada, role=Role.ADMIN)
    start = Barrier(2)

    def leave(person: str) -> bool:
        start.wait()
        try:
            team.people.change(person, state=PersonState.GONE, by=ada)
        except PersonRefused:
            return False
        return True

    with ThreadPoolExecutor(2) as hands:
        assert sorted(hands.map(leave, [ada.person, ben.id])) == [False, True]


def test_only_admins_manage_and_scripts_do_not(team: Team) -> None:
    ada = team.admin()
    team.member(ada)
    ben, _ = team.enter("Ben")
    _, token = team.sign_in.make_token(ada.person, "nightly", None, ada)
    script = team.sign_in.token_caller(token)
    assert script is not None
    for by in (ben, script):
        with pytest.raises(RightRefused):
            team.people.add("Cleo", WORD, Role.MEMBER, by)
        with pytest.raises(RightRefused):
            team.people.invite(Role.MEMBER, "", by)
        with pytest.raises(RightRefused):
            team.people.change(ben.person, role=Role.ADMIN, by=by)
        with pytest.raises(RightRefused):
            team.people.withdraw("0" * 64, by)
        with pytest.raises(RightRefused):
            team.people.set_password(ada.person, WORD, by)
    assert team.people.change(ben.person, name="Benno", by=ben).name == "Benno"
    with pytest.raises(RightRefused):
        team.people.change(ada.person, name="Somebody", by=ben)
    with pytest.raises(ArgumentRefused):
        team.people.change(ben.person, state=PersonState.WAITING, by=ada)


def test_the_log_tells_each_change(team: Team) -> None:
    ada = team.admin()
    ben = team.member(ada)
    team.people.change(ben.id, role=Role.GUEST, name="Benno", by=ada)
    team.people.change(ben.id, role=Role.GUEST, by=ada)  # changes nothing
    team.people.change(ben.id, state=PersonState.GONE, by=ada)
    team.people.change(ben.id, state=PersonState.ACTIVE, by=ada)
    team.people.set_password(ben.id, WORD, ada)
    entries = team.audit.page(person=ben.id)
    assert [(entry.action.value, entry.details) for entry in reversed(entries)] == [
        ("person-added", {"name": "Ben", "role": "member"}),
        ("renamed", {"from": "Ben", "to": "Benno"}),
        ("role-changed", {"from": "member", "to": "guest"}),
        ("left", {"name": "Benno"}),
        ("let-in", {"name": "Benno"}),
        ("password-changed", None),
    ]
    assert {(entry.person, entry.name, entry.at) for entry in entries} == {(ada.person, "Ada", team.time)}
    assert team.audit.page(entries[0].id, 2, person=ben.id) == entries[1:3]
    team.audit.write(OWNER, entries[0].action)
    assert team.audit.page(limit=1) == entries[:1], "without people nothing is written"


def test_an_invitation_works_once(team: Team) -> None:
    ada = team.admin()
    secret = team.people.invite(Role.GUEST, "", ada, days=2)
    (open_one,) = team.people.invitations()
    assert team.people.invitation(secret) == open_one and open_one.made_by == ada.person
    cleo = team.people.accept(secret, "Cleo", WORD)
    assert (cleo.role, cleo.state) == (Role.GUEST, PersonState.ACTIVE)
    for _ in range(2):
        with pytest.raises(PersonRefused) as caught:
            team.people.accept(secret, "Dora", WORD)
        assert code_of(caught) == "invitation-over"
    assert team.people.invitations() == []
    assert team.enter("cleo")[0].person == cleo.id
    assert "invitation-accepted" in team.told()


def test_a_taken_name_does_not_use_an_invitation_up(team: Team) -> None:
    secret = team.people.invite(Role.MEMBER, "", team.admin())
    for name, word, code in (("Ada", WORD, "name-taken"), ("Cleo", "short", "password-short")):
        with pytest.raises(PersonRefused) as caught:
            team.people.accept(secret, name, word)
        assert code_of(caught) == code
    assert team.people.accept(secret, "Cleo", WORD).name == "Cleo"


def test_of_many_who_accept_one_invitation_at_once_one_comes_in(team: Team) -> None:
    secret = team.people.invite(Role.MEMBER, "", team.admin())
    start = Barrier(6)

    def accept(number: int) -> bool:
        start.wait()
        try:
            team.people.accept(secret, f"Person {number}", WORD)
        except PersonRefused as refused:
            assert refused.code == "invitation-over"
            return False
        return True

    with ThreadPoolExecutor(6) as hands:
        assert sorted(hands.map(accept, range(6))) == [*[False] * 5, True]
    assert len(team.people.list()) == 2


def test_an_invitation_ends_or_is_withdrawn(team: Team) -> None:
    ada = team.admin()
    old, new = (team.people.invite(Role.MEMBER, "", ada, days=days) for days in (1, 3))
    team.wait(days=1)
    with pytest.raises(PersonRefused):
        team.people.accept(old, "Cleo", WORD)
    (left,) = team.people.invitations()
    team.people.withdraw(left.digest, ada)
    with pytest.raises(PersonRefused):
        team.people.accept(new, "Cleo", WORD)
    with pytest.raises(PersonRefused):
        team.people.withdraw(left.digest, ada)
    with pytest.raises(ArgumentRefused):
        team.people.invite(Role.MEMBER, "", ada, days=0)


@pytest.mark.parametrize("closed", [False, True])
def test_an_invitation_may_bring_into_a_project(team: Team, closed: bool) -> None:
    ada = team.admin()
    row = {"id": "spring", "name": "Spring", "made_by": ada.person, "made_at": team.time, "closed": closed}
    with team.database.write() as connection:
        connection.execute(insert(projects).values(row))
    cleo = team.people.accept(team.people.invite(Role.MEMBER, "spring", ada), "Cleo", WORD)
    with team.database.read() as connection:
        there = connection.execute(select(project_people.c.project, project_people.c.person)).all()
    assert there == ([] if closed else [("spring", cleo.id)])


@pytest.mark.parametrize(
    "change", [{"role": Role.MEMBER}, {"state": PersonState.GONE}, {"role": Role.GUEST, "name": "Benno"}]
)
def test_who_is_no_admin_any_more_leaves_no_invitations(team: Team, change: dict[str, object]) -> None:
    """Otherwise they let themselves in again, as an admin."""
    ada = team.admin()
    team.member(ada, role=Role.ADMIN)
    ben, _ = team.enter("Ben")
    others, used = team.people.invite(Role.MEMBER, "", ada), team.people.invite(Role.ADMIN, "", ben)
    team.people.accept(used, "Cleo", WORD)
    theirs = [team.people.invite(Role.ADMIN, "", ben), team.people.invite(Role.GUEST, "", ben, days=2)]
    over = team.people.invite(Role.GUEST, "", ben, days=1)
    team.wait(days=1)
    team.people.change(ben.person, name="Ben B.", by=ada)
    assert team.people.invitation(theirs[0]).made_by == ben.person, "another name withdraws nothing"
    team.people.change(ben.person, by=ada, **change)  # type: ignore[arg-type]
    for secret in (*theirs, over, used):
        with pytest.raises(PersonRefused) as caught:
            team.people.accept(secret, "Dan", WORD)
        assert code_of(caught) == "invitation-over"
    assert [one.digest for one in team.people.invitations()] == [digest(others)]
    told = [entry for entry in team.audit.page() if entry.action is Action.INVITATION_WITHDRAWN]
    assert {entry.target for entry in told} == set(map(digest, theirs))
    named = {"name": str(change.get("name", "Ben B."))}
    assert [(entry.person, entry.details) for entry in told] == [(ada.person, named)] * 2
    with pytest.raises(RightRefused):
        team.people.invite(Role.ADMIN, "", ben)  # a call that was under way meanwhile
    assert len(team.people.invitations()) == 1
