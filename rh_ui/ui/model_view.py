"""The 3D viewer: one gr.Model3D for the whole page, shown inside the large view of a 3D result."""

from __future__ import annotations

from typing import Any, Final

import gradio as gr
from gradio.data_classes import FileData

from rh_ui.ui.api import guarded
from rh_ui.ui.services import PageServices
from rh_ui.ui.turning import address_to_turn

BRIDGE_JS: Final = "window.rhShowModel = (id) => trigger('click', { id });"


class ServedModel3D(gr.Model3D):
    """Takes the address of a result on this server, so that Gradio makes no second copy of the file."""

    is_template = True

    def postprocess(self, value: Any) -> FileData | None:
        if not isinstance(value, dict):
            return None
        return FileData(path=value["url"], url=value["url"], orig_name=value["name"])


def build_model_view(services: PageServices) -> None:
    """The viewer and the bridge by which assets/js/stage.js asks for a model."""

    def show(request: gr.Request, event: gr.EventData) -> dict[str, str] | None:
        output = guarded(lambda: services.history.output(str(event.id)))
        path = address_to_turn(services, output)
        return {"url": f"{str(request.base_url).rstrip('/')}/{path}", "name": output.name} if path else None

    with gr.Column(elem_id="rh-model-view"):
        viewer = ServedModel3D(show_label=False, height="100%", interactive=False, clear_color=(0, 0, 0, 0))
    bridge = gr.HTML(visible="hidden", js_on_load=BRIDGE_JS, apply_default_css=False)
    bridge.click(show, None, viewer, queue=False, show_progress="hidden", api_visibility="private")
