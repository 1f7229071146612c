"""The packaged table, read once in each process of tests."""

from __future__ import annotations

from functools import cache

from rh_ui.catalog.loader import load_catalog
from rh_ui.catalog.schema import Catalog


@cache
def packaged_catalog() -> Catalog:
    return load_catalog()
