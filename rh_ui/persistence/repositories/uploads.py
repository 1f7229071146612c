"""Links of inputs that were uploaded to the service."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import and_, delete, insert, select

from rh_ui.persistence.repositories.base import Repository
from rh_ui.persistence.row_mapping import Link
from rh_ui.persistence.schema import uploads


class UploadRepository(Repository):
    """One link per input, host and account; see Repository."""

    def find(self, content: str, host: str, account: str) -> Link | None:
        """The link of an input that was uploaded before; None without one, or when it is too old."""
        with self._database.read() as connection:
            found = connection.execute(
                select(uploads.c.url, uploads.c.file_name).where(
                    uploads.c.content == content,
                    uploads.c.host == host,
                    uploads.c.account == account,
                    uploads.c.expires_at > self._now(),
                )
            ).one_or_none()
        return None if found is None else Link(found.url, found.file_name)

    def save(self, content: str, host: str, account: str, link: Link, life: timedelta) -> None:
        """Store the link of an upload, valid for `life` from now."""
        same = and_(uploads.c.content == content, uploads.c.host == host, uploads.c.account == account)
        with self._database.write() as connection:
            connection.execute(delete(uploads).where(same))
            connection.execute(
                insert(uploads).values(
                    content=content,
                    host=host,
                    account=account,
                    url=link.url,
                    file_name=link.file_name,
                    expires_at=self._now() + life,
                )
            )

    def remove(self, contents: Collection[str]) -> None:
        """The links of these inputs must not be used again, at any host."""
        with self._database.write() as connection:
            connection.execute(delete(uploads).where(uploads.c.content.in_(contents)))
