"""Makes the services for people: for the program, and alone. Part of the composition root."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from rh_ui.config import DEMO_NAME, Settings
from rh_ui.errors import StartRefused
from rh_ui.opening import database_place, open_library, opened_database
from rh_ui.people import Role
from rh_ui.persistence.database import Database
from rh_ui.persistence.repositories.audit import AuditRepository
from rh_ui.persistence.repositories.base import do_nothing
from rh_ui.persistence.repositories.invitations import InvitationRepository
from rh_ui.persistence.repositories.people import PeopleRepository
from rh_ui.persistence.repositories.projects import ProjectRepository
from rh_ui.persistence.repositories.sessions import SessionRepository, TokenRepository
from rh_ui.services.audit_log import AuditLog
from rh_ui.services.company_sign_in import Company
from rh_ui.services.passwords import Passwords
from rh_ui.services.people import People
from rh_ui.services.sign_in import SignIn
from rh_ui.start_checks import prepare_folder, secret_of


def build_people(
    database: Database, audit: AuditLog, inputs: Callable[[], Iterable[str]],
    changed: Callable[[], object] = do_nothing,
) -> tuple[People, SignIn]:  # fmt: skip
    """Who signs in, and how. `inputs`: the names of all kept inputs."""
    people, passwords = PeopleRepository(database, changed), Passwords()
    sessions, tokens = SessionRepository(database), TokenRepository(database)
    projects_of, invitations = ProjectRepository(database).of_person, InvitationRepository(database, changed)
    return (
        People(people, invitations, audit, passwords, kept_inputs=inputs),
        SignIn(people, sessions, tokens, audit, passwords, projects_of=projects_of),
    )


def company_of(settings: Settings) -> Company:
    """How the company signs people in. Makes no request. Raises StartRefused."""
    admits = Role(settings.oidc_admit) if settings.oidc_admit else None
    if settings.proxy_user_header and not settings.proxies:
        raise StartRefused(
            "RH_UI_PROXY_USER_HEADER needs RH_UI_PROXIES: only the proxies named there are believed."
        )
    if not settings.oidc_issuer:
        return Company(admits=admits)
    if not settings.oidc_client_id:
        raise StartRefused("RH_UI_OIDC_ISSUER needs RH_UI_OIDC_CLIENT_ID: the name it gave to this page.")
    from rh_ui.services.openid import OpenIdProvider  # it loads much, and few need it

    given, file = settings.oidc_client_secret, settings.oidc_client_secret_file
    secret = secret_of(given.get_secret_value() if given else None, file, "RH_UI_OIDC_CLIENT_SECRET_FILE")
    provider = OpenIdProvider(settings.oidc_issuer, settings.oidc_client_id, secret)
    return Company(provider, settings.oidc_name or urlsplit(settings.oidc_issuer).netloc, admits)


@contextmanager
def opened_people(settings: Settings, *, new: bool) -> Iterator[People]:
    """People without the rest of the program, also while it runs. The key does not matter: only `--demo` or
    its variable leads to those of demo mode. `new`: whether a database may be made. Raises StartRefused."""
    home = settings.data_dir / DEMO_NAME if settings.demo_asked else settings.data_dir
    file = database_place(settings, home)
    if file is not None and not (new or file.exists()):
        raise StartRefused(f"There is no history in {file.parent} yet. Name its folder: --data-dir FOLDER.")
    prepare_folder(home)
    with ExitStack() as closing:
        database = opened_database(settings, home, closing)
        audit = AuditLog(AuditRepository(database))
        yield build_people(database, audit, lambda: open_library(settings, home).inputs())[0]
