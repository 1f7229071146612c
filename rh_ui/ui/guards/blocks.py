"""Gradio's Blocks with the checks that mounting leaves out."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.state_holder import SessionState

from rh_ui.ui.guards.file_data import unmarked


class GuardedBlocks(gr.Blocks):
    """Checks the files in the arguments and answers of each of its functions, named or not.

    Gradio refuses files that were not uploaded only where `has_launched` is true. It sets that in `launch`,
    which is never called for a page inside another application.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.has_launched = True

    async def postprocess_data(
        self, block_fn: BlockFunction, predictions: list[Any] | dict[str, Any], state: SessionState | None
    ) -> list[Any]:
        """Gradio copies and serves whatever is marked as a file in an answer, even from the working
        directory; our answers contain none."""
        answer: list[Any] = await super().postprocess_data(block_fn, unmarked(predictions), state)
        return answer
