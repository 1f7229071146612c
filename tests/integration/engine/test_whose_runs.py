"""What a person may see, order and change: their own work, that of their projects, and nothing else."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from PIL import Image
from sqlalchemy import insert, select, update

from rh_ui.catalog.comfy.workflow_form import Choice
from rh_ui.domain import Params, Task, TaskState
from rh_ui.errors import MoveRefused, NotFound, NotYours, OrderRefused, PayloadRefused, RightRefused
from rh_ui.people import Caller, Person, PersonState, Role, RunOwner
from rh_ui.persistence.database import Database
from rh_ui.persistence.schema import tasks
from rh_ui.persistence.schema_team import input_holders, people
from rh_ui.services.access import changeable
from rh_ui.services.order_identity import OrderContext
from rh_ui.services.services import Services
from tests.integration.emulator.caller import EDIT
from tests.integration.engine.test_workflow_runs import PATH, PICTURE
from tests.integration.engine.workshop import TEXT, Workshop
from tests.samples import link_for, valid_params

S = TaskState
ROLES: Final = {"ann": Role.MEMBER, "bob": Role.MEMBER, "gus": Role.GUEST, "eve": Role.ADMIN}
APP: Final = "1900000000000000201"


@dataclass
class Team:
    """People of a workshop; each call is bound anew, as a request is."""

    workshop: Workshop

    def __post_init__(self) -> None:
        for name, role in (
            ("ann", Role.MEMBER),
            ("bob", Role.MEMBER),
            ("gus", Role.GUEST),
            ("eve", Role.ADMIN),
        ):
            add_person(
                self.workshop.database, Person(name, name, role, PersonState.ACTIVE, datetime.now(UTC))
            )

    def caller(self, name: str, looking_at: str = "") -> Caller:
        projects = self.workshop.services.projects.of_person(name)
        return Caller(name, ROLES[name], name, projects, looking_at=looking_at)

    def of(self, name: str, looking_at: str = "") -> Services:
        return self.workshop.services.of(self.caller(name, looking_at))

    def order(self, name: str, project: str = "", request_id: str = "", **params: str) -> Task:
        body: Params = {**valid_params(self.workshop.catalog.get(TEXT), link_for), **params}
        context = OrderContext("page", seen=frozenset() if request_id else None)
        placed = self.of(name).runs.into(project).order(TEXT, body, request_id, "a browser", context)
        return placed.task

    def project(self, name: str, *others: str, shared: bool = False) -> str:
        made = self.workshop.services.projects.make("Kites", shared=shared, by=self.caller(name))
        for other in others:
            self.workshop.services.projects.add_person(made.id, other, by=self.caller(name))
        return made.id


def add_person(database: Database, person: Person) -> None:
    row = {
        "id": person.id, "name": person.name, "name_key": person.name, "role": person.role.value,
        "state": person.state.value, "made_at": person.made_at,
    }  # fmt: skip
    with database.write() as connection:
        connection.execute(insert(people).values(row))


@pytest.fixture
def team(workshop: Workshop) -> Team:
    return Team(workshop)


def test_a_run_is_its_person_s_and_its_share_of_the_queue_too(team: Team) -> None:
    mine = team.order("ann")
    assert mine.owner == RunOwner("ann") and mine.submitter == "ann"
    assert team.of("ann").history.task(mine.id).id == mine.id
    for other in ("bob", "gus", "eve"):
        with pytest.raises(NotFound, match=f"There is no run {mine.id}"):
            team.of(other).history.task(mine.id)
        assert team.of(other).history.count() == team.of(other).history.active_count() == 0


def test_a_run_in_a_project_is_seen_by_its_people_and_a_shared_one_by_everybody(team: Team) -> None:
    closed, shared = team.project("ann", "bob"), team.project("ann", shared=True)
    runs = {"closed": team.order("ann", closed), "shared": team.order("ann", shared)}
    seen = {
        name: {where for where, task in runs.items() if team.of(name).history.count(search=task.id)}
        for name in ("ann", "bob", "gus", "eve")
    }
    both = {"closed", "shared"}
    assert seen == {"ann": both, "bob": both, "gus": {"shared"}, "eve": {"shared"}}


def changes(team: Team, task: Task) -> dict[str, Callable[[Services], object]]:
    """Everything that changes a run."""
    output = f"{task.id}-000"
    return {
        "cancel": lambda services: services.runs.cancel(task.id),
        "move up": lambda services: services.runs.move_up(task.id),
        "retry": lambda services: services.runs.retry(task.id, "x"),
        "resend": lambda services: changeable(services.history, services.caller, task.id),
        "found": lambda services: services.unknown_outcomes.resolve(task.id, "found", "1" * 19),
        "lost": lambda services: services.unknown_outcomes.resolve(task.id, "lost"),
        "again": lambda services: services.unknown_outcomes.resolve(task.id, "again"),
        "fetch": lambda services: services.results.retry_files(task.id),
        "collect": lambda services: services.external_runs.import_run(task.remote_id),
        "hide": lambda services: services.results.hide(output),
        "show": lambda services: services.results.show(output),
    }


def test_what_is_not_seen_can_t_be_changed_and_what_is_only_seen_neither(team: Team) -> None:
    private = team.workshop.done(team.order("ann"))
    shared = team.workshop.done(team.order("ann", team.project("ann", shared=True)))
    before = team.workshop.history.tasks()
    for name, change in changes(team, private).items():
        # An id of the service that is another's is refused as one that nobody has.
        for who in ("bob", "eve"):
            with pytest.raises((NotFound, MoveRefused)) as refused:
                change(team.of(who))
            assert refused.type is NotFound or name == "collect"
        assert team.workshop.history.tasks() == before, name
    for name, change in changes(team, shared).items():
        with pytest.raises(NotYours):
            change(team.of("bob"))
        assert team.workshop.history.tasks() == before, name


@pytest.mark.parametrize("who", ["bob", "eve"])
def test_people_of_a_project_and_admins_change_its_runs(team: Team, who: str) -> None:
    team.workshop.emulator.script(times={"queue": 0, "run": 3600})
    project = team.project("ann", "bob", shared=True)
    task = team.workshop.reach(team.order("ann", project), S.RUNNING)
    team.of(who).runs.cancel(task.id)
    assert team.workshop.reach(task).state is S.CANCELLED


def test_new_runs_go_only_to_open_projects_of_their_person(team: Team) -> None:
    project = team.project("ann", shared=True)
    for outside in (project, "0" * 32):
        with pytest.raises(NotFound, match="There is no such project"):
            team.order("bob", outside)
    team.workshop.services.projects.change(project, closed=True, by=team.caller("ann"))
    with pytest.raises(MoveRefused) as closed:
        team.order("ann", project)
    assert closed.value.code == "project-closed"
    assert team.workshop.history.count() == 0


def test_a_request_that_is_repeated_when_its_project_is_closed_is_the_run_that_there_is(team: Team) -> None:
    project = team.project("ann", "bob")
    first = team.workshop.done(team.order("ann", project, request_id="press-1"))
    his = team.order("bob", project, request_id="press-1")
    retried = team.of("ann").runs.retry(first.id, "x").task
    team.workshop.services.projects.remove_person(project, "bob", by=team.caller("ann"))
    assert team.order("bob", project, request_id="press-1").id == his.id
    team.workshop.services.projects.change(project, closed=True, by=team.caller("ann"))
    assert team.order("ann", project, request_id="press-1").id == first.id
    assert team.of("ann").runs.retry(first.id, "x").task.id == retried.id
    for order in (
        lambda: team.order("ann", project, request_id="press-2", prompt="another"),
        lambda: team.of("ann").runs.retry(retried.id, "x"),
    ):
        with pytest.raises(MoveRefused) as closed:
            order()
        assert closed.value.code == "project-closed"
    assert team.workshop.history.count() == 3


def test_a_project_that_is_closed_in_the_moment_of_an_order_gets_no_run(team: Team) -> None:
    project = team.project("ann", "bob")
    orders = [team.of(name).runs.into(project) for name in ("ann", "bob")]
    team.workshop.services.projects.remove_person(project, "bob", by=team.caller("ann"))
    team.workshop.services.projects.change(project, closed=True, by=team.caller("ann"))
    body = valid_params(team.workshop.catalog.get(TEXT), link_for)
    for runs, refused in zip(orders, (MoveRefused, NotFound), strict=True):
        with pytest.raises(refused):
            runs.order(TEXT, body, "", "x", OrderContext("page"))
    assert team.workshop.history.count() == 0


def test_a_request_from_before_there_were_people_is_the_same_one_with_them(workshop: Workshop) -> None:
    body = valid_params(workshop.catalog.get(TEXT), link_for)
    before, now = OrderContext("the key's"), OrderContext("person ann", "the key's")
    first = workshop.services.runs.order(TEXT, body, "press-1", "a browser", before).task
    again = workshop.services.runs.retry(workshop.done(first).id, "a browser").task
    workshop.done(again)
    team = Team(workshop)
    with workshop.database.write() as connection:
        connection.execute(update(tasks).values(person="ann"))
    runs, project = team.of("ann").runs, team.project("ann")
    assert runs.order(TEXT, body, "press-1", "x", now).task.id == first.id
    assert team.of("ann").runs.retry(first.id, "x").task.id == again.id
    for other, others in ((runs, {**body, "prompt": "another"}), (team.of("ann").runs.into(project), body)):
        with pytest.raises(OrderRefused):
            other.order(TEXT, others, "press-1", "x", now)
    assert team.of("bob").runs.order(TEXT, body, "press-1", "x", now).already_sent is False


def test_the_same_request_of_two_people_is_two_orders_and_of_one_person_one(team: Team) -> None:
    hers, his = team.order("ann", request_id="press-1"), team.order("bob", request_id="press-1")
    assert hers.id != his.id
    assert team.order("ann", request_id="press-1").id == hers.id
    project = team.project("ann")
    equal = team.order("ann", project, request_id="press-2")
    assert equal.id != hers.id, "the same settings into a project are another order"


def test_a_retry_of_a_project_s_run_is_one_run_whoever_asks_and_stays_in_the_project(team: Team) -> None:
    project = team.project("ann", "bob")
    task = team.workshop.done(team.order("ann", project))
    first = team.of("bob").runs.retry(task.id, "x").task
    second = team.of("ann").runs.retry(task.id, "y").task
    assert first.id == second.id
    assert first.owner == RunOwner("bob", project)


def test_what_an_admin_settles_for_somebody_stays_theirs(team: Team) -> None:
    project = team.project("ann", shared=True)
    task = team.workshop.done(team.order("ann", project))
    again = team.of("eve").runs.retry(task.id, "x").task
    assert again.owner == RunOwner("ann", project)


def picture(folder: Path, shade: int) -> Path:
    path = folder / f"{shade}.png"
    Image.new("RGB", (320, 240), (shade, 90, 160)).save(path)
    return path


def test_another_s_input_is_no_longer_here_until_a_project_has_it(team: Team, tmp_path: Path) -> None:
    ref = team.of("ann").inputs.keep(picture(tmp_path, 1), "a.png").ref
    params: Params = {**valid_params(team.workshop.catalog.get(EDIT), link_for), "imageUrls": [ref]}
    bob = team.of("bob")
    for ask in (
        lambda: bob.inputs.input_info(ref),
        lambda: bob.inputs.convert(EDIT, "imageUrls", ref),
        lambda: bob.inputs.keep_link(f"http://127.0.0.1:7860/rh/inputs/{ref.removeprefix('input:')}"),
    ):
        with pytest.raises(NotFound):
            ask()
    assert [problem.code for problem in bob.prices.estimate(EDIT, params).problems] == ["file_gone"]
    with pytest.raises(PayloadRefused) as refused:
        bob.runs.order(EDIT, params, "", "x", OrderContext("page"))
    assert [problem.code for problem in refused.value.problems] == ["file_gone"]
    project = team.project("ann", "bob")
    team.of("ann").runs.into(project).order(EDIT, params, "", "x", OrderContext("page"))
    assert not team.of("bob").prices.estimate(EDIT, params).problems
    assert team.of("bob").runs.order(EDIT, params, "", "x", OrderContext("page")).task.owner == RunOwner(
        "bob"
    )


def test_the_same_file_brought_by_two_people_is_kept_once_and_is_both_s(team: Team, tmp_path: Path) -> None:
    path = picture(tmp_path, 2)
    refs = {team.of(name).inputs.keep(path, "a.png").ref for name in ("ann", "bob")}
    assert len(refs) == 1
    assert [team.of(name).inputs.input_info(*refs).ref for name in ("ann", "bob")] == [*refs, *refs]


def test_a_look_changes_orders_and_keeps_nothing(team: Team, tmp_path: Path) -> None:
    ref = team.of("ann").inputs.keep(picture(tmp_path, 3), "a.png").ref
    task, project = team.workshop.done(team.order("ann")), team.project("ann", shared=True)
    form, result = team.of("ann").apps.open(APP).path, task.outputs[0].id
    eve, by = team.of("eve", looking_at="ann"), team.caller("eve", looking_at="ann")
    site, projects = team.workshop.services.site, team.workshop.services.projects
    refused: list[Callable[[], object]] = [
        *(functools.partial(way, eve) for way in changes(team, task).values()),
        lambda: eve.runs.order(TEXT, {}, "", "x", OrderContext("page")),
        lambda: eve.inputs.keep(picture(tmp_path, 4), "b.png"),
        lambda: eve.inputs.keep_result(result),
        lambda: eve.inputs.keep_link(f"http://127.0.0.1:7860/rh/files/{result}/kite.png"),
        lambda: eve.inputs.keep_link(f"http://127.0.0.1:7860/rh/files/{result}/members/0"),
        lambda: eve.saved_forms.set_favourite(form, favourite=True),
        lambda: eve.saved_forms.remove(form),
        lambda: eve.apps.open(APP),
        lambda: projects.make("Mine", shared=True, by=by),
        lambda: projects.change(project, closed=True, by=by),
        lambda: projects.add_person(project, "eve", by=by),
        lambda: projects.remove_person(project, "ann", by=by),
    ]
    for change in refused:
        with pytest.raises(RightRefused):
            change()
    params: Params = {**valid_params(team.workshop.catalog.get(EDIT), link_for), "imageUrls": [ref]}
    assert not eve.prices.estimate(EDIT, params).problems
    eve.inputs.convert(EDIT, "imageUrls", ref)
    linked: Params = {**params, "imageUrls": [f"http://127.0.0.1:7860/rh/files/{result}/kite.png"]}
    assert [problem.code for problem in eve.prices.estimate(EDIT, linked).problems] == ["file_gone"]
    with team.workshop.database.read() as connection:
        held = connection.execute(select(input_holders.c.holder).distinct()).scalars().all()
    assert held == ["person:ann"]
    assert team.of("eve").saved_forms.list_of(site) == []
    assert team.workshop.history.count() == 1


def test_another_s_result_can_t_be_taken_as_an_input(team: Team) -> None:
    task = team.workshop.done(team.order("ann"))
    with pytest.raises(NotFound):
        team.of("bob").inputs.keep_result(task.outputs[0].id)


def test_kept_forms_are_one_s_own_and_the_same_app_is_in_two_lists(team: Team) -> None:
    site = team.workshop.services.site
    for name in ("ann", "bob"):
        assert team.of(name).saved_forms.list_of(site) == []
        form = team.of(name).apps.open(APP)
    team.of("ann").saved_forms.set_favourite(form.path, favourite=True)
    assert [record.favourite for record in team.of("ann").saved_forms.list_of(site)] == [True]
    assert [record.favourite for record in team.of("bob").saved_forms.list_of(site)] == [False]
    team.of("ann").saved_forms.remove(form.path)
    assert team.of("ann").saved_forms.list_of(site) == []
    assert team.of("bob").saved_forms.form(form.path).path == form.path
    with pytest.raises(NotFound):
        team.of("ann").saved_forms.form(form.path)
    with pytest.raises(NotFound):
        team.of("ann").runs.order(form.path, {}, "", "x", OrderContext("page"))


def test_two_people_s_forms_of_one_workflow_do_not_change_each_other(team: Team) -> None:
    hers = team.of("ann").workflows
    hers.open(PICTURE)
    hers.save(PATH, "Her kites", "", [Choice("6.text")], anew=False)
    his = team.of("bob").workflows.open(PICTURE)
    assert his.path != PATH and his.face.titles["en"] != "Her kites"
    assert team.of("bob").workflows.open(PICTURE).path == his.path
    team.of("bob").workflows.save(his.path, "His kites", "", [], anew=False)
    assert team.of("ann").workflows.form(PATH).face.titles["en"] == "Her kites"
    with pytest.raises(NotFound):
        team.of("bob").workflows.form(PATH)


def test_a_form_that_made_a_run_of_a_project_is_seen_there(team: Team) -> None:
    project = team.project("ann", "bob")
    team.of("ann").workflows.open(PICTURE)
    team.of("ann").runs.into(project).order(PATH, {}, "", "x", OrderContext("page"))
    assert team.of("bob").workflows.form(PATH).path == PATH
    copy = team.of("bob").workflows.save(PATH, "His kites", "", [], anew=False)
    assert copy.path != PATH
    assert team.of("ann").workflows.form(PATH).face.titles["en"] != "His kites"


def test_a_run_of_another_is_not_known_by_its_id_at_the_service(team: Team) -> None:
    task = team.workshop.done(team.order("ann"))
    for ask in (team.of("eve").external_runs.look_up, team.of("eve").external_runs.import_run):
        with pytest.raises(MoveRefused) as refused:
            ask(task.remote_id)
        assert refused.value.code == "resolve-not-there"
    assert team.of("ann").external_runs.look_up(task.remote_id).here == team.workshop.history.task(task.id)


def test_somebody_who_leaves_a_project_keeps_their_runs_and_sees_no_new_ones(team: Team) -> None:
    project = team.project("ann", "bob")
    his = team.order("bob", project)
    team.workshop.services.projects.remove_person(project, "bob", by=team.caller("ann"))
    hers = team.order("ann", project)
    assert {task.id for task in team.of("bob").history.tasks()} == {his.id}
    assert {task.id for task in team.of("ann").history.tasks()} == {his.id, hers.id}


def test_an_admin_who_looks_sees_what_the_person_sees_of_their_own(team: Team) -> None:
    mine, others = team.order("ann"), team.order("bob")
    found = {task.id for task in team.of("eve", looking_at="ann").history.tasks()}
    assert mine.id in found and others.id not in found


def test_without_people_nothing_is_bound(workshop: Workshop) -> None:
    owner = Caller("", Role.ADMIN)
    assert workshop.services.of(owner) is workshop.services
    task = workshop.submit()
    assert task.owner == RunOwner()
