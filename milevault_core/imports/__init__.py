"""Importing files and archives, and undoing it: plan, import, photos, watched folder, undo, reading again."""
