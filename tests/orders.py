"""Orders a run as a program does: each call is a new run, unless its request id came before."""

from __future__ import annotations

from rh_ui.domain import Params, Task
from rh_ui.services.order_identity import OrderContext
from rh_ui.services.run_service import RunService


def submit(
    runs: RunService, endpoint_path: str, params: Params, request_id: str = "", submitter: str = ""
) -> Task:
    return runs.order(endpoint_path, params, request_id, submitter, OrderContext(submitter)).task
