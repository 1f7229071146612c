"""The Gradio page. It reads the history and calls the services; it never talks to RunningHub or the database
itself."""
