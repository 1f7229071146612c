"""Every write to the database, one module per noun. Each change that a page could show is announced after
it."""
