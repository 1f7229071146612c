"""Converts domain records to what the browser gets. Pure."""
