"""The calls, one at a time. `replies` reads answers, `error_mapping` reads errors."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import quote, urlencode

import requests
from requests.structures import CaseInsensitiveDict

from rh_ui import error_codes
from rh_ui.domain import Params
from rh_ui.errors import (
    InputRefused,
    KeyRefused,
    NodesRefused,
    NotSent,
    OutcomeUnknown,
    PayloadRefused,
    Refused,
    StorageFault,
    Unreachable,
)
from rh_ui.runninghub import error_mapping, replies, replies_account, transport
from rh_ui.runninghub.address_guard import AddressGuard
from rh_ui.runninghub.replies import (
    Accepted,
    RemoteTask,
    RunOutputs,
    Uploaded,
)
from rh_ui.runninghub.replies_account import Account, Preview, QueueStatus
from rh_ui.runninghub.transport import BEARER
from rh_ui.runninghub.upload import FileBody, WitnessedBody

_LARGEST_REPLY: Final = 32 * 1024 * 1024
_SPEAKING: Final = frozenset({400, 401, 403, 404, 405, 413, 422, 429})
"""HTTP statuses with which a JSON answer can be a refusal; a 5xx status never proves anything."""
_JSON: Final = {"Content-Type": "application/json"}
_TOO_LARGE: Final = frozenset({"413", "809", "1008"})


class Client:
    """RunningHub at one site with one key. Safe to share between threads; a bad key is noticed at the first
    call."""

    def __init__(self, host: str, key: str, *, connect_timeout: float = 10, read_timeout: float = 60) -> None:
        self.host = host.strip().rstrip("/")
        self._key = key.strip()
        self.gate: Final = AddressGuard.around(self.host)
        """For URLs that the service sends."""
        self.fingerprint = hashlib.sha256(self._key.encode()).hexdigest()[:12]
        """First 12 hex digits of the key's SHA-256: identifies the account without holding the key."""
        self.currency = "USD" if transport.host_of(self.host).endswith(".ai") else "CNY"
        """The site's currency, for answers that name none (API sheet §11)."""
        self.lists_by_bearer = False
        """Whether the list of apps was found to take the key as every other call does."""
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._asking = transport.asking_session(self.host)
        # Preparing a request costs as much as sending it, and the same ones are sent all the time.
        self._prepared = lru_cache(maxsize=32)(self._prepare)
        self._uploading = transport.upload_session(self.host)

    def __repr__(self) -> str:
        return f"Client({self.host!r}, account {self.fingerprint})"

    def at(self, host: str = "", *, patience: float = 15) -> Client:
        """A client with the same key for another site, or with shorter timeouts, for a person who waits."""
        return Client(host or self.host, self._key, connect_timeout=patience / 2, read_timeout=patience)

    @property
    def odd_key(self) -> bool:
        """Whether the key does not have the form of RunningHub's keys (API sheet §11)."""
        return re.fullmatch(r"[0-9a-fA-F]{32}", self._key) is None

    def submit(self, endpoint: str, body: Params) -> Accepted:
        """Ask for a task that costs money; sent at most once, whatever happens.

        Raises NotSent if it is proved that nothing was sent, Refused (KeyRefused, Busy, NoBalance) on a
        documented refusal, PayloadRefused for a body that is no JSON, and OutcomeUnknown in every other case.
        """
        return self.pay(f"/openapi/v2/{endpoint}", body)

    def pay(self, path: str, body: Mapping[str, object], key_as: str = "") -> Accepted:
        """Like `submit`, for any call that makes a task. V1 needs the key in the body too, under the name
        `key_as`.

        Also raises NodesRefused (a Refused) if the answer says what is wrong with which node.
        """
        auth = self._auth()
        try:
            payload = WitnessedBody(json.dumps(self._keyed(body, key_as), allow_nan=False).encode("ascii"))
        except ValueError:
            raise PayloadRefused("A number in the form is not a number. Nothing was sent.", ()) from None
        url = self._url(path)
        with transport.paid_session(url) as session:
            try:
                request = requests.Request("POST", url, _JSON, data=payload, auth=auth)
                status, content, _ = self._exchange(session, session.prepare_request(request))
            except error_mapping.LOST as error:
                why = error_mapping.reason(error)
                if not payload.touched:
                    raise NotSent(
                        f"RunningHub was not reached: {why}. Nothing was sent and nothing was charged."
                    ) from None
                raise _unknown(why) from None
        return self._submitted(status, content)

    def query(self, remote_id: str) -> RemoteTask:
        """The state of a task. Raises Refused if the service does not know it, otherwise Unreachable."""
        reply = self._ask("POST", "/openapi/v2/query", {"taskId": remote_id})
        task = replies.task_of(reply)
        if task.status is replies.RemoteStatus.UNKNOWN and not task.unknown_word:
            self._raise_complaint(reply)
        return _redacted(task)

    def upload(
        self, source: Path | BinaryIO, name: str, progress: Callable[[int, int], None] | None = None
    ) -> Uploaded:
        """Send a file; its link is valid for about a day. `progress` gets the bytes sent and the bytes in
        total.

        Raises InputRefused (empty, unreadable, too large for the service), Refused, Unreachable.
        """
        if isinstance(source, Path):
            try:
                with source.open("rb") as file:
                    return self.upload(file, name, progress)
            except OSError as error:
                raise InputRefused(f"The file can't be read: {error.strerror or 'unknown reason'}.") from None
        size = _size_of(source)
        if size == 0:
            raise InputRefused("The file is empty. Choose another one.")
        auth, body = self._auth(), FileBody(source, name, size, progress)
        url = self._url("/openapi/v2/media/upload/binary")
        try:
            sending = {"Content-Type": body.content_type}
            request = requests.Request("POST", url, sending, data=body, auth=auth)
            # While a body is sent, the connect timeout applies to each chunk of it.
            status, content, headers = self._exchange(
                self._uploading, self._uploading.prepare_request(request), patience=30
            )
        except error_mapping.LOST as error:
            words = f"The upload broke off: {error_mapping.reason(error)}."
            raise Unreachable(words, why=error_mapping.trouble(error)) from None
        if status == 413:
            raise _too_large(size)
        reply = self._understood(status, content, headers)
        found = replies.complaint(reply)
        if found is not None and found.code in _TOO_LARGE:
            raise _too_large(size)
        self._raise_complaint(reply)
        uploaded = replies.uploaded_of(reply)
        if uploaded is None:
            raise Unreachable("RunningHub took the file but named no link for it.")
        return uploaded

    def price_preview(self, endpoint: str, body: Params) -> Preview:
        """What a submit with this body would cost, of a model or of `run/ai-app/{id}`. Makes no task (API
        sheet §1, news §0). Raises Refused where the submit would be."""
        reply = self.ask("POST", f"/openapi/v2/price-preview/{endpoint}", body)
        return replies_account.preview_of(reply, self.currency)

    def queue_status(self) -> QueueStatus:
        """The key's kind and load; the cheapest call to test a key (API sheet §8)."""
        reply = self.ask("GET", "/openapi/v2/queue/status")
        return replies_account.queue_status_of(reply)

    def account(self) -> Account:
        """The account's money and coins. The key is sent in the body too, as `apikey` (API sheet §8)."""
        reply = self.ask("POST", "/uc/openapi/accountStatus", {}, "apikey")
        return replies_account.account_of(reply, self.currency)

    def cancel(self, remote_id: str) -> None:
        """Request a cancel, of a task of any kind. An accepted request does not mean that the task ended: the
        next queries tell (API news §4). Raises Refused (807, 817), Unreachable."""
        reply = self.ask("POST", "/task/openapi/cancel", {"taskId": remote_id}, "apiKey")
        if not replies.says_done(reply):
            raise Unreachable("RunningHub did not say whether it cancels this.")

    def outputs(self, remote_id: str) -> RunOutputs:
        """The V1 query of a task: its results, or the progress websocket of a running one (API sheet §4.5,
        10). Raises like `query`."""
        reply = self._ask("POST", "/task/openapi/outputs", {"taskId": remote_id}, "apiKey")
        told = replies.run_outputs(reply)
        if told is None:
            self._raise_complaint(reply)
            raise Unreachable("RunningHub said nothing of this task.")
        return replace(told, task=_redacted(told.task))

    def masked(self, text: str) -> str:
        """A text of the service with the key masked in every spelling."""
        return error_mapping.mask(text, self._key)

    def native(self, *, plus: bool = False) -> str:
        """The URL at which ComfyUI's tools reach the service like a ComfyUI server (API sheet §11); `plus`:
        on the larger machine. It contains the key. Raises KeyRefused without a key."""
        self._auth()
        return f"{self.host}/proxy{'-plus' if plus else ''}/{quote(self._key, safe='')}"

    def try_native(self) -> None:
        """A free request to that URL. Raises Refused, Unreachable."""
        self._raise_complaint(self._answer("GET", f"{self.native()}/history?max_items=1"))

    def _submitted(self, status: int, content: bytes) -> Accepted:
        try:
            reply = replies.read_object(content, self._key)
        except replies.Unreadable as error:
            raise _unknown(f"it was {error} ({status})") from None
        taken = replies.accepted(reply)
        if taken is not None:
            return taken
        if status >= 500 or 300 <= status < 400:
            raise _unknown(f"it was an error ({status})")
        found = replies.complaint(reply)
        if found is None and status in _SPEAKING and replies.message_of(reply):
            found = replies.Complaint(str(status), replies.message_of(reply))
        if found is None or not (200 <= status < 300 or status in _SPEAKING):
            raise _unknown("it named neither a task nor an error")
        if not error_codes.meaning_of(found.code).no_task:
            words = error_mapping.redact(found.message) or error_codes.meaning_of(found.code).meaning
            raise _unknown(f"the service reported a fault of its own: {words} ({found.code})")
        refused, nodes = self._refusal(found, status), replies.node_problems(reply)
        raise NodesRefused(refused.code, refused.message, nodes) if nodes else refused

    def _keyed(self, body: Mapping[str, object], key_as: str) -> Mapping[str, object]:
        return {**body, key_as: self._key} if key_as else body

    def _ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None,
        key_as: str = "",
        *,
        bare: bool = False,
    ) -> dict[str, object]:
        """Send a question: POST with a body, or GET with a query string; `key_as` as in `pay`; `bare`: the
        key alone in the header, for the calls that want it so."""
        url, data = self._url(path), None
        told = None if body is None else self._keyed(body, key_as)
        if told is not None and method == "GET":
            url += "?" + urlencode({name: str(value) for name, value in told.items()})
        elif told is not None:
            data = json.dumps(told).encode("ascii")
        return self._answer(method, url, data, "" if bare else BEARER)

    def _answer(
        self, method: str, url: str, data: bytes | None = None, scheme: str | None = None
    ) -> dict[str, object]:
        """`scheme`: what stands before the key in the header; None: no key."""
        try:
            request = self._prepared(method, url, scheme, data is not None).copy()
            if data is not None:
                request.prepare_body(data, None)
            answer = self._exchange(self._asking, request)
        except error_mapping.LOST as error:
            words = f"RunningHub can't be reached: {error_mapping.reason(error)}."
            raise Unreachable(words, why=error_mapping.trouble(error)) from None
        return self._understood(*answer)

    def _prepare(self, method: str, url: str, scheme: str | None, as_json: bool) -> requests.PreparedRequest:
        """A prepared question without its body. Raises KeyRefused."""
        auth = None if scheme is None else self._auth(scheme)
        request = requests.Request(method, url, _JSON if as_json else {}, auth=auth)
        return self._asking.prepare_request(request)

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        key_as: str = "",
        *,
        bare: bool = False,
    ) -> dict[str, object]:
        """Like `_ask`, but raises the service's refusal."""
        reply = self._ask(method, path, body, key_as, bare=bare)
        self._raise_complaint(reply)
        return reply

    def _understood(self, status: int, content: bytes, headers: Mapping[str, str]) -> dict[str, object]:
        """The answer to a question as an object; raises if its HTTP status alone decides."""
        if status >= 500 or status == 429:
            why = "busy" if status in (429, 503) else "broken"
            words = "asks us to wait" if why == "busy" else "has trouble at the moment"
            raise Unreachable(f"RunningHub {words} ({status}).", transport.retry_after(headers), why)
        if 300 <= status < 400:
            words = f"The address of RunningHub leads elsewhere ({status}). Check the site."
            raise Unreachable(words, why="elsewhere")
        try:
            reply = replies.read_object(content, self._key)
        except replies.Unreadable as error:
            if status == 401:
                raise error_mapping.refusal("401", "") from None
            raise Unreachable(f"RunningHub sent {error} ({status}).") from None
        if 400 <= status < 500:
            found = replies.complaint(reply)
            if status == 401:
                raise self._refusal(found or replies.Complaint("401", replies.message_of(reply)), status)
            if found is None:
                raise Unreachable(f"RunningHub answered with an error ({status}).")
        return reply

    def _raise_complaint(self, reply: Mapping[str, object]) -> None:
        found = replies.complaint(reply)
        if found is None:
            return
        if error_codes.meaning_of(found.code).waiting_helps:
            words = error_mapping.redact(found.message) or error_codes.meaning_of(found.code).meaning
            raise Unreachable(f"{words} ({found.code})", why=found.code)
        raise self._refusal(found, 200)

    def _refusal(self, found: replies.Complaint, status: int) -> Refused:
        error = error_mapping.refusal(found.code, found.message)
        if status in (401, 429) and type(error) is Refused:
            # The status is more precise than a code that only means "refused".
            return error_codes.meaning_of(str(status)).raises(error.code, error.message)
        return error

    def _exchange(
        self, session: requests.Session, request: requests.PreparedRequest, patience: float = 0
    ) -> tuple[int, bytes, Mapping[str, str]]:
        """One request and its whole answer. Never follows a redirect: the key is sent to its host only.

        `patience`: the least connect timeout, in seconds."""
        connect = max(self._connect_timeout, patience)
        timeout = (connect, self._read_timeout)
        response = session.send(request, timeout=timeout, allow_redirects=False, stream=True)
        with response:
            headers = {name: self.masked(value) for name, value in response.headers.items()}
            return response.status_code, self._content(response), CaseInsensitiveDict(headers)

    def _content(self, response: requests.Response) -> bytes:
        """The body, bounded in size and time: a slow server can't block a thread for ever."""
        deadline = time.monotonic() + 2 * self._read_timeout
        content = bytearray()
        for block in response.iter_content(64 * 1024):
            content += block
            if len(content) > _LARGEST_REPLY or time.monotonic() > deadline:
                raise requests.exceptions.ChunkedEncodingError("the answer is too long")
        return bytes(content)

    def _auth(self, scheme: str = BEARER) -> transport.KeyHeader:
        if not self._key:
            raise KeyRefused("no-key", "No API key is set")
        if not re.fullmatch(r"[\x21-\x7e]+", self._key):
            raise KeyRefused("bad-key", "The API key holds characters that no key has: copy it again")
        return transport.KeyHeader(self._key, scheme)

    def _url(self, path: str) -> str:
        return self.host + quote(re.sub("/{2,}", "/", path), safe="/-._~")


def _redacted(task: RemoteTask) -> RemoteTask:
    """The message with signed links removed."""
    return replace(task, error_message=error_mapping.redact(task.error_message))


def _unknown(why: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"The request went out, but its answer can't be used: {why}. It may have been accepted and charged."
    )


def _too_large(size: int) -> InputRefused:
    return InputRefused(
        f"RunningHub does not take a file of this size ({size / 1_000_000:.1f} MB). Choose a smaller one."
    )


def _size_of(source: BinaryIO) -> int:
    try:
        start = source.tell()
        size = source.seek(0, os.SEEK_END) - start
        source.seek(start)
    except OSError as error:
        raise StorageFault(f"The file can't be read: {error.strerror or 'unknown reason'}.") from None
    return size
