"""Apps, workflows and quick creations of ComfyUI as forms, and what a run of one sends. No I/O."""
