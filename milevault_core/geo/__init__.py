"""The sphere and the plane: distances, and simpler lines."""
