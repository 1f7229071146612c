"""Checks between a call from outside and Gradio: files, values, size, scripts."""
