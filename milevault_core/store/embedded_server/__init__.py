"""The embedded PostgreSQL, for users without a database server of their own."""
