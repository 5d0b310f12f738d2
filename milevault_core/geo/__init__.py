"""Geometry on the sphere and the plane: distances and line simplification."""
