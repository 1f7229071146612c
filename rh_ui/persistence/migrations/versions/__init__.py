"""One file per change of the schema, append-only: a released file is never edited."""
