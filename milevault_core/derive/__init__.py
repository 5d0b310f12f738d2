"""Everything computed from activities: the steps, and the task that runs the marked ones."""
