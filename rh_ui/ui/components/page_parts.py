"""The parts that the page has once: its top line, and the content of the last tabs."""

from __future__ import annotations

from rh_ui.ui.components.drawn import DrawnPart


class Header(DrawnPart):
    """Name, mode, balance, active runs, language and theme."""

    draws = "header"

    def __init__(self) -> None:
        super().__init__("rh-header")


class Gallery(DrawnPart):
    """A lazy grid of stored thumbnails, page by page (gr.Gallery: 12 s and 20,000 nodes at 5,000 items)."""

    draws = "gallery"

    def __init__(self) -> None:
        super().__init__("gallery-grid")


class ExternalRuns(DrawnPart):
    """Runs that the service has and this program does not."""

    draws = "outside"

    def __init__(self) -> None:
        super().__init__("history-outside")


class HistoryTable(DrawnPart):
    """Every run, a page of rows at a time, from rh_ui/web/api/history.py."""

    draws = "history"

    def __init__(self) -> None:
        super().__init__("history-table")


class Account(DrawnPart):
    """The mode, the site, what the key may do, and the balance."""

    draws = "account"

    def __init__(self) -> None:
        super().__init__("account-balance")
