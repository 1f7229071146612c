"""The nouns of a team: people, projects, rights, and whose runs somebody may see. Frozen, no I/O.

Without people (one owner on a loopback address, or the visitors of a demo) every call is the OWNER's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a person may do; each may do what those before it may."""

    GUEST = "guest"
    """Looks at the projects that they belong to; starts nothing and spends nothing."""
    MEMBER = "member"
    """Runs models, within their budgets."""
    ADMIN = "admin"
    """Invites people, sets budgets, clears files, and sees the audit log."""


class PersonState(StrEnum):
    """Whether a person may sign in."""

    WAITING = "waiting"
    """Came by the company's own sign-in; an admin has to let them in."""
    ACTIVE = "active"
    GONE = "gone"
    """Left; their runs stay, and nobody signs in as them."""


class Right(StrEnum):
    """What a route or a named function needs."""

    PUBLIC = "public"
    """Also for strangers: the sign-in page and what it loads."""
    SECRET = "secret"
    """Also for strangers: the address itself contains a secret, which the handler checks."""
    LOOK = "look"
    """Everybody who is signed in; what they find is what they may see."""
    RUN = "run"
    """Members: whatever costs money, or changes what is theirs."""
    MANAGE = "manage"
    """Admins: what applies to everybody."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in. Times are aware UTC."""

    id: str
    name: str
    """As they write it; unique without regard to case and width."""
    role: Role
    state: PersonState
    made_at: datetime
    signed_in_at: datetime | None = None
    has_password: bool = False
    subject: str = ""
    """Their id at the company's own sign-in: `<issuer> <subject>`, or `proxy <name>`."""


@dataclass(frozen=True, slots=True)
class Session:
    """A browser in which somebody is signed in. Times are aware UTC."""

    id: str
    person: str
    made_at: datetime
    """When they signed in."""
    turned_at: datetime
    """When its secret was made; a new one replaces it once a day."""
    taken_at: datetime | None
    """When that secret came for the first time; None: not yet, its answer may be lost."""
    seen_at: datetime
    """When it was last used, to some minutes."""
    ends_at: datetime
    """When it ends at the latest."""
    agent: str = ""
    """The browser, as it names itself."""
    looking_at: str = ""
    """The id of the person whose private work an admin looks at in it; empty: nobody's."""


@dataclass(frozen=True, slots=True)
class Token:
    """With what a person's scripts sign in. Times are aware UTC."""

    id: str
    person: str
    name: str
    made_at: datetime
    seen_at: datetime | None = None
    """When it was last used, to some minutes; None: never."""
    ends_at: datetime | None = None
    """None: never."""
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link with which one person becomes a member. Times are aware UTC."""

    digest: str
    """The sha-256 of the secret in the link; it names the invitation, and opens nothing."""
    role: Role
    project: str
    """The id of the project that they will belong to; empty: none."""
    made_by: str
    made_at: datetime
    ends_at: datetime
    used_by: str = ""
    """The id of whoever accepted it; empty: nobody yet."""


@dataclass(frozen=True, slots=True)
class Project:
    """Work that several people share."""

    id: str
    name: str
    shared: bool
    """Whether everybody sees it; otherwise only its people do."""
    made_at: datetime
    people: frozenset[str] = frozenset()
    """Ids of the people who belong to it."""
    closed: bool = False
    """Whether nothing new is added to it."""
    account: str = ""
    """The name of the RunningHub account that its runs go to; empty: the rule decides."""


@dataclass(frozen=True, slots=True)
class RunOwner:
    """Whose a run is. All empty where there are no people."""

    person: str = ""
    project: str = ""
    """Empty: private."""
    token: str = ""
    """The token that ordered it; empty for a page."""


NOBODY: Final = RunOwner()


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose runs a query returns: a person's own, and those of these projects."""

    person: str
    projects: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Whose:
    """A choice among what somebody sees: the runs of a person, of a project, or of both."""

    person: str = ""
    """Empty: anybody's."""
    project: str | None = None
    """Empty: private ones; None: all."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a call. `person` is empty where there are no people."""

    person: str
    role: Role
    name: str = ""
    projects: Mapping[str, bool] | None = None
    """Ids of the projects that they see; True: they belong to it, so their runs may go there."""
    token: str = ""
    """The id of the token that the call came with; empty for a page."""
    session: str = ""
    """The id of the session; empty for a token."""
    looking_at: str = ""
    """Whose private work an admin looks at; that is in the audit log."""
    renews: bool = field(default=False, compare=False)
    """Whether the secret of the session is due for a new one."""

    @property
    def sight(self) -> str:
        """Who makes the call, and whose private work they look at. An open page keeps the one that it was
        loaded for; empty where there are no people."""
        return f"{self.person}/{self.looking_at}" if self.looking_at else self.person

    @property
    def scope(self) -> Scope | None:
        """None: everything, because there are no people."""
        if not self.person:
            return None
        return Scope(self.looking_at or self.person, frozenset(self.projects or ()))

    def sees(self, owner: RunOwner) -> bool:
        """Whether a run is in their scope."""
        scope = self.scope
        return scope is None or owner.person == scope.person or owner.project in scope.projects

    def may_change(self, owner: RunOwner) -> bool:
        """Whether they may cancel, settle or repeat a run that they see: it is theirs, or of a project that
        they belong to; admins may always."""
        mine = not self.person or owner.person == self.person
        return mine or self.role is Role.ADMIN or self.belongs_to(owner.project)

    def may_give(self, owner: RunOwner) -> bool:
        """Whether they may put a run that they see into another project: it is theirs, or they are an
        admin."""
        return not self.looking_at and (self.role is Role.ADMIN or owner.person == self.person)

    @property
    def says_yes(self) -> bool:
        """Whether they are an admin on the page: they may say yes to a run that asks, and theirs never do. A
        script asks, whoever made its token."""
        return self.may(Right.MANAGE) and not self.token and not self.looking_at

    def belongs_to(self, project: str) -> bool:
        return bool((self.projects or {}).get(project))

    def may(self, right: Right) -> bool:
        if right in (Right.PUBLIC, Right.SECRET):
            return True
        if self.looking_at and right is Right.RUN:  # Nothing is ordered, kept or changed among private work.
            return False
        return _RANK[self.role] >= _RANK[_LEAST[right]]


_RANK: Final[Mapping[Role, int]] = {role: rank for rank, role in enumerate(Role)}
_LEAST: Final[Mapping[Right, Role]] = {
    Right.LOOK: Role.GUEST,
    Right.RUN: Role.MEMBER,
    Right.MANAGE: Role.ADMIN,
}
OWNER: Final = Caller(person="", role=Role.ADMIN)
"""The caller where there are no people."""
CONSOLE: Final = Caller(person="", role=Role.ADMIN, name="python -m rh_ui users")
"""Whoever has the data folder."""


class Period(StrEnum):
    """The calendar unit of a budget; it begins anew with each."""

    DAY = "day"
    WEEK = "week"
    """From Monday."""
    MONTH = "month"


class Holder(StrEnum):
    """What a budget hangs on."""

    PERSON = "person"
    PROJECT = "project"
    TOKEN = "token"


COINS: Final = "coins"
"""The unit of RH coins, beside ISO 4217 for money."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What a person, a project or a token may spend in one calendar unit."""

    id: str
    holder: Holder
    holder_id: str
    period: Period
    zone: str
    """IANA name of the time zone in which a day begins."""
    amount: Decimal
    unit: str
    """ISO 4217 (CNY, USD), or COINS. Units are never converted."""
    unpriced: Decimal | None = None
    """What is held for a run whose price is not known in this unit; None: such a run is refused."""
    ask_above: Decimal | None = None
    """A run that holds more than this waits for an admin's yes; None: this budget asks nobody."""


class Action(StrEnum):
    """What the audit log tells; the page has words for each (`[audit]`)."""

    SIGNED_IN = "signed-in"
    SIGN_IN_REFUSED = "sign-in-refused"
    SIGNED_OUT = "signed-out"
    SESSION_ENDED = "session-ended"
    FIRST_ADMIN = "first-admin"
    PERSON_ADDED = "person-added"
    INVITED = "invited"
    INVITATION_WITHDRAWN = "invitation-withdrawn"
    INVITATION_ACCEPTED = "invitation-accepted"
    RENAMED = "renamed"
    ROLE_CHANGED = "role-changed"
    LET_IN = "let-in"
    LEFT = "left"
    PASSWORD_CHANGED = "password-changed"
    PROJECT_MADE = "project-made"
    PROJECT_CHANGED = "project-changed"
    PROJECT_PERSON_ADDED = "project-person-added"
    PROJECT_PERSON_REMOVED = "project-person-removed"
    RUN_MOVED = "run-moved"
    LOOK_BEGAN = "look-began"
    LOOK_ENDED = "look-ended"
    RESULT_OPENED = "result-opened"
    RESULTS_DELETED = "results-deleted"
    TOKEN_MADE = "token-made"
    TOKEN_REVOKED = "token-revoked"
    BUDGET_SET = "budget-set"
    BUDGET_REMOVED = "budget-removed"
    GRANTED = "granted"
    CORRECTED = "corrected"
    APPROVED = "approved"
    DECLINED = "declined"
    KEY_SHOWN = "key-shown"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Something that a person did, for the audit log, which is only ever added to."""

    at: datetime
    person: str
    name: str
    """Their name at that time."""
    action: Action
    target: str = ""
    """The id of what it was done to."""
    owner: str = ""
    """Whose it was, if somebody else's."""
    details: Mapping[str, str] | None = None
    place: str = ""
    """The network address."""
    id: str = ""
    """Sorts by time."""
