"""Awkward files, made when a test asks for them, and the table of what is right for each."""
