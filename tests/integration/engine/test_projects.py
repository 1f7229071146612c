"""What belongs to a project besides its new runs: start values, kept forms, and runs that are put into it."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import select, update

from rh_ui.domain import INPUT_PREFIX, Charged, JsonValue, Params, Task, TaskState, new_id
from rh_ui.engine.own_tasks import AccountKey
from rh_ui.errors import ArgumentRefused, MoveRefused, NotFound, NotYours, PayloadRefused, RightRefused
from rh_ui.people import OWNER, Action, Budget, Holder, Period, RunOwner
from rh_ui.persistence.input_holders import InputHolders
from rh_ui.persistence.schema import tasks
from rh_ui.persistence.schema_team import input_holders
from rh_ui.services.accounts import Account
from rh_ui.services.order_identity import OrderContext
from rh_ui.services.start_values import LARGEST
from tests.integration.emulator.caller import EDIT
from tests.integration.engine.test_whose_runs import APP, Team, picture, team
from tests.integration.engine.test_workflow_runs import PATH, PICTURE
from tests.integration.engine.workshop import TEXT
from tests.samples import link_for, valid_params

__all__ = ["team"]
S = TaskState
FIELDS: Final[Params] = {"prompt": "in the style of woodcut", "resolution": "2k"}


def starts(team: Team, name: str) -> list[tuple[str, str, bool]]:
    return [(form.project, form.endpoint, form.begins) for form in team.of(name).start_values.forms()]


def test_start_values_are_those_of_everybody_who_sees_the_project(team: Team) -> None:
    project = team.project("ann", "bob")
    team.of("bob").start_values.save(project, EDIT, {**FIELDS, "aspectRatio": None}, None)
    assert starts(team, "ann") == starts(team, "bob") == [(project, EDIT, False)]
    stored = team.of("ann").start_values.params(project, EDIT)
    assert stored == {**FIELDS, "aspectRatio": None}
    team.of("ann").start_values.save(project, EDIT, None, True)
    assert starts(team, "bob") == [(project, EDIT, True)]
    assert team.of("bob").start_values.params(project, EDIT) == stored
    for other in ("gus", "eve"):
        assert starts(team, other) == []
        with pytest.raises(NotFound, match="There is no such project"):
            team.of(other).start_values.params(project, EDIT)
    team.workshop.services.projects.change(project, shared=True, by=team.caller("ann"))
    assert starts(team, "gus") == [(project, EDIT, True)]
    team.of("ann").start_values.forget(project, EDIT)
    assert starts(team, "bob") == []
    with pytest.raises(NotFound):
        team.of("bob").start_values.params(project, EDIT)


def test_a_tab_begins_with_one_model(team: Team) -> None:
    project, other = team.project("ann"), "rhart-image-n-pro/text-to-image"
    team.of("ann").start_values.save(project, EDIT, None, True)
    team.of("ann").start_values.save(project, TEXT, None, True)
    team.of("ann").start_values.save(project, other, None, True)
    begins = {endpoint: begins for _, endpoint, begins in starts(team, "ann")}
    assert begins == {EDIT: False, TEXT: True, other: True}


@pytest.mark.parametrize(
    ("params", "problems"),
    [
        ({"resolution": "9k"}, ["not_an_option"]),
        ({"nonsense": 1}, ["unknown_field"]),
        ({"nonsense": None}, ["unknown_field"]),
        ({"prompt": 7}, ["wrong_type"]),
        ({"imageUrls": [f"{INPUT_PREFIX}{'0' * 64}.png"]}, ["file_gone"]),
        ({"imageUrls": ["http://127.0.0.1:7860/rh/files/none/x.png"]}, ["file_gone"]),
    ],
)
def test_what_a_form_can_t_hold_is_refused(
    team: Team, params: dict[str, JsonValue], problems: list[str]
) -> None:
    project = team.project("ann")
    with pytest.raises(PayloadRefused) as refused:
        team.of("ann").start_values.save(project, EDIT, params, None)
    assert [problem.code for problem in refused.value.problems] == problems
    assert starts(team, "ann") == []


def test_start_values_are_bounded(team: Team) -> None:
    project = team.project("ann")
    with pytest.raises(ArgumentRefused):
        team.of("ann").start_values.save(project, TEXT, {"prompt": "x" * LARGEST}, None)
    with pytest.raises(NotFound):
        team.of("ann").start_values.save(project, "no/such/model", {}, None)


def test_only_those_who_belong_to_an_open_project_change_its_start_values(team: Team) -> None:
    project = team.project("ann", shared=True)

    def ways(name: str, looking_at: str = "") -> tuple[Callable[[], None], ...]:
        values = team.of(name, looking_at).start_values
        return lambda: values.save(project, EDIT, FIELDS, None), lambda: values.forget(project, EDIT)

    for name in ("bob", "gus", "eve"):
        for change in ways(name):
            with pytest.raises(NotFound, match="There is no such project"):
                change()
    team.workshop.services.projects.add_person(project, "eve", by=team.caller("ann"))
    for change in ways("eve", looking_at="ann"):
        with pytest.raises(RightRefused):
            change()
    team.workshop.services.projects.change(project, closed=True, by=team.caller("ann"))
    for change in ways("ann"):
        with pytest.raises(MoveRefused):
            change()


def test_a_picture_among_start_values_is_the_project_s_and_is_not_cleaned_as_long(
    team: Team, tmp_path: Path
) -> None:
    project = team.project("ann", "bob")
    refs = [team.of("ann").inputs.keep(picture(tmp_path, shade), "a.png").ref for shade in (1, 2)]
    first: JsonValue = [refs[0]]
    long_ago = (datetime.now(UTC) - timedelta(days=400)).timestamp()
    for ref in refs:
        os.utime(
            team.workshop.folder / "library" / "inputs" / ref.removeprefix(INPUT_PREFIX), (long_ago, long_ago)
        )
    with pytest.raises(PayloadRefused) as hidden:
        team.of("bob").start_values.save(project, EDIT, {"imageUrls": first}, None)
    assert [problem.code for problem in hidden.value.problems] == ["file_gone"]
    team.of("ann").start_values.save(project, EDIT, {"imageUrls": first}, None)
    assert team.of("bob").inputs.input_info(refs[0]).ref == refs[0]
    with pytest.raises(NotFound):
        team.of("bob").inputs.input_info(refs[1])
    assert team.workshop.services.cleanup.clear_inputs().files == 1
    params: Params = {**valid_params(team.workshop.catalog.get(EDIT), link_for), "imageUrls": first}
    assert not team.of("bob").prices.estimate(EDIT, params).problems
    assert team.workshop.services.cleanup.clear_inputs().files == 0
    team.of("ann").start_values.forget(project, EDIT)
    assert team.workshop.services.cleanup.clear_inputs().files == 1
    with team.workshop.database.read() as connection:
        assert connection.execute(select(input_holders)).all() == []


def test_who_saved_start_values_is_written_down(team: Team) -> None:
    project = team.project("ann")
    team.of("ann").start_values.save(project, EDIT, FIELDS, None)
    (entry,) = team.workshop.services.audit.page(action=Action.PROJECT_CHANGED)
    assert (entry.person, entry.target) == ("ann", project)
    assert entry.details is not None and "start values" in entry.details["starts"]


def forms(team: Team, name: str) -> list[tuple[str, tuple[str, ...]]]:
    found = team.of(name).saved_forms.list_of(team.workshop.services.site)
    return [(record.path, record.projects) for record in found]


def test_a_form_that_is_put_into_a_project_is_in_the_list_of_whoever_sees_it(team: Team) -> None:
    project = team.project("ann", "bob")
    path = team.of("ann").apps.open(APP).path
    with pytest.raises(NotFound):
        team.of("bob").saved_forms.form(path)
    team.of("ann").saved_forms.put_into(path, project)
    assert forms(team, "ann") == forms(team, "bob") == [(path, (project,))]
    assert team.of("bob").saved_forms.form(path).path == path
    assert forms(team, "gus") == forms(team, "eve") == []
    team.workshop.services.projects.change(project, shared=True, by=team.caller("ann"))
    assert forms(team, "gus") == [(path, (project,))]
    with pytest.raises(NotFound, match="There is no such project"):
        team.of("gus").saved_forms.take_out(path, project)
    team.of("bob").saved_forms.set_favourite(path, favourite=True)
    team.of("bob").saved_forms.take_out(path, project)
    assert forms(team, "ann") == forms(team, "bob") == [(path, ())]
    assert forms(team, "gus") == []


def test_a_form_stays_with_its_project_when_its_person_leaves_or_removes_it(team: Team) -> None:
    project = team.project("ann", "bob")
    path = team.of("ann").apps.open(APP).path
    team.of("ann").saved_forms.put_into(path, project)
    team.of("ann").saved_forms.remove(path)
    team.workshop.services.projects.remove_person(project, "ann", by=team.caller("ann"))
    assert forms(team, "ann") == []
    assert forms(team, "bob") == [(path, (project,))]
    with pytest.raises(NotFound):
        team.of("ann").saved_forms.form(path)
    team.of("bob").saved_forms.take_out(path, project)
    assert forms(team, "bob") == [(path, ())], "the last list that has it is one's own"


def test_people_of_a_project_change_its_forms_and_nobody_else_does(team: Team) -> None:
    project = team.project("ann", "bob", shared=True)
    team.of("ann").workflows.open(PICTURE)
    team.of("ann").saved_forms.put_into(PATH, project)
    team.of("ann").saved_forms.remove(PATH)
    changed = team.of("bob").workflows.save(PATH, "Our kites", "", [], anew=False)
    assert changed.path == PATH
    copy = team.of("eve").workflows.save(PATH, "Other kites", "", [], anew=False)
    assert copy.path != PATH
    assert team.of("ann").workflows.form(PATH).face.titles["en"] == "Our kites"
    for name, looking_at in (("ann", ""), ("eve", "ann")):
        team.workshop.services.projects.change(project, closed=name == "ann", by=team.caller("ann"))
        with pytest.raises((MoveRefused, RightRefused)):
            team.of(name, looking_at).saved_forms.put_into(PATH, project)


def ended(team: Team, name: str, project: str = "", **more: str) -> Task:
    return team.workshop.done(team.order(name, project, **more))


def test_a_private_run_that_is_put_into_a_project_is_seen_there(team: Team, tmp_path: Path) -> None:
    project = team.project("ann", "bob")
    ref = team.of("ann").inputs.keep(picture(tmp_path, 3), "a.png").ref
    params: Params = {**valid_params(team.workshop.catalog.get(EDIT), link_for), "imageUrls": [ref]}
    task = team.workshop.done(team.of("ann").runs.order(EDIT, params, "", "x", OrderContext("page")).task)
    with pytest.raises(NotFound):
        team.of("bob").history.task(task.id)
    moved = team.of("ann").run_projects.put(task.id, project)
    assert moved.owner == RunOwner("ann", project)
    bob = team.of("bob")
    assert bob.history.task(task.id).id == task.id and bob.inputs.input_info(ref).ref == ref
    assert bob.history.output(task.outputs[0].id).id == task.outputs[0].id
    (entry,) = team.workshop.services.audit.page(action=Action.RUN_MOVED)
    assert (entry.person, entry.target, entry.details) == ("ann", task.id, {"name": "Kites"})
    assert team.of("ann").run_projects.put(task.id, project).id == task.id
    assert len(team.workshop.services.audit.page(action=Action.RUN_MOVED)) == 1


def test_a_project_that_a_run_leaves_no_longer_shows_its_inputs(team: Team, tmp_path: Path) -> None:
    ours, other = team.project("ann", "bob"), team.project("ann")
    photo, style = (
        team.of("ann").inputs.keep(picture(tmp_path, shade), f"{shade}.png").ref for shade in (1, 2)
    )
    valid = valid_params(team.workshop.catalog.get(EDIT), link_for)

    def leaves(*refs: str) -> Callable[[], Task]:
        images: list[JsonValue] = [*refs]
        runs = team.of("ann").runs.into(ours)
        task = team.workshop.done(
            runs.order(EDIT, {**valid, "imageUrls": images}, "", "x", OrderContext(str(refs))).task
        )
        return lambda: team.of("ann").run_projects.put(task.id, other)

    def seen(name: str = "bob") -> list[bool]:
        names, scope = [ref.removeprefix(INPUT_PREFIX) for ref in (photo, style)], team.caller(name).scope
        hidden = InputHolders(team.workshop.database).hidden(names, scope) if scope else names
        return [each not in hidden for each in names]

    alone, with_style = leaves(photo), leaves(photo, style)
    team.of("ann").start_values.save(ours, EDIT, {"imageUrls": [style]}, None)
    alone()
    assert seen() == [True, True], "another run there has it"
    with_style()
    assert seen() == [False, True], "start values have it"
    assert seen("ann") == [True, True]


def test_who_may_put_which_run_where(team: Team) -> None:
    mine, theirs = team.project("ann", "bob", "eve", shared=True), team.project("bob")
    task = ended(team, "ann", mine)
    put = {name: team.of(name).run_projects.put for name in ("ann", "bob", "gus", "eve")}
    for name, where, why in (
        ("bob", theirs, NotYours), ("gus", mine, NotYours), ("ann", theirs, NotFound), ("ann", "", NotFound),
        ("eve", theirs, NotFound),
    ):  # fmt: skip
        with pytest.raises(why):
            put[name](task.id, where)
    with pytest.raises(NotFound, match="There is no run"):
        put["eve"](ended(team, "ann").id, mine)
    other = team.project("eve")
    with pytest.raises(RightRefused):
        team.of("eve", looking_at="ann").run_projects.put(task.id, other)
    assert team.of("eve").run_projects.put(task.id, other).owner == RunOwner("ann", other)
    (entry,) = team.workshop.services.audit.page(action=Action.RUN_MOVED)
    assert (entry.person, entry.owner) == ("eve", "ann")
    team.workshop.services.projects.change(mine, closed=True, by=team.caller("ann"))
    with pytest.raises(MoveRefused) as closed:
        put["ann"](task.id, mine)
    assert closed.value.code == "project-closed"
    assert team.workshop.history.task(task.id).owner == RunOwner("ann", other)


@pytest.mark.parametrize("state", [S.RUNNING, S.UNKNOWN])
def test_a_run_that_has_not_ended_stays_where_it_is(team: Team, state: TaskState) -> None:
    faults = [{"on": "submit", "do": "drop-after"}] if state is S.UNKNOWN else []
    team.workshop.emulator.script(times={"queue": 0, "run": 3600}, faults=faults)
    project = team.project("ann")
    task = team.workshop.reach(team.order("ann"), state)
    with pytest.raises(MoveRefused) as refused:
        team.of("ann").run_projects.put(task.id, project)
    assert refused.value.code == "run-not-ended"
    with pytest.raises(MoveRefused):
        team.workshop.repositories.run_owners.put(task, project, "ann", [])
    assert team.workshop.history.task(task.id).owner == RunOwner("ann")


def test_the_run_that_repeats_one_stays_the_one_when_that_is_moved(team: Team) -> None:
    project, other = team.project("ann", "bob"), team.project("ann", "bob")
    task = ended(team, "ann")
    again = team.of("ann").runs.retry(task.id, "x").task
    for where in (project, other):
        team.of("ann").run_projects.put(task.id, where)
        for name in ("ann", "bob"):
            placed = team.of(name).runs.retry(task.id, "y")
            assert (placed.task.id, placed.already_sent) == (again.id, True)
    assert team.workshop.history.count() == 2


def test_a_run_that_is_moved_while_it_is_repeated_is_repeated_once(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, task, runs = team.project("ann"), ended(team, "ann"), team.of("ann").runs
    with_key = runs._accounts.with_key

    def meanwhile(key: AccountKey) -> Account | None:
        team.of("ann").run_projects.put(task.id, project)
        return with_key(key)

    monkeypatch.setattr(runs._accounts, "with_key", meanwhile)
    first = runs.retry(task.id, "x").task
    again = team.of("ann").runs.retry(task.id, "x")
    assert (again.task.id, again.already_sent) == (first.id, True)
    assert team.workshop.history.count() == 2


def test_whoever_left_a_project_gets_the_run_that_they_ordered_there(team: Team) -> None:
    project = team.project("ann", "bob")
    hidden = team.project("ann")
    team.workshop.services.projects.change(hidden, name="Hidden", by=team.caller("ann"))

    def order(name: str, request_id: str) -> Task:
        found = team.workshop.services.projects.named(name, team.caller("bob"))
        return team.order("bob", found, request_id, prompt=request_id)

    run = order("Kites", "kite-1")
    team.workshop.services.projects.remove_person(project, "bob", by=team.caller("ann"))
    assert order("Kites", "kite-1").id == order(project, "kite-1").id == run.id
    told = set()
    for name in ("Kites", project, "Hidden", hidden, "no such name"):
        with pytest.raises(NotFound) as refused:
            order(name, "kite-2")
        told.add(str(refused.value))
    assert len(told) == 1, "what others have is not told from what does not exist"
    assert team.workshop.history.count() == 1
    with pytest.raises(NotFound):
        team.workshop.services.projects.named("Kites", OWNER)


def test_what_a_moved_run_cost_counts_for_its_project_with_its_corrections(team: Team) -> None:
    project, other, budgets = team.project("ann"), team.project("ann"), team.workshop.services.budgets
    task, admin = ended(team, "ann"), team.caller("eve")
    cost = {"cost_amount": Decimal(3), "cost_currency": "CNY", "charged": Charged.YES.value}
    with team.workshop.database.write() as connection:
        connection.execute(update(tasks).where(tasks.c.id == task.id).values(cost))
    for holder, holder_id in ((Holder.PERSON, "ann"), (Holder.PROJECT, project), (Holder.PROJECT, other)):
        budgets.set(Budget(new_id(), holder, holder_id, Period.MONTH, "UTC", Decimal(10), "CNY"), admin)
    budgets.correct(task.id, Decimal("0.5"), "CNY", "a discount", admin)

    def left() -> list[Decimal]:
        stand = {budget.holder_id: standing for budget, standing in budgets.every(admin)}
        found = [stand[each] for each in ("ann", project, other)]
        return [standing.left for standing in found if standing]

    assert left() == [Decimal("7.5"), Decimal(10), Decimal(10)]
    team.of("ann").run_projects.put(task.id, project)
    assert left() == [Decimal("7.5"), Decimal("7.5"), Decimal(10)]
    budgets.correct(task.id, Decimal("-0.25"), "CNY", "it was more", admin)
    team.of("ann").run_projects.put(task.id, other)
    assert left() == [Decimal("7.25"), Decimal(10), Decimal("7.25")]
    listed = budgets.spending(admin, datetime.now(UTC), "UTC").lines
    amounts = [line.amount for line in listed if line.note]
    assert len(amounts) == 2 and {*amounts} == {Decimal("-0.5"), Decimal("0.25")}, "each is listed once"
