"""Routes: the list, one of them, two attempts compared."""
