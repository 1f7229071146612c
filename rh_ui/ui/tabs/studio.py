"""A studio tab: model and form on the left, runs and results on the right. One builder, six tabs."""

from __future__ import annotations

from collections.abc import Callable

import gradio as gr

from rh_ui.domain import Modality


def build_studio(modality: Modality, words: gr.I18n, mounted: Callable[[str, str], str]) -> None:
    """Lay out the stable handles `{modality}-endpoint … -results`; their insides are drawn by assets/js."""
    name = modality.value
    with gr.Row(elem_classes="rh-studio", elem_id=f"{name}-studio"):
        with gr.Column(elem_classes="rh-side", scale=5, min_width=320):
            with gr.Column(elem_classes="rh-sheet"):
                gr.HTML(
                    elem_id=f"{name}-endpoint",
                    js_on_load=mounted("apps" if modality is Modality.APPS else "picker", name),
                    apply_default_css=False,
                )
                gr.HTML(elem_id=f"{name}-form", js_on_load=mounted("form", name), apply_default_css=False)
            with gr.Column(elem_classes="rh-press"):
                gr.HTML(
                    elem_id=f"{name}-estimate", js_on_load=mounted("estimate", name), apply_default_css=False
                )
                press = gr.Button(
                    words("run.generate"), variant="primary", size="lg", elem_id=f"{name}-generate"
                )
                press.click(
                    None,
                    js=f"() => {{ window.rhReady.then((rh) => rh.generate({name!r})); }}",
                    queue=False,
                    api_visibility="private",
                )
        with gr.Column(elem_classes="rh-main", scale=7, min_width=320):
            gr.HTML(elem_id=f"{name}-tasks", js_on_load=mounted("tasks", name), apply_default_css=False)
            gr.HTML(elem_id=f"{name}-results", js_on_load=mounted("results", name), apply_default_css=False)
