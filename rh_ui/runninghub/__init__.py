"""RunningHub over HTTP, one call at a time. When to call, and what follows, is decided in `tasks`."""
