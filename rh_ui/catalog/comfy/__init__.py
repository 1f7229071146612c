"""Apps, workflows and quick creations of ComfyUI as forms, and the bodies of their runs. No I/O."""
