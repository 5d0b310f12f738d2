"""One activity: its figures, timeline and recordings."""
