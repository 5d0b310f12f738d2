"""Activities in the database: rows, points, recordings, trash, snapshots."""
