"""The table, read once for the catalog's tests."""

from __future__ import annotations

import pytest

from rh_ui.catalog.loader import load_catalog
from rh_ui.catalog.schema import Catalog


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load_catalog()
