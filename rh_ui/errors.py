"""The one exception family.

StudioError                  everything this program raises on purpose; str() is a sentence for a person
├─ StartRefused              it can't start like this; says what to do
├─ TableFault                a table file is unreadable or breaks its schema (names file, endpoint, field)
├─ ArgumentRefused           a value from outside is missing, too large or of another kind
├─ PayloadRefused            the table forbids this payload; nothing was sent, nothing was charged
├─ OrderRefused              the request id belongs to another order; nothing was sent, nothing was charged
├─ BudgetRefused             a budget does not allow the run; nothing was sent, nothing was charged
├─ AmountRefused             no budget or grant can have this amount, time zone or end
├─ NotFound                  no such endpoint, task, output or input
├─ NotYours                  it is somebody else's, and the caller may only look at it
├─ MoveRefused               the task is not in a state that allows this
├─ PersonRefused             a rule about people, their names, passwords and roles forbids this
├─ SignInRefused             nobody signs in like this: name or password, waiting, gone, too often
├─ RightRefused              this person's role does not allow it
├─ ServiceFault              RunningHub, or the way to it
│  ├─ NotSent                proof that the service never got the request (connection never made)
│  ├─ Unreachable            a question (never a submit) got no usable answer; asking again is safe
│  ├─ OutcomeUnknown         a submit went out and its answer was lost or unreadable: may be charged
│  └─ Refused                a documented refusal; no task was made
│     ├─ NodesRefused        a graph does not hold, with what is wrong with which node
│     ├─ KeyRefused          the key is missing, wrong, disabled or of another site
│     ├─ Busy                full or too fast; waiting helps (421, 1520, 1003, 415 …)
│     └─ NoBalance           the account lacks money, or an allowance (416, 605, 414 …)
└─ FileFault                 a file could not be read, fetched or kept
   ├─ UploadRefused          there is no room for a browser's upload
   ├─ InputRefused           a chosen file is not what the field takes
   ├─ LinkGone               the link is dead (403, 404, 410): ask the task for a new one
   ├─ LinkRefused            the link leads into a private network; it is not followed
   ├─ TooSlow                the file comes too slowly to wait for; it may come faster later
   ├─ TooLarge               the file is larger than a result may be, or has no end
   ├─ Truncated              fewer bytes than announced, or no proper end
   ├─ WrongContent           an error page or something else in place of the result
   └─ StorageFault           read-only, folder gone, store or database away
      └─ NoRoom              the disk is full
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias


class StudioError(Exception):
    """Base of the family; `str()` is safe to show: it never holds a key or a signed link."""


class StartRefused(StudioError):
    """The program can't start with these settings."""


class TableFault(StudioError):
    """A table file breaks its schema."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text
        """The sentence, perhaps an i18n.Message, which can be translated."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Values of the field `field`, for a sentence that shows them by their names in the form."""

    field: str
    values: tuple[str, ...]


Detail: TypeAlias = str | int | float | Choices


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a payload.

    `field` is the key it belongs to (empty: the whole payload); `code` is a closed word
    (`required`, `too_long`, `not_an_option` …) whose sentence is built by catalog.problems from `details`.
    """

    field: str
    code: str
    details: dict[str, Detail] = dataclass_field(default_factory=dict)


class ArgumentRefused(StudioError):
    """A value from outside is not valid; `code` says what is wrong, from a closed list."""

    def __init__(self, what: str, code: str) -> None:
        super().__init__(f"{what} ({code}). Nothing was done and nothing was charged.")
        self.code = code


class PayloadRefused(StudioError):
    """The table forbids this payload; nothing was sent."""

    def __init__(self, message: str, problems: Sequence[Problem]) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class NotFound(StudioError):
    """No such endpoint, task, output or input."""


class NotYours(StudioError):
    """The caller sees it, but only its owner, the people of its project or an admin may change it."""

    code = "not-yours"

    def __init__(self) -> None:
        super().__init__("You may look at this, but not change it: it belongs to somebody else.")


class MoveRefused(StudioError):
    """The task's state does not allow this. `code`, if there is one, is the key of the page's sentence."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class PersonRefused(StudioError):
    """A rule about people forbids this; `code` is the key of the page's sentence."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class SignInRefused(StudioError):
    """Nobody is signed in like this; `code` is the key of the page's sentence. `minutes`: after how many the
    next try counts; 0 where waiting does not help."""

    def __init__(self, message: str, code: str, minutes: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.minutes = minutes


class RightRefused(StudioError):
    """The caller's role does not allow it."""

    code = "not-yours-to-do"

    def __init__(self) -> None:
        super().__init__("Your role does not allow this. Ask an admin.")


class OrderRefused(StudioError):
    """The request id belongs to another order; nothing was sent."""

    code = "order-other"


@dataclass(frozen=True, slots=True)
class BudgetStop:
    """The budget that does not allow a run."""

    holder: str
    """person, project or token."""
    holder_id: str
    name: str
    """The holder's name; empty where it is not known."""
    period: str
    """day, week or month."""
    zone: str
    unit: str
    limit: Decimal
    """What may be spent in this window."""
    needed: Decimal | None
    """What the run would hold; None: its price in this unit is not known."""
    left: Decimal
    renews: datetime
    """The local time, in its zone, at which the next window begins."""


class BudgetRefused(StudioError):
    """A budget does not allow this run; nothing was stored, sent or charged."""

    def __init__(self, stop: BudgetStop) -> None:
        whose = f"the {stop.holder} {stop.name}".rstrip()
        if stop.needed is None:
            said = (
                f"What this run costs in {stop.unit} is not known, and the budget of {whose} allows no run "
                "without a price."
            )
        else:
            said = (
                f"This run would cost {stop.needed:f} {stop.unit}. The budget of {whose} for the "
                f"{stop.period} is {stop.limit:f} {stop.unit}, and {stop.left:f} of it are left; it renews "
                f"on {stop.renews:%Y-%m-%d %H:%M} ({stop.zone})."
            )
        super().__init__(f"{said} Nothing was sent and nothing was charged.")
        self.code = "budget-unpriced" if stop.needed is None else "budget"
        self.stop = stop


class AmountRefused(StudioError):
    """No budget, grant or correction can have this amount, time zone or end; nothing was changed. `code` is
    the key of the page's sentence."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class ServiceFault(StudioError):
    """RunningHub, or the way to it."""


class NotSent(ServiceFault):
    """The connection was never made: the service can't have got the request."""


class Unreachable(ServiceFault):
    """A question got no usable answer. `retry_after` in seconds if the service named a time; `why` is one of
    runninghub.error_mapping.TROUBLES, or the service's code if it answered with one."""

    def __init__(self, message: str, retry_after: float | None = None, why: str = "odd") -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.why = why


class OutcomeUnknown(ServiceFault):
    """A submit went out and no readable answer came back: it may have been accepted and charged."""


class Refused(ServiceFault):
    """A documented refusal. `code` as text (`"1007"`), `message` as the service wrote it, redacted."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{message} ({code})" if message else code)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class NodeProblem:
    """What is wrong with one node of a graph; `name` is the input, empty if none is named."""

    node: str
    name: str
    message: str


class NodesRefused(Refused):
    """The service refused the graph and says which nodes are wrong."""

    def __init__(self, code: str, message: str, nodes: Sequence[NodeProblem]) -> None:
        super().__init__(code, message)
        self.nodes = tuple(nodes)


class KeyRefused(Refused):
    """The key is missing, wrong, disabled or belongs to another site."""


class Busy(Refused):
    """Full or too fast; the same request may be accepted later."""


class NoBalance(Refused):
    """The account lacks money, or an allowance that money can replace."""


class FileFault(StudioError):
    """A file could not be read, fetched or kept."""


class UploadRefused(FileFault):
    """A browser's upload is not accepted. `code` is the key of the page's sentence."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class InputRefused(FileFault):
    """A chosen file is not what the field takes."""


class LinkGone(FileFault):
    """The link is dead: 403, 404 or 410."""


class LinkRefused(FileFault):
    """The link leads to this computer or into a private network; it is not followed."""

    def __init__(self) -> None:
        super().__init__("The link leads into a private network, where no results lie. It was not followed.")


class TooSlow(FileFault):
    """The file comes so slowly that it holds up others; the received part is kept and can be resumed."""


class TooLarge(FileFault):
    """The file is larger than a result may be, or has no end."""


class Truncated(FileFault):
    """Fewer bytes than announced, or no proper end."""


class WrongContent(FileFault):
    """An error page, a login page or an empty body in place of the result."""


class StorageFault(FileFault):
    """Read-only, folder gone, store or database away."""


class NoRoom(StorageFault):
    """The disk is full; the same may succeed when there is room."""

    @staticmethod
    def is_meant(error: OSError) -> bool:
        """Whether the error means that a disk, or this user's quota on it, is full."""
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
