"""Rows of days, nights and the body."""
