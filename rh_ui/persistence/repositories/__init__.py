"""Every write to the database, one module a noun. A change that a page could show is announced after it."""
