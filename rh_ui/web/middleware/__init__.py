"""Middleware: who may make requests, security headers, limits, and a cache in memory."""
