"""The access table: which right each address and each named function needs. One row each, and what has no row
is not there: the door (web/middleware/door.py) answers 404.

Rights count once there are people; without people, everybody who reaches the page is its owner.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, Literal

from starlette.routing import compile_path

from rh_ui.people import Right

GRADIO: Final[Mapping[str, Right]] = {
    "GET /": Right.LOOK,
    "HEAD /": Right.LOOK,
    "GET /assets/{path}": Right.PUBLIC,
    "GET /static/js/iframeResizer.contentWindow.min.js": Right.PUBLIC,
    "GET /theme.css": Right.PUBLIC,
    "GET /favicon.ico": Right.PUBLIC,
    "GET /manifest.json": Right.PUBLIC,
    "GET /config": Right.LOOK,
    "GET /gradio_api/info": Right.LOOK,
    "GET /gradio_api/app_id": Right.LOOK,
    "GET /gradio_api/queue/data": Right.LOOK,
    "GET /gradio_api/call/{api_name}/{event_id}": Right.LOOK,
    "POST /gradio_api/call/{api_name}": Right.LOOK,
    "POST /gradio_api/run/{api_name}": Right.LOOK,
    "POST /gradio_api/queue/join": Right.LOOK,
    "POST /gradio_api/upload": Right.RUN,
}
"""The addresses that the page and gradio_client use; Gradio has some sixty more, which fetch files and
addresses, block a connection, or list every route. A function that is called needs its own right, too."""

PAGE: Final[Mapping[str, Right]] = {
    "GET /rh/assets/{version}/{name}": Right.PUBLIC,
    "GET /rh/styles/{version}.css": Right.PUBLIC,
    "GET /rh/words/{version}/{language}.json": Right.PUBLIC,
    "GET /rh/models/{version}/{language}/{modality}.json": Right.LOOK,
    "GET /rh/events": Right.LOOK,
    "GET /rh/zip": Right.LOOK,
    "POST /rh/zip": Right.LOOK,
    "POST /rh/restore": Right.LOOK,
    "GET /rh/audit.csv": Right.MANAGE,
    "GET /rh/spending.csv": Right.LOOK,
    "GET /rh/history.csv": Right.LOOK,
    "GET /rh/history.xlsx": Right.LOOK,
    "GET /rh/reconciliation.csv": Right.MANAGE,
    "GET /rh/covers/{token}": Right.LOOK,
    "GET /rh/files/{output_id}/{name}": Right.LOOK,
    "HEAD /rh/files/{output_id}/{name}": Right.LOOK,
    "GET /rh/files/{output_id}/members/{number}": Right.LOOK,
    "GET /rh/files/{output_id}/plain/model.{ending}": Right.LOOK,
    "HEAD /rh/files/{output_id}/plain/model.{ending}": Right.LOOK,
    "GET /rh/thumbs/{output_id}": Right.LOOK,
    "HEAD /rh/thumbs/{output_id}": Right.LOOK,
    "GET /rh/inputs/{name}": Right.LOOK,
    "HEAD /rh/inputs/{name}": Right.LOOK,
    "POST /rh/native": Right.MANAGE,
    "POST /rh/hooks/{task_id}/{secret}": Right.SECRET,
    "GET /rh/sign-in": Right.PUBLIC,
    "POST /rh/sign-in": Right.PUBLIC,
    "POST /rh/sign-out": Right.PUBLIC,
    "GET /rh/company-sign-in": Right.PUBLIC,
    "GET /rh/company-sign-in/back": Right.PUBLIC,
    "GET /rh/join/{secret}": Right.SECRET,
    "POST /rh/join/{secret}": Right.SECRET,
}

API: Final[Mapping[str, Right]] = {
    "GET /account": Right.LOOK,
    "GET /account/keys": Right.MANAGE,
    "POST /account/check": Right.MANAGE,
    "GET /account/native-addresses": Right.MANAGE,
    "POST /account/resume": Right.MANAGE,
    "GET /approvals": Right.MANAGE,
    "POST /approvals/{id}/approve": Right.MANAGE,
    "POST /approvals/{id}/decline": Right.MANAGE,
    "GET /apps": Right.LOOK,
    "POST /apps/open": Right.RUN,
    "GET /audit": Right.MANAGE,
    "GET /bin": Right.LOOK,
    "GET /bin/room": Right.LOOK,
    "POST /bin": Right.RUN,
    "POST /bin/restore": Right.RUN,
    "POST /bin/delete": Right.RUN,
    "GET /catalog": Right.LOOK,
    "POST /catalog/look": Right.MANAGE,
    "GET /catalog/published": Right.MANAGE,
    "POST /catalog/published": Right.MANAGE,
    "POST /catalog/address": Right.MANAGE,
    "POST /catalog/use": Right.MANAGE,
    "POST /catalog/back": Right.MANAGE,
    "GET /codes": Right.LOOK,
    "GET /codes/{code}": Right.LOOK,
    "GET /external-runs": Right.MANAGE,
    "POST /external-runs": Right.MANAGE,
    "GET /forms": Right.LOOK,
    "GET /forms/form": Right.LOOK,
    "GET /forms/costs": Right.LOOK,
    "POST /forms/like": Right.RUN,
    "POST /forms/remove": Right.RUN,
    "POST /forms/put": Right.RUN,
    "GET /history": Right.LOOK,
    "GET /invitations": Right.MANAGE,
    "POST /invitations": Right.MANAGE,
    "POST /invitations/{digest}/withdraw": Right.MANAGE,
    "POST /inputs/upload": Right.RUN,
    "POST /inputs/result": Right.RUN,
    "POST /inputs/link": Right.RUN,
    "POST /inputs/fit": Right.RUN,
    "GET /loras": Right.LOOK,
    "POST /loras/send": Right.RUN,
    "POST /loras/{id}/again": Right.RUN,
    "POST /loras/{id}/drop": Right.RUN,
    "POST /loras/forget": Right.MANAGE,
    "GET /resources": Right.LOOK,
    "GET /money/left": Right.LOOK,
    "GET /money/budgets": Right.MANAGE,
    "POST /money/budgets": Right.MANAGE,
    "POST /money/budgets/{id}/remove": Right.MANAGE,
    "POST /money/grants": Right.MANAGE,
    "POST /money/corrections": Right.MANAGE,
    "GET /money/spending": Right.LOOK,
    "GET /reconciliation": Right.MANAGE,
    "GET /reconciliation/runs": Right.MANAGE,
    "GET /models/search": Right.LOOK,
    "GET /models/recent": Right.LOOK,
    "GET /models/details": Right.LOOK,
    "POST /models/estimate": Right.LOOK,
    "POST /models/quote": Right.LOOK,
    "GET /people": Right.MANAGE,
    "POST /people/first": Right.MANAGE,
    "POST /people/{id}/change": Right.MANAGE,
    "POST /people/{id}/look": Right.MANAGE,
    "POST /people/look/end": Right.MANAGE,
    "GET /projects": Right.LOOK,
    "POST /projects": Right.RUN,
    "POST /projects/{id}": Right.RUN,
    "GET /projects/{id}/start-values": Right.LOOK,
    "POST /projects/{id}/start-values": Right.RUN,
    "POST /projects/{id}/start-values/forget": Right.RUN,
    "POST /projects/{id}/people": Right.RUN,
    "POST /projects/{id}/people/remove": Right.RUN,
    "POST /quick-creations/open": Right.RUN,
    "GET /quick-creations/example": Right.LOOK,
    "GET /quick-creations/styles": Right.LOOK,
    "GET /results": Right.LOOK,
    "GET /results/{id}": Right.LOOK,
    "GET /results/{id}/archive": Right.LOOK,
    "POST /results/marks": Right.RUN,
    "POST /results/{id}/forget": Right.RUN,
    "POST /results/{id}/remember": Right.RUN,
    "GET /runs/board": Right.LOOK,
    "GET /runs/tray": Right.LOOK,
    "POST /runs": Right.RUN,
    "GET /runs/{id}": Right.LOOK,
    "POST /runs/{id}/cancel": Right.RUN,
    "POST /runs/{id}/resolve": Right.RUN,
    "POST /runs/{id}/retry": Right.RUN,
    "POST /runs/{id}/move-up": Right.RUN,
    "POST /runs/{id}/fetch-files": Right.RUN,
    "POST /runs/{id}/project": Right.RUN,
    "GET /runs/{id}/failure": Right.LOOK,
    "GET /runs/{id}/view": Right.LOOK,
    "GET /runs/{id}/form": Right.LOOK,
    "GET /runs/{id}/webhook": Right.LOOK,
    "POST /runs/{id}/webhook": Right.RUN,
    "GET /status": Right.LOOK,
    "GET /storage": Right.LOOK,
    "POST /storage/return": Right.MANAGE,
    "POST /storage/clear": Right.MANAGE,
    "GET /tags": Right.LOOK,
    "POST /tags": Right.RUN,
    "POST /tags/rename": Right.RUN,
    "POST /tags/remove": Right.RUN,
    "GET /workflows/inputs": Right.LOOK,
    "GET /workflows/inputs/search": Right.LOOK,
    "POST /workflows/open": Right.RUN,
    "POST /workflows/renew": Right.RUN,
    "POST /workflows/save": Right.RUN,
    "GET /you": Right.LOOK,
    "GET /you/looks": Right.LOOK,
    "POST /you/name": Right.LOOK,
    "POST /you/password": Right.LOOK,
    "POST /you/sessions/end-others": Right.LOOK,
    "POST /you/sessions/{id}/end": Right.LOOK,
    "POST /you/tokens": Right.RUN,
    "POST /you/tokens/{id}/revoke": Right.LOOK,
}
"""Below /rh/api."""

FUNCTIONS: Final[Mapping[str, Right]] = {
    "endpoints": Right.LOOK,
    "endpoint": Right.LOOK,
    "estimate": Right.LOOK,
    "submit": Right.RUN,
    "task": Right.LOOK,
    "tasks": Right.LOOK,
    "cancel": Right.RUN,
    "resolve": Right.RUN,
    "show": Right.LOOK,
}
"""The named functions, and `show`, by which the page fills the 3D viewer."""


def _below_api(row: str) -> str:
    method, path = row.split(" ")
    return f"{method} /rh/api{path}"


ROUTES: Final[Mapping[str, Right]] = {
    **GRADIO, **PAGE, **{_below_api(row): right for row, right in API.items()},
}  # fmt: skip
"""`METHOD /path/{parameter}` → right."""

_ORDER: Final = list(Right)
_MATCHERS: Final = [
    (method, compile_path(path)[0], right)
    for row, right in ROUTES.items()
    for method, path in [row.split(" ")]
]
_SECRETS: Final = [
    re.compile(compile_path(path.partition("{secret}")[0])[0].pattern.removesuffix("$"))
    for path in dict.fromkeys(row.partition(" ")[2] for row in ROUTES)
    if "{secret}" in path
]
"""What stands before a secret in an address."""
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f]")


@lru_cache(maxsize=2048)
def right_of(method: str, path: str) -> Right | None:
    """The right that a request needs; None: there is nothing at this address. Where several rows fit, the
    strictest one counts, so that it does not matter which of them answers."""
    if _UNPRINTABLE.search(path):
        return None
    found = [right for verb, shape, right in _MATCHERS if verb == method and shape.match(path)]
    return max(found, key=_ORDER.index, default=None)


def without_secret(path: str) -> str:
    """The path for a log: up to the secret that it contains, or whole."""
    found = next(filter(None, (before.match(path) for before in _SECRETS)), None)
    return f"{path[: found.end()]}…" if found else path


def rows_of(router: Any, above: str = "") -> Iterator[str]:
    """`METHOD /path` of every route of an application, including those mounted in it."""
    for route in getattr(router, "effective_candidates", lambda: router.routes)():
        if hasattr(route, "effective_candidates"):  # a router that FastAPI was given
            yield from rows_of(route, above)
        elif getattr(route, "methods", None):
            yield from (f"{method} {above}{route.path}" for method in route.methods)
        else:  # an application that is mounted
            yield from rows_of(route, above + route.path)


def refuse_unlisted(app: Any, functions: Iterable[str | Literal[False] | None]) -> None:
    """Raise LookupError where an address of this application, or a function, has no row: it would never be
    answered."""
    missing = sorted({*rows_of(app)} - ROUTES.keys()) + sorted({*map(str, functions)} - FUNCTIONS.keys())
    if missing:
        raise LookupError(f"without a row in web/access.py: {', '.join(missing)}")
