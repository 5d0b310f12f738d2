"""Segments, their efforts, and the tracks in which they are searched for, in the database."""
