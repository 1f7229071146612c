"""What webhooks say about runs, and the digests of their secrets."""

from __future__ import annotations

from sqlalchemy import and_, or_

from rh_ui.persistence.repositories.base import Repository
from rh_ui.persistence.schema import tasks


class WebhookRepository(Repository):
    """Two columns of the tasks; see Repository."""

    def record_remote_id(self, task_id: str, hook: str, remote_id: str) -> bool:
        """Store the id that the service named for the attempt with this hook; until one is confirmed, the
        last one counts. False: an id is confirmed already, or it is another attempt by now."""
        new = or_(tasks.c.heard == "", and_(tasks.c.remote_id == "", tasks.c.heard != remote_id))
        same = and_(tasks.c.id == task_id, tasks.c.hook == hook, new)
        return self._update_tasks(same, {"heard": remote_id}) == 1

    def forget_remote_id(self, task_id: str, remote_id: str) -> None:
        """The service has no such task: forget the id, so that another one may be stored."""
        self._update_tasks(and_(tasks.c.id == task_id, tasks.c.heard == remote_id), {"heard": ""})

    def replace_secret(self, task_id: str, hook: str) -> None:
        """From now on, messages about a task with a known remote id need this new secret."""
        self._update_tasks(and_(tasks.c.id == task_id, tasks.c.remote_id != ""), {"hook": hook})
