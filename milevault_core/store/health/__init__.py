"""Rows of health data: days, nights and the body."""
