"""The database: its writes (repositories) and its reads (RunQueries)."""
