"""Figures as measured: one file per area, each with `run() -> list[dict]`, printed by `manage.py bench`."""
