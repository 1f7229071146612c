"""The History tab: a table of every run (assets/js/features/history/history.js), and runs made elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr


def build_history(mounted: Callable[[str], str]) -> None:
    """The places; the rows come from rh_ui/web/api/history.py."""
    gr.HTML(elem_id="history-outside", js_on_load=mounted("outside"), apply_default_css=False)
    gr.HTML(elem_id="history-table", js_on_load=mounted("history"), apply_default_css=False)
