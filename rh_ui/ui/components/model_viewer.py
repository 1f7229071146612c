"""The 3D viewer: one gr.Model3D for the whole page, shown in the large view of a 3D result."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urljoin

import gradio as gr
from gradio.data_classes import FileData

from rh_ui.errors import StudioError
from rh_ui.ui.components.drawn import NoStubMeta
from rh_ui.ui.named_api import caller_of, refused
from rh_ui.web.routes.models3d import address_to_turn
from rh_ui.web.services import PageServices

BRIDGE_JS: Final = """
window.rhEmptyViewer = () => trigger('expand');
window.rhShowModel = (id) => trigger('click', { id, base: document.baseURI });
"""
EMPTY_JS: Final = "() => ({ visible: true, value: null, __type__: 'update' })"


class ModelViewer(gr.Model3D, metaclass=NoStubMeta):
    """Takes the address of a result on this server, so that Gradio makes no second copy of the file."""

    is_template = True

    def postprocess(self, value: Any) -> FileData | None:
        if not isinstance(value, dict):
            return None
        return FileData(path=value["url"], url=value["url"], orig_name=value["name"])


def told(event: gr.EventData, name: str) -> str:
    """What the bridge sent; empty where it sent nothing, as a call through Gradio's queue does."""
    return str(getattr(event, name, "")) if event._data else ""


def page_address(seen: str, host: str, shown_at: str) -> str:
    """The page's address in the browser; only the browser knows how a proxy has changed it."""
    ours = (f"http://{host}/", f"https://{host}/", *([f"{shown_at}/"] if shown_at else []))
    return seen if seen.startswith(ours) else f"http://{host}/"


class ModelBridge(gr.HTML, metaclass=NoStubMeta):
    """assets/js/features/results/model_viewer.js asks for a model through it."""

    def __init__(self) -> None:
        super().__init__(visible="hidden", js_on_load=BRIDGE_JS, apply_default_css=False)


def model_viewer(services: PageServices) -> None:
    """Lay out the viewer and its bridge. The viewer is rendered when the first model is opened, so the page
    starts without its files. A model is only given to a viewer that is rendered and empty: during rendering
    Gradio gives it twice, and the viewer then shows nothing; a viewer that shows splats would read it as
    splats."""

    def show(request: gr.Request, event: gr.EventData) -> dict[str, str] | None:
        base = page_address(told(event, "base"), request.headers["host"], services.address.shown_at)
        bound = services.of(caller_of(request))
        try:
            output = bound.history.output(told(event, "id"))
        except StudioError as fault:
            raise refused(fault) from None
        path = address_to_turn(bound, output)
        return {"url": urljoin(base, path), "name": output.name} if path else None

    with gr.Column(elem_id="rh-model-view"):
        viewer = ModelViewer(
            visible=False, show_label=False, height="100%", interactive=False, clear_color=(0, 0, 0, 0)
        )
    bridge = ModelBridge()
    bridge.expand(None, None, viewer, js=EMPTY_JS, show_progress="hidden", api_visibility="private")
    bridge.click(show, None, viewer, queue=False, show_progress="hidden", api_visibility="private")
