"""Bytes on disk or in object storage: what they are, where they lie, what they look like."""
