"""File types: one table, and one way to detect them (docs/decisions/0022)."""

from rh_ui.file_types.claims import Claims, tell
from rh_ui.file_types.content import HEAD, decoded, sniff
from rh_ui.file_types.table import FileType

__all__ = ["HEAD", "Claims", "FileType", "decoded", "sniff", "tell"]
