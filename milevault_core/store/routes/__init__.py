"""Named routes, prepared lines and decisions about them in the database."""
