"""Efforts, records and decisions about them in the database."""
