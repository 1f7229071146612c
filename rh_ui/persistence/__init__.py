"""What happened: the database, its writes (repositories) and its reads (RunQueries)."""
