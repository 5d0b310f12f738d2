"""The embedded PostgreSQL, for those who have no database server of their own."""
