"""A local RunningHub: the service's HTTP API with real files, visibly marked as demo."""
