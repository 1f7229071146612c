"""The faults that the emulator causes, and its switches: the body of `POST /_emulator/script`.

A fault is `{"on": OPERATION, "do": NAME, "times": 1, …}`. The first fault that fits a request is used and
counted down (`"times": -1` never ends). Operations: submit, query, upload, download, preview, queue,
account, keys, cancel, status, outputs, graph, app, apps, styles, resources, lora, put, hook, progress,
native (the ComfyUI proxy), or `any`; a run of a workflow or an app is a submit too. Optional: `endpoint`
(only this model), `when` (only for an answer with this status word; `range`: only for a download that
requests a part), `seconds`, `code`, `message`, `status`, `value`.

Before the request is handled (nothing is created):
  slow            wait `seconds` (2), then go on as usual
  drop            close the connection without sending a byte
  html502         a gateway's HTML page with status 502
  http            status `status` (503) with plain text; `value` becomes Retry-After
  redirect        302 to `value` (a login page of the emulator)
  refuse          the business refusal `code` (421) with `message`, in the shape of the operation
On the progress of a run: `drop` closes it after `value` (2) frames; `bad-json` sends no JSON.
Stored with the task or the link (the request itself is answered as usual):
  fail            submit: the task ends FAILED with `code` (1015) and `message`
  vanish          submit: the task is accepted and charged, then unknown; query: unknown this time (no status)
  expire          upload and query: the links in the answer have expired; download: 403 this time
  no-range        download: the whole file although a part was requested
After the request was handled (a task may exist), the answer is damaged:
  drop-after      close the connection without sending a byte
  html502-after   as html502
  hang            no answer for `seconds` (3600), then close
  slow-after      the answer comes after `seconds` (2)
  half            a well-formed answer that contains only the first half of the body
  cut             the full length announced, half of it sent, connection closed
  cut-chunked     chunked, half of it sent, closed without the last chunk
  stall           the full length announced, half of it sent, then silence for `seconds` (3600)
  empty           200 and no body
  bad-json        200 and something that is not JSON
  html            200 and an HTML page
  no-length       the whole body without Content-Length
  mislabel        the whole body as Content-Type `value` (application/octet-stream)
  cut-gzip        the body compressed with gzip, half of that sent as if it were all
  drip            the whole body in `value` (20) pieces, `seconds` (0.05) apart
  new-etag        the whole answer with another ETag
  wrong-range     the whole answer with a Content-Range one byte off
  denied          200 and an object store's error note
The answer's JSON is changed:
  empty-success   `results` of a SUCCESS becomes `value` (null)
  numeric-id      taskId as a number
  status-lower    the status word in lower case
  no-status       no status at all
  set             the keys of the object `value` override the answer's
  replace         the whole answer becomes `value`, any JSON
  extra           the list `value` is added to the results
  code200         an upload's success code is 200 instead of 0
  node-errors     promptTips contains a node error

Switches are the fields of `Switches`, under `"settings"`; `"times": {"queue": s, "run": s}` sets two of them.
`"accounts": {KEY: {"kind", "limit", "balance", "coins"}}` adds or changes keys. `"finish": "all"` or a list
of ids ends running tasks at once. `"clear": true` removes the faults, `"reset": true` restores everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

OPERATIONS: Final = (
    "submit", "query", "upload", "download", "preview", "queue", "account", "keys", "cancel", "status",
    "outputs", "graph", "app", "apps", "styles", "resources", "lora", "put", "hook", "progress",
    "native", "any",
)  # fmt: skip
BEFORE: Final = ("slow", "drop", "html502", "http", "redirect", "refuse")
KEPT: Final = ("fail", "vanish", "expire", "no-range")
FILE_SPOILT: Final = ("mislabel", "cut-gzip", "drip", "new-etag", "wrong-range", "denied")
SPOILT: Final = (
    "drop-after", "html502-after", "hang", "slow-after", "half", "cut", "cut-chunked", "stall", "empty",
    "bad-json", "html", "no-length", *FILE_SPOILT,
)  # fmt: skip
CHANGED: Final = (
    "empty-success", "numeric-id", "status-lower", "no-status", "set", "replace", "extra", "code200",
    "node-errors",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Switches:
    """What a test may set, or what is not known about the real service; every default suits a demo."""

    queue_seconds: float | None = None
    """How long a task waits; None: a time that suits its kind of result."""
    run_seconds: float | None = None
    link_seconds: float = 86_400
    """Lifetime of a result's link (API sheet §11: 24 h)."""
    upload_seconds: float = 86_400
    fresh_links: bool = True
    """On: each query returns links that are valid from now; off: they end `link_seconds` after success."""
    strict_links: bool = True
    """A storage link refuses a request with an Authorization header, as signed links do."""
    upload_limit_mb: float = 30
    unknown_key_status: int = 200
    unknown_path_status: int = 200
    wrong_method_status: int = 200
    unknown_fields: str = "tolerate"
    """Unknown keys in a payload: `tolerate` (API sheet §1) or `refuse` with 1007."""
    full_code: str = "421"
    """Refusal of a submit above the key's limit: 421, 1520, 1003 or 415 (§9)."""
    cancel_word: str = ""
    """Status word of a cancelled task in V2: none, FAILED (with 805), CANCELLED, CANCELED or CANCEL (news
    §2); SUCCESS: a cancel is accepted, but the task finished first."""
    cancel_charge: str = "none"
    """What a cancelled task costs: `none`, or for the time `so-far` (sources disagree, news §4)."""
    money_code: str = "416"
    """Refusal of a submit that costs more than the account has: 416, 605, 1620 or 414 (news §9)."""
    money_first: bool = False
    """Whether money is checked before the fields or the graph (sources disagree, news §1)."""
    withdrawn: tuple[str, ...] = ()
    """Models that no longer exist: 1000, on their price preview too (news §1)."""
    app_preview: bool = True
    """Whether apps have a price preview (news §0)."""
    free_left: int | None = None
    """Remaining free calls; None: nothing is ever free."""
    model_fee: str = ""
    """What the paid model nodes of a run cost in money, in addition to its own time (news §2)."""
    usage_list: str = ""
    """Form of the id in a query's `taskUsageList`: `number` or `string`; empty: no list (news §2)."""
    traceback: str = "text"
    """Form of a failed node's traceback: JSON `text` or a `list` (news §2)."""
    upload_code: int = 0
    """0 with `fileName`, or 200 with `filename` (news §3)."""
    result_name: str = ""
    """The end of result links, not escaped: names may contain any characters (news §12)."""
    app_list_key: str = "any"
    """How the list of apps accepts the key: `bare`, as `bearer`, or `any` (API sheet §0)."""
    failed_usage: str = "absent"
    """The usage of a failed task: `absent` (API sheet §2) or `null` for all four values (news §9, 1501)."""
    missing_task_code: int = 807
    """V1 cancel of an unknown task: 807 or 423 (news §4)."""
    password_code: str = "1"
    """Refusal of a wrong access password (the real code is not known)."""
    exclusive_tier: str = "default"
    """The machine that an exclusive key has rented; another one is refused with 435."""
    personal_queue_limit: int = 1000
    lora_seconds: float = 3600
    """Lifetime of a link to upload a LoRA."""
    progress_binary: bool = True
    """Whether the progress contains a binary preview frame."""
    hook_form: str = "object"
    """Form of the content in a V2 task's webhook: `object` or `string` (unknown, §7)."""
    hook_tries: int = 3
    hook_pause: float = 1.0
    """Seconds between two attempts to deliver."""
    hook_patience: float = 5.0
    """Seconds that a receiver may take to answer."""
    small: bool = False
    """Small draft media, for tests that make hundreds."""


@dataclass(slots=True)
class Fault:
    """One named fault and how often it still occurs."""

    on: str
    do: str
    times: int = 1
    endpoint: str = ""
    when: str = ""
    seconds: float | None = None
    code: str = ""
    message: str = ""
    status: int = 503
    value: Any = None

    def fits(self, operation: str, endpoint: str) -> bool:
        return (
            self.times != 0 and self.on in (operation, "any") and self.endpoint in ("", endpoint)
        )  # fmt: skip


class ScriptRefused(Exception):
    """The script names something that does not exist; str() says what."""


class FaultScript:
    """The remaining faults and the present switches."""

    def __init__(self, switches: Switches) -> None:
        self._first = switches
        self.switches = switches
        self.faults: list[Fault] = []

    def reset(self) -> None:
        self.switches = self._first
        self.faults = []

    def add(self, faults: list[Mapping[str, Any]]) -> None:
        """Raises ScriptRefused, and then adds none of them."""
        self.faults += [_fault(told) for told in faults]

    def change(self, settings: Mapping[str, Any]) -> None:
        """Raises ScriptRefused for a switch that does not exist."""
        known = {field.name for field in fields(Switches)}
        strange = sorted(set(settings) - known)
        if strange:
            raise ScriptRefused(f"There is no switch {strange[0]!r}. Switches: {', '.join(sorted(known))}.")
        lists = {name: tuple(value) for name, value in settings.items() if isinstance(value, list)}
        self.switches = replace(self.switches, **{**settings, **lists})

    def before(self, operation: str, endpoint: str, word: str = "") -> Fault | None:
        """Take the first fault that acts before the request is handled; `word` is compared with `when`."""
        return self._take(operation, endpoint, BEFORE + KEPT, word)

    def after(self, operation: str, endpoint: str, word: str) -> Fault | None:
        """Take the first fault that acts on an answer; `word`: the status word of the answer, or as in
        `before`."""
        return self._take(operation, endpoint, SPOILT + CHANGED, word)

    def waits_for(self, operation: str, endpoint: str) -> bool:
        """Whether an answer to this may have to be changed, so that it must be held back completely."""
        names = SPOILT + CHANGED
        return any(fault.do in names and fault.fits(operation, endpoint) for fault in self.faults)

    def _take(self, operation: str, endpoint: str, names: tuple[str, ...], word: str) -> Fault | None:
        for fault in self.faults:
            if fault.do in names and fault.fits(operation, endpoint) and fault.when in ("", word):
                if fault.times > 0:
                    fault.times -= 1
                return fault
        return None


def _fault(told: Mapping[str, Any]) -> Fault:
    strange = sorted(set(told) - {field.name for field in fields(Fault)})
    if strange:
        raise ScriptRefused(f"A fault has no {strange[0]!r}.")
    if told.get("on") not in OPERATIONS:
        raise ScriptRefused(f"`on` must be one of: {', '.join(OPERATIONS)}.")
    names = BEFORE + KEPT + SPOILT + CHANGED
    if told.get("do") not in names:
        raise ScriptRefused(f"`do` must be one of: {', '.join(names)}.")
    fault = Fault(**{**told, "code": str(told.get("code") or "")})
    if fault.do == "empty-success" and not fault.when:
        fault.when = "SUCCESS"
    return fault
