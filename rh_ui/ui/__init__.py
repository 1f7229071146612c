"""The page: Gradio and nothing else lives here. It reads history and calls the services; it never talks
to the service or the database by itself."""
