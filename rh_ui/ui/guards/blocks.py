"""Gradio's Blocks with the guards that mounting leaves off."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.state_holder import SessionState

from rh_ui.ui.guards.file_data import unmarked


class GuardedBlocks(gr.Blocks):
    """Looks at the files that every one of its functions is given or answers with, named or not.

    Gradio refuses files that are no uploads only where `has_launched` is true, and sets that in `launch`,
    which a page inside another application never calls."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.has_launched = True

    async def postprocess_data(
        self, block_fn: BlockFunction, predictions: list[Any] | dict[str, Any], state: SessionState | None
    ) -> list[Any]:
        """Gradio copies and serves whatever is marked as a file in an answer, the working directory included;
        ours hold none."""
        answer: list[Any] = await super().postprocess_data(block_fn, unmarked(predictions), state)
        return answer
