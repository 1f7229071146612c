"""The Blocks page: the top line, one tab per modality, then Gallery, History and Account."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import gradio as gr
from gradio.events import api as expose

from rh_ui.domain import Modality
from rh_ui.ui.components.model_viewer import model_viewer
from rh_ui.ui.components.page_parts import Account, ExternalRuns, Gallery, Header, HistoryTable
from rh_ui.ui.components.studio import (
    AppPicker,
    GenerateButton,
    ModelForm,
    ModelPicker,
    PriceLine,
    Stage,
)
from rh_ui.ui.guards.blocks import GuardedBlocks
from rh_ui.ui.named_api import NamedApi, answered
from rh_ui.web.services import PageServices

GRADIO_WORDS: Final = ("tab.",)


def page_i18n(services: PageServices) -> gr.I18n:
    """The labels of Gradio's own components. They are sent within the page, so it holds no others."""
    tables = {
        language: {key: said for key, said in found.entries.items() if key.startswith(GRADIO_WORDS)}
        for language, found in services.words.items()
    }
    return gr.I18n(**{"en": tables["en"], "zh": tables["zh"], "zh-CN": tables["zh"]})


def page_tab(name: str, words: gr.I18n) -> gr.Tab:
    """One of the page's tabs, ready to be filled; the address follows the visible tab."""
    tab = gr.Tab(words(f"tab.{name}"), id=name)
    tab.select(
        None,
        js=f"() => void window.rhReady.then((rh) => rh.tabShown({json.dumps(name)}))",
        show_progress="hidden",
        api_visibility="private",
    )
    return tab


def studio(modality: Modality) -> None:
    """Model and form on the left, runs and results on the right: the same in six tabs."""
    name = modality.value
    with gr.Column(elem_classes="rh-studio", elem_id=f"{name}-studio"):
        with gr.Column(elem_classes="rh-side", scale=5, min_width=320):
            with gr.Column(elem_classes="rh-sheet"):
                picker = AppPicker if modality is Modality.APPS else ModelPicker
                picker(f"{name}-endpoint", tab=name)
                ModelForm(f"{name}-form", tab=name)
            with gr.Column(elem_classes="rh-press"):
                PriceLine(f"{name}-estimate", tab=name)
                GenerateButton(tab=name)
        with gr.Column(elem_classes="rh-main", scale=7, min_width=320):
            Stage(f"{name}-stage", tab=name)


def build_page(services: PageServices) -> gr.Blocks:
    """All tabs; lists are empty here and loaded page by page when they are opened."""
    words, brand = page_i18n(services), services.words["en"]("brand.name")
    page = GuardedBlocks(title=brand, analytics_enabled=False, fill_width=True, delete_cache=(3600, 86400))
    with page:
        Header()
        with gr.Tabs(elem_id="rh-tabs", selected=Modality.IMAGE.value):
            for modality in Modality:
                with page_tab(modality.value, words):
                    studio(modality)
            with page_tab("gallery", words):
                Gallery()
            with page_tab("history", words):
                ExternalRuns()
                HistoryTable()
            with page_tab("account", words):
                Account()
        model_viewer(services)
        add_api(services)
    return page


def named_functions(api: NamedApi) -> tuple[Callable[..., Any], ...]:
    """The eight public functions."""
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
    """Register the eight public functions; none is queued, all answer at once."""
    for function in named_functions(NamedApi(services)):
        expose(answered(function), api_name=function.__name__, queue=False, concurrency_limit=None)
