"""Everything computed from activities: the steps, and the one task that runs those that are marked."""
