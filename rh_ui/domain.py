"""The nouns that all layers share. Frozen, standard library only, no I/O."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from rh_ui.people import NOBODY, RunOwner

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
Params: TypeAlias = dict[str, JsonValue]
"""A payload by field key, as it is sent to the service; media are URLs or kept inputs (see INPUT_PREFIX)."""

INPUT_PREFIX: Final = "input:"
"""A media value `input:<sha256>.<ext>` names our own copy of a chosen file; the engine uploads it and
replaces the value by the service's link."""


MADE_ELSEWHERE: Final = "made-elsewhere"
"""The endpoint of a run that was brought in by its id: its real one is not known."""

NO_PICTURE: Final = "-"
"""In place of a thumbnail's key: no thumbnail can be made of this file."""


class Modality(StrEnum):
    """What an endpoint makes; one tab each."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    THREE_D = "3d"
    TEXT = "text"
    APPS = "apps"
    """What an app, a workflow or a quick creation makes: any kind."""


STUDIOS: Final = (Modality.IMAGE, Modality.VIDEO, Modality.AUDIO, Modality.THREE_D, Modality.TEXT)
"""The modalities of the catalog's models."""
SMALLEST_WHOLE: Final = -(2**63)
LARGEST_WHOLE: Final = 2**64 - 1
"""Integers beyond these need more than 64 bits: they are never sent, and no answer holds them."""
RUN_PREFIX: Final = "run/"
"""Prefix of the path of everything that can be run and is no model of the catalog."""


class RunKind(StrEnum):
    """What can be run besides models; the value is a part of its path."""

    APP = "ai-app"
    WORKFLOW = "workflow"
    QUICK = "quick-ai-app"


class FieldKind(StrEnum):
    """The closed set of things a field can hold."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLAG = "flag"
    CHOICE = "choice"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    REFERENCES = "references"
    """A list of files, each with a type and a name that the prompt can use."""
    SHOTS = "shots"
    """A list of prompts, each with a length in seconds."""

    @property
    def is_media(self) -> bool:
        return self in (FieldKind.IMAGE, FieldKind.VIDEO, FieldKind.AUDIO)


class Channel(StrEnum):
    """How the service reaches the model: by the maker's own API, or by a cheaper one."""

    OFFICIAL_STABLE = "official-stable"
    LOW_PRICE = "low-price"
    NONE = ""


class TaskState(StrEnum):
    """Where a task is in its life; the allowed moves are in engine/state_machine.py."""

    ASKING = "asking"
    """It costs more than its person may order alone, and waits for an admin's yes; nobody works on it."""
    QUEUED = "queued"
    CLAIMED = "claimed"
    UPLOADING = "uploading"
    SUBMITTING = "submitting"
    RUNNING = "running"
    DOWNLOADING = "downloading"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        """Whether nothing more happens by itself. `unknown` is not final: a late answer or a person ends
        it."""
        return self in (TaskState.DONE, TaskState.FAILED, TaskState.CANCELLED)


class Charged(StrEnum):
    """Whether a task cost money, as far as is known."""

    NO = "no"
    YES = "yes"
    MAYBE = "maybe"


class OutputState(StrEnum):
    """Whether a result's file is safe with us."""

    PENDING = "pending"
    UNFETCHED = "unfetched"
    """Made and paid, but too large, too slow or without room for now; tried again while its link is valid."""
    SAVED = "saved"
    FAILED = "failed"
    GONE = "gone"
    FORGOTTEN = "forgotten"
    """Its file was lost, and a person hid it."""
    MISSING = "missing"
    """Saved, but missing at the last check (services/file_availability); never stored."""


class Unfetched(StrEnum):
    """Why results are not fetched for now; the most important reason first. It is the note of such a run."""

    NO_ROOM = "no-room-for-files"
    LARGE = "files-too-large"
    SLOW = "files-too-slow"


ShownState: TypeAlias = TaskState | Literal[OutputState.UNFETCHED]
"""The state that a person sees for a run whose files are not fetched for now."""


class OutputKind(StrEnum):
    """What a result is, decided by its content."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    MODEL = "model"
    TEXT = "text"
    ARCHIVE = "archive"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency (ISO 4217: CNY, USD). Currencies are never mixed."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run cost, as far as it is known: money, RH coins, or both at once."""

    money: Money | None
    coins: Decimal | None


@dataclass(frozen=True, slots=True)
class Output:
    """One result of a task, in the service's order (`position` from 0)."""

    id: str
    task_id: str
    position: int
    kind: OutputKind
    state: OutputState
    name: str
    """File name for a person's disk, with the extension of the content; empty for text without a file."""
    mime: str
    size: int | None
    """Bytes."""
    sha256: str
    text: str | None
    file_key: str
    """Key in the media library; empty until saved."""
    thumb_key: str
    """Key of the thumbnail or poster; empty if none was drawn yet, NO_PICTURE if there can be none."""
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    remote_url: str = ""
    told_at: datetime | None = None
    """When the service reported it."""

    @property
    def called(self) -> str:
        """A file name, also for a result that has none."""
        return self.name or (f"{self.id}.txt" if self.kind is OutputKind.TEXT else self.id)

    @property
    def has_picture(self) -> bool:
        return self.thumb_key not in ("", NO_PICTURE)


class RunFault(StrEnum):
    """Our own error codes of a run, beside the service's; the page has a sentence for each (`[error]`)."""

    WITHDRAWN = "withdrawn"
    """The table closed its model, or a setting of it, before it was sent."""
    NO_SUCH_MODEL = "no-such-model"
    PASSWORD_GONE = "password-gone"
    INPUT_GONE = "input-gone"
    """A file that it needs is no longer here."""
    INPUT = "input"
    """A file that it needs can't be read."""
    DECLINED = "declined"
    """An admin said no."""
    LAPSED = "lapsed"
    """No admin answered in time."""
    INTERNAL = "internal"
    """Something in this program broke before it was sent."""
    UPLOAD = "upload"
    """Its files could not be sent."""
    OUTCOME_UNKNOWN = "outcome-unknown"
    """The answer to its submit was lost."""
    LOST = "lost"
    """A person says so, after an unknown outcome."""
    RUN_AGAIN = "run-again"
    """A person ran it again, after an unknown outcome."""
    HERE_TWICE = "here-twice"
    """It was brought in by its id meanwhile."""
    CANCELLED_THERE = "cancelled-there"
    """The service says that it was cancelled, or names no state of it any more, though nobody here asked for
    that."""
    NO_REASON = "failed"
    """The service says that it failed, and not why."""
    FILE_GONE = "file-gone"
    """The links to its files died."""
    FILE_FAILED = "file-failed"
    """Its files could not be fetched."""
    FILE_ODD = "file-odd"
    """All is here, but something is not what was announced."""


@dataclass(frozen=True, slots=True)
class TaskError:
    """Why a task failed, for a person."""

    code: str
    """The service's error code as text, or a `RunFault`."""
    message: str
    charged: Charged


@dataclass(frozen=True, slots=True)
class Task:
    """One run: its request, its state and its results. Times are aware UTC."""

    id: str
    state: TaskState
    endpoint: str
    modality: Modality
    params: Params
    """The payload as the form sent it; media as kept inputs or URLs, so that it can be run again."""
    created_at: datetime
    updated_at: datetime
    remote_id: str = ""
    """19 digits, always text."""
    site: str = ""
    """Host URL of the service that runs it; never changes."""
    account: str = ""
    """Fingerprint of the key that submitted it; never the key."""
    submitted_at: datetime | None = None
    finished_at: datetime | None = None
    estimate: Money | None = None
    cost: Money | None = None
    coins: Decimal | None = None
    """RH coins that it cost, in addition to money or instead of it."""
    charged: Charged = Charged.NO
    error: TaskError | None = None
    note: str = ""
    """What the engine waits for at the moment, as a code that the page translates (`capacity:421`,
    `unreachable`, `no-balance:416` …); empty if it waits for nothing unusual."""
    cancel_asked: bool = False
    upload_done: int = 0
    upload_total: int = 0
    outputs: tuple[Output, ...] = field(default=())
    worker: str = ""
    """Id of the process that works on it; empty if none does."""
    submitter: str = ""
    """Who pressed Generate: a browser's random id, or a name that an API caller chose. Slots are shared
    fairly between submitters; it authenticates nobody."""
    priority: int = 0
    """Of the submitter's waiting runs the highest goes first, then the oldest."""
    hooked: bool = False
    """Whether the service was asked for a webhook at its end."""
    heard: str = ""
    """The remote id in the webhook's message."""
    words: str = ""
    """The text by which lists, searches and names of files know it (Endpoint.words_of); stays as it was when
    the run was made."""
    owner: RunOwner = NOBODY
    asks_until: datetime | None = None
    """When a run that asks an admin ends unsent; None: it does not ask."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run of an app, workflow or quick creation sends. Fixed at the press: a later change of the form
    does not change a run that waits."""

    kind: RunKind
    id: str
    """The id of the app or workflow."""
    body: Params
    """The request body without password and webhook address; chosen files are kept inputs in it."""
    files: tuple[str, ...] = ()
    """The kept inputs in the body: each is replaced by the name that the service gives it."""
    secret: bool = False
    """Whether it needs an access password, which is never stored."""


@dataclass(frozen=True, slots=True)
class FormRecord:
    """A stored app, workflow or quick creation: enough to draw its form and to run it."""

    path: str
    kind: RunKind
    id: str
    site: str
    """The site that the id belongs to."""
    face: Mapping[str, JsonValue]
    """What its tile shows."""
    source: Mapping[str, JsonValue]
    """What the form is made of; empty if only the tile was asked for."""
    favourite: bool = False
    projects: tuple[str, ...] = ()
    """Ids of the projects in whose lists it is, as far as whoever asks sees them."""


@dataclass(frozen=True, slots=True)
class StartForm:
    """A project has start values of a model."""

    project: str
    endpoint: str
    modality: str
    begins: bool
    """Whether the project begins the tab of this modality with this model."""
    has_values: bool
    """False: it only begins the tab."""
    at: datetime
    """When they were saved, aware UTC."""


@dataclass(frozen=True, slots=True)
class Lora:
    """A LoRA that the user uploaded to the service."""

    file: str
    """The name that a node's input takes."""
    name: str
    size: int
    """Bytes."""
    at: datetime
    account: str = ""
    """The name of the account that has it; empty where there is one account."""


@dataclass(frozen=True, slots=True)
class Pause:
    """An account that sends nothing for now: the service refused a run for lack of money, or of an allowance
    that may come back by itself."""

    site: str
    account: str
    code: str
    """The service's code, one of kind `money` in the table of codes."""
    since: datetime
    seen: Money | None = None
    """The balance when it was first read after the refusal; with more than that, or more coins, the account
    resumes by itself."""
    coins: Decimal | None = None
    """The RH coins that it held then."""


def new_id() -> str:
    """An id for a row of ours: 32 hex digits, nanoseconds since 1970, then random bits. Sorts by time."""
    return f"{time.time_ns():016x}{secrets.token_hex(8)}"
