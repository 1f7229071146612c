"""All repositories, opened together on one database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from rh_ui.persistence.database import Database
from rh_ui.persistence.database_clock import utc_now
from rh_ui.persistence.repositories.asking_runs import AskingRuns
from rh_ui.persistence.repositories.base import do_nothing
from rh_ui.persistence.repositories.bin import BinRepository
from rh_ui.persistence.repositories.budgets import BudgetRepository
from rh_ui.persistence.repositories.marks import MarkRepository
from rh_ui.persistence.repositories.outputs import OutputRepository
from rh_ui.persistence.repositories.pauses import PauseRepository
from rh_ui.persistence.repositories.projects import ProjectRepository
from rh_ui.persistence.repositories.run_owners import RunOwnerRepository
from rh_ui.persistence.repositories.start_values import StartValueRepository
from rh_ui.persistence.repositories.tags import TagRepository
from rh_ui.persistence.repositories.tasks import TaskRepository
from rh_ui.persistence.repositories.uploads import UploadRepository
from rh_ui.persistence.repositories.webhooks import WebhookRepository


@dataclass(frozen=True, slots=True)
class Repositories:
    """One field per repository."""

    tasks: TaskRepository
    outputs: OutputRepository
    pauses: PauseRepository
    uploads: UploadRepository
    webhooks: WebhookRepository
    budgets: BudgetRepository
    run_owners: RunOwnerRepository
    projects: ProjectRepository
    start_values: StartValueRepository
    asking_runs: AskingRuns
    marks: MarkRepository
    tags: TagRepository
    bin: BinRepository


def open_repositories(
    database: Database,
    *,
    changed: Callable[[], object] = do_nothing,
    now: Callable[[], datetime] = utc_now,
) -> Repositories:
    """`changed` is called after every commit that a page could show."""
    return Repositories(
        TaskRepository(database, changed, now),
        OutputRepository(database, changed, now),
        PauseRepository(database, changed, now),
        UploadRepository(database, changed, now),
        WebhookRepository(database, changed, now),
        BudgetRepository(database, changed, now),
        RunOwnerRepository(database, changed, now),
        ProjectRepository(database, changed, now),
        StartValueRepository(database, changed, now),
        AskingRuns(database, changed, now),
        MarkRepository(database, changed, now),
        TagRepository(database, changed, now),
        BinRepository(database, changed, now),
    )
