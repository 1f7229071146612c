"""The table, read once for the catalog's tests."""

from __future__ import annotations

import pytest

from rh_ui.catalog.schema import Catalog
from tests.packaged import packaged_catalog


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return packaged_catalog()
