"""The reference: the smallest Gradio page, served as the app serves its own."""

from __future__ import annotations

import sys

import gradio as gr
import uvicorn
from fastapi import FastAPI


def main(port: int) -> None:
    with gr.Blocks(analytics_enabled=False) as page:
        gr.Textbox(elem_id="only")
    app = gr.mount_gradio_app(FastAPI(), page, "/", run_history=False, ssr_mode=False)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(int(sys.argv[1]))
