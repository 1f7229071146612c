"""The page: Gradio and nothing else lives here. It reads history and calls tasks.studio; it never talks
to the service or the database by itself."""
