"""Measures the program against the budgets of the design; run by `make bench`, never by a test."""
