"""Segments as lists, charts and maps."""
