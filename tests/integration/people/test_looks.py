"""An admin's look at another's private work: it is written down, and the person sees that."""

from __future__ import annotations

import pytest

from rh_ui.errors import NotFound, RightRefused
from rh_ui.people import Action, Role, RunOwner, Scope
from tests.team import WORD, Team


def test_a_look_lasts_in_its_session_until_it_is_ended_and_is_the_person_s_to_see(team: Team) -> None:
    ada, secret = team.enter(team.people.first_admin("Ada", WORD).name)
    ben = team.member(ada)
    assert ada.scope == Scope(ada.person)
    team.sign_in.look(ben.id, ada)
    looking = team.sign_in.caller(secret)
    assert looking is not None and looking.person == ada.person
    assert looking.scope == Scope(ben.id)
    other, _ = team.enter("Ada")
    assert other.looking_at == "", "another session of the same admin"
    team.sign_in.end_look(looking)
    ended = team.sign_in.caller(secret)
    assert ended is not None and ended.scope == Scope(ada.person)
    told = [(entry.person, entry.action) for entry in team.audit.page(owner=ben.id)]
    assert told == [(ada.person, Action.LOOK_ENDED), (ada.person, Action.LOOK_BEGAN)]


def test_only_admins_look_and_not_with_a_token_and_at_nobody(team: Team) -> None:
    ada = team.admin()
    ben, cid = team.member(ada), team.member(ada, "Cid")
    member, secret = team.enter("Ben")
    with pytest.raises(RightRefused):
        team.sign_in.look(cid.id, member)
    for nobody in ("nobody", ada.person):
        with pytest.raises(NotFound):
            team.sign_in.look(nobody, ada)
    _, token = team.sign_in.make_token(ada.person, "script", None, ada)
    script = team.sign_in.token_caller(token)
    assert script is not None
    with pytest.raises(RightRefused):
        team.sign_in.look(ben.id, script)
    named = team.sign_in.trusted_caller(team.people.get(ada.person))
    with pytest.raises(RightRefused):  # by a proxy: there is no session in which to look
        team.sign_in.look(ben.id, named)
    assert team.audit.page(owner=cid.id) == team.audit.page(owner=ben.id) == []
    found = team.sign_in.caller(secret)
    assert found is not None and found.looking_at == ""


def test_each_private_result_that_is_opened_is_written_down(team: Team) -> None:
    ada, secret = team.enter(team.people.first_admin("Ada", WORD).name)
    ben = team.member(ada)
    team.audit.opened(ada, RunOwner(ben.id), "run-000", "kite.png")
    team.sign_in.look(ben.id, ada)
    looking = team.sign_in.caller(secret)
    assert looking is not None
    for owner in (RunOwner(ben.id), RunOwner(ben.id), RunOwner(ben.id, "project"), RunOwner(ada.person)):
        team.audit.opened(looking, owner, f"run-{owner.project}", "kite.png")
    opened = [entry for entry in team.audit.page(owner=ben.id) if entry.action is Action.RESULT_OPENED]
    assert [(entry.target, entry.details) for entry in opened] == [("run-", {"result": "kite.png"})]
    team.wait(minutes=11)
    team.audit.opened(looking, RunOwner(ben.id), "run-", "kite.png")
    assert len(team.audit.page(owner=ben.id)) == 3


def test_an_admin_who_is_one_no_longer_looks_no_longer(team: Team) -> None:
    ada, secret = team.enter(team.people.first_admin("Ada", WORD).name)
    ben = team.member(ada, role=Role.ADMIN)
    team.sign_in.look(ben.id, ada)
    boss, _ = team.enter("Ben")
    team.people.change(ada.person, role=Role.MEMBER, by=boss)
    found = team.sign_in.caller(secret)
    assert found is None or found.looking_at == ""
