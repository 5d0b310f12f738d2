"""Days, nights and the body, for display."""
