"""A reference: a bare gr.render page that draws a small form again with every choice."""

from __future__ import annotations

import sys

import gradio as gr
import uvicorn
from fastapi import FastAPI

CHOICES = [str(number) for number in range(16)]
FIELDS = 8


def build() -> gr.Blocks:
    with gr.Blocks(analytics_enabled=False) as page:
        choice = gr.Radio(CHOICES, value=CHOICES[0], elem_id="choice")

        @gr.render(inputs=choice, queue=False, show_progress="hidden")  # type: ignore[untyped-decorator]
        def form(chosen: str) -> None:
            for number in range(FIELDS):
                gr.Textbox(label=f"Field {number} of {chosen}", elem_id=f"field-{chosen}-{number}")

    return page  # type: ignore[no-any-return]


def main(port: int) -> None:
    app = gr.mount_gradio_app(FastAPI(), build(), "/", run_history=False, ssr_mode=False)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(int(sys.argv[1]))
