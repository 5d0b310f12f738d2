"""Routes: the list, a single route, and two attempts compared."""
