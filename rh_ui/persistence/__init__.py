"""What happened: the database, its writes (journal) and its reads (history)."""
