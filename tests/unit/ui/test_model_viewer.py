"""The page's own events pass the program's checks."""

from __future__ import annotations

import re

from rh_ui.ui.components.model_viewer import BRIDGE_JS
from rh_ui.ui.guards.calls import ViewerMessage


def test_the_bridge_to_the_viewer_says_what_is_let_in() -> None:
    (said,) = re.findall(r"trigger\('click', \{([^}]*)\}\)", BRIDGE_JS)
    assert {part.partition(":")[0].strip() for part in said.split(",")} == set(ViewerMessage.model_fields)
