"""Rows of Garmin Connect: the connection, a sign-in in progress, activities and days that were fetched."""
