"""Sign-in by the company: through its OpenID provider, or by the name that its proxy gives.

People are known by the id that the company gives, never by their name or e-mail address. Who is new waits
until an admin lets them in, unless the settings say otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from rh_ui.errors import NotFound, SignInRefused
from rh_ui.people import Caller, Person, Role
from rh_ui.services.people import People
from rh_ui.services.sign_in import SignIn


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that was begun."""

    url: str
    """Where the browser goes."""
    kept: str
    """What the browser brings back in a cookie."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at the company."""

    subject: str
    """`<issuer> <subject>`, or `proxy <name>`."""
    name: str


class Provider(Protocol):
    """The company's OpenID provider (services.openid). Methods raise SignInRefused."""

    def begin(self, back: str) -> Begun: ...
    def finish(self, query: Mapping[str, str], kept: str, back: str) -> Identity: ...


@dataclass(frozen=True, slots=True)
class Company:
    """How the company signs people in, by the settings."""

    provider: Provider | None = None
    button: str = ""
    """What it calls its sign-in."""
    admits: Role | None = None
    """The role in which newcomers come in at once; None: they wait."""


class CompanySignIn:
    """Thread-safe. Methods raise StorageFault."""

    def __init__(self, people: People, sign_in: SignIn, company: Company) -> None:
        self._people = people
        self._sign_in = sign_in
        self._provider = company.provider
        self._admits = company.admits
        self.button = company.button if company.provider is not None else ""
        """What the company calls its sign-in; empty: there is none."""

    def begin(self, back: str) -> Begun:
        """Send a browser to the provider. `back`: the address of ours at which it comes back, known to the
        provider. Raises NotFound without a provider, SignInRefused."""
        return self._known().begin(back)

    def finish(
        self, query: Mapping[str, str], kept: str, back: str, agent: str, place: str
    ) -> tuple[Person, str]:
        """The person who came back, and the secret of their new session.

        `query`: of the address at which they came; `kept` and `back`: as in `begin`. Raises NotFound without
        a provider, SignInRefused also where they wait or are gone.
        """
        person = self._person(self._known().finish(query, kept, back))
        return person, self._sign_in.open_session(person, agent, place)

    def proxy_caller(self, name: str) -> Caller:
        """The person whom the company's proxy names. Raises SignInRefused if they wait or are gone."""
        return self._sign_in.trusted_caller(self._person(Identity(f"proxy {name}", name)))

    def _known(self) -> Provider:
        if self._provider is None:
            raise NotFound("This page has no sign-in of a company.")
        return self._provider

    def _person(self, identity: Identity) -> Person:
        person = self._people.of_company(identity.subject, identity.name, self._admits)
        if person is None:
            raise SignInRefused("Nobody can sign in yet: this page has no admin.", "sign-in-nobody")
        return person
