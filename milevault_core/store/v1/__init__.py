"""The database of the first MileVault, read only, and what was brought over from it."""
