"""Segments, their efforts and the tracks they are looked for in, in the database."""
