"""The database of the first MileVault, read-only, and what was imported from it."""
