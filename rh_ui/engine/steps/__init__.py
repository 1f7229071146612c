"""The steps of a run at the service, one module each."""
