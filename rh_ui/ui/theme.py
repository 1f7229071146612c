"""The Gradio theme: system fonts, quiet surfaces, one accent. The rest of the look is in assets/css."""

from __future__ import annotations

import gradio as gr

ACCENT = gr.themes.Color(
    c50="#eef1ff",
    c100="#e0e5ff",
    c200="#c7cfff",
    c300="#a4b0fd",
    c400="#7f8cf8",
    c500="#5b66ee",
    c600="#4a50d9",
    c700="#3e42b5",
    c800="#343891",
    c900="#2e3274",
    c950="#1c1e45",
    name="accent",
)


def build_theme() -> gr.themes.Base:
    """Base theme without web fonts: nothing is loaded from other sites."""
    return gr.themes.Base(
        primary_hue=ACCENT,
        secondary_hue=gr.themes.colors.zinc,
        neutral_hue=gr.themes.colors.zinc,
        spacing_size=gr.themes.sizes.spacing_md,
        radius_size=gr.themes.sizes.radius_md,
        font=["system-ui", "Segoe UI", "Roboto", "Noto Sans", "Noto Sans CJK SC", "sans-serif"],
        font_mono=["ui-monospace", "Menlo", "Consolas", "monospace"],
    ).set(
        body_background_fill="#f6f6f8",
        body_background_fill_dark="#101114",
        block_background_fill="#ffffff",
        block_background_fill_dark="#18191d",
        block_border_width="0px",
        block_shadow="none",
        block_shadow_dark="none",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_500",
        button_primary_background_fill_hover_dark="*primary_400",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#ffffff",
        button_large_radius="8px",
    )
