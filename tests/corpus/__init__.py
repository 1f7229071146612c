"""Awkward files, made when a test needs them, and the table of what is right for each."""
