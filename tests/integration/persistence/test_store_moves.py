"""Runs that are moved between projects, on both databases, also while the projects get new ones."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Final

from rh_ui.domain import INPUT_PREFIX, Modality, Task, TaskState
from rh_ui.people import RunOwner, Scope
from rh_ui.persistence.database import Database
from rh_ui.persistence.input_holders import InputHolders
from rh_ui.persistence.repositories.repositories import Repositories
from rh_ui.persistence.row_mapping import NewTask
from rh_ui.persistence.run_queries import RunQueries
from tests.integration.persistence.belonging import belong
from tests.integration.persistence.test_store_whose import ACCOUNT, ANN, OURS, SITE, THEIRS

ROUNDS: Final = 12


def add(store: Repositories, run: str, name: str, project: str = OURS) -> Task:
    new = NewTask(
        run, "maker/model", Modality.IMAGE, {"imageUrls": [f"{INPUT_PREFIX}{name}"]}, SITE, ACCOUNT,
        owner=RunOwner(ANN, project), inputs=(name,),
    )  # fmt: skip
    task, _ = store.tasks.add(new)
    store.tasks.move(run, TaskState.QUEUED, TaskState.DONE)
    return task


def test_moves_in_both_directions_do_not_wait_for_each_other_for_ever(
    database: Database, store: Repositories, history: RunQueries
) -> None:
    belong(database, [RunOwner(ANN, OURS), RunOwner(ANN, THEIRS)])
    pair = [("run-1", OURS, THEIRS), ("run-2", THEIRS, OURS)]
    for number, (run, project, _) in enumerate(pair):
        add(store, run, f"{number}" * 64 + ".png", project)
    start = Barrier(len(pair))

    def move(run: str, to: str) -> None:
        start.wait()
        store.run_owners.put(history.task(run), to, ANN, [])

    with ThreadPoolExecutor(len(pair)) as hands:
        for turn in range(ROUNDS):
            moves = [(run, there if turn % 2 == 0 else here) for run, here, there in pair]
            for moved in [hands.submit(move, *each) for each in moves]:
                moved.result()
            assert [(run, history.task(run).owner.project) for run, _, _ in pair] == moves


def test_an_input_of_a_run_that_comes_while_another_leaves_is_seen_there(
    database: Database, store: Repositories
) -> None:
    belong(database, [RunOwner(ANN, OURS), RunOwner(ANN, THEIRS)])
    holders, start = InputHolders(database), Barrier(2)

    def leave(task: Task) -> None:
        start.wait()
        store.run_owners.put(task, THEIRS, ANN, [])

    def come(run: str, name: str) -> None:
        start.wait()
        add(store, run, name)

    with ThreadPoolExecutor(2) as hands:
        for turn in range(ROUNDS):
            name = f"{turn:064d}.png"
            leaving = hands.submit(leave, add(store, f"left-{turn}", name))
            hands.submit(come, f"came-{turn}", name).result()
            leaving.result()
            assert not holders.hidden([name], Scope("zoe", frozenset({OURS}))), turn
            assert not holders.hidden([name], Scope("zoe", frozenset({THEIRS}))), turn
