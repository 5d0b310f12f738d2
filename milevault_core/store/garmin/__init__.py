"""Rows of Garmin Connect: the connection, a sign-in under way, activities and days that were fetched."""
