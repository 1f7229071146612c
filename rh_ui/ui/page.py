"""The Blocks page: the top line, one tab per modality, then Gallery, History and Account."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from typing import Any, Final

import gradio as gr
from gradio.events import api as expose

from rh_ui.domain import Modality
from rh_ui.ui.board import Board
from rh_ui.ui.guards.blocks import GuardedBlocks
from rh_ui.ui.model_view import build_model_view
from rh_ui.ui.named_api import NamedApi, answered
from rh_ui.ui.tabs.account import build_account
from rh_ui.ui.tabs.gallery import build_gallery
from rh_ui.ui.tabs.history import build_history
from rh_ui.ui.tabs.studio import build_studio
from rh_ui.web.services import PageServices

GRADIO_WORDS: Final = ("tab.", "run.generate")


def mounted(kind: str, modality: str = "") -> str:
    """Script of a gr.HTML whose inside our own module draws."""
    return f"window.rhReady.then((rh) => rh.mount(element, {json.dumps(kind)}, {json.dumps(modality)}));"


def page_i18n(services: PageServices) -> gr.I18n:
    """The labels of Gradio's own parts. They travel in the page itself, so no others do."""
    tables = {
        language: {key: said for key, said in found.entries.items() if key.startswith(GRADIO_WORDS)}
        for language, found in services.words.items()
    }
    return gr.I18n(**{"en": tables["en"], "zh": tables["zh"], "zh-CN": tables["zh"]})


def page_tab(name: str, words: gr.I18n) -> gr.Tab:
    """One of the page's tabs, ready to be filled; the address follows the tab in sight."""
    tab = gr.Tab(words(f"tab.{name}"), id=name)
    tab.select(
        None,
        js=f"() => void window.rhReady.then((rh) => rh.tabShown({json.dumps(name)}))",
        show_progress="hidden",
        api_visibility="private",
    )
    return tab


def build_page(services: PageServices) -> gr.Blocks:
    """All tabs; lists are empty here and read page by page when they are looked at."""
    words = page_i18n(services)
    page = GuardedBlocks(
        title=services.words["en"]("brand.name"),
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(3600, 86400),
    )
    with page:
        gr.HTML(
            f"<h1>{html.escape(services.words['en']('brand.name'))}</h1>",
            elem_id="rh-header",
            js_on_load=mounted("header"),
            apply_default_css=False,
        )
        with gr.Tabs(elem_id="rh-tabs", selected=Modality.IMAGE.value):
            for modality in Modality:
                with page_tab(modality.value, words):
                    build_studio(modality, words, mounted)
            with page_tab("gallery", words):
                build_gallery(mounted)
            with page_tab("history", words):
                build_history(mounted)
            with page_tab("account", words):
                build_account(mounted)
        build_model_view(services)
        add_api(services)
    return page


def named_functions(api: NamedApi) -> tuple[Callable[..., Any], ...]:
    """The eight public ones."""
    return (
        api.endpoints,
        api.endpoint,
        api.estimate,
        api.submit,
        api.task,
        api.tasks,
        api.cancel,
        api.resolve,
    )


def add_api(services: PageServices) -> None:
    """The eight public functions and the page's private ones; none is queued, all answer at once."""
    for function in named_functions(NamedApi(services)):
        expose(answered(function), api_name=function.__name__, queue=False, concurrency_limit=None)
    expose(
        answered(Board(services).ask),
        api_name="page",
        queue=False,
        concurrency_limit=None,
        api_visibility="undocumented",
    )
