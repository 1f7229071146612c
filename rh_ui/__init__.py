"""RunningHub UI: RunningHub's cloud models from a browser."""
