"""Days, nights and the body, as they are shown."""
