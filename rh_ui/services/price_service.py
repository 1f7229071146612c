"""The service's own price for a payload, asked before a run; where none is told, the table's stands."""

from __future__ import annotations

import logging
from typing import Final

from rh_ui.catalog.schema import Endpoint
from rh_ui.catalog.validation import replace_media
from rh_ui.domain import Money, Params
from rh_ui.engine.inputs import UploadCache, kept_refs
from rh_ui.errors import ServiceFault
from rh_ui.runninghub.client import Client

log: Final = logging.getLogger(__name__)


def quote(endpoint: Endpoint, params: Params, client: Client, links: UploadCache) -> Money | None:
    """What the service says `params` would cost; makes no task and uploads nothing.

    None when it does not say, can't be reached, or a chosen file has no link there yet: it goes up with the
    run.
    """
    known: dict[str, str] = {}
    for ref in kept_refs(endpoint, params):
        link = links.known(ref, client)
        if link is None:
            return None
        known[ref] = link.url
    try:
        return client.price_preview(endpoint.path, replace_media(endpoint, params, known))
    except ServiceFault as fault:
        log.info("no price from the service for %s: %s", endpoint.path, fault)
        return None
