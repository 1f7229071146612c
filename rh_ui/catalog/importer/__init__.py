"""From the vendor's registry to our table: read, compared, merged, written, and activated."""
