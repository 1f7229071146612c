"""Start values: those of a project are stored and read there, and its people see their inputs."""

from __future__ import annotations

import pytest

from rh_ui.domain import Params
from rh_ui.errors import NotFound
from rh_ui.people import RunOwner
from rh_ui.persistence.database import Database
from rh_ui.persistence.input_holders import InputHolders
from rh_ui.persistence.repositories.base import do_nothing
from rh_ui.persistence.repositories.start_values import NewStart, StartValueRepository
from tests.integration.persistence.belonging import belong
from tests.integration.persistence.test_store_whose import ANN, BOB, OURS, SCOPES, THEIRS


def test_start_values_are_those_of_the_projects_that_are_asked_for(database: Database) -> None:
    belong(database, [RunOwner(ANN, OURS), RunOwner(BOB, THEIRS)])
    values = StartValueRepository(database)
    for project, person in ((OURS, ANN), (THEIRS, BOB)):
        new = NewStart(project, ["maker/model"], "image", {"prompt": project}, True, [f"{'c' * 64}.png"])
        values.put(new, person, [], do_nothing)
        with pytest.raises(NotFound):
            values.put(new, "zoe", [], do_nothing)
    assert [form.project for form in values.listed([OURS])] == [OURS]
    assert values.listed([]) == []
    assert values.params(THEIRS, ["maker/model"]) == {"prompt": THEIRS}
    hidden = InputHolders(database).hidden
    assert [bool(hidden([f"{'c' * 64}.png"], scope)) for scope in SCOPES] == [True, False, False, True]


def test_nothing_is_stored_where_an_input_is_gone_meanwhile(database: Database) -> None:
    belong(database, [RunOwner(ANN, OURS)])
    values, new = StartValueRepository(database), NewStart(OURS, ["maker/model"], "image", {}, None, [])

    def gone() -> None:
        raise NotFound("This file is no longer here.")

    with pytest.raises(NotFound):
        values.put(new, ANN, [], gone)
    assert values.listed([OURS]) == []


def test_values_of_a_model_s_earlier_path_are_its_values(database: Database) -> None:
    belong(database, [RunOwner(ANN, OURS)])
    values, paths = StartValueRepository(database), ["maker/new", "maker/old", "maker/older"]
    for number, path in enumerate(reversed(paths[1:])):
        values.put(NewStart(OURS, [path], "image", {"prompt": number}, None, []), ANN, [], do_nothing)
    assert values.params(OURS, paths) == {"prompt": 1}, "the newest"
    values.put(NewStart(OURS, paths, "image", None, True, []), ANN, [], do_nothing)
    told = [(form.endpoint, form.begins, form.has_values) for form in values.listed([OURS])]
    assert told == [("maker/new", True, True), ("maker/older", False, True)]
    assert values.params(OURS, paths) == {"prompt": 1}
    values.forget(OURS, paths, ANN, [])
    assert values.listed([OURS]) == []


def test_a_tab_that_begins_with_a_model_has_no_values_by_that(database: Database) -> None:
    belong(database, [RunOwner(ANN, OURS)])
    values = StartValueRepository(database)
    steps: list[tuple[Params | None, bool]] = [(None, False), ({"prompt": "kite"}, True), (None, True)]
    for params, has_values in steps:
        values.put(NewStart(OURS, ["maker/model"], "image", params, True, []), ANN, [], do_nothing)
        assert [(form.begins, form.has_values) for form in values.listed([OURS])] == [(True, has_values)]
