"""RunningHub over HTTP, one call at a time. The engine decides when to call and what follows."""
