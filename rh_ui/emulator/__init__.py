"""A RunningHub that lives here: the service's HTTP face with real, visibly marked demo files behind it."""
