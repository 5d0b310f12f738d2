"""The plan and the log of imports, in words."""
