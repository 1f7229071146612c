"""The Gallery tab: a lazy grid of stored thumbnails, page by page (assets/js/features/gallery/gallery.js)."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr


def build_gallery(mounted: Callable[[str], str]) -> None:
    """The grid's place; gr.Gallery is not used: 12 s and 20,000 nodes at 5,000 items (DESIGN section 5)."""
    gr.HTML(elem_id="gallery-grid", js_on_load=mounted("gallery"), apply_default_css=False)
