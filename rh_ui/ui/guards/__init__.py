"""What stands between a call from outside and Gradio: its files, its values, its size, its scripts."""
