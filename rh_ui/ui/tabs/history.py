"""The History tab: every run, a page of rows at a time, read through pandas."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias

import gradio as gr
import pandas as pd

from rh_ui.domain import Charged, Modality, Money, TaskState
from rh_ui.i18n import Words
from rh_ui.web.serializers import runs
from rh_ui.web.services import PageServices

Shown: TypeAlias = tuple[dict[str, Any], list[str], int, str, dict[str, Any], dict[str, Any]]
PAGE_ROWS: Final = 50
COLUMNS: Final = ("created", "model", "kind", "state", "prompt", "cost", "files", "remote_id")
WIDTHS: Final[list[str | int]] = ["160px", "240px", "150px", "110px", "340px", "90px", "60px", "190px"]
PROMPT_SHOWN: Final = 160
LANGUAGE_JS: Final = "(...a) => [window.rhBoot.language, ...a.slice(1)]"
OPEN_JS: Final = "(id) => { if (id) window.rhReady.then((rh) => rh.openRun(id.split(' ')[0])); }"
DRAWN_LATER: Final = (LANGUAGE_JS, OPEN_JS)
"""Scripts of what gr.render draws: a page's configuration does not hold them (known_functions.py)."""


def shorten(text: str) -> str:
    """One line of at most PROMPT_SHOWN characters."""
    line = " ".join(text.split())
    return line if len(line) <= PROMPT_SHOWN else line[: PROMPT_SHOWN - 1] + "…"


def dated(moment: datetime) -> str:
    """A moment for `dateWhatAppears` in assets/js/core/dom.js, which writes it by the reader's clock."""
    return f'<time datetime="{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}">{moment:%Y-%m-%d %H:%M} UTC</time>'


def table_rows(frame: pd.DataFrame, services: PageServices, words: Words) -> pd.DataFrame:
    """A page of history as people read it; every cell is text, so that ids stay whole."""
    rows = [
        [
            dated(created),
            runs.model_title(services.catalog, str(row.model), words),
            words(f"tab.{row.modality}"),
            words(f"state.{row.state}"),
            shorten(str(row.prompt)),
            _cost(row, words),
            str(row.files) if row.files else "",
            str(row.remote_id),
        ]
        for created, row in zip(
            frame["created"].dt.to_pydatetime(), frame.itertuples(index=False), strict=True
        )
    ]
    headings = [words(f"history.{column}") for column in COLUMNS]
    return pd.DataFrame(rows, columns=headings, dtype="str")


def _cost(row: Any, words: Words) -> str:
    """In money, in coins, or that it is not known."""
    cost = Money(row.cost, str(row.currency)) if isinstance(row.cost, Decimal) else None
    coins = row.coins if isinstance(row.coins, Decimal) else None
    ended = row.state in [state.value for state in TaskState if state.is_final]
    return runs.cost_words(cost, coins, Charged(row.charged), words, ended=ended)


class HistoryTable:
    """Answers the tab's events, bound to the services."""

    def __init__(self, services: PageServices) -> None:
        self._services = services

    def read(self, language: str, search: str, modality: str, state: str, page: int) -> Shown:
        """Rows, their ids, the page shown, the line below, and whether the two buttons can be pressed."""
        words = self._services.language(language)
        kind = Modality(modality) if modality else None
        wanted = TaskState(state) if state else None
        history = self._services.history
        total = history.count(search=search.strip(), modality=kind, state=wanted)
        last_page = max(0, (total - 1) // PAGE_ROWS)
        shown = max(0, min(page, last_page))
        frame = history.page(
            offset=shown * PAGE_ROWS, limit=PAGE_ROWS, search=search.strip(), modality=kind, state=wanted
        )
        first = shown * PAGE_ROWS + 1
        line = (
            words("history.page", first=first, last=first + len(frame) - 1, total=total)
            if total
            else words("history.none")
        )
        return (
            gr.update(value=table_rows(frame, self._services, words)),
            [str(task_id) for task_id in frame["id"]],
            shown,
            line,
            gr.update(interactive=shown > 0),
            gr.update(interactive=shown < last_page),
        )

    def newer(self, language: str, search: str, modality: str, state: str, page: int) -> Shown:
        return self.read(language, search, modality, state, page - 1)

    def older(self, language: str, search: str, modality: str, state: str, page: int) -> Shown:
        return self.read(language, search, modality, state, page + 1)

    def first(self, language: str, search: str, modality: str, state: str, _page: int) -> Shown:
        return self.read(language, search, modality, state, 0)


def pick(ids: list[str], count: int, event: gr.SelectData) -> tuple[str, int]:
    """The run of the clicked row; the count makes the same row count as a new pick."""
    row = event.index[0] if isinstance(event.index, list | tuple) else event.index
    return (f"{ids[row]} {count + 1}" if row < len(ids) else "", count + 1)


def build_history(services: PageServices, words: gr.I18n, tab: gr.Tab) -> None:
    """The tab's inside is made when it is opened for the first time: the table component is 70 KB of script
    that a person who came to generate need not wait for."""
    opened = gr.Textbox("", visible="hidden", elem_id="history-opened")
    tab.select(
        None,
        None,
        opened,
        js="() => window.rhBoot.language",
        show_progress="hidden",
        api_visibility="private",
    )

    def draw(chosen: str) -> None:
        build_table(services, words, tab, chosen)

    gr.render(inputs=opened, triggers=[opened.change], show_progress="hidden")(draw)


def build_filters(words: gr.I18n) -> tuple[gr.Textbox, gr.Dropdown, gr.Dropdown]:
    """Search, kind and state; an empty value means all."""
    with gr.Row(elem_classes="rh-history-filters"):
        search = gr.Textbox(
            label=words("history.search"),
            placeholder=words("history.search_hint"),
            scale=3,
            elem_id="history-search",
        )
        modality = gr.Dropdown(
            [(words("history.all"), "")] + [(words(f"tab.{m.value}"), m.value) for m in Modality],
            value="",
            label=words("history.modality"),
            elem_id="history-kind",
        )
        state = gr.Dropdown(
            [(words("history.all"), "")] + [(words(f"state.{s.value}"), s.value) for s in TaskState],
            value="",
            label=words("history.state"),
            elem_id="history-state",
        )
    return search, modality, state


def build_table(services: PageServices, words: gr.I18n, tab: gr.Tab, language_now: str) -> None:
    """Filters, the table and its pager."""
    table = HistoryTable(services)
    start = table.read(language_now, "", "", "", 0)
    search, modality, state = build_filters(words)
    rows = gr.Dataframe(
        value=start[0]["value"],
        elem_id="history-table",
        interactive=False,
        datatype=["html" if column == "created" else "str" for column in COLUMNS],
        wrap=False,
        column_widths=WIDTHS,
        max_height=640,
        show_label=False,
    )
    with gr.Row(elem_classes="rh-pager"):
        newer = gr.Button(words("history.previous"), size="sm", elem_id="history-newer")
        line = gr.HTML(start[3], elem_id="history-line")
        older = gr.Button(words("history.next"), size="sm", elem_id="history-older")
        refresh = gr.Button(words("history.refresh"), size="sm", elem_id="history-refresh")
    # Hidden components, not gr.State: one State makes every tab of the browser hold a connection for ever.
    ids = gr.JSON(start[1], visible=False)
    page, count = gr.Number(0, visible=False, precision=0), gr.Number(0, visible=False, precision=0)
    language = gr.Textbox(language_now, visible=False)
    picked = gr.Textbox("", visible="hidden", elem_id="history-picked")
    now = [language, search, modality, state, page]
    shown = [rows, ids, page, line, newer, older]
    quiet: dict[str, Any] = {
        "queue": False,
        "show_progress": "hidden",
        "api_visibility": "private",
        "js": LANGUAGE_JS,
    }
    for trigger in (tab.select, refresh.click):
        trigger(table.read, now, shown, **quiet)
    search.change(table.first, now, shown, trigger_mode="always_last", **quiet)
    for choice in (modality, state):
        choice.input(table.first, now, shown, **quiet)
    newer.click(table.newer, now, shown, **quiet)
    older.click(table.older, now, shown, **quiet)
    rows.select(
        pick, [ids, count], [picked, count], queue=False, show_progress="hidden", api_visibility="private"
    )
    picked.change(None, picked, None, js=OPEN_JS, queue=False, api_visibility="private")
