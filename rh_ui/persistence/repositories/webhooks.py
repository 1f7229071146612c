"""What webhooks say of runs, and the secrets that prove it."""

from __future__ import annotations

from sqlalchemy import and_, or_

from rh_ui.persistence.repositories.base import Repository
from rh_ui.persistence.schema import tasks


class WebhookRepository(Repository):
    """Two columns of the tasks; as Repository."""

    def record_remote_id(self, task_id: str, hook: str, remote_id: str) -> bool:
        """Keep the id that the service named for the attempt with this hook, the last one as long as none is
        proved. False: it is known already, or the attempt is another one by now."""
        new = or_(tasks.c.heard == "", and_(tasks.c.remote_id == "", tasks.c.heard != remote_id))
        same = and_(tasks.c.id == task_id, tasks.c.hook == hook, new)
        return self._update_tasks(same, {"heard": remote_id}) == 1

    def forget_remote_id(self, task_id: str, remote_id: str) -> None:
        """The service has no such task: the id that was named is none, and another one may be."""
        self._update_tasks(and_(tasks.c.id == task_id, tasks.c.heard == remote_id), {"heard": ""})

    def replace_secret(self, task_id: str, hook: str) -> None:
        """From now on another secret proves who tells of a task that the service has named."""
        self._update_tasks(and_(tasks.c.id == task_id, tasks.c.remote_id != ""), {"hook": hook})
