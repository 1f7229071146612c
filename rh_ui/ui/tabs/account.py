"""The Account tab: which mode and site, what the key may do, what is left on it."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr


def build_account(mounted: Callable[[str], str]) -> None:
    """The place of assets/js/features/account/account.js; its rows come from Board.account."""
    gr.HTML(elem_id="account-balance", js_on_load=mounted("account"), apply_default_css=False)
