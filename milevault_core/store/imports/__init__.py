"""Imports in the database: original files, uploads, the log and its items, undo, reading again."""
